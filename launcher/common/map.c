#include "launcher/common/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/memory.h"

/* FNV-1a: our keys are our own ids, nobody chooses them to collide. */
static size_t hash_of(const char *key)
{
    uint64_t hash = 1469598103934665603ULL;

    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 1099511628211ULL;
    return (size_t)(hash ^ (hash >> 32));
}

static struct map_slot *slot_of(struct map_slot *slots, size_t cap, const char *key,
                                size_t hash)
{
    size_t i = hash & (cap - 1);

    while (slots[i].key && (slots[i].hash != hash || strcmp(slots[i].key, key) != 0))
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static void grow(struct map *map)
{
    size_t cap = map->cap ? map->cap * 2 : 64;
    struct map_slot *slots = xcalloc(cap, sizeof *slots);

    for (size_t i = 0; i < map->cap; i++) {
        if (!map->slots[i].key)
            continue;
        size_t at = map->slots[i].hash & (cap - 1); /* all keys differ */
        while (slots[at].key)
            at = (at + 1) & (cap - 1);
        slots[at] = map->slots[i];
    }
    free(map->slots);
    map->slots = slots;
    map->cap = cap;
}

void map_set(struct map *map, const char *key, size_t value)
{
    if (map->count * 4 >= map->cap * 3)
        grow(map);
    size_t hash = hash_of(key);
    struct map_slot *slot = slot_of(map->slots, map->cap, key, hash);
    if (!slot->key)
        map->count++;
    *slot = (struct map_slot){key, value, hash};
}

bool map_get(const struct map *map, const char *key, size_t *ret_value)
{
    if (map->cap == 0)
        return false;
    const struct map_slot *slot = slot_of(map->slots, map->cap, key, hash_of(key));
    if (slot->key)
        *ret_value = slot->value;
    return slot->key != NULL;
}

void map_release(struct map *map)
{
    free(map->slots);
    *map = (struct map){0};
}
