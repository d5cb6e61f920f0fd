#include "launcher/sweep/provenance.h"

#include "tests/unit/sweep_fixture.h"

static char template_name[] = "t", template_bytes[] = "#!/bin/bash\n";
static struct template template = {template_name, template_bytes, 12};

static struct settings *with(enum setting key, const char *value)
{
    struct settings *settings = settings_new();
    struct error err = {0};

    if (settings_set(settings, key, value, RANK_FLAG, "flag", &err) < 0)
        ok(0, "%s", err.text);
    return settings;
}

static void take(const struct settings *settings, const char *entry_file,
                 struct provenance *ret_provenance)
{
    provenance_take(settings, &template, scratch(), entry_file, ret_provenance);
}

static const char *value(const struct provenance *provenance, const char *key)
{
    return jsonio_string(provenance->values, key, NULL);
}

/* What changes a result changes the id; what does not, does not. */
static void test_id(void)
{
    static const struct {
        enum setting key;
        const char *value;
        bool is_other;
    } rows[] = {
        {SETTING_MEM, "8G", true},           {SETTING_NODES, "7", true},
        {SETTING_TIME, "01:00:00", true},    {SETTING_SETUP, "module load x", true},
        {SETTING_ENV, "A=1", true},          {SETTING_BOOTSTRAP, "direct", true},
        {SETTING_PARTITION, "gpu", false},   {SETTING_ACCOUNT, "a", false},
        {SETTING_MAX_CONCURRENT, "3", false}};
    struct settings *usual = settings_new();
    struct provenance base;

    scratch_write("train.py", "1", 1);
    take(usual, "train.py", &base);
    is_number(strlen(base.id), 8, "eight digits");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct settings *settings = with(rows[i].key, rows[i].value);
        struct provenance other;
        take(settings, "train.py", &other);
        ok((strcmp(other.id, base.id) != 0) == rows[i].is_other, "%s %s",
           setting_spec(rows[i].key)->name,
           rows[i].is_other ? "changes it" : "does not");
        provenance_release(&other);
        settings_free(settings);
    }
    struct provenance same, edited, none;
    take(usual, "train.py", &same);
    is_string(same.id, base.id, "the same input has the same id");
    scratch_write("train.py", "2", 1);
    take(usual, "train.py", &edited);
    ok(strcmp(edited.id, base.id) != 0, "an edited entrypoint has another");
    take(usual, "gone.py", &none);
    is_string(value(&none, "entrypoint file"), "", "a file that is not there has none");
    is_string(none.entry_file, "gone.py", "but its name is kept");
    provenance_release(&none);
    take(usual, NULL, &none);
    is_string(none.entry_file, "", "no file");
    is_string(value(&none, "git commit"), "", "no repository");
    is_string(value(&none, "git dirty"), "", "so it is not known whether it is clean");
    provenance_release(&none);
    provenance_release(&same);
    provenance_release(&edited);
    provenance_release(&base);
    settings_free(usual);
}

static void test_derive(void)
{
    struct settings *usual = settings_new(), *more = with(SETTING_MEM, "9G");
    struct provenance base, derived, same;

    take(usual, "train.py", &base);
    provenance_derive(&base, more, &derived);
    ok(derived.is_adjusted && strcmp(derived.id, base.id) != 0,
       "more memory: adjusted");
    is_string(value(&derived, "entrypoint file"), value(&base, "entrypoint file"),
              "of the same file");
    provenance_derive(&base, usual, &same);
    ok(!same.is_adjusted && strcmp(same.id, base.id) == 0, "the same settings are not");
    provenance_release(&same);
    provenance_release(&derived);
    provenance_release(&base);
    settings_free(usual);
    settings_free(more);
}

static void note(struct sweep *sweep, const struct provenance *provenance)
{
    struct error err = {0};

    if (provenance_note(sweep, provenance, &err) < 0)
        ok(0, "%s", err.text);
}

