#include "launcher/scheduler/wait_reason.h"

#include <string.h>

#include "launcher/common/text/quote.h"

void wait_reason_add_advice(const char *advice, const char *sweep, const char *job,
                            struct text *text)
{
    while (*advice) {
        size_t size = strcspn(advice, "SJ");
        text_add_bytes(text, advice, size);
        advice += size;
        if (strncmp(advice, "SWEEP", 5) == 0) {
            quote_shell(text, sweep);
            advice += 5;
        } else if (strncmp(advice, "JOB", 3) == 0) {
            text_add(text, job);
            advice += 3;
        } else if (*advice) {
            text_add_char(text, *advice++);
        }
    }
}
