#include "launcher/script/bootstrap.h"

#include <string.h>

struct script_bootstrap script_bootstrap(const struct settings *settings)
{
    bool is_exclusive = settings_switch(settings, SETTING_EXCLUSIVE);

    if (settings_head_step(settings))
        return (struct script_bootstrap){false, true,
                                         "the head is a step of its own (head_step)"};
    if (settings_chose(settings, CHOICE_BOOTSTRAP_SYMMETRIC))
        return (struct script_bootstrap){true, true, "asked for"};
    if (settings_chose(settings, CHOICE_BOOTSTRAP_DIRECT))
        return (struct script_bootstrap){false, true, "asked for"};
    if (!is_exclusive)
        return (struct script_bootstrap){false, false, "the nodes may be shared"};
    if (settings_integer(settings, SETTING_NODES) == 1)
        return (struct script_bootstrap){
            false, false,
            "one node: the same cluster, up and down in a third of the time"};
    return (struct script_bootstrap){true, false, "the nodes are exclusive"};
}
