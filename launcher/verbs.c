#include "launcher/verbs.h"

#include <stddef.h>

extern const struct command verb_sweep, verb_run, verb_status, verb_wait, verb_cancel,
    verb_retry, verb_logs, verb_attach, verb_collect, verb_archive, verb_render,
    verb_check, verb_ports, verb_config, verb_version, verb_help, verb_completion;

const struct command *const verbs[] = {
    &verb_sweep,  &verb_run,        &verb_status, &verb_wait,    &verb_cancel,
    &verb_retry,  &verb_logs,       &verb_attach, &verb_collect, &verb_archive,
    &verb_render, &verb_check,      &verb_ports,  &verb_config,  &verb_version,
    &verb_help,   &verb_completion, NULL,
};
