#include <stdlib.h>
#include <string.h>

#include "launcher/plan/entry.h"
#include "tests/tap/tap.h"

static struct words split(const char *line)
{
    struct words words = {0};
    char *copy = strdup(line);
    char *save = NULL;

    for (char *c = strtok_r(copy, " ", &save); c; c = strtok_r(NULL, " ", &save))
        words_add(&words, c);
    free(copy);
    return words;
}

static void check_find(const char *line, size_t first, size_t end, const char *name,
                       const char *file)
{
    struct words command = split(line);
    struct entry entry = {0};

    entry_find(&command, &entry);
    ok(entry.first == first && entry.end == end,
       "%s: words %zu to %zu (got %zu to %zu)", line, first, end, entry.first,
       entry.end);
    is_string(entry.name, name, "  its name");
    is_string(entry.file, file, "  its file");
    free(entry.name);
    free(entry.file);
    free(entry.module);
    words_release(&command);
}

/* Which word names the code. */
static void check_code(const char *line, const char *code, const char *module)
{
    struct words command = split(line);
    struct entry entry = {0};

    entry_find(&command, &entry);
    is_string(entry.code, code, line);
    is_string(entry.module, module, "  its module");
    free(entry.name);
    free(entry.file);
    free(entry.module);
    words_release(&command);
}

static void test_code(void)
{
    check_code("train lr=1", "p0", NULL);
    check_code("./train.py lr=1", "0", NULL);
    check_code("python train.py lr=1", "1", NULL);
    check_code("python -u -W error=1 -X a=b x=1.py lr=1", "6", NULL);
    check_code("python -m pkg.train lr=1", "m2", "pkg.train");
    check_code("python -mtrain lr=1", "m1", "train");
    check_code("python -um pkg.train lr=1", "m2", "pkg.train");
    check_code("python -c x=1 lr=1", "", NULL);
    check_code("python - lr=1", "", NULL);
    check_code("python", "", NULL);
    check_code("python -m", "", NULL);
    check_code("bash -c true", "", NULL);
    check_code("bash run.sh lr=1", "1", NULL);
    check_code("env A=1 python train.py lr=1", "3", NULL);
    check_code("uv run mytool lr=1", "p2", NULL);
    check_code("torchrun --nproc_per_node 4 train.py lr=1", "3", NULL);
    check_code("apptainer exec img.sif python train.py lr=1", "", NULL);
}

static void test_keys(void)
{
    static const struct {
        const char *word;
        size_t size; /* 0: no parameter */
    } table[] = {
        {"", 0},      {"=", 0},      {"=1", 0},      {"lr", 0},    {"1lr=1", 0},
        {"-lr=1", 0}, {"--lr=1", 0}, {"a b=1", 0},   {"a:b=1", 0}, {"\xc3\xa9=1", 0},
        {"+=1", 0},   {"~=1", 0},    {".a=1", 0},    {"lr=", 2},   {"lr=1=2", 2},
        {"_x=1", 2},  {"+a=1", 2},   {"++a=1", 3},   {"~a=1", 2},  {"a.b@c/d-e=1", 9},
        {"a==1", 1},  {"a[0]=1", 0}, {"x={a=1}", 1}, {"L9=\n", 2},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t size = 0;
        bool is_parameter = entry_is_parameter(table[i].word, &size);
        ok(is_parameter == (table[i].size > 0) && size == table[i].size, "'%s' %s",
           table[i].word, table[i].size ? "is a parameter" : "is none");
    }
}

static void test_find(void)
{
    check_find("train", 1, 1, "train", NULL);
    check_find("./train.py lr=1", 1, 2, "train", "./train.py");
    check_find("python train.py lr=1", 2, 3, "train", "train.py");
    check_find("/usr/bin/python3.11 a/b/train.v2.py lr=1 -- x=1", 2, 3, "train.v2",
               "a/b/train.v2.py");
    check_find("python -u -W error=1 -X a=b x=1.py lr=1", 7, 8, "x-1", "x=1.py");
    check_find("python -Werror -OO train.py lr=1", 4, 5, "train", "train.py");
    check_find("python -m pkg.train lr=1", 3, 4, "train", NULL);
    check_find("python -um pkg.train.__main__ lr=1", 3, 4, "train", NULL);
    check_find("python -mtrain lr=1", 2, 3, "train", NULL);
    check_find("python -c x=1 lr=1", 3, 4, "python", NULL);
    check_find("python -cx=1 lr=1", 2, 3, "python", NULL);
    check_find("python - lr=1", 2, 3, "python", NULL);
    check_find("python -- train.py lr=1", 3, 4, "train", "train.py");
    check_find("python", 1, 1, "python", NULL);
    check_find("python -m", 2, 2, "python", NULL);
    check_find("bash -ec x=1 lr=1", 3, 4, "bash", NULL);
    check_find("bash -c -e x=1 lr=1", 4, 5, "bash", NULL);
    check_find("bash -o pipefail run.sh lr=1", 4, 5, "run", "run.sh");
    check_find("bash --rcfile a=1 run.sh lr=1", 4, 5, "run", "run.sh");
    check_find("perl -e x=1 lr=1", 3, 4, "perl", NULL);
    check_find("Rscript --vanilla fit.R lr=1", 3, 4, "fit", "fit.R");
    check_find("julia --project=. -t 4 a=b.jl lr=1", 5, 6, "a-b", "a=b.jl");
    check_find("pythonista x=1", 1, 2, "pythonista", NULL);
    check_find("uv run --with a=1 train.py lr=1", 5, 6, "train", "train.py");
    check_find("uv run --with a=1 -- python train.py lr=1 -- y=2", 7, 8, "train",
               "train.py");
    check_find("uv pip a=1", 1, 3, "uv", NULL);
    check_find("env A=1 B=2 python train.py lr=1", 5, 6, "train", "train.py");
    check_find("timeout -k 5 10 python train.py lr=1", 6, 7, "train", "train.py");
    check_find("srun -n 2 --mpi=none python train.py lr=1", 6, 7, "train", "train.py");
    check_find("apptainer exec --nv -B a=b img.sif python train.py lr=1", 8, 9, "train",
               NULL);
    check_find("torchrun --nproc_per_node 4 train.py lr=1", 4, 5, "train", "train.py");
    check_find("env", 1, 1, "env", NULL);
    check_find("env -u X", 1, 3, "env", NULL);
    check_find("python -- --", 3, 3, "sweep", "--");
    check_find("...", 1, 1, "sweep", NULL);
    check_find("./-.-", 1, 1, "sweep", "./-.-");
    check_find("a/\xff\xfe", 1, 1, "sweep", "a/\xff\xfe");
}

int main(void)
{
    test_keys();
    test_find();
    test_code();
    return tap_done();
}
