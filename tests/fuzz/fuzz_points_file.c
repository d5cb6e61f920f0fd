/* A points file of any bytes gives an error or rows that can be points. The first byte
 * chooses the reader. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "launcher/common/limits.h"
#include "launcher/plan/entry.h"
#include "launcher/plan/points_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_good)
{
    if (!is_good)
        abort();
}

static void check_rows(const struct file_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct file_row *row = &rows->items[i];
        must(row->count > 0 && row->line > 0);
        for (size_t j = 0; j < row->count; j++) {
            const struct parameter *param = &row->params[j];
            must(entry_key_size(param->key) == strlen(param->key));
            must(strlen(param->value) < LIMIT_WORD_BYTES);
            must(words_has(&rows->keys, param->key));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct file_rows rows = {0};
    struct error err = {0};

    if (size == 0)
        return 0;
    int is_csv = data[0] == 'c' ? 1 : data[0] == 'j' ? 0 : -1;
    int rc =
        points_file_parse((const char *)data + 1, size - 1, "f", is_csv, &rows, &err);
    must((rc == 0) == (err.kind == ERROR_NONE));
    if (rc == 0) {
        must(rows.count > 0);
        check_rows(&rows);
    }
    file_rows_release(&rows);
    return 0;
}
