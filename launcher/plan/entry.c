#include "launcher/plan/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/plan/programs.h"

#define NAME_MAX_BYTES 40 /* of the entrypoint, in a sweep's name */

static const char *const script_suffixes[] = {
    ".py", ".sh", ".R", ".r", ".jl", ".pl", ".rb", ".js", ".mjs", ".lua", NULL};

struct cursor {
    const struct words *command;
    size_t i;
    bool is_elsewhere;
};

static const char *word_at(const struct cursor *at)
{
    return at->i < at->command->count ? at->command->items[at->i] : NULL;
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"

size_t entry_key_size(const char *word)
{
    size_t sign = strspn(word, "+~");
    size_t first = strspn(word + sign, LETTERS);

    return first ? sign + strspn(word + sign, LETTERS "0123456789.@/-") : 0;
}

bool entry_is_parameter(const char *word, size_t *ret_key_size)
{
    size_t size = entry_key_size(word);

    if (size == 0 || word[size] != '=')
        return false;
    *ret_key_size = size;
    return true;
}

/* Step over a wrapper, its options and its own words. */
static void skip_wrapper(struct cursor *at, const struct wrapper *wrapper)
{
    const char *word;
    size_t key_size;

    at->i += wrapper->verb ? 2 : 1;
    at->is_elsewhere |= wrapper->is_elsewhere;
    for (; (word = word_at(at)) != NULL; at->i++) {
        if (strcmp(word, "--") == 0) {
            at->i++;
            break;
        }
        if (word[0] == '-') {
            at->i += program_option_takes_value(wrapper, word) ? 1 : 0;
            continue;
        }
        if (!wrapper->has_assignments || !entry_is_parameter(word, &key_size))
            break;
    }
    for (unsigned n = 0; n < wrapper->n_own && word_at(at); n++)
        at->i++;
}

enum found { FOUND_NOTHING, FOUND_TEXT, FOUND_MODULE };

/* One cluster of short options (-uc TEXT, -mNAME, -W error): steps behind it and its
 * value, and says whether the value stands for the script. */
static enum found skip_cluster(struct cursor *at, const struct interpreter *interpreter,
                               const char **ret_name)
{
    const char *word = at->command->items[at->i++];

    for (const char *c = word + 1; *c; c++) {
        bool is_text = strchr(interpreter->text, *c) != NULL;
        bool is_module = strchr(interpreter->module, *c) != NULL;
        if (is_text && interpreter->is_shell)
            return FOUND_TEXT; /* the text is the first word that is no option */
        if (!is_text && !is_module && !strchr(interpreter->with_value, *c))
            continue;
        const char *value = c[1] ? c + 1 : word_at(at);
        at->i += c[1] ? 0 : 1;
        if (is_module)
            *ret_name = value;
        return is_module ? FOUND_MODULE : is_text ? FOUND_TEXT : FOUND_NOTHING;
    }
    return FOUND_NOTHING;
}

/* Behind an interpreter: its options, then the script. Returns the script's word
 * (borrowed), a module's name with `*ret_is_file` false, or NULL when a text was given
 * or nothing. */
static const char *skip_interpreter(struct cursor *at,
                                    const struct interpreter *interpreter,
                                    bool *ret_is_file)
{
    const char *name = NULL;
    const char *word;
    bool has_text = false;

    *ret_is_file = false;
    at->i++;
    while ((word = word_at(at)) != NULL && (word[0] == '-' || word[0] == '+')) {
        if (word[0] == '-' && word[1] == '\0')
            break; /* the script is standard input */
        if (strncmp(word, "--", 2) == 0 || word[0] == '+') {
            at->i += program_long_takes_value(word) ? 2 : 1;
            if (word[2] == '\0' && word[0] == '-')
                break;
            continue;
        }
        enum found found = skip_cluster(at, interpreter, &name);
        if (found == FOUND_MODULE || (found == FOUND_TEXT && !interpreter->is_shell))
            return name;
        has_text |= found == FOUND_TEXT;
    }
    word = word_at(at);
    at->i += word ? 1 : 0;
    if (has_text || !word || strcmp(word, "-") == 0)
        return NULL;
    *ret_is_file = true;
    return word;
}

static bool has_script_suffix(const char *word, size_t *ret_size)
{
    size_t size = strlen(word);

    for (size_t i = 0; script_suffixes[i]; i++) {
        size_t tail = strlen(script_suffixes[i]);
        if (size > tail && strcmp(word + size - tail, script_suffixes[i]) == 0) {
            *ret_size = size - tail;
            return true;
        }
    }
    return false;
}

/* The base name without its suffix, in characters of a file name. Owned. */
static char *clean_name(const char *word)
{
    const char *base = path_base(word);
    size_t size = strlen(base);
    cleanup_text struct text text = {0};

    has_script_suffix(base, &size);
    for (size_t i = 0; i < size && text.size < NAME_MAX_BYTES; i++) {
        bool is_plain = strchr(LETTERS "0123456789.-", base[i]) != NULL;
        char c = is_plain ? base[i] : '-';
        if (text.size > 0 || (c != '-' && c != '.'))
            text_add_char(&text, c);
    }
    while (text.size > 0 && strchr("-.", text.bytes[text.size - 1]))
        text.bytes[--text.size] = '\0';
    return text.size > 0 ? text_take(&text) : xstrdup("sweep");
}

static char *module_name(const char *module)
{
    const char *dot = strrchr(module, '.');

    if (dot && strcmp(dot, ".__main__") == 0) {
        cleanup_free char *package = xmemdup(module, (size_t)(dot - module));
        return module_name(package);
    }
    return clean_name(dot ? dot + 1 : module);
}

static void find_code(struct entry *entry, const char *kind, size_t index)
{
    snprintf(entry->code, sizeof entry->code, "%s%zu", kind, index);
}

/* What stands at the cursor: an interpreter with its script, or a program. */
static void take_program(struct cursor *at, struct entry *entry)
{
    const char *program = at->command->items[at->i];
    const struct interpreter *interpreter = program_interpreter(program);
    const char *script = program, *kind = "";
    size_t suffix;
    bool is_file = false;

    if (interpreter) {
        script = skip_interpreter(at, interpreter, &is_file);
        entry->name = !script   ? xstrdup(interpreter->name)
                      : is_file ? clean_name(script)
                                : module_name(script);
        kind = is_file ? "" : "m";
    } else {
        is_file =
            strchr(program, '/') || (at->i > 0 && has_script_suffix(program, &suffix));
        entry->name = clean_name(program);
        kind = is_file ? "" : "p";
        at->i++;
    }
    if (!script || at->is_elsewhere)
        return;
    if (is_file)
        entry->file = xstrdup(script);
    else if (interpreter)
        entry->module = xstrdup(script);
    find_code(entry, kind, at->i - 1);
}

void entry_find(const struct words *command, struct entry *ret_entry)
{
    struct cursor at = {.command = command};
    const struct wrapper *wrapper;

    *ret_entry = (struct entry){0};
    while (at.i + 1 < command->count) {
        wrapper = program_wrapper(command->items[at.i], command->items[at.i + 1]);
        if (!wrapper)
            break;
        skip_wrapper(&at, wrapper);
    }
    if (at.i >= command->count) /* a wrapper alone is the program itself */
        at.i = 0;
    take_program(&at, ret_entry);
    ret_entry->first = at.i < command->count ? at.i : command->count;
    ret_entry->end = ret_entry->first;
    while (ret_entry->end < command->count &&
           strcmp(command->items[ret_entry->end], "--") != 0)
        ret_entry->end++;
}
