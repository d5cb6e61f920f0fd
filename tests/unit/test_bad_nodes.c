#include "launcher/policy/bad_nodes.h"
#include "tests/unit/sweep_fixture.h"

static void end_on(struct sweep *sweep, size_t index, int number, const char *state,
                   const char *cause, const char *nodes)
{
    fixture_accept(sweep, index, number);
    fixture_event(
        sweep, "final", index, number, number,
        json_pack("{s:s, s:s, s:s}", "state", state, "cause", cause, "nodes", nodes));
}

static void are(const struct sweep *sweep, const char *wanted, const char *what)
{
    cleanup_free char *nodes = bad_nodes(sweep);

    is_string(nodes, wanted, what);
}

int main(void)
{
    struct sweep *sweep = fixture_begin("s", 12);

    are(sweep, "", "nothing has ended");
    fixture_accept(sweep, 0, 1);
    end_on(sweep, 1, 1, "completed", "", "n1");
    end_on(sweep, 2, 1, "failed", "entrypoint_exit", "n1");
    end_on(sweep, 3, 1, "failed", "ray_start", "n2");
    end_on(sweep, 3, 2, "failed", "ray_start", "n2");
    are(sweep, "", "a program's own end, and one point twice, prove nothing");
    end_on(sweep, 4, 1, "failed", "temp_folder", "n[2-3]");
    are(sweep, "n2", "a second point with the same trouble does");
    end_on(sweep, 5, 1, "node_fail", "node_fail", "n4");
    end_on(sweep, 6, 1, "failed", "launch_failed", "n5");
    are(sweep, "n2,n4,n5", "one failure of the node itself is enough");
    end_on(sweep, 7, 1, "node_fail", "node_fail", "n[6-7]");
    are(sweep, "n2,n4,n5", "of two nodes nobody knows which it was");
    end_on(sweep, 8, 1, "node_fail", "boot_fail", "n[7-8]");
    are(sweep, "n2,n4,n5,n7", "but the one of two such jobs is named");
    fixture_accept(sweep, 9, 1);
    fixture_final(sweep, 9, 1, "node_fail", "node_fail");
    are(sweep, "n2,n4,n5,n7", "an end without nodes");
    is_string(bad_nodes_of(sweep->points[5]->attempts[0]), "n4", "of one attempt");
    sweep_close(sweep);
    scratch_remove();
    return tap_done();
}
