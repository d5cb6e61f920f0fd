#include "launcher/script/template.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/script/embedded.h"

#define TEMPLATE_NESTING 16
#define TEMPLATE_INCLUDES 4
#define TEMPLATE_NAME 64

struct filler {
    const struct template_value *values;
    size_t n_values;
    struct text *text;
    bool taken[TEMPLATE_NESTING + 1]; /* is the text of this nesting level written? */
    size_t depth;
    size_t includes;
    struct template_form *form; /* where open values are noted; NULL: none may be */
    bool is_open_asked;         /* by an {{if}} */
};

int template_load(const char *name, struct template *ret_template, struct error *err)
{
    cleanup_free char *built_in = xasprintf("%s.sbatch", name);
    const struct embedded_file *file = embedded_find(built_in);
    cleanup_free char *bytes = NULL;
    size_t size = 0;

    if (file) {
        bytes = xmemdup(file->bytes, file->size);
        size = file->size;
    } else if (strchr(name, '/') || file_exists(name)) {
        if (file_read_all(name, LIMIT_TEMPLATE_BYTES, &bytes, &size, err) < 0)
            return error_prefix(err, "cannot load the template");
    } else {
        return error_set(
            err, ERROR_USAGE,
            "no template '%s': it is neither a built-in (ray, plain) nor a "
            "file",
            name);
    }
    if (memchr(bytes, 0, size))
        return error_set(err, ERROR_INPUT, "template '%s' holds a NUL byte", name);
    *ret_template =
        (struct template){xstrdup(file ? built_in : name), steal(&bytes), size};
    return 0;
}

int template_load_whole(const char *name, struct template *ret_template,
                        struct error *err)
{
    cleanup_free char *whole = xasprintf("whole/%s", name);
    cleanup_free char *file = xasprintf("%s.sbatch", whole);

    return template_load(embedded_find(file) ? whole : name, ret_template, err);
}

bool template_is_built_in(const struct template *template)
{
    const struct embedded_file *file = embedded_find(template->name);

    return file && file->size == template->size &&
           memcmp(file->bytes, template->bytes, file->size) == 0;
}

void template_release(struct template *template)
{
    free(template->name);
    free(template->bytes);
    *template = (struct template){0};
}

static int fill_bytes(struct filler *filler, const char *source, const char *bytes,
                      size_t size, struct error *err);

static const struct template_value *find_value(const struct filler *filler,
                                               const char *name)
{
    for (size_t i = 0; i < filler->n_values; i++) {
        const struct template_value *value = &filler->values[i];
        if ((value->value || filler->form) && strcmp(value->name, name) == 0)
            return value;
    }
    return NULL;
}

static void leave_open(const struct filler *filler, const struct template_value *value)
{
    struct template_form *form = filler->form;

    form->holes =
        xgrow(form->holes, form->n_holes, &form->cap_holes, sizeof *form->holes);
    form->holes[form->n_holes++] =
        (struct template_hole){filler->text->size, (size_t)(value - filler->values)};
}

static int unknown(struct error *err, const char *source, size_t line, const char *name)
{
    return error_set(err, ERROR_INPUT, "%s:%zu: unknown placeholder '{{%s}}'", source,
                     line, name);
}

/* Replace every {{name}} of one line. */
static int fill_line(struct filler *filler, const char *source, size_t number,
                     const char *line, size_t size, struct error *err)
{
    while (size > 0) {
        const char *open = memmem(line, size, "{{", 2);
        if (!open)
            break;
        size_t before = (size_t)(open - line);
        const char *close = memmem(open, size - before, "}}", 2);
        char name[TEMPLATE_NAME];
        size_t length = close ? (size_t)(close - open) - 2 : 0;
        if (!close || length >= sizeof name)
            return error_set(err, ERROR_INPUT, "%s:%zu: '{{' without '}}'", source,
                             number);
        memcpy(name, open + 2, length);
        name[length] = '\0';
        const struct template_value *value = find_value(filler, name);
        if (!value)
            return unknown(err, source, number, name);
        text_add_bytes(filler->text, line, before);
        if (value->value)
            text_add(filler->text, value->value);
        else
            leave_open(filler, value);
        line = close + 2;
        size -= before + length + 4;
    }
    text_add_bytes(filler->text, line, size);
    return 0;
}

/* A line that holds nothing but {{words}}: its words, or false. */
static bool directive_of(const char *line, size_t size, char *words, size_t max)
{
    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == ' '))
        size--;
    while (size > 0 && *line == ' ') {
        line++;
        size--;
    }
    if (size < 5 || size - 4 >= max || memcmp(line, "{{", 2) != 0 ||
        memcmp(line + size - 2, "}}", 2) != 0 || memmem(line + 2, size - 4, "}}", 2))
        return false;
    memcpy(words, line + 2, size - 4);
    words[size - 4] = '\0';
    return true;
}

