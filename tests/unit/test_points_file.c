#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/plan/points_file.h"
#include "tests/tap/tap.h"

/* Rows as "a=1 b=2; a=3 …", or "error: text". */
static char *parse(const char *bytes, size_t size, int is_csv)
{
    struct file_rows rows = {0};
    struct error err = {0};
    struct text text = {0};

    if (points_file_parse(bytes, size, "f", is_csv, &rows, &err) < 0)
        text_addf(&text, "error %d: %s", (int)err.kind, err.text);
    for (size_t i = 0; i < rows.count && err.kind == ERROR_NONE; i++) {
        text_add(&text, i ? "; " : "");
        for (size_t j = 0; j < rows.items[i].count; j++)
            text_addf(&text, "%s%s=%s", j ? " " : "", rows.items[i].params[j].key,
                      rows.items[i].params[j].value);
    }
    file_rows_release(&rows);
    return text_take(&text);
}

struct row {
    const char *bytes;
    const char *rows; /* or a part of the message, behind "!" */
};

static void check(const struct row *table, size_t count, int is_csv)
{
    for (size_t i = 0; i < count; i++) {
        const char *wanted = table[i].rows;
        cleanup_free char *got = parse(table[i].bytes, strlen(table[i].bytes), is_csv);
        if (*wanted == '!')
            ok(strncmp(got, "error 3: ", 9) == 0 && strstr(got, wanted + 1),
               "refused with '%s' (%s)", wanted + 1, got);
        else
            is_string(got, wanted, wanted);
    }
}

#define CHECK(table, is_csv) check(table, sizeof table / sizeof *table, is_csv)

static void test_csv(void)
{
    static const struct row table[] = {
        {"", "!there is no point in 'f'"},
        {"\n\n", "!there is no point"},
        {"a,b\n", "!there is no point"},
        {"a,b\n1\n", "!'f' line 2: 1 field, but the first row names 2 parameters"},
        {"a,b\n1,2\n1,2,3\n", "!'f' line 3: 3 fields"},
        {"a,b\n1,2,\n", "!line 2: 3 fields"},
        {"a\n1,2\n", "!names 1 parameter"},
        {"a,\n1,2\n", "!line 1: column 2 has no name"},
        {"a,a\n1,2\n", "!'a' is there twice"},
        {"a, b\n1,2\n", "!' b' cannot be the name"},
        {"a=b\n1\n", "!cannot be the name"},
        {"a,1b\n1,2\n", "!cannot be the name"},
        {"a\n\"1\n2\n", "!line 2: a quoted field is never closed"},
        {"a\n\"1\"2\n", "!line 2: text behind a field"},
        {"a\n1\"2\n", "!line 2: a quote inside a field"},
        {"a\n1\r2\n", "!a lone CR"},
        {"a\n1\n\r\r\n", "!a lone CR"},
        {"a,b\n1,\"x\ny\"\n1\n", "!'f' line 4: 1 field"},
        {"a\n1", "a=1"},
        {"a,b\n1,2\n3,4\n", "a=1 b=2; a=3 b=4"},
        {"a,b\r\n1,2\r\n\r\n3,4\r\n", "a=1 b=2; a=3 b=4"},
        {"\xEF\xBB\xBF"
         "a,b\n1,2\n",
         "a=1 b=2"},
        {"a,b\n,\n", "a= b="},
        {"a,b\n\"x,\"\"y\"\"\",' z '\n", "a=x,\"y\" b=' z '"},
        {"a\n\"x\r\ny\"\n", "a=x\r\ny"},
        {"\"a\",\"b\"\n1,2\n", "a=1 b=2"},
        {"+a,b.c\n1e-3,\xff\n", "+a=1e-3 b.c=\xff"},
    };

    CHECK(table, 1);
    cleanup_free char *nul = parse("a\n1\0002\n", 6, 1);
    ok(strstr(nul, "line 2: a NUL byte"), "a NUL byte is refused");
    cleanup_free char *utf16 = parse("\xFF\xFE"
                                     "a\0",
                                     4, -1);
    ok(strstr(utf16, "UTF-16"), "UTF-16 is named");
}

