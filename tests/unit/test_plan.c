#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/map.h"
#include "launcher/common/memory.h"
#include "launcher/plan/plan.h"
#include "tests/tap/tap.h"

/* A request from words between blanks; '@' before a word is a grid, '<' a points file.
 */
static struct plan_request request_of(const char *line)
{
    struct plan_request request = {.max_points = LIMIT_POINTS_DEFAULT};
    cleanup_free char *copy = xstrdup(line);
    char *save = NULL;

    for (char *c = strtok_r(copy, " ", &save); c; c = strtok_r(NULL, " ", &save)) {
        if (*c == '@')
            words_add(&request.grids, c + 1);
        else if (*c == '<')
            words_add(&request.points_files, c + 1);
        else
            words_add(&request.command, c);
    }
    return request;
}

/* The argvs, words joined by ' ', points by "; ", or "error <kind>: text". */
static char *plan_text(struct plan_request *request)
{
    struct plan plan = {0};
    struct error err = {0};
    struct text text = {0};

    if (plan_make(request, &plan, &err) < 0)
        text_addf(&text, "error %d: %s", (int)err.kind, err.text);
    for (size_t i = 0; i < plan.count; i++) {
        text_add(&text, i ? "; " : "");
        for (size_t j = 0; j < plan.points[i].argv.count; j++)
            text_addf(&text, "%s%s", j ? " " : "", plan.points[i].argv.items[j]);
    }
    plan_release(&plan);
    plan_request_release(request);
    return text_take(&text);
}

static void check(const char *line, const char *wanted)
{
    struct plan_request request = request_of(line);
    cleanup_free char *got = plan_text(&request);

    if (strncmp(wanted, "error", 5) == 0)
        ok(strncmp(got, wanted, 8) == 0 && strstr(got, wanted + 8),
           "%s is refused (%s)", line, got);
    else
        is_string(got, wanted, line);
}

static void test_bad(void)
{
    check("", "error 2:no command to run");
    check("p lr=1,,2", "error 2:empty value in grid");
    check("p lr=range(5,5)", "error 2:empty grid");
    check("p lr=1 lr=2", "error 2:'lr=1' and 'lr=2'");
    check("p lr=1 @lr=2", "error 2:'lr=1' and 'lr=2'");
    check("p @lr", "error 2:grid 'lr'");
    check("p lr=1,2,1", "error 2:points 1 and 3 are equal");
    check("p a=range(0,1000) b=range(0,1000)", "error 2:1000000 points");
    check("p a=range(0,1000) b=range(0,1000)", "error 2:--max-points 1000000");
    check("p </nonexistent/f", "error 6:/nonexistent/f");
    struct text huge = {0};
    text_add(&huge, "p");
    for (int i = 0; i < 30; i++)
        text_addf(&huge, " k%d=range(0,1000)", i);
    check(text_string(&huge), "error 2:more points than can be counted");
    text_release(&huge);
}

static void test_words(void)
{
    check("p", "p");
    check("p lr=", "p lr=");
    check("python t.py lr=1e-3,1e-2 s=range(0,2)",
          "python t.py lr=1e-3 s=0; python t.py lr=1e-3 s=1; python t.py lr=1e-2 s=0; "
          "python t.py lr=1e-2 s=1");
    check("x=1,2 y=3", "x=1,2 y=3");
    check("p --opt=1,2 -x a b,c 1=2", "p --opt=1,2 -x a b,c 1=2");
    check("p lr=1 -- x=1,2", "p lr=1 -- x=1,2");
    check("p a=1 @b=2,3", "p a=1 b=2; p a=1 b=3");
    check("p a=1,2 @b=3,4", "p a=1 b=3; p a=1 b=4; p a=2 b=3; p a=2 b=4");
    check("p a=1 -- x @b='2,3',4", "p a=1 b=2,3 -- x; p a=1 b=4 -- x");
    check("p +l=1 +l=2", "p +l=1 +l=2");
}

static void test_placeholders(void)
{
    check("p --lr {lr} lr=1,2", "p --lr 1; p --lr 2");
    check("p {lr}{lr}x lr=1 @b=2", "p 11x b=2");
    check("p {b}/{a} a=1 @b=2", "p 2/1");
    check("p {x} ${lr} {{lr}} {lr lr} { } {} lr=1",
          "p {x} ${lr} {lr} {lr lr} { } {} lr=1");
    check("p {\"k\":{lr}} lr=1", "p {\"k\":1}");
    check("p {lr} +lr=1", "p 1");
    check("p out=x/{s} s=1,2", "p out=x/{s} s=1; p out=x/{s} s=2");
    check("p s=1 -- {s}", "p -- 1");
    check("p a={b} b=7 {a}", "p b=7 {b}");
}

