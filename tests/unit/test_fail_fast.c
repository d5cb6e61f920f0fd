#include "launcher/policy/fail_fast.h"

#include "tests/unit/sweep_fixture.h"

static struct settings *settings_with(const char *limit)
{
    struct settings *settings = settings_new();
    struct error err = {0};

    settings_set(settings, SETTING_FAIL_FAST, limit, RANK_FLAG, "f", &err);
    return settings;
}

static void end(struct sweep *sweep, size_t index, const char *state, const char *cause)
{
    fixture_accept(sweep, index, 1);
    fixture_final(sweep, index, 1, state, cause);
}

int main(void)
{
    static const size_t points[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    struct sweep *sweep = fixture_begin("s", 12);
    struct settings *two = settings_with("2"), *never = settings_with("0");
    struct fail_fast count = {0}, none = {0};
    cleanup_text struct text message = {0};

    end(sweep, 0, "failed", "entrypoint_exit");
    end(sweep, 1, "failed", "entrypoint_exit");
    fail_fast_init(&none, never, sweep);
    fail_fast_init(&count, two, sweep);
    ok(!fail_fast_check(&count, sweep, points, 12, 5, &message),
       "what was before: not counted");
    end(sweep, 2, "failed", "entrypoint_exit");
    end(sweep, 3, "failed", "import_error");
    end(sweep, 4, "oom", "out_of_memory");
    end(sweep, 5, "completed", "");
    end(sweep, 6, "completed", "");
    end(sweep, 7, "cancelled", "by_user");
    end(sweep, 8, "cancelled", "by_user");
    ok(!fail_fast_check(&count, sweep, points, 12, 5, &message) && message.size == 0,
       "each once, good ends, and what the user cancelled");
    end(sweep, 9, "failed", "import_error");
    ok(fail_fast_check(&count, sweep, points, 12, 5, &message) && count.is_tripped,
       "two the same way");
    ok(strstr(text_string(&message), "2 points ended the same way, failed "
                                     "(import_error)") &&
           strstr(text_string(&message), sweep->points[3]->point.id) &&
           strstr(text_string(&message), ".err'") &&
           strstr(text_string(&message), "5 points are held back"),
       "said: %s", text_string(&message));
    text_clear(&message);
    ok(!fail_fast_check(&count, sweep, points, 12, 5, &message) && count.is_tripped,
       "said once, and it stays so");
    ok(!fail_fast_check(&none, sweep, points, 12, 5, &message) && !none.is_tripped,
       "0 is never");
    struct fail_fast late = {.limit = 2};
    ok(fail_fast_check(&late, sweep, points, 12, 0, &message) &&
           strstr(text_string(&message), "raylaunch cancel s --state pending"),
       "nothing to hold: %s", text_string(&message));
    settings_free(two);
    settings_free(never);
    sweep_close(sweep);
    scratch_remove();
    return tap_done();
}
