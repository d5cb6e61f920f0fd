#include "launcher/plan/points_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "launcher/common/files/file.h"
#include "launcher/common/limits.h"
#include "launcher/common/memory.h"
#include "launcher/plan/csv.h"
#include "launcher/plan/jsonl.h"

static bool has_suffix(const char *path, const char *suffix)
{
    size_t size = strlen(path);
    size_t tail = strlen(suffix);

    return size > tail && strcmp(path + size - tail, suffix) == 0;
}

int points_file_parse(const char *bytes, size_t size, const char *source, int is_csv,
                      struct file_rows *rows, struct error *err)
{
    size_t before = rows->count;

    if (size >= 2 &&
        (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
        return error_set(err, ERROR_INPUT, "'%s' is UTF-16; save it as UTF-8", source);
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        size -= 3;
    }
    if (is_csv < 0) {
        size_t i = 0;
        while (i < size && memchr(" \t\r\n", bytes[i], 4))
            i++;
        is_csv = i < size && bytes[i] != '{';
    }
    if ((is_csv ? csv_read : jsonl_read)(bytes, size, source, rows, err) < 0)
        return -1;
    if (rows->count == before)
        return error_set(
            err, ERROR_INPUT,
            "empty grid: there is no point in '%s'; write one object a line "
            "(JSONL), or a line of names and one line a point (CSV)",
            source);
    return 0;
}

int points_file_load(const char *path, struct file_rows *rows, struct error *err)
{
    cleanup_text struct text text = {.max = LIMIT_POINTS_FILE_BYTES};
    cleanup_free char *bytes = NULL;
    size_t size = 0;
    struct stat info;
    bool is_stdin = strcmp(path, "-") == 0;
    int is_csv = has_suffix(path, ".csv") ? 1
                 : has_suffix(path, ".jsonl") || has_suffix(path, ".ndjson") ||
                         has_suffix(path, ".json")
                     ? 0
                     : -1;

    if (is_stdin || (stat(path, &info) == 0 && S_ISFIFO(info.st_mode))) {
        cleanup_close int fd =
            is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return error_set_errno(err, ERROR_FILE, "cannot open '%s'", path);
        if (file_read_stream(fd, path, &text, err) < 0)
            return -1;
        return points_file_parse(text_string(&text), text.size, path, is_csv, rows,
                                 err);
    }
    if (file_read_all(path, LIMIT_POINTS_FILE_BYTES, &bytes, &size, err) < 0)
        return -1;
    return points_file_parse(bytes, size, path, is_csv, rows, err);
}
