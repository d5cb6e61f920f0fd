#include "launcher/settings/values.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/near.h"
#include "launcher/common/text/utf8.h"
#include "launcher/settings/sbatch_option.h"
#include "launcher/settings/store.h"
#include "launcher/settings/value_shown.h"

#define NUMBER_DIGITS_MAX 15
#define COUNT_MAX 1000000000LL
#define OBJECT_STORE_MIN_MIB 75 /* OBJECT_STORE_MINIMUM_MEMORY_BYTES of Ray */
#define NAME_BYTES_MAX 128

static int fail(const char *text, const char *why, struct error *err)
{
    cleanup_free char *shown = value_shown(text);

    return error_set(err, ERROR_INPUT, "'%s' %s", shown, why);
}

/* Numbers that are not "0 or more". */
static void range_of(enum setting key, long long *ret_least, long long *ret_most)
{
    static const struct {
        enum setting key;
        long long least, most;
    } ranges[] = {
        {SETTING_NODES, 1, 1000000},       {SETTING_CPUS_PER_TASK, 1, 1000000},
        {SETTING_GPUS_PER_TASK, 0, 10000}, {SETTING_PORTS_FIRST, 1024, 65535},
        {SETTING_PORTS_LAST, 1024, 65535}, {SETTING_MAX_POINTS, 1, COUNT_MAX},
        {SETTING_IN_FLIGHT, 1, 1000},      {SETTING_POLL, 1, COUNT_MAX},
    };

    *ret_least = 0;
    *ret_most = COUNT_MAX;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (ranges[i].key == key) {
            *ret_least = ranges[i].least;
            *ret_most = ranges[i].most;
        }
    }
}

static bool parse_whole(const char *text, long long *ret_number)
{
    size_t n_digits = strspn(text, "0123456789");
    long long number = 0;

    if (n_digits == 0 || n_digits > NUMBER_DIGITS_MAX || text[n_digits])
        return false;
    for (const char *c = text; *c; c++)
        number = number * 10 + (*c - '0');
    *ret_number = number;
    return true;
}

static int check_number(enum setting key, const char *text, char **ret_text,
                        long long *ret_number, struct error *err)
{
    long long least;
    long long most;
    long long number;

    if (key == SETTING_TIMEOUT && strcasecmp(text, "auto") == 0) {
        *ret_text = xstrdup("auto");
        *ret_number = TIMEOUT_AUTO;
        return 0;
    }
    range_of(key, &least, &most);
    if (parse_whole(text, &number) && number >= least && number <= most) {
        *ret_number = number;
        return 0;
    }
    cleanup_free char *why =
        xasprintf("is %s a whole number%s from %lld to %lld",
                  key == SETTING_TIMEOUT ? "neither auto nor" : "not",
                  setting_type(key) == VALUE_SECONDS ? " of seconds" : "", least, most);
    return fail(text, why, err);
}

static int check_switch(const char *text, char **ret_text, long long *ret_number,
                        struct error *err)
{
    static const struct {
        const char *word;
        bool is_on;
    } words[] = {{"yes", true}, {"true", true},   {"on", true},   {"1", true},
                 {"no", false}, {"false", false}, {"off", false}, {"0", false}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(text, words[i].word) == 0) {
            *ret_text = xstrdup(words[i].is_on ? "yes" : "no");
            *ret_number = words[i].is_on;
            return 0;
        }
    }
    return fail(text, "is neither yes nor no", err);
}

static int check_choice(const char *choices, const char *text, char **ret_text,
                        struct error *err)
{
    cleanup_words struct words words = {0};

    for (const char *at = choices; *at;) {
        size_t size = strcspn(at, "|");
        words_addf(&words, "%.*s", (int)size, at);
        at += size + (at[size] == '|');
    }
    for (size_t i = 0; i < words.count; i++) {
        if (strcasecmp(words.items[i], text) == 0) {
            *ret_text = xstrdup(words.items[i]);
            return 0;
        }
    }
    cleanup_text struct text why = {0};
    text_add(&why, "is none of");
    for (size_t i = 0; i < words.count; i++)
        text_addf(&why, "%s %s", i ? "," : "", words.items[i]);
    return fail(text, text_string(&why), err);
}

/* A sweep's name is a folder and a part of file names and job names. */
static bool is_name(const char *text)
{
    if (*text == '.' || *text == '-' || strlen(text) > NAME_BYTES_MAX)
        return false;
    for (const char *c = text; *c; c++) {
        if (!isalnum((unsigned char)*c) && !strchr("._=,+-", *c))
            return false;
    }
    return true;
}

