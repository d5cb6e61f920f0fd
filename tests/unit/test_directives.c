#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/script/directives.h"
#include "launcher/script/script.h"
#include "tests/tap/tap.h"
#include "tests/unit/script_fixture.h"

/* All directives of a request, or why they are refused; owned. */
static char *directives(struct made *made)
{
    struct error err = {0};
    struct text text = {0};

    if (script_add_same_directives(&made->request, &text, &err) < 0 ||
        script_add_output_directives(&made->request, &text, &err) < 0) {
        text_release(&text);
        return xasprintf("%d: %s", (int)err.kind, err.text);
    }
    return text_take(&text);
}

static void test_control_characters(void)
{
    static const char *const bad[] = {"a\nb",  "a\rb",  "a\tb",
                                      "a\x01", "a\x7F", "\n#SBATCH --x"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct made made;
        make(&made, "plain");
        made.request.base = bad[i];
        cleanup_free char *said = directives(&made);
        ok(strncmp(said, "3: ", 3) == 0 && strstr(said, "--output holds a control"),
           "%s", said);
        made.request.base = "x";
        made.request.job_name = bad[i];
        cleanup_free char *name = directives(&made);
        ok(strstr(name, "--job-name holds a control") != NULL, "%s", name);
        cleanup_text struct text text = {0};
        ok(script_render(&made.request, &text, NULL) < 0, "so there is no script");
        release(&made);
    }
}

static void has_line(enum setting key, const char *value, const char *line)
{
    struct made made;

    make(&made, "plain");
    set(&made, key, value);
    cleanup_free char *lines = directives(&made);
    cleanup_free char *wanted = xasprintf("\n#SBATCH %s\n", line);
    if (!ok(strstr(lines, wanted) != NULL, "%s", line))
        printf("# %s\n", lines);
    release(&made);
}

static void test_directives(void)
{
    struct made made;

    make(&made, "plain");
    cleanup_free char *lines = directives(&made);
    is_string(lines,
              "#SBATCH --job-name=train-1a2b3c4d\n#SBATCH --nodes=4\n#SBATCH "
              "--exclusive\n#SBATCH --ntasks=4\n"
              "#SBATCH --ntasks-per-node=1\n#SBATCH --cpus-per-task=8\n#SBATCH "
              "--gpus-per-task=1\n"
              "#SBATCH --mem=0\n#SBATCH --time=08:00:00\n#SBATCH "
              "--partition=gpu\n#SBATCH --no-requeue\n"
              "#SBATCH --open-mode=append\n#SBATCH --signal=B:USR1@180\n#SBATCH "
              "--output=/w/s/points/p.out\n"
              "#SBATCH --error=/w/s/points/p.err\n",
              "the built-in settings");
    release(&made);
    has_line(SETTING_COMMENT, "a b", "--comment=\"a b\"");
    has_line(SETTING_COMMENT, "a\"b\\c", "--comment=\"a\\\"b\\\\c\"");
    has_line(SETTING_COMMENT, "a #b", "--comment=\"a #b\"");
    has_line(SETTING_COMMENT, "$(x)'", "--comment=\"$(x)'\"");
    has_line(SETTING_CONSTRAINT, "[a|b]&c", "--constraint=\"[a|b]&c\"");
    has_line(SETTING_DEPENDENCY, "afterok:12:34", "--dependency=afterok:12:34");
    has_line(SETTING_GPUS_PER_TASK, "2", "--gpus-per-task=2");
    has_line(SETTING_GPU_TYPE, "h100", "--gpus-per-task=h100:1");
    has_line(SETTING_GPU_SYNTAX, "gres", "--gres=gpu:1");
    has_line(SETTING_SBATCH, "nice", "--nice");
    has_line(SETTING_SBATCH, "nice=5 0", "--nice=\"5 0\"");
    has_line(SETTING_REQUEUE, "yes", "--requeue");
    has_line(SETTING_TIME, "10", "--signal=B:USR1@120");
    has_line(SETTING_TIME, "1-0", "--signal=B:USR1@180");
}

/* Memory: --mem=0 where the nodes are exclusive and none was asked. */
static void test_memory(void)
{
    static const struct {
        const char *exclusive, *mem, *mem_per_cpu, *wanted;
    } cases[] = {{"yes", NULL, NULL, "--mem=0\n"},
                 {"yes", "4G", NULL, "--mem=4G\n"},
                 {"yes", NULL, "2G", "--mem-per-cpu=2G\n"},
                 {"no", NULL, NULL, "--mem-per-cpu=4GB\n"},
                 {"no", "500M", NULL, "--mem=500M\n"},
                 {"no", NULL, "2G", "--mem-per-cpu=2G\n"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made made;
        make(&made, "plain");
        set(&made, SETTING_EXCLUSIVE, cases[i].exclusive);
        if (cases[i].mem)
            set(&made, SETTING_MEM, cases[i].mem);
        if (cases[i].mem_per_cpu)
            set(&made, SETTING_MEM_PER_CPU, cases[i].mem_per_cpu);
        set(&made, SETTING_TIME, "9");
        set(&made, SETTING_GPUS_PER_TASK, "0");
        cleanup_free char *lines = directives(&made);
        const char *mem = strstr(lines, "--mem");
        ok(mem && strncmp(mem, cases[i].wanted, strlen(cases[i].wanted)) == 0 &&
               !strstr(mem + 5, "--mem"),
           "exclusive %s: %s", cases[i].exclusive, cases[i].wanted);
        ok(!strstr(lines, "--exclusive") == (*cases[i].exclusive == 'n'),
           "and exclusive as asked");
        ok(!strstr(lines, "--signal") && !strstr(lines, "--gpus"),
           "no signal under 10 minutes, no GPUs: no line");
        release(&made);
    }
}

static void test_pattern(void)
{
    struct made made;
    cleanup_free char *pattern = script_file_pattern("/a%j/%%/b", ".out");

    is_string(pattern, "/a%%j/%%%%/b.out", "a percent sign is doubled");
    make(&made, "plain");
    made.request.base = "/w/50% of it/p";
    cleanup_free char *lines = directives(&made);
    ok(strstr(lines, "--output=\"/w/50%% of it/p.out\"\n"), "in the directive too");
    release(&made);
}

int main(void)
{
    test_control_characters();
    test_directives();
    test_memory();
    test_pattern();
    return tap_done();
}
