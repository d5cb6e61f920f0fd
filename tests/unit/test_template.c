#include <string.h>

#include "launcher/script/embedded.h"
#include "launcher/script/template.h"
#include "tests/tap/scratch.h"
#include "tests/tap/tap.h"

static const struct template_value values[] = {
    {"name", "value"},     {"empty", ""},  {"zero", "0"},
    {"quoted", "''"},      {"one", "1"},   {"two", "a\nb"},
    {"brace", "{{name}}"}, {"space", " "}, {"false", "false"},
};

static int fill(char *bytes, struct text *text, struct error *err)
{
    char name[] = "t";
    struct template template = {name, bytes, strlen(bytes)};

    return template_fill(&template, values, sizeof values / sizeof *values, text, err);
}

static void refuses(const char *source, const char *words)
{
    struct error err = {0};
    cleanup_text struct text text = {0};
    cleanup_free char *bytes = xstrdup(source);

    ok(fill(bytes, &text, &err) < 0 && err.kind == ERROR_INPUT &&
           strncmp(err.text, words, strlen(words)) == 0,
       "refused: %s", err.text);
}

/* The same with some values open at first. */
static void cuts(char *bytes, const char *wanted)
{
    char name[] = "t";
    struct template template = {name, bytes, strlen(bytes)};
    struct template_value open[sizeof values / sizeof *values];
    size_t count = sizeof values / sizeof *values;
    struct template_form form;
    struct error err = {0};

    memcpy(open, values, sizeof values);
    for (size_t i = 0; i < count; i += 2)
        open[i].value = NULL;
    int rc = template_cut(&template, open, count, &form, &err);
    if (rc != 0) {
        ok(rc == 1 && strstr(bytes, "{{if "), "an {{if}} of an open value: no form");
        return;
    }
    for (int i = 0; i < 2; i++) {
        cleanup_text struct text text = {0};
        template_form_fill(&form, values, &text);
        is_string(text_string(&text), wanted, "the same as a form");
    }
    template_form_release(&form);
}

static void gives(const char *source, const char *wanted)
{
    struct error err = {0};
    cleanup_text struct text text = {0};
    cleanup_free char *bytes = xstrdup(source);

    ok(fill(bytes, &text, &err) == 0, "filled %s", err.text);
    is_string(text_string(&text), wanted, "as");
    cuts(bytes, wanted);
}

static void test_refused(void)
{
    cleanup_free char *long_name = xmalloc(300);

    refuses("a\n{{nmae}}\n", "t:2: unknown placeholder '{{nmae}}'");
    refuses("{{ name }}", "t:1: unknown placeholder '{{ name }}'");
    refuses("a {{}} b", "t:1: unknown placeholder '{{}}'");
    refuses("a {{name", "t:1: '{{' without '}}'");
    refuses("a {{name}\n}", "t:1: '{{' without '}}'");
    refuses("x\n{{if nmae}}\n{{end}}\n", "t:2: unknown placeholder");
    refuses("{{if one}}\nx\n", "t:3: '{{if}}' without '{{end}}'");
    refuses("x\n{{end}}\n", "t:2: '{{end}}' without '{{if}}'");
    refuses("{{else}}\n", "t:1: '{{else}}' without '{{if}}'");
    refuses("{{if one}}\n{{end}}\n{{end}}\n", "t:3: '{{end}}' without");
    refuses("{{include no/such}}\n", "t:1: cannot include 'no/such'");
    refuses("{{include ../../../etc/passwd}}\n", "t:1: cannot include");
    refuses("{{include /etc/passwd}}\n", "t:1: cannot include");
    refuses("x {{if one}}\n", "t:1: unknown placeholder"); /* not alone on its line */
    memset(long_name, 'x', 299);
    long_name[299] = '\0';
    cleanup_free char *line = xasprintf("{{%s}}\n", long_name);
    refuses(line, "t:1: ");
    cleanup_text struct text deep = {0};
    for (int i = 0; i < 17; i++)
        text_add(&deep, "{{if one}}\n");
    for (int i = 0; i < 17; i++)
        text_add(&deep, "{{end}}\n");
    refuses(text_string(&deep), "t:17: nested too deeply");
}

