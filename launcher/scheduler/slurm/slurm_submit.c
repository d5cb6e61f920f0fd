#include "launcher/scheduler/slurm/slurm_submit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "launcher/common/memory.h"

#define ID_DIGITS 10 /* 32 bits */
#define MESSAGE_MAX 1500

/* Slurm's texts (slurm_errno.c) and what they mean for a submission. The order is the
 * order of caution: where a text says that the controller may have got the job, no
 * other text of the same call can take that back. */
static const struct {
    const char *text;
    enum submit_class class;
} meanings[] = {
    /* may have been accepted */
    {"Socket timed out on send/recv operation", SUBMIT_UNKNOWN},
    {"Zero Bytes were transmitted or received", SUBMIT_UNKNOWN},
    {"Header lengths are longer than data received", SUBMIT_UNKNOWN},
    {"slurm controller (receive failure)", SUBMIT_UNKNOWN},
    {"slurm controller (shutdown failure)", SUBMIT_UNKNOWN},
    {"slurm controller (send failure)", SUBMIT_UNKNOWN},
    {"Unexpected message received", SUBMIT_UNKNOWN},
    {"Connection timed out", SUBMIT_UNKNOWN},
    {"Connection reset by peer", SUBMIT_UNKNOWN},
    {"Broken pipe", SUBMIT_UNKNOWN},
    {"Message receive failure", SUBMIT_UNKNOWN},
    {"quiesce timeout", SUBMIT_UNKNOWN},

    /* a limit that goes away when own jobs end */
    {"AssocMaxSubmitJobLimit", SUBMIT_LIMIT},
    {"AssocGrpSubmitJobsLimit", SUBMIT_LIMIT},
    {"QOSMaxSubmitJobPerUserLimit", SUBMIT_LIMIT},
    {"QOSGrpSubmitJobsLimit", SUBMIT_LIMIT},
    {"MaxSubmitJobsPerAccount", SUBMIT_LIMIT},
    {"MaxSubmitJobPerAccount", SUBMIT_LIMIT},
    {"MaxJobCount limit reached", SUBMIT_LIMIT},

    /* limits that this request will always break */
    {"QOSMax", SUBMIT_REFUSED},
    {"QOSMin", SUBMIT_REFUSED},
    {"QOSGrp", SUBMIT_REFUSED},
    {"AssocMax", SUBMIT_REFUSED},
    {"AssocGrp", SUBMIT_REFUSED},
    {"MaxMemPerLimit", SUBMIT_REFUSED},

    /* no reason given: the submit limit is the usual one */
    {"Job violates accounting/QOS policy", SUBMIT_LIMIT},
    {"breached requested QOS usage threshold", SUBMIT_LIMIT},

    {"Job dependency problem", SUBMIT_DEPENDENCY},

    /* surely not accepted, and may pass */
    {"slurm controller (connect failure)", SUBMIT_LATER},
    {"Resource temporarily unavailable", SUBMIT_LATER},
    {"Unable to create job record, try again", SUBMIT_LATER},
    {"Requested nodes are busy", SUBMIT_LATER},
    {"I/O error writing script/environment to file", SUBMIT_LATER},
    {"try again later", SUBMIT_LATER},
    {"standby mode", SUBMIT_LATER},
    {"Required ports are in use", SUBMIT_LATER},
    {"submissions disabled", SUBMIT_LATER},
    {"Job creation temporarily disabled", SUBMIT_LATER},
    {"Rate limit exceeded", SUBMIT_LATER},
    {"Failed to connect to authentication agent", SUBMIT_LATER},
    {"Munge encode failed", SUBMIT_LATER},
};

char *slurm_submit_pattern(const char *path)
{
    cleanup_text struct text text = {0};
    char special = strchr(path, '\\') ? '\\' : '%';

    for (; *path; path++) {
        if (*path == special)
            text_add_char(&text, special);
        text_add_char(&text, *path);
    }
    return text_take(&text);
}

void slurm_submit_words(const struct submit_request *submission, struct words *argv)
{
    cleanup_free char *output = slurm_submit_pattern(submission->output);
    cleanup_free char *error = slurm_submit_pattern(submission->error);
    bool is_array = submission->array != NULL;

    words_add(argv, "--parsable");
    words_addf(argv, "--job-name=%s", submission->job_name);
    words_addf(argv, "--output=%s%s", output, is_array ? "-%A_%a.out" : "");
    words_addf(argv, "--error=%s%s", error, is_array ? "-%A_%a.err" : "");
    if (submission->folder)
        words_addf(argv, "--chdir=%s", submission->folder);
    if (is_array)
        words_addf(argv, "--array=%s", submission->array);
    if (submission->options)
        words_copy(argv, submission->options);
    words_add(argv, submission->script);
}