static void test_jsonl(void)
{
    static const struct row table[] = {
        {"", "!there is no point"},
        {" \n\n", "!there is no point"},
        {"{}", "!line 1: no parameters"},
        {"[1]", "!no object"},
        {"[{\"a\":1}]", "!no object"},
        {"{\"a\":1}\n{\"a\":", "!line 2: '' is no JSON value"},
        {"{\"a\":1", "!',' or '}' is missing"},
        {"{\"a\":1}x", "!text behind the object"},
        {"{\"a\":1} {\"a\":2}", "!text behind the object"},
        {"{\"a\":1,}", "!a name in double quotes"},
        {"{a:1}", "!a name in double quotes"},
        {"{\"a\" 1}", "!':' is missing"},
        {"{\"a", "!never closed"},
        {"{\"a\":\"x", "!never closed"},
        {"{\"a\":\"x\\\"}", "!never closed"},
        {"{\"a\":[1}", "!line 1:"},
        {"{\"a\":[1,}]}", "!line 1:"},
        {"{\"a\":yes}", "!'yes' is no JSON value"},
        {"{\"a\":01}", "!is no JSON value"},
        {"{\"a\":1.}", "!is no JSON value"},
        {"{\"a\":+1}", "!is no JSON value"},
        {"{\"a\":1e}", "!is no JSON value"},
        {"{\"a\":-}", "!is no JSON value"},
        {"{\"a\":1,\"a\":2}", "!'a' is there twice"},
        {"{\"\":1}", "!'' cannot be the name"},
        {"{\"a b\":1}", "!'a b' cannot be the name"},
        {"{\"a\\u0000\":1}", "!NUL"},
        {"{\"a\":\"x\\u0000y\"}", "!line 1: a NUL character"},
        {"{\"a\":\"\xff\"}", "!line 1:"},
        {"{\"a\":\"\\ud800\"}", "!line 1:"},
        {"{\"a\":\"x\ty\"}", "!line 1:"},
        {"{\"a\":{\"base64\":\"?\"}}", "!not base64"},
        {"{\"a\":{\"base64\":\"AA==\"}}", "!NUL byte"},
        {"{\"a\":1e-3,\"b\":\"x\"}", "a=1e-3 b=x"},
        {"{\"a\":1.0}\r\n\n {\"a\" : 12345678901234567890123 }",
         "a=1.0; a=12345678901234567890123"},
        {"{\"a\":true,\"b\":false,\"c\":null}", "a=true b=false c=null"},
        {"{\"a\":NaN,\"b\":-Infinity}", "a=NaN b=-Infinity"},
        {"{\"a\":[1, 2.50,\"x\"],\"b\":{\"c\":1e400}}", "!line 1:"},
        {"{\"a\":[1, 2.50,\"}\\\"\"],\"b\":{\"c\":{}}}",
         "a=[1, 2.50,\"}\\\"\"] b={\"c\":{}}"},
        {"{\"a\":\"x\\n\\u00e9\\\\\"}", "a=x\n\xc3\xa9\\"},
        {"{\"a\":\"\"}", "a="},
        {"{\"a\":{\"base64\":\"/w==\"}}", "a=\xff"},
        {"\xEF\xBB\xBF{\"a\":1}", "a=1"},
        {"{\"a\":1,\"b\":2}\n{\"b\":4,\"a\":3}", "a=1 b=2; a=3 b=4"},
        {"{\"a\":1}\n{\"c\":5,\"b\":4,\"a\":3}", "a=1; a=3 c=5 b=4"},
    };

    CHECK(table, 0);
}

static void test_limits(void)
{
    struct text text = {0};

    text_add(&text, "{\"a\":\"");
    for (size_t i = 0; i < LIMIT_WORD_BYTES; i++)
        text_add_char(&text, 'x');
    text_add(&text, "\"}");
    cleanup_free char *big = parse(text.bytes, text.size, 0);
    ok(strstr(big, "line 1: the value of 'a' has 131072 bytes"),
       "a value too long for argv");
    text_clear(&text);
    text_add_char(&text, '{');
    for (size_t i = 0; i <= LIMIT_ROW_PARAMETERS; i++)
        text_addf(&text, "%s\"k%zu\":1", i ? "," : "", LIMIT_ROW_PARAMETERS - i);
    text_add_char(&text, '}');
    cleanup_free char *many = parse(text.bytes, text.size, 0);
    ok(strstr(many, "more than 10000 parameters"), "too many parameters");
    text_clear(&text);
    text_add(&text, "{\"a\":");
    for (size_t i = 0; i < 100000; i++)
        text_add_char(&text, '[');
    cleanup_free char *deep = parse(text.bytes, text.size, 0);
    ok(strncmp(deep, "error 3", 7) == 0, "100,000 open brackets");
    text_release(&text);
}

static void test_load(void)
{
    char folder[] = "/tmp/raylaunch-test-XXXXXX";
    struct file_rows rows = {0};
    struct error err = {0};

    ok(mkdtemp(folder) != NULL, "a folder");
    cleanup_free char *txt = path_join(folder, "p.txt");
    cleanup_free char *csv = path_join(folder, "p.csv");
    ok(points_file_load(txt, &rows, &err) < 0 && err.kind == ERROR_FILE &&
           strstr(err.text, txt),
       "a file that is not there");
    ok(points_file_load(folder, &rows, &err) < 0, "a folder is no points file");
    file_write_atomic(txt, " \n{\"a\":1}\n", 10, FILE_CACHED, NULL);
    ok(points_file_load(txt, &rows, &err) == 0 && rows.count == 1,
       "JSONL is seen by its brace");
    file_write_atomic(csv, "{\n1\n", 4, FILE_CACHED, NULL);
    ok(points_file_load(csv, &rows, &err) < 0 &&
           strstr(err.text, "'{' cannot be the name"),
       "*.csv is CSV whatever it holds");
    is_string(rows.items[0].source, txt, "a row knows its file");
    file_rows_release(&rows);
    file_rows_release(&rows);
    unlink(csv);
    unlink(txt);
    ok(mkfifo(txt, 0600) == 0, "a FIFO");
    pid_t pid = fork();
    if (pid == 0) {
        int fd = open(txt, O_WRONLY | O_CLOEXEC);
        _exit(write(fd, "a,b\n1,2\n", 8) == 8 ? 0 : 1);
    }
    ok(points_file_load(txt, &rows, &err) == 0 && rows.count == 1 &&
           rows.keys.count == 2,
       "a FIFO can be read");
    waitpid(pid, NULL, 0);
    file_rows_release(&rows);
    unlink(txt);
    rmdir(folder);
}

int main(void)
{
    test_csv();
    test_jsonl();
    test_limits();
    test_load();
    return tap_done();
}
