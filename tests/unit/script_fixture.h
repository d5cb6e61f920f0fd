/* script_fixture.h - a request for a script: one point of one sweep, settings to set
 */
#ifndef TESTS_UNIT_SCRIPT_FIXTURE_H
#define TESTS_UNIT_SCRIPT_FIXTURE_H

#include <stdio.h>

#include "launcher/script/script.h"
#include "tests/tap/tap.h"

struct made {
    struct settings *settings;
    struct point point;
    struct template template;
    struct script_request request;
};

static inline void set(struct made *made, enum setting key, const char *value)
{
    struct error err = {0};

    if (settings_set(made->settings, key, value, RANK_FLAG, "flag", &err) < 0)
        ok(0, "setting refused: %s", err.text);
}

static inline void make(struct made *made, const char *template)
{
    struct error err = {0};

    *made = (struct made){.settings = settings_new()};
    snprintf(made->point.id, sizeof made->point.id, "lr=1-0123456789ab");
    words_add(&made->point.argv, "python");
    if (template_load(template, &made->template, &err) < 0)
        ok(0, "template: %s", err.text);
    made->request = (struct script_request){.settings = made->settings,
                                            .template = &made->template,
                                            .point = &made->point,
                                            .sweep_folder = "/w/s",
                                            .base = "/w/s/points/p",
                                            .job_name = "train-1a2b3c4d",
                                            .attempt = 1};
}

static inline void release(struct made *made)
{
    settings_free(made->settings);
    point_release(&made->point);
    template_release(&made->template);
}

#endif