static int include_file(struct filler *filler, const char *source, size_t line,
                        const char *name, struct error *err)
{
    const struct embedded_file *file = embedded_find(name);

    if (!file || filler->includes >= TEMPLATE_INCLUDES)
        return error_set(err, ERROR_INPUT, "%s:%zu: cannot include '%s'", source, line,
                         name);
    filler->includes++;
    int rc = fill_bytes(filler, file->name, file->bytes, file->size, err);
    filler->includes--;
    return rc;
}

static bool is_true(const char *value)
{
    return value && *value && strcmp(value, "0") != 0 && strcmp(value, "''") != 0;
}

/* 1: the line was a directive and is done; 0: it is text; -1: an error. */
static int take_directive(struct filler *filler, const char *source, size_t line,
                          const char *words, struct error *err)
{
    bool is_taken = filler->taken[filler->depth];

    if (strncmp(words, "if ", 3) == 0) {
        const struct template_value *value = find_value(filler, words + 3);
        if (!value)
            return unknown(err, source, line, words);
        filler->is_open_asked = filler->is_open_asked || !value->value;
        if (filler->depth == TEMPLATE_NESTING)
            return error_set(err, ERROR_INPUT, "%s:%zu: nested too deeply", source,
                             line);
        filler->taken[++filler->depth] = is_taken && is_true(value->value);
        return 1;
    }
    if (strcmp(words, "else") == 0 || strcmp(words, "end") == 0) {
        if (filler->depth == 0)
            return error_set(err, ERROR_INPUT, "%s:%zu: '{{%s}}' without '{{if}}'",
                             source, line, words);
        if (strcmp(words, "end") == 0)
            filler->depth--;
        else
            filler->taken[filler->depth] =
                filler->taken[filler->depth - 1] && !is_taken;
        return 1;
    }
    if (strncmp(words, "include ", 8) == 0)
        return !is_taken || include_file(filler, source, line, words + 8, err) == 0
                   ? 1
                   : -1;
    return 0;
}

static int fill_bytes(struct filler *filler, const char *source, const char *bytes,
                      size_t size, struct error *err)
{
    size_t depth = filler->depth;
    size_t start = 0;
    size_t number = 1;

    for (; start < size; number++) {
        const char *end = memchr(bytes + start, '\n', size - start);
        size_t length = end ? (size_t)(end - bytes) - start + 1 : size - start;
        char words[TEMPLATE_NAME * 2];
        int rc = 0;
        if (directive_of(bytes + start, length, words, sizeof words))
            rc = take_directive(filler, source, number, words, err);
        if (rc == 0 && filler->taken[filler->depth])
            rc = fill_line(filler, source, number, bytes + start, length, err);
        if (rc < 0)
            return -1;
        start += length;
    }
    if (filler->depth != depth)
        return error_set(err, ERROR_INPUT, "%s:%zu: '{{if}}' without '{{end}}'", source,
                         number);
    return 0;
}

int template_fill(const struct template *template, const struct template_value *values,
                  size_t n_values, struct text *text, struct error *err)
{
    struct filler filler = {.values = values, .n_values = n_values, .text = text};

    filler.taken[0] = true;
    return fill_bytes(&filler, template->name, template->bytes, template->size, err);
}

int template_fill_built_in(const char *name, const struct template_value *values,
                           size_t n_values, struct text *text, struct error *err)
{
    struct filler filler = {.values = values, .n_values = n_values, .text = text};

    filler.taken[0] = true;
    return include_file(&filler, name, 0, name, err);
}

int template_cut(const struct template *template, const struct template_value *values,
                 size_t n_values, struct template_form *ret_form, struct error *err)
{
    struct filler filler = {.values = values,
                            .n_values = n_values,
                            .text = &ret_form->text,
                            .form = ret_form};

    *ret_form = (struct template_form){0};
    filler.taken[0] = true;
    int rc = fill_bytes(&filler, template->name, template->bytes, template->size, err);
    if (rc == 0 && filler.is_open_asked)
        rc = 1;
    if (rc != 0)
        template_form_release(ret_form);
    return rc;
}

void template_form_fill(const struct template_form *form,
                        const struct template_value *values, struct text *text)
{
    size_t at = 0;

    for (size_t i = 0; i < form->n_holes; i++) {
        const struct template_hole *hole = &form->holes[i];
        text_add_bytes(text, text_string(&form->text) + at, hole->at - at);
        text_add(text, values[hole->value].value);
        at = hole->at;
    }
    text_add_bytes(text, text_string(&form->text) + at, form->text.size - at);
}

void template_form_release(struct template_form *form)
{
    text_release(&form->text);
    free(form->holes);
    *form = (struct template_form){0};
}
