#include "launcher/script/script.h"

#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/common/text/quote.h"
#include "launcher/script/script_values.h"

#define TASK_PART "parts/task.sh"

struct script_form {
    const struct template *template; /* borrowed */
    struct value_list values;
    struct template_form cut;
    bool is_cut; /* else the template is filled anew each time */
};

/* A template of the user's own may know nothing of arrays; then each task would run
 * nobody knows what. */
static int check_tasks(const struct script_request *request, struct error *err)
{
    const struct template *template = request->template;

    if (!request->tasks ||
        memmem(template->bytes, template->size, TASK_PART, sizeof TASK_PART - 1))
        return 0;
    return error_set(err, ERROR_INPUT,
                     "template '%s' cannot be the script of an array: it has no line "
                     "{{include " TASK_PART "}}; put one before its first value, or "
                     "use --mode jobs",
                     template->name);
}

int script_form_make(const struct script_request *request,
                     struct script_form **ret_form, struct error *err)
{
    struct script_form *form = xcalloc(1, sizeof *form);

    form->template = request->template;
    int rc = check_tasks(request, err);
    if (rc == 0)
        rc = script_values_add_same(&form->values, request, err);
    if (rc == 0)
        rc = script_values_set_attempt(&form->values, NULL, err);
    if (rc == 0) {
        rc = template_cut(form->template, form->values.items, form->values.count,
                          &form->cut, err);
        form->is_cut = rc == 0;
    }
    if (rc < 0) {
        script_form_free(form);
        return -1;
    }
    *ret_form = form;
    return 0;
}

int script_form_fill(struct script_form *form, const struct script_request *request,
                     struct text *text, struct error *err)
{
    size_t start = text->size;

    if (script_values_set_attempt(&form->values, request, err) < 0)
        return -1;
    if (form->is_cut)
        template_form_fill(&form->cut, form->values.items, text);
    else if (template_fill(form->template, form->values.items, form->values.count, text,
                           err) < 0)
        return -1;
    if (text->size - start > LIMIT_SCRIPT_BYTES)
        return error_set(err, ERROR_INPUT,
                         "the script of point '%s' is larger than Slurm takes (4 MiB)",
                         request->point->id);
    return 0;
}

void script_form_free(struct script_form *form)
{
    if (!form)
        return;
    value_list_release(&form->values);
    template_form_release(&form->cut);
    free(form);
}

int script_render(const struct script_request *request, struct text *text,
                  struct error *err)
{
    struct script_form *form = NULL;

    if (script_form_make(request, &form, err) < 0)
        return -1;
    int rc = script_form_fill(form, request, text, err);
    script_form_free(form);
    return rc;
}

void script_add_task(const struct script_request *request, struct text *text)
{
    const struct point *point = request->point;
    cleanup_text struct text params = {0};
    cleanup_free char *code = script_values_code(&point->argv);

    text_add(text, "rl_point=");
    quote_shell(text, point->id);
    text_addf(text, " rl_attempt=%u rl_base=", request->attempt);
    quote_shell(text, request->base);
    text_add(text, " rl_params=");
    script_values_add_params(point, &params);
    quote_shell(text, text_string(&params));
    text_addf(text, " rl_code=%s rl_command=(", code);
    quote_shell_words(text, &point->argv);
    text_add(text, "); ");
    script_values_add_exports(point, ';', text);
    text_add_char(text, '\n');
}
