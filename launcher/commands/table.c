#include <string.h>

#include "launcher/commands/command.h"

#define VERBS(VERB)                                                                     \
    VERB(sweep) VERB(run) VERB(status) VERB(wait) VERB(cancel) VERB(retry) VERB(logs)   \
    VERB(collect) VERB(archive) VERB(render) VERB(config) VERB(version) VERB(help)      \
    VERB(completion)

#define DECLARE(verb) extern const struct command verb_##verb;
VERBS(DECLARE)
#undef DECLARE

#define ROW(verb) &verb_##verb,
const struct command *const command_table[] = {VERBS(ROW) NULL};
#undef ROW