/* What finished points ran with, against what new ones would. */
static void test_difference(void)
{
    static const size_t both[] = {0, 1};
    struct settings *usual = settings_new(), *more = with(SETTING_MEM, "9G");
    struct provenance base, other, adjusted;
    struct sweep *sweep = fixture_begin("s", 2);

    take(usual, "train.py", &base);
    take(more, "train.py", &other);
    long long before = sweep->journal.next_seq;
    note(sweep, &base);
    note(sweep, &base);
    is_number(sweep->journal.next_seq, before + 1, "written when it changes, once");
    fixture_event(sweep, "submitting", 0, 1, 1,
                  json_pack("{s:s}", "settings", base.id));
    fixture_event(sweep, "submitted", 0, 1, 1, json_pack("{s:s}", "job_id", "7"));
    cleanup_free char *live = provenance_difference(sweep, both, 2, &other);
    is_string(live, "", "a live point has not finished with anything");
    fixture_final(sweep, 0, 1, "completed", "");
    cleanup_free char *same = provenance_difference(sweep, both, 2, &base);
    is_string(same, "", "the same: no difference");
    cleanup_free char *changed = provenance_difference(sweep, both, 2, &other);
    is_string(changed, "mem '' -> '9G'", "a setting: old and new");
    cleanup_free char *unselected = provenance_difference(sweep, both + 1, 1, &other);
    is_string(unselected, "", "of points that are not meant: none");
    scratch_write("train.py", "edited", 6);
    struct provenance edited;
    take(usual, "train.py", &edited);
    cleanup_free char *file = provenance_difference(sweep, both, 2, &edited);
    is_string(file, "entrypoint file", "of sums the name alone");

    provenance_derive(&base, more, &adjusted);
    note(sweep, &adjusted);
    fixture_event(sweep, "submitting", 0, 2, 2,
                  json_pack("{s:s}", "settings", adjusted.id));
    fixture_event(sweep, "submitted", 0, 2, 2, json_pack("{s:s}", "job_id", "8"));
    fixture_final(sweep, 0, 2, "completed", "");
    cleanup_free char *ours = provenance_difference(sweep, both, 2, &base);
    is_string(ours, "", "what retry adjusted is no difference");
    provenance_release(&edited);
    provenance_release(&adjusted);
    provenance_release(&base);
    provenance_release(&other);
    settings_free(usual);
    settings_free(more);
    sweep_close(sweep);
}

/* A built-in template by its name, a file of the user's by its sum; and what the
 * version before wrote of the built-ins is the same as their names. */
static void test_template(void)
{
    static const struct {
        const char *then, *wanted;
    } cases[] = {
        {"ray", ""},
        {"58b204e563a45746f657ff164f58cac07cbd87ae762fa8eddf5d46c7c51db5ea", ""},
        {"plain", "template 'plain' -> 'ray'"},
        {"d1a689515096314b43a3d960e5b4f69edca12f56c3d08aa5cba25ac640c63fe4",
         "template"},
        {"0000000000000000000000000000000000000000000000000000000000000000",
         "template"},
    };
    static const size_t one[] = {0};
    struct settings *usual = settings_new();
    struct template ray = {0};
    struct error err = {0};

    if (template_load("ray", &ray, &err) < 0)
        ok(0, "%s", err.text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct provenance then, now;
        cleanup_free char *name = xasprintf("t%zu", i);
        struct sweep *sweep = fixture_begin(name, 1);
        provenance_take(usual, &ray, scratch(), NULL, &then);
        provenance_take(usual, &ray, scratch(), NULL, &now);
        if (i == 0)
            is_string(value(&now, "template"), "ray", "a built-in by its name");
        json_object_set_new(then.values, "template", json_string(cases[i].then));
        memcpy(then.id, "01234567", 8);
        note(sweep, &then);
        fixture_event(sweep, "submitting", 0, 1, 1,
                      json_pack("{s:s}", "settings", then.id));
        fixture_event(sweep, "submitted", 0, 1, 1, json_pack("{s:s}", "job_id", "7"));
        fixture_final(sweep, 0, 1, "completed", "");
        cleanup_free char *difference = provenance_difference(sweep, one, 1, &now);
        is_string(difference, cases[i].wanted, cases[i].then);
        provenance_release(&then);
        provenance_release(&now);
        sweep_close(sweep);
    }
    template_release(&ray);
    settings_free(usual);
}