static void test_filled(void)
{
    gives("", "");
    gives("no newline", "no newline");
    gives("a {{name}}{{name}} b{{empty}}\n", "a valuevalue b\n");
    gives("{{name}}", "value");
    gives("{{two}}\n", "a\nb\n");
    gives("{{brace}} {x} } }} {\n",
          "{{name}} {x} } }} {\n"); /* values are not read again */
    gives("{{if one}}\ny\n{{else}}\nn\n{{end}}\nz\n", "y\nz\n");
    gives("  {{if zero}}  \ny\n  {{else}}\nn\n{{end}}", "n\n");
    gives("{{if empty}}\ny\n{{end}}\n", "");
    gives("{{if quoted}}\ny\n{{end}}\n", "");
    gives("{{if false}}\ny\n{{end}}\n", "y\n"); /* any other text is true */
    gives("{{if space}}\ny\n{{end}}\n", "y\n");
    gives("{{if one}}\n{{if zero}}\na\n{{else}}\nb\n{{end}}\nc\n{{else}}\nd\n{{end}}\n",
          "b\nc\n");
    gives("{{if zero}}\n{{if one}}\na\n{{else}}\nb\n{{end}}\n{{else}}\nd\n{{end}}\n",
          "d\n");
    gives("{{if zero}}\n{{if zero}}\na\n{{else}}\nb\n{{end}}\nc\n{{end}}\n", "");
    gives("{{if zero}}\n{{include no/such}}\n{{end}}\n", "");
    cleanup_text struct text deep = {0};
    for (int i = 0; i < 16; i++)
        text_add(&deep, "{{if one}}\n");
    text_add(&deep, "x\n");
    for (int i = 0; i < 16; i++)
        text_add(&deep, "{{end}}\n");
    gives(text_string(&deep), "x\n");
}

static void test_load(void)
{
    struct template template = {0};
    struct error err = {0};
    cleanup_free char *path = scratch_path("t.sbatch");
    cleanup_free char *large = xcalloc(1, 1100000);

    ok(template_load("no-such-template", &template, &err) < 0 &&
           err.kind == ERROR_USAGE && strstr(err.text, "ray, plain"),
       "no such: %s", err.text);
    ok(template_load(path, &template, &err) < 0 && err.kind == ERROR_FILE,
       "no file: %s", err.text);
    scratch_write("t.sbatch", "a\0b", 3);
    ok(template_load(path, &template, &err) < 0 && err.kind == ERROR_INPUT, "%s",
       err.text);
    memset(large, 'x', 1100000);
    scratch_write("t.sbatch", large, 1100000);
    ok(template_load(path, &template, &err) < 0 && err.kind == ERROR_INPUT,
       "too large: %s", err.text);
    ok(!template.name && !template.bytes, "failures leave the template");
    scratch_write("t.sbatch", "x\n", 2);
    ok(template_load(path, &template, &err) == 0 && template.size == 2 &&
           strcmp(template.name, path) == 0,
       "a file by its path");
    template_release(&template);
    static const char *const built_in[] = {"ray", "plain"};
    for (size_t i = 0; i < 2; i++) {
        ok(template_load(built_in[i], &template, &err) == 0 && template.size > 100,
           "built in: %s", built_in[i]);
        ok(template.bytes[template.size] == '\0', "and a string");
        template_release(&template);
    }
    ok(embedded_find("parts/claim.sh") && !embedded_find("claim.sh") &&
           !embedded_find(""),
       "parts are found by their whole name");
}

int main(void)
{
    test_refused();
    test_filled();
    test_load();
    scratch_remove();
    return tap_done();
}
