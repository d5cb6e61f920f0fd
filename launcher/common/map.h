/* map.h - from a string to a number, for ids and tokens
 *
 * Keys are borrowed: they must outlive the map. A zeroed map is valid and empty.
 */
#ifndef LAUNCHER_COMMON_MAP_H
#define LAUNCHER_COMMON_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map_slot {
    const char *key; /* borrowed; NULL: free */
    size_t value;
    size_t hash; /* of the key, so that growing does not read the keys */
};

struct map {
    struct map_slot *slots; /* owned; a power of two of them */
    size_t cap, count;
};

void map_set(struct map *map, const char *key, size_t value); /* replaces */
bool map_get(const struct map *map, const char *key, size_t *ret_value);
void map_release(struct map *map);

#endif
