/* completion.c - the verb `completion` */
#include <string.h>

#include "launcher/commands/command.h"

static const struct option_spec verb_completion_options[] = {{0}};

static void add_options_of(const struct command *command, struct text *text)
{
    const struct option_spec *tables[4];
    size_t n_tables = command_tables(command, tables);

    for (size_t i = 0; i < n_tables; i++) {
        for (const struct option_spec *option = tables[i]; option->name; option++) {
            if (!option->is_hidden)
                text_addf(text, " --%s%s", option->name, option->argument ? "=" : "");
        }
    }
}

static void add_bash(const struct command *const *verbs, struct text *text)
{
    text_add(text,
             "# bash: eval \"$(raylaunch completion bash)\"\n"
             "_raylaunch() {\n"
             "    local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words=\n"
             "    COMPREPLY=()\n"
             "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
             "        words=\"");
    for (const struct command *const *at = verbs; *at; at++)
        text_addf(text, "%s%s", at == verbs ? "" : " ", (*at)->name);
    text_add(text, "\"\n    else\n        case $verb in\n");
    for (const struct command *const *at = verbs; *at; at++) {
        text_addf(text, "        %s) words=\"", (*at)->name);
        add_options_of(*at, text);
        text_add(text, "\" ;;\n");
    }
    text_add(text,
             "        esac\n    fi\n"
             "    case $word in\n"
             "    -*) ;;\n"
             "    *) [ \"$COMP_CWORD\" -eq 1 ] || words=\n"
             "       case $verb in status|wait|cancel|retry|collect|archive)\n"
             "           words=\"$words $(ls slurm_outputs 2>/dev/null)\" ;; esac ;;\n"
             "    esac\n"
             "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
             "    [ \"${#COMPREPLY[@]}\" -ne 1 ] || [ \"${COMPREPLY[0]%=}\" = "
             "\"${COMPREPLY[0]}\" ] || compopt -o nospace\n"
             "}\n"
             "complete -o default -F _raylaunch raylaunch\n");
}

static int verb_completion_run(struct invocation *in, struct error *err)
{
    const char *shell = in->rest.count ? in->rest.items[0] : "bash";
    cleanup_text struct text text = {0};

    if (strcmp(shell, "zsh") == 0)
        text_add(&text, "autoload -U +X bashcompinit && bashcompinit\n");
    else if (strcmp(shell, "bash") != 0)
        return error_set(err, ERROR_USAGE, "completion is for bash and zsh, not '%s'",
                         shell);
    add_bash(in->verbs, &text);
    return print_text(&text, err);
}

const struct command verb_completion = {
    .name = "completion",
    .options = verb_completion_options,
    .scope = SCOPE_NONE,
    .run = verb_completion_run,
};