/* What was not known then is no difference now, but what was known is. */
static void test_old(void)
{
    static const struct {
        const char *key, *then, *now, *wanted;
    } cases[] = {
        {"git dirty", NULL, "no", ""},
        {"git dirty", "", "yes", ""},
        {"git dirty", "no", "yes", "git dirty 'no' -> 'yes'"},
        {"entrypoint file", "", "1", ""},
        {"entrypoint file", "1", "2", "entrypoint file '1' -> '2'"},
        {"mem", NULL, "4G", "mem '' -> '4G'"},
    };
    static const size_t one[] = {0};
    struct settings *usual = settings_new();

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cleanup_free char *name = xasprintf("old%zu", i);
        struct sweep *sweep = fixture_begin(name, 1);
        struct provenance then, now;
        take(usual, "train.py", &then);
        take(usual, "train.py", &now);
        memcpy(then.id, "01234567", 8);
        json_object_del(then.values, cases[i].key);
        if (cases[i].then)
            json_object_set_new(then.values, cases[i].key, json_string(cases[i].then));
        json_object_set_new(now.values, cases[i].key, json_string(cases[i].now));
        note(sweep, &then);
        fixture_event(sweep, "submitting", 0, 1, 1,
                      json_pack("{s:s}", "settings", then.id));
        fixture_event(sweep, "submitted", 0, 1, 1, json_pack("{s:s}", "job_id", "7"));
        fixture_final(sweep, 0, 1, "completed", "");
        cleanup_free char *difference = provenance_difference(sweep, one, 1, &now);
        is_string(difference, cases[i].wanted, cases[i].key);
        const struct attempt *attempt = sweep->points[0]->attempts[0];
        const char *code = value(&then, "entrypoint file");
        is_string(provenance_code(sweep, attempt), code, "the code that was submitted");
        provenance_release(&then);
        provenance_release(&now);
        sweep_close(sweep);
    }
    settings_free(usual);
}

/* What was built in before `auto` was is the same; every other word is not. */
static void test_timeout(void)
{
    static const struct {
        const char *then, *now, *wanted;
    } cases[] = {{"28800", "auto", ""},
                 {"auto", "auto", ""},
                 {"3600", "auto", "timeout '3600' -> 'auto'"},
                 {"auto", "28800", "timeout 'auto' -> '28800'"},
                 {"28800", "3600", "timeout '28800' -> '3600'"}};
    static const size_t one[] = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings *before = with(SETTING_TIMEOUT, cases[i].then);
        struct settings *after = with(SETTING_TIMEOUT, cases[i].now);
        struct provenance then, now;
        cleanup_free char *name = xasprintf("timeout%zu", i);
        struct sweep *sweep = fixture_begin(name, 1);
        take(before, NULL, &then);
        take(after, NULL, &now);
        is_string(value(&now, "timeout"), cases[i].now, "the word, not the seconds");
        note(sweep, &then);
        fixture_event(sweep, "submitting", 0, 1, 1,
                      json_pack("{s:s}", "settings", then.id));
        fixture_event(sweep, "submitted", 0, 1, 1, json_pack("{s:s}", "job_id", "7"));
        fixture_final(sweep, 0, 1, "completed", "");
        cleanup_free char *difference = provenance_difference(sweep, one, 1, &now);
        is_string(difference, cases[i].wanted, cases[i].then);
        provenance_release(&then);
        provenance_release(&now);
        settings_free(before);
        settings_free(after);
        sweep_close(sweep);
    }
}

int main(void)
{
    test_id();
    test_derive();
    test_difference();
    test_template();
    test_timeout();
    test_old();
    scratch_remove();
    return tap_done();
}
