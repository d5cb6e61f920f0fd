#include "launcher/settings/access_list.h"

#include <stdint.h>

/* The kernel's form, little endian: a version, then entries of tag, permissions, id. */
#define VERSION 2
#define HEAD_BYTES 4
#define ENTRY_BYTES 8
#define MAY_WRITE 2

enum tag {
    TAG_USER = 2, /* the owner is 1, the rest of the world 32 */
    TAG_GROUP_OWNER = 4,
    TAG_GROUP = 8,
    TAG_MASK = 16
};

static uint32_t number_at(const unsigned char *bytes, size_t size)
{
    uint32_t number = 0;

    for (size_t i = size; i > 0; i--)
        number = number << 8 | bytes[i - 1];
    return number;
}

static unsigned mask_of(const unsigned char *list, size_t size)
{
    for (size_t at = HEAD_BYTES; at < size; at += ENTRY_BYTES) {
        if (number_at(list + at, 2) == TAG_MASK)
            return number_at(list + at + 2, 2);
    }
    return MAY_WRITE;
}

bool access_list_has_writer(const unsigned char *list, size_t size, gid_t group,
                            access_list_fn is_other, void *context)
{
    if (size < HEAD_BYTES || (size - HEAD_BYTES) % ENTRY_BYTES != 0 ||
        number_at(list, HEAD_BYTES) != VERSION)
        return true;
    unsigned mask = mask_of(list, size);
    for (size_t at = HEAD_BYTES; at < size; at += ENTRY_BYTES) {
        uint32_t tag = number_at(list + at, 2);
        bool is_group = tag == TAG_GROUP || tag == TAG_GROUP_OWNER;
        id_t id = tag == TAG_GROUP_OWNER ? group : number_at(list + at + 4, 4);
        if (!(number_at(list + at + 2, 2) & mask & MAY_WRITE) ||
            (!is_group && tag != TAG_USER))
            continue;
        if (is_other(is_group, id, context))
            return true;
    }
    return false;
}
