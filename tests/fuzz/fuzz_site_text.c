/* fuzz_site_text - what scontrol, sinfo and sacctmgr said of a site
 *
 * The first byte says which of the texts it is.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"
#include "launcher/scheduler/slurm/slurm_config.h"
#include "launcher/scheduler/slurm/slurm_reservations.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_limits(const struct slurm_cache *answers)
{
    static const struct slurm_config_request requests[] = {
        {"", "", ""}, {"gpu", "lab", "big"}, {"cpu,gpu", "", ""}};
    struct scheduler_limits limits;

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        slurm_config_find(answers, &requests[i], &limits);
        if (limits.max_submit < 0 || limits.max_running < 0 || limits.max_minutes < 0 ||
            limits.rate_per_s < 0 ||
            (limits.max_submit > 0) != (*limits.max_submit_from != '\0') ||
            (limits.max_running > 0) != (*limits.max_running_from != '\0') ||
            (limits.max_minutes > 0) != (*limits.max_minutes_from != '\0'))
            abort();
    }
}

static void check_reservations(const struct site_reservations *reservations)
{
    struct slurm_requester nobody = {0}, somebody = {0};
    cleanup_words struct words nodes = {0};

    words_add(&somebody.user, "alice");
    words_add(&somebody.accounts, "lab");
    words_add(&nodes, "rl1");
    if (reservations->count > SLURM_RESERVATIONS_MAX)
        abort();
    for (size_t i = 0; i < reservations->count; i++) {
        const struct site_reservation *item = &reservations->items[i];
        if (!*item->name || item->starts_at <= 0 || item->ends_at <= item->starts_at ||
            item->n_nodes < -1)
            abort();
        if (!*item->users && !*item->accounts && !*item->groups &&
            (slurm_reservation_admits(item, &nobody) ||
             slurm_reservation_admits(item, &somebody)))
            abort();
        slurm_reservation_admits(item, &somebody);
        if (!*item->nodes &&
            slurm_reservation_touches(item, &nodes) != (item->n_nodes != 0))
            abort();
        slurm_reservation_touches(item, &nodes);
    }
    slurm_requester_release(&somebody);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const usual[ANSWER_COUNT] = {
        "#\ngpu*#up#infinite#3#32#64000#gpu:2#\n",
        "PartitionName=gpu Default=YES QoS=big MaxTime=1:00:00\n",
        "",
        "lab|lab||50|7|||1-00:00:00||big,normal|cpu=4,mem=1G|gres/gpu=2\n",
        "root||||\nlab|root|60|9|\n",
        "normal|||||||||||\nbig|20|5|||||3-00:00:00|OverPartQOS|cpu=9||node=2\n"};
    struct slurm_cache answers = {.has_limits = true, .has_texts = true};
    struct site_reservations reservations = {0};
    struct site site = {0};

    if (size == 0)
        return 0;
    size_t which = (size_t)(bytes[0] - '0') % (ANSWER_COUNT + 1);
    cleanup_free char *text = xmemdup(bytes + 1, size - 1);
    answers.limits.has_limits = true;
    if (which == ANSWER_COUNT)
        slurm_site_parse_config(text, &answers.limits);
    for (size_t i = 0; i < ANSWER_COUNT; i++)
        answers.texts[i] = xstrdup(i == which ? text : usual[i]);
    check_limits(&answers);
    slurm_cache_site(&answers, &site);
    site_release(&site);
    slurm_reservations_parse(answers.texts[ANSWER_RESERVATIONS], &reservations);
    check_reservations(&reservations);
    site_reservations_release(&reservations);
    slurm_cache_release(&answers);
    return 0;
}
