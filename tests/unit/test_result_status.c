#include <string.h>

#include "collector/outcome/result_status.h"
#include "tests/tap/tap.h"

static void says(const char *json, enum result_status wanted, const char *unknown)
{
    char word[RESULT_STATUS_WORD] = "?";
    enum result_status got = result_status(json, strlen(json), word);

    if (!ok(got == wanted && strcmp(word, unknown) == 0, "%.60s", json))
        printf("#   says %d '%s', wanted %d '%s'\n", (int)got, word, (int)wanted,
               unknown);
}

static void words(void)
{
    static const char *const completed[] = {
        "completed", "complete", "SUCCESS", "succeeded", "Ok", "done", "Finished"};
    static const char *const failed[] = {"failed", "Failure", "ERROR", "crashed"};
    char json[64];

    for (size_t i = 0; i < sizeof completed / sizeof *completed; i++) {
        snprintf(json, sizeof json, "{\"status\": \"%s\"}", completed[i]);
        says(json, RESULT_SAYS_COMPLETED, "");
    }
    for (size_t i = 0; i < sizeof failed / sizeof *failed; i++) {
        snprintf(json, sizeof json, "{\"status\": \"%s\"}", failed[i]);
        says(json, RESULT_SAYS_FAILED, "");
    }
    says("{\"status\":\"TimeOut\"}", RESULT_SAYS_TIMEOUT, "");
}

static void says_nothing(void)
{
    says("{}", RESULT_SAYS_NOTHING, "");
    says("{\"status\":null}", RESULT_SAYS_NOTHING, "");
    says("{\"status\":0}", RESULT_SAYS_NOTHING, "0");
    says("{\"status\":true}", RESULT_SAYS_NOTHING, "true");
    says("{\"status\":[\"failed\"]}", RESULT_SAYS_NOTHING, "[\"failed\"");
    says("{\"status\":{\"status\":\"failed\"}}", RESULT_SAYS_NOTHING,
         "{\"status\":\"failed\"");
    says("{\"status\":\"\"}", RESULT_SAYS_NOTHING, "");
    says("{\"status\":\"training\"}", RESULT_SAYS_NOTHING, "training");
    says("{\"status\":\"complete \"}", RESULT_SAYS_NOTHING, "complete ");
    says("{\"status\":\"a word that is longer than what is kept of it\"}",
         RESULT_SAYS_NOTHING, "a word that is longer than what");
}

static void whose_member(void)
{
    says("{\"metrics\":{\"status\":\"failed\"}}", RESULT_SAYS_NOTHING, "");
    says("{\"a\":[{\"status\":\"failed\"}],\"status\" :\n \"done\"}",
         RESULT_SAYS_COMPLETED, "");
    says("{\"a\":\"\\\"status\\\":\\\"failed\\\"\",\"b\":\"}\",\"status\":\"ok\"}",
         RESULT_SAYS_COMPLETED, "");
    says("{\"word\":\"status\",\"x\":\"failed\"}", RESULT_SAYS_NOTHING, "");
    says("{\"status\":\"failed\",\"status\":\"ok\"}", RESULT_SAYS_COMPLETED, "");
    says("{\"status\":\"ok\",\"status\":7}", RESULT_SAYS_NOTHING, "7");
    says("{\"st\\u0061tus\":\"f\\u0041iled\"}", RESULT_SAYS_FAILED, "");
    says("{\"statu\\u0173\":\"failed\"}", RESULT_SAYS_NOTHING, "");
    says("{\"status\":\"do\\u006Ee\\u0000\"}", RESULT_SAYS_NOTHING,
         "do\\u006Ee\\u0000");
    says("{\"status\":\"\\\"status\\\":\"}", RESULT_SAYS_NOTHING, "\\\"status\\\":");
}

int main(void)
{
    words();
    says_nothing();
    whose_member();
    return tap_done();
}
