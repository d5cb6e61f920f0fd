/* programs.h - programs that run a script or another program, as tables to add to */
#ifndef LAUNCHER_PLAN_PROGRAMS_H
#define LAUNCHER_PLAN_PROGRAMS_H

#include <stdbool.h>

/* One-letter options: those of `with_value` take a value (attached, or the next word);
 * `text` is a program text and `module` a module name, which stand for the script. */
struct interpreter {
    const char *name;       /* a version may follow: python3.11 */
    const char *with_value; /* letters */
    const char *text;       /* letters */
    const char *module;     /* letters */
    bool is_shell;          /* -c takes no attached text: `bash -ec TEXT` */
};

/* Programs that start a program. A word of `with_value` takes the next word as its
 * value. */
struct wrapper {
    const char *name;
    const char *verb;       /* the word that must follow, NULL none */
    const char *with_value; /* " -n --with " */
    unsigned n_own;       /* words of its own before the program: timeout's duration */
    bool has_assignments; /* env's NAME=VALUE */
    bool is_elsewhere;    /* the script is a path inside a container */
};

/* Both are borrowed, NULL when the program is not in the table. Folders before a name
 * and the version behind an interpreter's do not count. `next` is the word behind, ""
 * at the end. */
const struct interpreter *program_interpreter(const char *word);
const struct wrapper *program_wrapper(const char *word, const char *next);

/* Is the word behind this option the option's value? */
bool program_option_takes_value(const struct wrapper *wrapper, const char *option);
bool program_long_takes_value(const char *option); /* of an interpreter */

#endif
