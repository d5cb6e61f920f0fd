#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/plan/identity.h"
#include "tests/tap/tap.h"

static void point_id(const struct words *literal, const struct parameter *params,
                     size_t n_params, unsigned copy, char id[POINT_ID_SIZE])
{
    struct identity *identity = identity_new(literal);

    identity_of_point(identity, params, n_params, copy, id);
    identity_free(identity);
}

static void check_id(const char *key, const char *value, const char *slug)
{
    struct words literal = {0};
    char id[POINT_ID_SIZE];
    cleanup_free char *own_key = xstrdup(key);
    cleanup_free char *own_value = xstrdup(value);
    struct parameter param = {own_key, own_value};

    point_id(&literal, &param, 1, 0, id);
    size_t size = strlen(id);
    ok(size > 13 && strspn(id + size - 12, "0123456789abcdef") == 12 &&
           id[size - 13] == '-',
       "'%s' ends in 12 hex digits", id);
    id[size - 13] = '\0';
    is_string(id, slug, "  its slug");
}

static void test_slug(void)
{
    char longest[65];

    memset(longest, 'x', 64);
    longest[64] = '\0';
    longest[0] = 'k';
    longest[1] = '=';
    check_id("lr", "1e-3", "lr=1e-3");
    check_id("+lr", "0.1", "lr=0.1");
    check_id("a/b", "x y\n\xff'", "a-b=x-y---");
    check_id("k", "../../etc", "k=..-..-etc");
    check_id("k", "", "k=");
    check_id("k", longest + 2, longest);
    cleanup_free char *longer = xasprintf("%sxx", longest + 2);
    check_id("k", longer, longest);
}

static void test_parts(void)
{
    struct words literal = {0};
    char a[] = "a", b[] = "b", c[] = "c", one[] = "1", two[] = "2";
    char path[101];
    char id[POINT_ID_SIZE], other[POINT_ID_SIZE];
    struct parameter params[] = {{a, path}, {b, one}, {c, two}};

    memset(path, '/', 100);
    path[100] = '\0';
    point_id(&literal, params, 3, 0, id);
    ok(strncmp(id, "b=1,c=2-", 8) == 0, "a part that does not fit is passed over (%s)",
       id);
    point_id(&literal, params, 0, 0, id);
    ok(strncmp(id, "point-", 6) == 0, "no parameters: %s", id);
    point_id(&literal, params + 1, 2, 3, id);
    ok(strncmp(id, "copy=3,b=1,c=2-", 15) == 0, "a copy: %s", id);
    point_id(&literal, params + 1, 2, 0, id);
    point_id(&literal, params + 1, 2, 0, other);
    is_string(id, other, "the same parameters, the same id");
    is_string(id, "b=1,c=2-9d375aff432b", "and it never changes");
    words_add(&literal, "python");
    point_id(&literal, params + 1, 2, 0, other);
    ok(strcmp(id, other) != 0, "another command, another id");
    words_release(&literal);
}

/* '/' and '-' in a name are the same in a slug. */
static void test_alike(void)
{
    struct words literal = {0};
    char slash[] = "a/b", dash[] = "a-b", one[] = "1";
    struct parameter params[] = {{slash, one}, {dash, one}};
    char id[POINT_ID_SIZE], other[POINT_ID_SIZE];

    point_id(&literal, params, 1, 0, id);
    point_id(&literal, params + 1, 1, 0, other);
    ok(strncmp(id, other, 6) == 0 && strcmp(id, other) != 0,
       "names that look alike: %s, %s", id, other);
}

/* Lists that give the same text when glued must not give the same hash. */
static void test_injective(void)
{
    struct words literal = {0};
    char a[] = "a", ab[] = "ab", b[] = "b", none[] = "", bc[] = "bc", c[] = "c";
    struct parameter one[] = {{a, bc}}, two[] = {{ab, c}},
                     three[] = {{a, b}, {c, none}};
    char ids[3][POINT_ID_SIZE];

    point_id(&literal, one, 1, 0, ids[0]);
    point_id(&literal, two, 1, 0, ids[1]);
    point_id(&literal, three, 2, 0, ids[2]);
    ok(strcmp(strrchr(ids[0], '-'), strrchr(ids[1], '-')) != 0 &&
           strcmp(strrchr(ids[0], '-'), strrchr(ids[2], '-')) != 0,
       "the hash is over counted strings");
}

