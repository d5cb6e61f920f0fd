#include <stdio.h>
#include <string.h>

#include "launcher/campaign/report.h"
#include "launcher/commands/command.h"
#include "launcher/commands/progress.h"
#include "launcher/commands/term.h"
#include "launcher/common/clock.h"
#include "launcher/common/text/utf8.h"
#include "launcher/policy/pending.h"

#define REASONS_SHOWN ((size_t)2)

static void add_count(struct text *text, size_t count, const char *word, bool *is_first)
{
    if (count == 0)
        return;
    text_addf(text, "%s%zu %s", *is_first ? "" : ", ", count, word);
    *is_first = false;
}

static void progress_add_line(const struct campaign *campaign, struct text *text)
{
    struct sweep_counts counts;
    struct pending pending;
    bool is_first = true;

    campaign_count(campaign, &counts);
    text_addf(text, "%zu of %zu final: ", counts.n_final, counts.total);
    for (int state = STATE_UNKNOWN; state < STATE_COUNT; state++)
        add_count(text, counts.by_state[state], state_name((enum state)state),
                  &is_first);
    pending_take(campaign->sweep, campaign->selected, campaign->n_selected,
                 &campaign->scheduler, &pending);
    if (pending.n_items > 0) {
        text_add(text, "; waiting: ");
        pending_add(&pending, REASONS_SHOWN, text);
    }
}

static void progress_show(struct progress *progress, const char *line)
{
    bool is_terminal = term_is(2);
    double now = clock_monotonic_s();

    if (strcmp(line, progress->last_line) == 0)
        return;
    if (!is_terminal && now - progress->last_shown < 1 && progress->last_shown > 0)
        return;
    snprintf(progress->last_line, sizeof progress->last_line, "%s", line);
    progress->last_shown = now;
    if (is_terminal) {
        fprintf(stderr, "\r\033[K%s", line);
        progress->is_open = true;
    } else {
        fprintf(stderr, "%s\n", line);
    }
    fflush(stderr);
}

void progress_close(struct progress *progress)
{
    if (progress->is_open)
        fputc('\n', stderr);
    progress->is_open = false;
}

/* Said once when the scheduler falls silent, and once when it is back. */
static void note_trouble(struct progress *progress, const char *trouble)
{
    double now = clock_wall();
    char since[CLOCK_TIME_SIZE], span[CLOCK_SPAN_SIZE];

    if ((trouble != NULL) == (progress->trouble_since > 0))
        return;
    progress_close(progress);
    if (trouble) {
        clock_time(now, since);
        progress->trouble_since = now;
        warn_user("the scheduler does not answer since %s (%s); nothing is lost: "
                  "looking again until it does",
                  since, trouble);
        return;
    }
    clock_span(now - progress->trouble_since, span);
    progress->trouble_since = 0;
    warn_user("the scheduler answers again, after %s", span);
}

static void progress_on_look(void *context, const struct campaign *campaign,
                             const char *trouble)
{
    struct progress *progress = context;
    cleanup_text struct text line = {0};

    note_trouble(progress, trouble);
    if (progress->in->quiet || trouble)
        return;
    progress_add_line(campaign, &line);
    progress_show(progress, text_string(&line));
}

static void on_submit(void *context, size_t done, size_t total)
{
    struct progress *progress = context;
    char line[128];

    if (progress->in->quiet || total < 20 || !term_is(2))
        return;
    snprintf(line, sizeof line, "submitting %zu of %zu", done, total);
    progress_show(progress, line);
}

static void on_warning(void *context, const char *text)
{
    struct progress *progress = context;

    progress_close(progress);
    warn_user("%s", text);
}

void progress_hook(struct progress *progress, struct campaign *campaign)
{
    campaign->hooks = (struct campaign_hooks){.context = progress,
                                              .on_look = progress_on_look,
                                              .on_submit = on_submit,
                                              .on_warning = on_warning};
}
