#include "launcher/scheduler/slurm/slurm_reservations.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/memory.h"
#include "launcher/scheduler/node_list.h"
#include "launcher/scheduler/slurm/slurm_config.h"
#include "tests/tap/tap.h"

static void test_bad_input(void)
{
    static const char text[] =
        "\n\n=\nReservationName\nReservationName= StartTime=5 EndTime=9\n"
        "ReservationName=null (null) StartTime=Unknown EndTime=9\n"
        "ReservationName=tiny StartTime=2 EndTime=1 Flags=MAINT\n"
        "ReservationName=same StartTime=2 EndTime=2\n"
        "ReservationName=cut StartTime=17952867\n"
        "ReservationName=far StartTime=5 EndTime=99999999999999999999\n"
        "ReservationName=text StartTime=2026-11-21T18:45:13 "
        "EndTime=2026-11-21T19:45:13\n"
        "ReservationName=\033[2J StartTime=5 EndTime=9 NodeCnt=x Flags=MAINTENANCE\r\n"
        "ReservationName=two StartTime=5 EndTime=9 NodeCnt=-3 Users=a Users=b "
        "Flags=,,MAINT\n";
    struct site_reservations list = {0};

    slurm_reservations_parse("", &list);
    slurm_reservations_parse("No reservations in the system\n", &list);
    is_number((long)list.count, 0, "none");
    slurm_reservations_parse(text, &list);
    is_number((long)list.count, 2, "only those with a name and two times");
    if (list.count == 2) {
        is_string(list.items[0].name, "\033[2J", "a name is taken as it is");
        is_number(list.items[0].n_nodes, -1, "nodes that are no number");
        ok(!list.items[0].is_maintenance, "MAINTENANCE is not the flag MAINT");
        is_string(list.items[0].users, "", "users not told");
        is_number(list.items[1].n_nodes, -1, "a negative number");
        ok(list.items[1].is_maintenance, "MAINT behind empty words");
        is_string(list.items[1].users, "a", "the first word of a name counts");
    }
    site_reservations_release(&list);
}

static void test_ceiling(void)
{
    struct site_reservations list = {0};
    cleanup_text struct text text = {0};

    for (int i = 0; i < SLURM_RESERVATIONS_MAX + 5; i++)
        text_addf(&text, "ReservationName=r%d StartTime=5 EndTime=9\n", i);
    slurm_reservations_parse(text_string(&text), &list);
    is_number((long)list.count, SLURM_RESERVATIONS_MAX, "never more than the ceiling");
    site_reservations_release(&list);
}

/* Of the recorded ones: whose are they, and are they on rl1, on rl3? */
static const struct {
    const char *name, *nodes;
    long n_nodes;
    bool is_maintenance, is_alices, is_bobs, is_guests, is_on_rl1, is_on_rl3;
} rows[] = {
    {"repair", "rl[1-2]", 2, true, false, false, false, true, false},
    {"course", "rl3", 1, false, true, true, false, false, true},
    {"labdays", "rl1", 1, false, true, true, false, true, false},
    {"others", "rl2", 1, false, false, true, false, false, false},
    {"wholesite", "rl[1-3]", 3, true, false, false, false, true, true},
    {"notalice", "rl3", 1, false, false, true, true, false, true},
    {"notlab", "rl3", 1, false, false, false, false, false, true},
    {"cores", "rl2", 1, false, true, false, false, false, false},
};

static struct slurm_requester requester(const char *user, const char *account)
{
    struct slurm_requester who = {0};

    words_add(&who.user, user);
    words_add(&who.accounts, account);
    words_add(&who.accounts, "root");
    words_add(&who.groups, user);
    return who;
}

static void test_row(size_t i, const struct site_reservation *item)
{
    struct slurm_requester alice = requester("rlalice", "lab");
    struct slurm_requester bob = requester("rlbob", "lab");
    struct slurm_requester guest = requester("alice", "la");
    cleanup_words struct words rl1 = {0};
    cleanup_words struct words rl3 = {0};

    words_add(&rl1, "rl1");
    words_add(&rl3, "rl3");
    is_string(item->name, rows[i].name, "name");
    is_string(item->nodes, rows[i].nodes, "nodes");
    is_number(item->n_nodes, rows[i].n_nodes, "how many");
    ok(item->is_maintenance == rows[i].is_maintenance, "maintenance");
    ok(slurm_reservation_admits(item, &alice) == rows[i].is_alices, "alice's");
    ok(slurm_reservation_admits(item, &bob) == rows[i].is_bobs, "bob's");
    ok(slurm_reservation_admits(item, &guest) == rows[i].is_guests, "a guest's");
    ok(slurm_reservation_touches(item, &rl1) == rows[i].is_on_rl1, "on rl1");
    ok(slurm_reservation_touches(item, &rl3) == rows[i].is_on_rl3, "on rl3");
    slurm_requester_release(&alice);
    slurm_requester_release(&bob);
    slurm_requester_release(&guest);
}

