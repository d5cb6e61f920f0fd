#include "collector/archive/manifest.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/common/text/utf8.h"

#define HEX_DIGITS (HASH_HEX_SIZE - 1)
#define MAX_DEPTH 64 /* folders in one name: room for any real one */

void manifest_release(struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++)
        free(manifest->entries[i].name);
    free(manifest->entries);
    *manifest = (struct manifest){0};
}

bool manifest_name_is_safe(const char *name)
{
    if (strlen(name) > LIMIT_NAME_BYTES)
        return false;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
        size_t size = strcspn(name, "/");
        if (size == 0 || size > NAME_MAX || strncmp(name, ".", size) == 0 ||
            strncmp(name, "..", size) == 0)
            return false;
        if (name[size] == '\0')
            return true;
        name += size + 1;
    }
    return false;
}

static int fail_name(const char *what, const char *name, struct error *err)
{
    cleanup_text struct text shown = {0};

    utf8_add_printable(&shown, name, strlen(name));
    return error_set(err, ERROR_INPUT, "%s: '%.200s'", what, text_string(&shown));
}

int manifest_add(struct manifest *manifest, const char *name,
                 const char sha256[HASH_HEX_SIZE], struct error *err)
{
    if (!manifest_name_is_safe(name))
        return fail_name("a name that must not be in an archive", name, err);
    manifest->entries = xgrow(manifest->entries, manifest->count, &manifest->cap,
                              sizeof *manifest->entries);
    struct manifest_entry *entry = &manifest->entries[manifest->count];
    *entry = (struct manifest_entry){.name = xstrdup(name)};
    memcpy(entry->sha256, sha256, HEX_DIGITS);
    manifest->count++;
    return 0;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct manifest_entry *)left)->name,
                  ((const struct manifest_entry *)right)->name);
}

int manifest_sort(struct manifest *manifest, struct error *err)
{
    if (manifest->count > 1)
        qsort(manifest->entries, manifest->count, sizeof *manifest->entries, by_name);
    for (size_t i = 1; i < manifest->count; i++) {
        if (by_name(&manifest->entries[i - 1], &manifest->entries[i]) == 0)
            return fail_name("a name stands twice in the manifest",
                             manifest->entries[i].name, err);
    }
    return 0;
}

static int name_against_entry(const void *name, const void *entry)
{
    return strcmp(name, ((const struct manifest_entry *)entry)->name);
}

struct manifest_entry *manifest_find(struct manifest *manifest, const char *name)
{
    return manifest->count ? bsearch(name, manifest->entries, manifest->count,
                                     sizeof *manifest->entries, name_against_entry)
                           : NULL;
}

void manifest_add_line(struct text *text, const char *name, const char *sha256)
{
    bool is_escaped = strpbrk(name, "\\\n\r") != NULL;

    text_addf(text, "%s%s  ", is_escaped ? "\\" : "", sha256);
    for (const char *c = name; *c; c++) {
        if (*c == '\\')
            text_add(text, "\\\\");
        else if (*c == '\n')
            text_add(text, "\\n");
        else if (*c == '\r')
            text_add(text, "\\r");
        else
            text_add_char(text, *c);
    }
    text_add_char(text, '\n');
}

/* The name as it was before manifest_add_line(); false for an escape that it never
 * writes. */
static bool unescape(const char *bytes, size_t size, bool is_escaped, struct text *name)
{
    static const char letters[] = "\\nr";
    static const char meanings[] = "\\\n\r";

    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\0')
            return false;
        if (!is_escaped || bytes[i] != '\\') {
            text_add_char(name, bytes[i]);
            continue;
        }
        const char *letter = ++i < size && bytes[i] ? strchr(letters, bytes[i]) : NULL;
        if (!letter)
            return false;
        text_add_char(name, meanings[letter - letters]);
    }
    return true;
}

static int parse_line(const char *line, size_t size, struct manifest *manifest,
                      struct error *err)
{
    bool is_escaped = size > 0 && line[0] == '\\';
    char sha256[HASH_HEX_SIZE] = "";
    cleanup_text struct text name = {.max = LIMIT_NAME_BYTES + 1};

    if (is_escaped) {
        line++;
        size--;
    }
    if (size < HEX_DIGITS + 3)
        return error_set(err, ERROR_INPUT, "too short for a sum and a name");
    for (size_t i = 0; i < HEX_DIGITS; i++) {
        if (!isxdigit((unsigned char)line[i]))
            return error_set(err, ERROR_INPUT, "no SHA-256 sum at its start");
        sha256[i] = (char)tolower((unsigned char)line[i]);
    }
    line += HEX_DIGITS;
    size -= HEX_DIGITS;
    if (line[0] != ' ' || (line[1] != ' ' && line[1] != '*'))
        return error_set(err, ERROR_INPUT, "no two spaces behind its sum");
    if (!unescape(line + 2, size - 2, is_escaped, &name))
        return error_set(err, ERROR_INPUT, "a name that is not text");
    if (name.is_full)
        return error_set(err, ERROR_INPUT, "a name of over %lu bytes",
                         LIMIT_NAME_BYTES);
    return manifest_add(manifest, text_string(&name), sha256, err);
}

int manifest_parse(const char *bytes, size_t size, const char *source,
                   struct manifest *ret_manifest, struct error *err)
{
    cleanup_manifest struct manifest manifest = {0};
    const char *end = bytes + size;
    size_t n_lines = 0;

    *ret_manifest = (struct manifest){0};
    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        n_lines++;
        if (!newline)
            return error_set(err, ERROR_INPUT, "'%s': line %zu is cut off", source,
                             n_lines);
        if (n_lines > LIMIT_ARCHIVE_FILES)
            return error_set(err, ERROR_INPUT, "'%s': more than %lu lines", source,
                             LIMIT_ARCHIVE_FILES);
        if (parse_line(bytes, (size_t)(newline - bytes), &manifest, err) < 0)
            return error_prefix(err, "'%s': line %zu", source, n_lines);
        bytes = newline + 1;
    }
    if (manifest_sort(&manifest, err) < 0)
        return error_prefix(err, "'%s'", source);
    *ret_manifest = manifest;
    manifest = (struct manifest){0};
    return 0;
}

bool manifest_link_is_safe(const char *name, const char *target)
{
    size_t n_up = 0, n_above = 0;

    for (const char *at = strchr(name, '/'); at; at = strchr(at + 1, '/'))
        n_above++;
    while (strncmp(target, "../", 3) == 0) {
        target += 3;
        n_up++;
    }
    if (strcmp(target, "..") == 0) {
        target = ".";
        n_up++;
    }
    if (n_up > 0 && n_up >= n_above)
        return false;
    return strcmp(target, ".") == 0 || manifest_name_is_safe(target);
}