static bool has_control(const char *text, const char *allowed)
{
    for (const char *c = text; *c; c++) {
        if (((unsigned char)*c < 0x20 || *c == 0x7F) && !strchr(allowed, *c))
            return true;
    }
    return false;
}

static int check_text(enum setting key, const char *text, struct error *err)
{
    long long number;

    if (has_control(text, ""))
        return fail(text, "holds a control character or more than one line", err);
    if (!*text && setting_spec(key)->fallback && key != SETTING_PARTITION)
        return error_set(err, ERROR_INPUT, "an empty text means nothing here");
    if (key == SETTING_NAME && !is_name(text))
        return fail(
            text,
            "cannot be a folder's name: use up to 128 of A-Z a-z 0-9 . _ = , + -, "
            "not beginning with . or -",
            err);
    if (key == SETTING_RAY_CPUS && strcmp(text, "task") != 0 &&
        strcmp(text, "all") != 0 && (!parse_whole(text, &number) || number < 1))
        return fail(text, "is none of task, all, or a number from 1", err);
    return 0;
}

static int check_variable(const char *text, struct error *err)
{
    static const char own[] = "RAYLAUNCH_";
    const char *equals = strchr(text, '=');

    if (!equals)
        return fail(text, "is no variable: write NAME=VALUE", err);
    for (const char *c = text; c < equals; c++) {
        if (!isalpha((unsigned char)*c) && *c != '_' &&
            (c == text || !isdigit((unsigned char)*c)))
            return fail(text, "begins with no name that a variable can have", err);
    }
    if (equals == text)
        return fail(text, "has no name before '='", err);
    if (strncmp(text, own, sizeof own - 1) == 0)
        return fail(text, "begins with RAYLAUNCH_, which raylaunch sets itself", err);
    return 0;
}

static int check_item(enum setting key, const char *text, char **ret_text,
                      struct error *err)
{
    if (key == SETTING_SBATCH)
        return sbatch_option_check(text, ret_text, err);
    if (setting_type(key) == VALUE_MAP)
        return check_variable(text, err);
    /* A setup line may be a block of several lines; other items are words. */
    if (has_control(text, key == SETTING_SETUP ? "\n\t" : ""))
        return fail(text, "holds a control character or more than one line", err);
    if (!*text)
        return error_set(err, ERROR_INPUT, "an empty item means nothing here");
    return 0;
}

static int check_memory(enum setting key, const char *text, long long *ret_number,
                        struct error *err)
{
    if (value_mib(text, ret_number, err) < 0)
        return -1;
    if (key == SETTING_MEM_PER_CPU && *ret_number == 0)
        return fail(text, "gives no memory: 'mem: 0' asks for all of a node", err);
    if (key == SETTING_OBJECT_STORE_MEMORY && *ret_number < OBJECT_STORE_MIN_MIB)
        return fail(text, "is less than the 75M that Ray needs", err);
    return 0;
}

static int check_by_type(enum setting key, const char *text, char **ret_text,
                         long long *ret_number, struct error *err)
{
    switch (setting_type(key)) {
    case VALUE_TEXT:
        return check_text(key, text, err);
    case VALUE_LIST:
    case VALUE_MAP:
        return check_item(key, text, ret_text, err);
    case VALUE_INTEGER:
    case VALUE_SECONDS:
        return check_number(key, text, ret_text, ret_number, err);
    case VALUE_SWITCH:
        return check_switch(text, ret_text, ret_number, err);
    case VALUE_TIME:
        return value_minutes(text, ret_number, err);
    case VALUE_MEMORY:
        return check_memory(key, text, ret_number, err);
    case VALUE_CHOICE:
        return check_choice(setting_spec(key)->type, text, ret_text, err);
    }
    return error_set(err, ERROR_BUG, "setting %d has no type", (int)key);
}

int value_check(enum setting key, const char *text, char **ret_text,
                long long *ret_number, struct error *err)
{
    cleanup_free char *kept = NULL;
    long long number = 0;

    if (strlen(text) >= LIMIT_WORD_BYTES)
        return error_set(err, ERROR_INPUT, "a value is longer than %lu bytes",
                         LIMIT_WORD_BYTES);
    if (!utf8_is_valid(text, strlen(text)))
        return fail(text, "is not UTF-8", err);
    if (check_by_type(key, text, &kept, &number, err) < 0)
        return -1;
    *ret_text = kept ? steal(&kept) : xstrdup(text);
    *ret_number = number;
    return 0;
}