static void test_recorded(void)
{
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct site_reservations list = {0};
    struct error err = {0};

    ok(file_read_all("tests/fixtures/slurm-22.05/reservations.txt", 1 << 20, &bytes,
                     &size, &err) == 0,
       "the recorded text");
    slurm_reservations_parse(bytes ? bytes : "", &list);
    is_number((long)list.count, sizeof rows / sizeof *rows, "all of them");
    for (size_t i = 0; i < list.count && i < sizeof rows / sizeof *rows; i++)
        test_row(i, &list.items[i]);
    if (list.count > 0) {
        is_number((long)list.items[0].starts_at, 1795286713, "start");
        is_number((long)list.items[0].ends_at, 1795290313, "end");
        is_string(list.items[0].flags, "MAINT,IGNORE_JOBS,SPEC_NODES", "flags");
    }
    site_reservations_release(&list);
}

static void test_admits(void)
{
    struct slurm_requester who = requester("alice", "lab");
    struct slurm_requester nobody = {0};
    struct site_reservation item = {
        .users = (char[]){""}, .accounts = (char[]){""}, .groups = (char[]){""}};

    ok(!slurm_reservation_admits(&item, &who), "without a list: nobody");
    item.accounts = (char[]){"root"};
    ok(slurm_reservation_admits(&item, &who), "an account above");
    item.users = (char[]){"bob"};
    ok(!slurm_reservation_admits(&item, &who), "both lists must admit");
    item.users = (char[]){"-bob,-carol"};
    ok(slurm_reservation_admits(&item, &who), "who is not left out");
    item.groups = (char[]){"staff,alice"};
    ok(slurm_reservation_admits(&item, &who), "a group");
    item.groups = (char[]){"-alice"};
    ok(!slurm_reservation_admits(&item, &who), "a group that is left out");
    item.accounts = item.groups = (char[]){""};
    item.users = (char[]){"alice"};
    ok(!slurm_reservation_admits(&item, &nobody), "a user without a name");
    slurm_requester_release(&who);
}

static void test_touches(void)
{
    struct site_reservation item = {.nodes = (char[]){""}, .n_nodes = -1};
    struct words none = {0};
    cleanup_words struct words rl1 = {0};

    words_add(&rl1, "rl1");
    ok(slurm_reservation_touches(&item, &rl1), "nodes not told: it may");
    item.n_nodes = 0;
    ok(!slurm_reservation_touches(&item, &rl1), "licenses alone take no node");
    item.nodes = (char[]){"rl2"};
    ok(!slurm_reservation_touches(&item, &rl1), "another node");
    ok(slurm_reservation_touches(&item, &none), "the partition's nodes not known");
    item.nodes = (char[]){"rl[[["};
    ok(slurm_reservation_touches(&item, &rl1), "a list that cannot be read");
    item.nodes = (char[]){"x[1-999999]"};
    ok(slurm_reservation_touches(&item, &rl1), "a list that was cut");
}

static void test_accounts(void)
{
    struct slurm_cache answers = {0};
    cleanup_words struct words own = {0};
    cleanup_words struct words asked = {0};
    cleanup_words struct words ring = {0};

    answers.texts[ANSWER_USER] = (char[]){"lab|lab|||||||normal|normal||\n"
                                          "lab|group|||||||normal|normal||\n"};
    answers.texts[ANSWER_ACCOUNTS] =
        (char[]){"root||||\nlab|dept|||\ndept|root|||\none|two|||\ntwo|one|||\n"};
    slurm_config_accounts(&answers, "", &own);
    ok(own.count == 3 && strcmp(own.items[0], "lab") == 0 &&
           strcmp(own.items[2], "root") == 0,
       "the default account and those above it");
    slurm_config_accounts(&answers, "group", &asked);
    ok(asked.count == 1 && strcmp(asked.items[0], "group") == 0,
       "the one that is asked");
    slurm_config_accounts(&answers, "one", &ring);
    ok(ring.count <= 64, "a ring of accounts ends");
    answers.texts[ANSWER_USER] = (char[]){""};
    words_release(&own);
    slurm_config_accounts(&answers, "", &own);
    is_number((long)own.count, 0, "without accounting: none");
}

int main(void)
{
    test_bad_input();
    test_ceiling();
    test_recorded();
    test_admits();
    test_touches();
    test_accounts();
    return tap_done();
}
