/* entry.h - which words of a command are parameters, and what the entrypoint is called
 *
 * The rule of docs/formats.md ("Which words are parameters"): words behind the program
 * and its script, up to a second "--", that look like key=value. The script is the file
 * behind an interpreter, the name behind -m, the text behind -c; `uv run`, `srun`,
 * `env` and other programs that start a program are stepped over with their options.
 */
#ifndef LAUNCHER_PLAN_ENTRY_H
#define LAUNCHER_PLAN_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "launcher/common/text/text.h"

struct entry {
    size_t first; /* index of the first word that may be a parameter */
    size_t end;   /* index of the second "--", or the number of words */
    char *name;   /* owned: "train" of `python dir/train.py`; letters, digits, "._-" */
    char *file;   /* owned or NULL: a script that must be a file here */
    char *module; /* owned or NULL: the name behind `python -m` */
    /* The word that names the code, for rl_code of the job: "1" a path, "m2" a module
     * (behind -m, or "-mNAME"), "p0" a program on the PATH; "" none: a text, standard
     * input, or what runs elsewhere. */
    char code[16];
};

/* `command` must not be empty. The caller takes over the texts. */
void entry_find(const struct words *command, struct entry *ret_entry);

/* Bytes of the key at the start of `word`, 0 if it is no key:
 * [+~]*[A-Za-z_][A-Za-z0-9_.@/-]* */
size_t entry_key_size(const char *word);

/* Does `word` look like key=value? Then `*ret_key_size` is the size of its key. */
bool entry_is_parameter(const char *word, size_t *ret_key_size);

#endif
