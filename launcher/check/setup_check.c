#include "launcher/check/setup_check.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/settings/keys.h"

/* TEMP/rl.XXXXXX/r2/session_2026-11-28_06-51-45_123456_1234567/sockets/plasma_store:
 * 107 bytes are a socket's, and 77 of them are not TEMP's (templates/keeper/life.py).
 */
#define TEMP_BYTES_MAX 30

static bool is_named(const struct words *lines, const char *word)
{
    for (size_t i = 0; i < lines->count; i++) {
        if (strstr(lines->items[i], word))
            return true;
    }
    return false;
}

static int check_venv(const struct settings *settings, struct error *err)
{
    const char *venv = settings_text(settings, SETTING_VENV);

    if (!*venv || is_named(settings_list(settings, SETTING_SETUP), venv))
        return 0;
    cleanup_free char *activate = path_join(venv, "bin/activate");
    if (access(activate, R_OK) == 0 || (errno != ENOENT && errno != ENOTDIR))
        return 0;
    return error_set(
        err, ERROR_INPUT,
        "there is no '%s', so each job would end at once ('venv', %s); name "
        "the folder that `python3 -m venv` made, or say --submit-anyway if "
        "only the nodes have it",
        activate, settings_origin(settings, SETTING_VENV));
}

static int check_temp(const struct settings *settings, struct error *err)
{
    const char *temp = settings_text(settings, SETTING_TEMP_DIR);

    if (strcmp(settings_text(settings, SETTING_TEMPLATE), TEMPLATE_RAY) != 0 ||
        strlen(temp) <= TEMP_BYTES_MAX)
        return 0;
    return error_set(
        err, ERROR_INPUT,
        "the temp folder '%s' (%s) is too long for Ray, whose sockets lie in "
        "it: it may have %d bytes; choose a shorter one with --temp-dir",
        temp, settings_origin(settings, SETTING_TEMP_DIR), TEMP_BYTES_MAX);
}

int setup_check(const struct settings *settings, bool will_submit,
                struct words *warnings, struct error *err)
{
    struct error refusal = {0};

    if (check_venv(settings, &refusal) == 0 && check_temp(settings, &refusal) == 0)
        return 0;
    if (will_submit && !settings_switch(settings, SETTING_SUBMIT_ANYWAY))
        return error_set(err, refusal.kind, "%s", refusal.text);
    words_add(warnings, refusal.text);
    return 0;
}
