#include "launcher/scheduler/slurm/slurm_submit.h"

#include <signal.h>
#include <stdlib.h>

#include "launcher/common/memory.h"
#include "tests/tap/tap.h"

static const char *class_name(enum submit_class class)
{
    static const char *const names[] = {"accepted",   "refused", "limit",
                                        "dependency", "later",   "unknown"};

    return names[class];
}

static void test_job_id(void)
{
    static const struct {
        const char *text, *id; /* id NULL: there is none */
    } rows[] = {
        {"", NULL},
        {"\n\n", NULL},
        {"0\n", NULL},
        {"-1\n", NULL},
        {"12a\n", NULL},
        {" 12\n", NULL},
        {"12 \n", NULL},
        {"12;\n", NULL},
        {"12;a b\n", NULL},
        {"99999999999\n", NULL},
        {"Welcome to the Stampede3 Supercomputer\n", NULL},
        {"Submitted batch job\n", NULL},
        {"Submitted batch job x\n", NULL},
        {"Submitted batch job 12x\n", NULL},
        {"submitted batch job 12\n", NULL},
        {"I Submitted batch job 12\n", NULL},
        {"13\n", "13"},
        {"13", "13"},
        {"13\r\n", "13"},
        {"104;rltest\n", "104"},
        {"4294967295\n", "4294967295"},
        {"Submitted batch job 14\n", "14"},
        {"Submitted batch job 14 on cluster x\n", "14"},
        {"--> Verifying 3 things\n2024\n-->OK\n7\n", "7"},
        {"Welcome to Stampede3\nSubmitted batch job 15\n", "15"},
        {"16\nSubmitted batch job 17\n", "16"},
        {"Submitted batch job 17\n16;c\n", "16"},
        {"18\n\nbye\n", "18"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char id[JOB_ID_SIZE] = "";
        bool is_found = slurm_submit_job_id(rows[i].text, id);
        is_number(is_found, rows[i].id != NULL, "is there an id?");
        is_string(id, rows[i].id ? rows[i].id : "", "the id");
    }
}

#define FAILED "sbatch: error: Batch job submission failed: "

/* The name of a test is one line: the last one of the text. */
static const char *one_line(const char *text)
{
    static char line[64];
    const char *last = text;

    for (const char *at = text; *at; at++) {
        if (*at == '\n' && at[1])
            last = at + 1;
    }
    if (strncmp(last, FAILED, strlen(FAILED)) == 0)
        last += strlen(FAILED);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(last, "\n"), last);
    return line;
}

/* A text that may mean "accepted" must never become another class: nobody would ask
 * whether there is a job, and the point would run twice. */
static void test_may_be_accepted(void)
{
    static const char *const texts[] = {
        "Socket timed out on send/recv operation",
        "Zero Bytes were transmitted or received",
        "Header lengths are longer than data received",
        "Unable to contact slurm controller (receive failure)",
        "Unable to contact slurm controller (shutdown failure)",
        "Unable to contact slurm controller (send failure)",
        "Unexpected message received",
        "Connection timed out",
        "Connection reset by peer",
        "Broken pipe",
        "Message receive failure",
        "Slurm backup controller in quiesce timeout",
    };
    static const char *const surely_not[] = {
        "Unable to contact slurm controller (connect failure)",
        "Resource temporarily unavailable", "MaxJobCount limit reached",
        "Job dependency problem", "Invalid partition name specified"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        cleanup_free char *alone = xasprintf(FAILED "%s\n", texts[i]);
        size_t n_bad = 0;
        for (size_t j = 0; j < sizeof surely_not / sizeof *surely_not; j++) {
            cleanup_free char *before =
                xasprintf("sbatch: error: %s\n%s", surely_not[j], alone);
            cleanup_free char *after =
                xasprintf("%s" FAILED "%s\n", alone, surely_not[j]);
            n_bad += slurm_submit_class(before) != SUBMIT_UNKNOWN;
            n_bad += slurm_submit_class(after) != SUBMIT_UNKNOWN;
        }
        ok(slurm_submit_class(alone) == SUBMIT_UNKNOWN && n_bad == 0,
           "%s: nobody knows, whatever else was said", texts[i]);
    }
}

