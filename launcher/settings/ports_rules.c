/* ports_rules.c - which ports may not meet, which arguments are ours (ports.h) */
#include <string.h>

#include "launcher/settings/ports.h"

int ports_check_uses(const struct ports_use *uses, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct ports_span one = uses[i].span;
        if (one.first < PORTS_LOWEST || one.last > PORTS_HIGHEST ||
            one.last < one.first)
            return error_set(err, ERROR_USAGE,
                             "Ray component %s cannot have the ports %ld to %ld: they "
                             "go from 1024 to 65535",
                             uses[i].name, one.first, one.last);
        for (size_t j = 0; j < i; j++) {
            struct ports_span other = uses[j].span;
            long first = one.first > other.first ? one.first : other.first;
            if (first <= one.last && first <= other.last)
                return error_set(err, ERROR_USAGE,
                                 "Ray component %s is trying to use port %ld, which is "
                                 "used by component %s: Ray would not start",
                                 uses[i].name, first, uses[j].name);
        }
    }
    return 0;
}

size_t ports_job_uses(const struct ports_job *job, struct ports_use *ret_uses)
{
    size_t count = 0;

    for (; count < PORTS_SERVICES; count++)
        ret_uses[count] = (struct ports_use){
            ports_service_name(count), {job->services[count], job->services[count]}};
    ret_uses[count++] = (struct ports_use){"worker_ports", job->workers};
    return count;
}

size_t ports_layout_uses(size_t k, struct ports_use *ret_uses)
{
    long user = (long)k;
    const struct ports_use uses[PORTS_LAYOUT] = {
        {"port", {6379 + user, 6379 + user}},
        {"node-manager-port", {6700 + 100 * user, 6700 + 100 * user}},
        {"object-manager-port", {6701 + 100 * user, 6701 + 100 * user}},
        {"ray-client-server-port", {10001 + 10000 * user, 10001 + 10000 * user}},
        {"redis-shard-ports", {6702 + 100 * user, 6702 + 100 * user}},
        {"worker-ports", {10002 + 10000 * user, 19999 + 10000 * user}},
        {"dashboard-port", {8265, 8265}},
        {"dashboard-agent-listen-port", {52365, 52365}},
    };

    memcpy(ret_uses, uses, sizeof uses);
    return PORTS_LAYOUT;
}

const char *ports_owned_argument(const struct words *arguments)
{
    static const char *const owned[] = {
        "--port", "--node-manager-port", "--object-manager-port",
        "--runtime-env-agent-port", "--dashboard-agent-grpc-port",
        "--dashboard-agent-listen-port", "--dashboard-grpc-port",
        "--metrics-export-port", "--dashboard-port", "--ray-client-server-port",
        "--redis-shard-ports", "--gcs-server-port", "--min-worker-port",
        "--max-worker-port", "--worker-port-list",
        /* not ports, but chosen by the job as well */
        "--head", "--address", "--node-ip-address", "--temp-dir", "--block"};

    for (size_t i = 0; i < arguments->count; i++) {
        const char *word = arguments->items[i];
        char name[40] = "";
        size_t size = strcspn(word, "= ");
        if (size >= sizeof name)
            continue;
        for (size_t j = 0; j < size; j++)
            name[j] = word[j] == '_' ? '-' : word[j];
        for (size_t j = 0; j < sizeof owned / sizeof *owned; j++) {
            if (strcmp(name, owned[j]) == 0)
                return owned[j];
        }
    }
    return NULL;
}
