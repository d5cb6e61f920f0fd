#include <string.h>

#include "collector/scan/result_witness.h"
#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

#define M SCAN_MARKER

static void take(const char *text, enum result_witness wanted, const char *error,
                 const char *warning)
{
    static const enum scan_pick picks[] = {SCAN_PICK_LAST, SCAN_PICK_FIRST,
                                           SCAN_PICK_ALL};

    for (size_t i = 0; i < sizeof picks / sizeof *picks; i++) {
        cleanup_free char *owned = NULL;
        cleanup_words struct words warnings = {0};
        struct witnesses witnesses = {0};
        struct scan_report scan;
        scan_bytes(text, strlen(text), picks[i], true, &scan);
        result_witness_take(&witnesses, &scan, false, &owned);
        result_witness_warn(&scan, &warnings);
        const char *got = witnesses.result_error ? witnesses.result_error : "";
        const char *said = warnings.count ? warnings.items[0] : "";
        if (!ok(witnesses.result == wanted && strstr(got, error) &&
                    strncmp(said, warning, strlen(warning)) == 0 && !*said == !*warning,
                "pick %d: %.60s", (int)picks[i], text))
            printf("#   got %d, '%s', '%s'\n", (int)witnesses.result, got, said);
        scan_report_release(&scan);
    }
}

int main(void)
{
    take("", RESULT_NONE, "", "");
    take(M "{\"a\":", RESULT_MALFORMED, "the file ends inside the value", "");
    take(M "{\"a\":1}", RESULT_PLAIN, "", "");
    take(M "{\"status\":\"nonsense\"}", RESULT_PLAIN, "", "");
    take(M "{\"status\":\"ok\"}", RESULT_COMPLETED, "", "");
    take(M "{\"a\":1}\n" M "{\"status\":\"error\",\"error_message\":\"diverged\"}",
         RESULT_FAILED, "diverged", "");
    take(M "{\"status\":\"timeout\"}", RESULT_TIMEOUT, "", "");
    take(M "{\"a\":1\n" M "{\"a\":2}\n", RESULT_PLAIN, "",
         "1 marker without a whole JSON object behind: passed over (the last at byte "
         "0: ");
    take(M "x" M "y\n" M "{\"status\":\"ok\"}\n" M, RESULT_COMPLETED, "",
         "3 markers without a whole JSON object behind: passed over (the last at byte "
         "55");
    return tap_done();
}