static void test_class(void)
{
    static const struct {
        const char *text;
        enum submit_class class;
    } rows[] = {
        /* seen with 22.05, 24.11 and 26.05 */
        {"sbatch: error: invalid partition specified: nosuch\n" FAILED
         "Invalid partition name specified\n",
         SUBMIT_REFUSED},
        {"sbatch: error: Memory specification can not be satisfied\n" FAILED
         "Requested node configuration is not available\n",
         SUBMIT_REFUSED},
        {"sbatch: unrecognized option '--x'\nTry \"sbatch --help\" for more "
         "information\n",
         SUBMIT_REFUSED},
        {"sbatch: error: Invalid --time specification\n", SUBMIT_REFUSED},
        {"sbatch: fatal: --mem, --mem-per-cpu, and --mem-per-gpu are mutually "
         "exclusive.\n",
         SUBMIT_REFUSED},
        {FAILED "Job dependency problem\n", SUBMIT_DEPENDENCY},
        {FAILED "Socket timed out on send/recv operation\n", SUBMIT_UNKNOWN},
        {FAILED "Unable to contact slurm controller (connect failure)\n", SUBMIT_LATER},
        /* by Slurm's table of errors */
        {FAILED "Unable to contact slurm controller (receive failure)\n",
         SUBMIT_UNKNOWN},
        {FAILED "Unable to contact slurm controller (send failure)\n", SUBMIT_UNKNOWN},
        {FAILED "Zero Bytes were transmitted or received\n", SUBMIT_UNKNOWN},
        {FAILED "Unexpected message received\n", SUBMIT_UNKNOWN},
        {FAILED "Resource temporarily unavailable\n", SUBMIT_LATER},
        {FAILED "Slurm controller is in standby mode\n", SUBMIT_LATER},
        {FAILED "System submissions disabled\n", SUBMIT_LATER},
        {FAILED "Rate limit exceeded, please retry later\n", SUBMIT_LATER},
        {FAILED "Unable to create job record, try again\n", SUBMIT_LATER},
        {FAILED "Requested nodes are busy\n", SUBMIT_LATER},
        {FAILED "I/O error writing script/environment to file\n", SUBMIT_LATER},
        {FAILED "Required ports are in use\n", SUBMIT_LATER},
        {FAILED "Job creation temporarily disabled\n", SUBMIT_LATER},
        {"sbatch: error: Munge encode failed: Failed to connect to authentication "
         "agent\n",
         SUBMIT_LATER},
        {FAILED "MaxJobCount limit reached\n", SUBMIT_LIMIT},
        {"sbatch: error: QOSMaxSubmitJobPerUserLimit\n" FAILED
         "Job violates accounting/QOS policy (job submit limit, user's size and/or "
         "time "
         "limits)\n",
         SUBMIT_LIMIT},
        {"sbatch: error: AssocMaxSubmitJobLimit\n" FAILED
         "Job violates accounting/QOS policy (job submit limit)\n",
         SUBMIT_LIMIT},
        {"sbatch: error: QOSMaxWallDurationPerJobLimit\n" FAILED
         "Job violates accounting/QOS policy (job submit limit)\n",
         SUBMIT_REFUSED},
        {"sbatch: error: AssocMaxNodePerJobLimit\n" FAILED
         "Job violates accounting/QOS policy (job submit limit)\n",
         SUBMIT_REFUSED},
        {FAILED "Job violates accounting/QOS policy (job submit limit)\n",
         SUBMIT_LIMIT},
        {FAILED "Access/permission denied\n", SUBMIT_REFUSED},
        {FAILED "Invalid account or account/partition combination specified\n",
         SUBMIT_REFUSED},
        {"a site's filter: please say --account\n", SUBMIT_REFUSED},
        /* what may have been accepted stays so, whatever came after it */
        {"sbatch: error: slurm_receive_msg: Zero Bytes were transmitted or "
         "received\n" FAILED "Unable to contact slurm controller (connect failure)\n",
         SUBMIT_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum submit_class class = slurm_submit_class(rows[i].text);
        ok(class == rows[i].class, "%.60s: %s (got %s)", one_line(rows[i].text),
           class_name(rows[i].class), class_name(class));
    }
}

static struct submit_outcome read_result(int exit_code, int signal_number,
                                         bool is_timed_out, const char *out,
                                         const char *said)
{
    struct child_result result = {.was_started = true,
                                  .exit_code = exit_code,
                                  .signal = signal_number,
                                  .is_timed_out = is_timed_out};
    struct submit_outcome outcome;

    text_add(&result.out, out);
    text_add(&result.err_text, said);
    slurm_submit_read(&result, &outcome);
    child_result_release(&result);
    return outcome;
}

static void check(struct submit_outcome outcome, enum submit_class class,
                  const char *id, const char *message, const char *what)
{
    ok(outcome.class == class, "%s: %s (got %s)", what, class_name(class),
       class_name(outcome.class));
    is_string(outcome.job_id, id, "its job id");
    if (message)
        is_string(outcome.message, message, "its message");
    submit_outcome_release(&outcome);
}

static void test_outcome(void)
{
    struct child_result missing = {.exit_code = -1, .exec_errno = 2};
    struct submit_outcome outcome;

    slurm_submit_read(&missing, &outcome);
    check(outcome, SUBMIT_REFUSED, "", "sbatch: not found on PATH", "no sbatch");
    check(read_result(0, 0, false, "13\n", ""), SUBMIT_ACCEPTED, "13", "", "accepted");
    check(read_result(0, 0, false, "13\n", "sbatch: your quota is nearly used up\n"),
          SUBMIT_ACCEPTED, "13", "your quota is nearly used up", "accepted with words");
    check(read_result(1, 0, false, "", FAILED "Invalid partition name specified\n"),
          SUBMIT_REFUSED, "",
          "Batch job submission failed: Invalid partition name specified", "refused");
    check(read_result(255, 0, false, "",
                      "sbatch: error: a\n\nsbatch: fatal: b\x1b[31m\n"),
          SUBMIT_REFUSED, "", "a\nb [31m", "several lines, and no escapes");
    check(read_result(0, 0, false, "", ""), SUBMIT_UNKNOWN, "",
          "sbatch: exit code 0, without saying a job id", "rc 0 without an id");
    check(read_result(1, 0, false, "", ""), SUBMIT_UNKNOWN, "",
          "sbatch: exit code 1, without saying a job id", "rc 1 without a word");
    check(read_result(1, 0, false, "13\n", FAILED "Invalid partition name specified\n"),
          SUBMIT_UNKNOWN, "", NULL, "an id and an error");
    check(read_result(-1, SIGKILL, false, "", ""), SUBMIT_UNKNOWN, "", NULL,
          "sbatch killed");
    check(read_result(0, 0, true, "13\n", ""), SUBMIT_UNKNOWN, "", NULL, "out of time");
    check(
        read_result(1, SIGTERM, true, "", FAILED "Invalid partition name specified\n"),
        SUBMIT_UNKNOWN, "", NULL, "out of time, whatever it said");
}

static void test_words(void)
{
    struct words options = {0}, argv = {0};
    struct submit_request submission = {.script = "/s/points/a.sbatch",
                                        .job_name = "train-0011aabb",
                                        .output = "/s 100%/points/a.out",
                                        .error = "/s 100%/points/a.err",
                                        .folder = "/home/u/%j",
                                        .options = &options};
    static const char *const wanted[] = {"--parsable",
                                         "--job-name=train-0011aabb",
                                         "--output=/s 100%%/points/a.out",
                                         "--error=/s 100%%/points/a.err",
                                         "--chdir=/home/u/%j",
                                         "--qos=high",
                                         "/s/points/a.sbatch"};

    words_add(&options, "--qos=high");
    slurm_submit_words(&submission, &argv);
    is_number(argv.count, sizeof wanted / sizeof *wanted, "words of sbatch");
    for (size_t i = 0; i < argv.count && i < sizeof wanted / sizeof *wanted; i++)
        is_string(argv.items[i], wanted[i], "a word");
    words_release(&argv);
    words_release(&options);
    submission = (struct submit_request){.script = "/s/arrays/x.sbatch",
                                         .job_name = "train-0011aabb",
                                         .output = "/s 100%/points/array",
                                         .error = "/s 100%/points/array",
                                         .array = "0-9%3"};
    slurm_submit_words(&submission, &argv);
    ok(words_has(&argv, "--array=0-9%3") &&
           words_has(&argv, "--output=/s 100%%/points/array-%A_%a.out") &&
           words_has(&argv, "--error=/s 100%%/points/array-%A_%a.err"),
       "an array's tasks have files of their own");
    words_release(&argv);

    static const struct {
        const char *path, *pattern;
    } rows[] = {{"", ""},
                {"/a/b.out", "/a/b.out"},
                {"/a%j/%%.out", "/a%%j/%%%%.out"},
                {"/a\\b/c.out", "/a\\\\b/c.out"},
                {"/a\\b/%j.out", "/a\\\\b/%j.out"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_free char *pattern = slurm_submit_pattern(rows[i].path);
        is_string(pattern, rows[i].pattern, rows[i].path);
    }
}

int main(void)
{
    test_job_id();
    test_may_be_accepted();
    test_class();
    test_outcome();
    test_words();
    return tap_done();
}