static void test_env_name(void)
{
    static const char *const table[][2] = {
        {"lr", "RAYLAUNCH_PARAM_LR"},
        {"++a.b/c@d-e", "RAYLAUNCH_PARAM_A_B_C_D_E"},
        {"~x9_", "RAYLAUNCH_PARAM_X9_"},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        cleanup_free char *name = plan_env_name(table[i][0]);
        is_string(name, table[i][1], table[i][0]);
    }
}

#define ID "lr=1-0123456789ab"

static void test_bad_json(void)
{
    static const char *const lines[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"index\":0,\"point\":\"" ID "\",\"params\":{},\"argv\":[]}",
        "{\"index\":0,\"point\":\"" ID "\",\"params\":{}}",
        "{\"index\":0,\"point\":\"" ID "\",\"argv\":[\"a\"]}",
        "{\"index\":-1,\"point\":\"" ID "\",\"params\":{},\"argv\":[\"a\"]}",
        "{\"index\":\"0\",\"point\":\"" ID "\",\"params\":{},\"argv\":[\"a\"]}",
        "{\"index\":0,\"point\":\"../x\",\"params\":{},\"argv\":[\"a\"]}",
        "{\"index\":0,\"point\":\".x\",\"params\":{},\"argv\":[\"a\"]}",
        "{\"index\":0,\"point\":\"-x\",\"params\":{},\"argv\":[\"a\"]}",
        "{\"index\":0,\"point\":\"a b\",\"params\":{},\"argv\":[\"a\"]}",
        "{\"index\":0,\"point\":\"\",\"params\":{},\"argv\":[\"a\"]}",
        "{\"index\":0,\"point\":\"" ID "\",\"params\":{\"a\":1},\"argv\":[\"a\"]}",
        "{\"index\":0,\"point\":\"" ID "\",\"params\":{\"a\":[1]},\"argv\":[\"a\"]}",
        "{\"index\":0,\"point\":\"" ID "\",\"params\":{},\"argv\":[\"a\",{}]}",
        "{\"index\":0,\"point\":\"" ID "\",\"copy\":-1,\"params\":{},\"argv\":[\"a\"]}",
    };
    struct point point = {.index = 7};
    struct error err = {0};

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ok(point_from_json(lines[i], strlen(lines[i]), "p", 5, &point, &err) < 0 &&
               err.kind == ERROR_INPUT && strstr(err.text, "'p' line 5: ") &&
               point.index == 7,
           "refused: %s", lines[i]);
}

static void check_round_trip(const struct point *point, const char *what)
{
    struct text line = {0};
    struct text again = {0};
    struct point back = {0};
    struct point copy = {0};
    struct error err = {0};

    point_add_json(point, &line);
    ok(point_from_json(line.bytes, line.size, "p", 1, &back, &err) == 0,
       "%s is read: %s", what, err.text);
    point_copy(&back, &copy);
    point_release(&back);
    point_add_json(&copy, &again);
    is_string(text_string(&again), line.bytes, "  and written as before");
    ok(!strchr(line.bytes, '\n'), "  on one line");
    text_release(&line);
    text_release(&again);
    point_release(&copy);
}

static void test_json(void)
{
    struct point point = {.index = 3, .id = ID};
    char plus[] = "+l", one[] = "1", two[] = "2", lr[] = "lr";
    char wild[] = "it's \"q\" \\ $HOME\n\t\x01\xff\xfe \xc3\xa9";
    struct parameter params[] = {{lr, wild}, {plus, one}, {plus, two}};
    struct text line = {0};

    words_add(&point.argv, "python");
    words_add(&point.argv, "lr=1");
    point_add_json(&point, &line);
    is_string(text_string(&line),
              "{\"index\":3,\"point\":\"" ID
              "\",\"params\":{},\"argv\":[\"python\",\"lr=1\"]}",
              "the line");
    text_release(&line);
    check_round_trip(&point, "no parameter");
    words_add(&point.argv, wild);
    point.params = params;
    point.n_params = 3;
    point.copy = 2;
    check_round_trip(&point, "any bytes, a key twice, a copy");
    words_release(&point.argv);
}

int main(void)
{
    test_slug();
    test_parts();
    test_alike();
    test_injective();
    test_env_name();
    test_bad_json();
    test_json();
    return tap_done();
}
