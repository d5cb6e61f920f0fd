/* main.c - find the verb, run it, print the one error, give the exit code */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "launcher/commands/command.h"
#include "launcher/commands/term.h"
#include "launcher/common/memory.h"
#include "launcher/common/processes/interrupt.h"
#include "launcher/common/text/near.h"
#include "launcher/common/text/utf8.h"
#include "launcher/common/trees/json_write.h"
#include "launcher/verbs.h"

static bool wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0)
            return true;
    }
    return false;
}

static int report(const struct error *err, bool as_json)
{
    int code = err->kind == ERROR_NONE ? ERROR_BUG : (int)err->kind;

    if (as_json) {
        cleanup_text struct text line = {0};
        struct json_writer json;
        jsonwrite_line(&json, "error", &line);
        jsonwrite_string(&json, "kind", error_kind_name(err->kind));
        jsonwrite_integer(&json, "code", code);
        jsonwrite_string(&json, "message", err->text);
        jsonwrite_line_end(&json);
        cleanup_text struct text shown = {0};
        utf8_add_terminal(&shown, text_string(&line), line.size);
        fputs(text_string(term_is(2) ? &shown : &line), stderr);
    } else {
        cleanup_text struct text line = {0};
        utf8_add_printable_lines(&line, err->text, strlen(err->text));
        fprintf(stderr, "raylaunch: %s\n", text_string(&line));
    }
    return code;
}

static int unknown_verb(const char *verb, struct error *err)
{
    const char *names[64];
    size_t count = 0;

    for (const struct command *const *at = verbs; *at && count < 64; at++)
        names[count++] = (*at)->name;
    const char *near = near_name(verb, names, count);
    if (near)
        return error_set(err, ERROR_USAGE, "unknown verb '%s'; did you mean '%s'?",
                         verb, near);
    return error_set(err, ERROR_USAGE, "unknown verb '%s'; see `raylaunch help`", verb);
}

static int run(int argc, char **argv, struct error *err)
{
    static const struct {
        const char *option, *verb;
    } short_cuts[] = {{"--version", "version"},
                      {"-V", "version"},
                      {"--help", "help"},
                      {"-h", "help"}};
    const char *verb = argc > 1 ? argv[1] : "help";

    for (size_t i = 0; i < sizeof short_cuts / sizeof *short_cuts; i++) {
        if (strcmp(verb, short_cuts[i].option) == 0)
            verb = short_cuts[i].verb;
    }
    const struct command *command = command_find(verbs, verb);
    if (!command)
        return unknown_verb(verb, err);
    int rest = argc > 2 ? argc - 2 : 0;
    return command_run(command, verbs, rest, argv + (argc > 2 ? 2 : argc), err);
}

/* A signal that stopped us shows in the exit code as a shell expects. One that nobody
 * answered did stop something. */
static int end_by_signal(int code)
{
    bool is_stopped = interrupt_is_pending() || (code != 0 && interrupt_count() > 0);

    return is_stopped ? 128 + interrupt_signal() : code;
}

int main(int argc, char **argv)
{
    struct error err = {0};

    setlocale(LC_CTYPE, "");
    interrupt_install();
    int code = run(argc, argv, &err);
    if (code < 0)
        code = report(&err, wants_json(argc, argv));
    return end_by_signal(code);
}
