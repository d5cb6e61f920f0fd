#include "launcher/plan/identity.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/files/hash.h"
#include "launcher/common/memory.h"

#define ID_HEX 12  /* digits of the hash in a point's id */
#define NAME_HEX 8 /* in the name of a sweep */

struct identity {
    struct hash *hash; /* owned */
    struct text bytes; /* what is hashed: the literal words, then one point's */
    size_t literal_size;
};

static void add_counted(struct text *bytes, const char *string)
{
    char digits[24];
    size_t at = sizeof digits;
    size_t size = strlen(string);
    size_t rest = size;

    digits[--at] = ':';
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    text_add_bytes(bytes, digits + at, sizeof digits - at);
    text_add_bytes(bytes, string, size);
}

struct identity *identity_new(const struct words *literal)
{
    struct identity *identity = xcalloc(1, sizeof *identity);

    identity->hash = hash_new();
    for (size_t i = 0; i < literal->count; i++) {
        text_add_char(&identity->bytes, 'w');
        add_counted(&identity->bytes, literal->items[i]);
    }
    identity->literal_size = identity->bytes.size;
    return identity;
}

void identity_free(struct identity *identity)
{
    if (identity) {
        hash_free(identity->hash);
        text_release(&identity->bytes);
        free(identity);
    }
}

static void sum(struct identity *identity, char hex[HASH_HEX_SIZE])
{
    hash_restart(identity->hash);
    hash_add(identity->hash, text_string(&identity->bytes), identity->bytes.size);
    hash_finish(identity->hash, hex);
}

static bool is_id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("._=,-", c));
}

/* Append "key=value" if it fits, or (for the first, when nothing fits) as much as fits.
 */
static void add_part(char *slug, size_t *size, const char *key, const char *value,
                     bool is_cut)
{
    key += strspn(key, "+~");
    size_t key_size = strlen(key);
    size_t part = key_size + 1 + strlen(value);
    size_t comma = *size > 0 ? 1 : 0;

    if (*size + comma + part > LIMIT_POINT_SLUG) {
        if (!is_cut)
            return;
        part = LIMIT_POINT_SLUG - *size - comma;
    }
    if (comma)
        slug[(*size)++] = ',';
    for (size_t i = 0; i < part; i++) {
        char c = i < key_size ? key[i] : i == key_size ? '=' : value[i - key_size - 1];
        slug[(*size)++] = is_id_char(c) ? c : '-';
    }
}

/* Parts that are too long (paths, prompts) are passed over, so that the short ones
 * behind them, which one reads, are kept. */
static size_t make_slug(char *slug, const struct parameter *params, size_t n_params,
                        unsigned copy)
{
    size_t size = 0;
    cleanup_free char *number = copy ? xasprintf("%u", copy) : NULL;

    if (number)
        add_part(slug, &size, "copy", number, false);
    for (size_t i = 0; i < n_params && size < LIMIT_POINT_SLUG; i++)
        add_part(slug, &size, params[i].key, params[i].value, false);
    if (size == 0 && n_params > 0)
        add_part(slug, &size, params[0].key, params[0].value, true);
    if (size == 0) {
        memcpy(slug, "point", 5);
        size = 5;
    }
    if (slug[0] == '-' || slug[0] == '.')
        slug[0] = '_';
    return size;
}

void identity_of_point(struct identity *identity, const struct parameter *params,
                       size_t n_params, unsigned copy, char id[POINT_ID_SIZE])
{
    struct text *bytes = &identity->bytes;
    char hex[HASH_HEX_SIZE];

    bytes->size = identity->literal_size;
    for (size_t i = 0; i < n_params; i++) {
        text_add_char(bytes, 'k');
        add_counted(bytes, params[i].key);
        text_add_char(bytes, 'v');
        add_counted(bytes, params[i].value);
    }
    if (copy)
        text_addf(bytes, "c%u", copy);
    sum(identity, hex);
    size_t size = make_slug(id, params, n_params, copy);
    id[size++] = '-';
    memcpy(id + size, hex, ID_HEX);
    id[size + ID_HEX] = '\0';
}

char *plan_sweep_name(const struct plan *plan)
{
    struct identity *identity = identity_new(&plan->literal);
    char hex[HASH_HEX_SIZE];

    sum(identity, hex);
    identity_free(identity);
    return xasprintf("%s-%.*s", plan->entry_name, NAME_HEX, hex);
}