/* The digits at `text`, if they are an id and `end` follows. Returns how many, or 0. */
static size_t id_length(const char *text, size_t size)
{
    size_t length = 0;

    while (length < size && isdigit((unsigned char)text[length]))
        length++;
    return length > ID_DIGITS || *text == '0' ? 0 : length;
}

static bool read_line(const char *line, size_t size, bool *ret_is_parsable,
                      size_t *ret_start, size_t *ret_length)
{
    static const char sentence[] = "Submitted batch job ";
    size_t length = size > 0 ? id_length(line, size) : 0;

    if (length > 0 && (length == size || (line[length] == ';' && length + 1 < size &&
                                          !memchr(line, ' ', size)))) {
        *ret_is_parsable = true;
        *ret_start = 0;
        *ret_length = length;
        return true;
    }
    size_t skip = sizeof sentence - 1;
    if (size <= skip || memcmp(line, sentence, skip) != 0)
        return false;
    *ret_is_parsable = false;
    *ret_start = skip;
    *ret_length = id_length(line + skip, size - skip);
    return *ret_length > 0 &&
           (skip + *ret_length == size || line[skip + *ret_length] == ' ');
}

bool slurm_submit_job_id(const char *text, char id[JOB_ID_SIZE])
{
    bool is_found = false;
    bool has_parsable = false;

    while (*text) {
        size_t line = strcspn(text, "\n");
        size_t size = line > 0 && text[line - 1] == '\r' ? line - 1 : line;
        bool is_parsable;
        size_t start, length;
        if (read_line(text, size, &is_parsable, &start, &length) &&
            (is_parsable || !has_parsable)) {
            snprintf(id, JOB_ID_SIZE, "%.*s", (int)length, text + start);
            has_parsable = is_parsable;
            is_found = true;
        }
        text += line + (text[line] == '\n');
    }
    return is_found;
}

enum submit_class slurm_submit_class(const char *text)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (strstr(text, meanings[i].text))
            return meanings[i].class;
    }
    return SUBMIT_REFUSED;
}

/* stderr for people: without "sbatch: error: " before each line, and without what would
 * move a terminal's cursor. */
static char *clean_message(const char *text)
{
    static const char *const prefixes[] = {"sbatch: ", "error: ", "fatal: "};
    cleanup_text struct text message = {.max = MESSAGE_MAX};

    while (*text) {
        size_t size = strcspn(text, "\n");
        const char *next = text + size + (text[size] == '\n');
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
            size_t width = strlen(prefixes[i]);
            if (size >= width && strncmp(text, prefixes[i], width) == 0) {
                text += width;
                size -= width;
            }
        }
        if (size > 0 && message.size > 0)
            text_add_char(&message, '\n');
        for (size_t i = 0; i < size; i++) {
            unsigned char c = (unsigned char)text[i];
            text_add_char(&message, c < 0x20 || c == 0x7f ? ' ' : (char)c);
        }
        text = next;
    }
    return text_take(&message);
}

void slurm_submit_read(const struct child_result *result,
                       struct submit_outcome *ret_outcome)
{
    const char *said = text_string(&result->err_text);
    cleanup_text struct text description = {0};

    *ret_outcome = (struct submit_outcome){.class = SUBMIT_REFUSED};
    bool has_id = slurm_submit_job_id(text_string(&result->out), ret_outcome->job_id);
    if (!result->was_started) {
        child_describe("sbatch", result, &description);
        ret_outcome->message = text_take(&description);
        return;
    }
    ret_outcome->message = clean_message(said);
    if (result->exit_code == 0 && has_id && !result->is_timed_out)
        ret_outcome->class = SUBMIT_ACCEPTED;
    else if (result->is_timed_out || result->signal || result->exit_code == 0 ||
             has_id || !*ret_outcome->message)
        ret_outcome->class = SUBMIT_UNKNOWN;
    else
        ret_outcome->class = slurm_submit_class(said);
    if (ret_outcome->class != SUBMIT_ACCEPTED)
        ret_outcome->job_id[0] = '\0';
    if (ret_outcome->class == SUBMIT_UNKNOWN && !*ret_outcome->message) {
        child_describe("sbatch", result, &description);
        text_add(&description, ", without saying a job id");
        memory_free_at(&ret_outcome->message);
        ret_outcome->message = text_take(&description);
    }
}