static void test_switches(void)
{
    struct plan_request request = request_of("p +lr=1,2 x=-1 n=");
    request.style = PLAN_STYLE_FLAGS;
    cleanup_free char *flags = plan_text(&request);
    is_string(flags, "p --lr 1 --x=-1 --n ; p --lr 2 --x=-1 --n ", "style flags");

    request = request_of("p x=1,,2 y=range(3,3) z='a'");
    request.no_split = true;
    cleanup_free char *whole = plan_text(&request);
    is_string(whole, "p x=1,,2 y=range(3,3) z='a'", "run does not split");

    request = request_of("p x='a,b',c @y='d'");
    request.hydra = true;
    cleanup_free char *hydra = plan_text(&request);
    is_string(hydra, "p x='a,b' y='d'; p x=c y='d'", "Hydra's quotes stay");

    request = request_of("p x=a#b");
    request.hydra = true;
    cleanup_free char *refused = plan_text(&request);
    ok(strstr(refused, "error 2: "), "Hydra's grammar is checked");

    request = request_of("p a=1,2,3");
    request.max_points = 3;
    cleanup_free char *three = plan_text(&request);
    is_string(three, "p a=1; p a=2; p a=3", "exactly as many points as allowed");
    request = request_of("p a=1,2,3");
    request.max_points = 2;
    cleanup_free char *two = plan_text(&request);
    ok(strstr(two, "3 points, more than the 2 of --max-points"), "one more is refused");
}

static void test_duplicates(void)
{
    struct plan_request request = request_of("p a=1,1,1,2");
    struct plan plan = {0};
    struct error err = {0};
    struct map ids = {0};
    size_t old;
    bool is_unique = true;

    request.allow_duplicates = true;
    ok(plan_make(&request, &plan, &err) == 0 && plan.count == 4,
       "duplicates are allowed");
    for (size_t i = 0; i < plan.count; i++) {
        is_unique = is_unique && !map_get(&ids, plan.points[i].id, &old);
        map_set(&ids, plan.points[i].id, i);
        is_number(plan.points[i].index, i, "index");
        is_number(plan.points[i].copy, i < 3 ? i : 0, "copy");
    }
    ok(is_unique, "and each has its own id");
    map_release(&ids);
    plan_release(&plan);
    plan_release(&plan);
    plan_request_release(&request);
}

static void put(const char *path, const char *text)
{
    file_write_atomic(path, text, strlen(text), FILE_CACHED, NULL);
}

static void test_files(void)
{
    char folder[] = "/tmp/raylaunch-test-XXXXXX";

    ok(mkdtemp(folder) && chdir(folder) == 0, "a folder");
    put("a.csv", "lr,m\n1,x\n2,\"y,z\"\n");
    put("b.jsonl", "{\"m\":\"w\",\"lr\":1e-3}\n{\"q\":1}\n");
    check("p <a.csv", "p lr=1 m=x; p lr=2 m=y,z");
    check("p s=0,1 <a.csv @g=5",
          "p s=0 lr=1 m=x g=5; p s=1 lr=1 m=x g=5; p s=0 lr=2 m=y,z g=5; "
          "p s=1 lr=2 m=y,z g=5");
    check("p s=0 -- z <a.csv", "p s=0 lr=1 m=x -- z; p s=0 lr=2 m=y,z -- z");
    check("p <a.csv <b.jsonl", "p lr=1 m=x; p lr=2 m=y,z; p lr=1e-3 m=w; p q=1");
    check("p {m} <a.csv", "p x lr=1; p y,z lr=2");
    check("p {lr} <b.jsonl", "error 3:'b.jsonl' line 2: no 'lr'");
    check("p lr=1 <a.csv", "error 2:'lr' is given twice");
    check("p <a.csv @m=1", "error 2:'m' is given twice");
    check("p <a.csv <a.csv", "error 2:points 1 and 3 are equal");
    unlink("a.csv");
    unlink("b.jsonl");
    ok(chdir("/") == 0 && rmdir(folder) == 0, "and away");
}

/* The warnings of a line, joined by ';'. */
static char *warnings_of(const char *line, bool is_hydra)
{
    struct plan_request request = request_of(line);
    struct plan plan = {0};
    cleanup_words struct words warnings = {0};
    struct text text = {0};

    if (plan_make(&request, &plan, NULL) < 0)
        ok(false, "no plan of %s", line);
    plan_warnings(&plan, is_hydra, &warnings);
    for (size_t i = 0; i < warnings.count; i++)
        text_addf(&text, "%s;", warnings.items[i]);
    plan_release(&plan);
    plan_request_release(&request);
    return text_take(&text);
}

