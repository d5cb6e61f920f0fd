#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/scan/near_result.h"
#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

static char folder[] = "/tmp/raylaunch-near.XXXXXX";

static char *write_file(const char *name, const char *bytes, size_t size)
{
    char *path = xasprintf("%s/%s", folder, name);
    FILE *file = fopen(path, "w");

    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        abort();
    return path;
}

static void check(const char *out, size_t out_size, const char *err, size_t err_size,
                  const char *wanted, const char *what)
{
    cleanup_free char *out_path = write_file("a.out", out, out_size);
    cleanup_free char *err_path = write_file("a.err", err, err_size);
    cleanup_free char *said = near_result_find(out_path, err_path);

    if (!ok(wanted ? said && strstr(said, wanted) : !said, "%s", what))
        printf("#   %s\n", said ? said : "(nothing)");
    unlink(out_path);
    unlink(err_path);
}

#define CHECK(out, err, wanted, what) \
    check(out, sizeof(out) - 1, err, sizeof(err) - 1, wanted, what)

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    CHECK("", "", NULL, "two empty files");
    CHECK("x", "[INFO] - TMGG_RESULT:{\"a\":1}\n", "a.err", "logging's line in .err");
    CHECK("", "    print(\"\\nTMGG_RESULT:\" + json.dumps(x))\nNameError: x\n", NULL,
          "a traceback that quotes the line");
    CHECK("T\0M\0G\0G\0_\0R\0E\0S\0U\0L\0T\0:\0{\0}\0", "", "UTF-16", "little endian");
    CHECK("\xfe\xff\0T\0M\0G\0G\0_\0R\0E\0S\0U\0L\0T\0:\0{\0}", "", "UTF-16",
          "big endian");
    CHECK("", "T\0M\0G\0G\0_\0R\0E\0S\0U\0L\0T\0:\0{\0}\0", "UTF-16", "in .err");
    CHECK(
        "T\0\0\0M\0\0\0G\0\0\0G\0\0\0_\0\0\0R\0\0\0E\0\0\0S\0\0\0U\0\0\0L\0\0\0T\0\0\0"
        ":\0\0\0",
        "", "UTF-32", "UTF-32");
    CHECK("a\nTMGG_RESULT={}\n", "", "'TMGG_RESULT={}'", "another sign behind");
    CHECK("TMGG_RESULT :{}", "", "'TMGG_RESULT :{}'", "a blank before the colon");
    CHECK("TMGG_RESULT\x1b[0m: {}", "", "'TMGG_RESULT?[0m: {}'", "a colour there");
    CHECK("tmgg_result:{}", "", "'tmgg_result:{}'", "small letters");
    CHECK("TMGG-RESULT:{}", "", "'TMGG-RESULT:{}'", "another sign inside");
    CHECK("TMGG_RESULT", "", "'TMGG_RESULT'", "at the end");
    CHECK("TMGG_RESULT: x TMGG_RESULT: y", "", NULL, "the marker itself");
    cleanup_free char *none = near_result_find("/nonexistent/a", NULL);
    ok(!none, "no files");
    cleanup_free char *pipe = xasprintf("%s/pipe", folder);
    if (mkfifo(pipe, 0600) < 0)
        abort();
    cleanup_free char *of_pipe = near_result_find(pipe, pipe);
    ok(!of_pipe, "a FIFO does not hang");
    unlink(pipe);
    rmdir(folder);
    return tap_done();
}
