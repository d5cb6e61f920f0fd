#include <stdlib.h>
#include <string.h>

#include "launcher/common/map.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/text.h"
#include "tests/tap/tap.h"

int main(void)
{
    struct map map = {0};
    cleanup_words struct words keys = {0};
    size_t value = 7;
    int is_good = 1;

    ok(!map_get(&map, "a", &value) && value == 7, "an empty map knows nothing");
    map_set(&map, "", 1);
    ok(map_get(&map, "", &value) && value == 1, "the empty key is a key");
    for (int i = 0; i < 20000; i++)
        words_addf(&keys, "key-%d", i);
    for (size_t i = 0; i < keys.count; i++)
        map_set(&map, keys.items[i], i);
    is_number(map.count, 20001, "20000 keys more");
    for (size_t i = 0; i < keys.count; i++)
        is_good = is_good && map_get(&map, keys.items[i], &value) && value == i;
    ok(is_good, "each is found after growing");
    value = 7;
    ok(!map_get(&map, "key-20000", &value) && !map_get(&map, "key-", &value) &&
           value == 7,
       "others are not, and the output stays");
    cleanup_free char *same = xstrdup("key-5");
    map_set(&map, same, 99);
    ok(map_get(&map, "key-5", &value) && value == 99 && map.count == 20001,
       "an equal key replaces the value");
    map_release(&map);
    ok(!map_get(&map, "key-5", &value) && map.count == 0, "released is empty");
    map_release(&map);
    return tap_done();
}