/* `wanted` NULL: no word is said. */
static void warns(const char *line, bool is_hydra, const char *wanted)
{
    cleanup_free char *got = warnings_of(line, is_hydra);

    ok(wanted ? strstr(got, wanted) != NULL : !*got, "%s: %s", line, got);
}

static void test_warnings(void)
{
    warns("p x.y=1,2 x_y=3", false,
          "'x.y' and 'x_y' become the same variable "
          "RAYLAUNCH_PARAM_X_Y");
    warns("p +lr=1 lr=2", false, "'+lr' and 'lr'");
    warns("p lr=1 @LR=2", false, "RAYLAUNCH_PARAM_LR,");
    warns("p lr=1 lr2=2 l.r=3", false, NULL);
    cleanup_free char *once = warnings_of("p m-n=1,2,3 m/n=4,5", false);
    char *first = strchr(once, ';');
    ok(first && !first[1], "one line for all points: %s", once);
    warns("p a=1,2", true, "no word sets hydra.run.dir");
    warns("p a=1,2", false, NULL);
    warns("p a=1", true, NULL);
    warns("p a=1,2 hydra.run.dir=here", true, "all points have the same hydra.run.dir");
    warns("p a=1,2 hydra.run.dir=o/${a}", true, NULL);
    warns("p hydra.run.dir=x,y", true, NULL);
}

static char *swept_of(const char *line, char **ret_name, struct text *literal)
{
    struct plan_request request = request_of(line);
    struct plan plan = {0};
    struct text text = {0};

    plan_make(&request, &plan, NULL);
    for (size_t i = 0; i < plan.swept.count; i++)
        text_addf(&text, "%s ", plan.swept.items[i]);
    for (size_t i = 0; i < plan.literal.count; i++)
        text_addf(literal, "%s ", plan.literal.items[i]);
    *ret_name = plan_sweep_name(&plan);
    plan_release(&plan);
    plan_request_release(&request);
    return text_take(&text);
}

static void test_name(void)
{
    cleanup_text struct text literal = {0};
    cleanup_text struct text ignored = {0};
    cleanup_free char *one = NULL;
    cleanup_free char *two = NULL;
    cleanup_free char *three = NULL;
    cleanup_free char *swept =
        swept_of("python a/train.py -v lr=1,2 x=0 -- y=1 @z=1,2", &one, &literal);

    is_string(swept, "lr z ", "swept keys");
    is_string(text_string(&literal), "python a/train.py -v -- y=1 ", "literal words");
    ok(strncmp(one, "train-", 6) == 0 && strlen(one) == 14 &&
           strspn(one + 6, "0123456789abcdef") == 8,
       "the name: %s", one);
    free(swept_of("python a/train.py -v q=1 -- y=1", &two, &ignored));
    is_string(two, one, "the grid is not in the name");
    free(swept_of("python a/train.py -v q=1 -- y=2", &three, &ignored));
    ok(strcmp(one, three) != 0, "another command, another name");
}

static void test_same_id(void)
{
    struct plan_request wide = request_of("python t.py lr=1,2 seed=0,1 m=a");
    struct plan_request narrow = request_of("python t.py lr=2 seed=1 m=a");
    struct plan plan = {0};
    struct plan other = {0};

    plan_make(&wide, &plan, NULL);
    plan_make(&narrow, &other, NULL);
    is_string(other.points[0].id, plan.points[3].id,
              "the same parameters have the same id in any grid");
    plan_release(&plan);
    plan_release(&other);
    plan_request_release(&wide);
    plan_request_release(&narrow);
}

static void test_long_word(void)
{
    struct plan_request request = request_of("p {a}{a} a=1");
    struct text value = {0};
    cleanup_free char *got = NULL;

    text_add(&value, "a=");
    for (size_t i = 0; i < LIMIT_WORD_BYTES / 2; i++)
        text_add_char(&value, 'x');
    free(request.command.items[2]);
    request.command.items[2] = text_take(&value);
    got = plan_text(&request);
    ok(strncmp(got, "error 2: ", 9) == 0 && strstr(got, "131072 bytes"),
       "a word that Linux cannot pass on");
}

int main(void)
{
    test_bad();
    test_words();
    test_placeholders();
    test_switches();
    test_duplicates();
    test_files();
    test_warnings();
    test_name();
    test_same_id();
    test_long_word();
    return tap_done();
}
