/* choices.h - the words of settings that are a choice, in one table
 *
 * CHOICE(setting, enum, word). Code asks settings_chose(settings, CHOICE_MODE_ARRAY):
 * a typo does not compile, and the word stands here alone. What each setting is for
 * stands in launcher/help/settings.txt.
 */
#ifndef LAUNCHER_SETTINGS_CHOICES_H
#define LAUNCHER_SETTINGS_CHOICES_H

#define CHOICES_GPU_SYNTAX(CHOICE)                \
    CHOICE(GPU_SYNTAX, PER_TASK, "gpus-per-task") \
    CHOICE(GPU_SYNTAX, PER_NODE, "gpus-per-node") \
    CHOICE(GPU_SYNTAX, GRES, "gres")
#define CHOICES_WARN_SIGNAL(CHOICE)   \
    CHOICE(WARN_SIGNAL, NONE, "none") \
    CHOICE(WARN_SIGNAL, USR1, "USR1") \
    CHOICE(WARN_SIGNAL, TERM, "TERM")
#define CHOICES_STYLE(CHOICE)             \
    CHOICE(STYLE, OVERRIDES, "overrides") \
    CHOICE(STYLE, FLAGS, "flags")
#define CHOICES_BOOTSTRAP(CHOICE)             \
    CHOICE(BOOTSTRAP, AUTO, "auto")           \
    CHOICE(BOOTSTRAP, SYMMETRIC, "symmetric") \
    CHOICE(BOOTSTRAP, DIRECT, "direct")
#define CHOICES_RAY_LOGS(CHOICE)       \
    CHOICE(RAY_LOGS, FAILED, "failed") \
    CHOICE(RAY_LOGS, ALL, "all")       \
    CHOICE(RAY_LOGS, NONE, "none")
#define CHOICES_HEAD_STEP(CHOICE)   \
    CHOICE(HEAD_STEP, AUTO, "auto") \
    CHOICE(HEAD_STEP, YES, "yes")   \
    CHOICE(HEAD_STEP, NO, "no")
#define CHOICES_RAY_TLS(CHOICE)   \
    CHOICE(RAY_TLS, AUTO, "auto") \
    CHOICE(RAY_TLS, ON, "on")     \
    CHOICE(RAY_TLS, OFF, "off")
#define CHOICES_MODE(CHOICE)   \
    CHOICE(MODE, JOBS, "jobs") \
    CHOICE(MODE, ARRAY, "array")
#define CHOICES_THROTTLE(CHOICE)     \
    CHOICE(THROTTLE, AUTO, "auto")   \
    CHOICE(THROTTLE, ARRAY, "array") \
    CHOICE(THROTTLE, LANES, "lanes") \
    CHOICE(THROTTLE, WINDOW, "window")
#define CHOICES_DIRECTION(CHOICE) \
    CHOICE(DIRECTION, MIN, "min") \
    CHOICE(DIRECTION, MAX, "max")
#define CHOICES_PICK(CHOICE)     \
    CHOICE(PICK, LAST, "last")   \
    CHOICE(PICK, FIRST, "first") \
    CHOICE(PICK, ALL, "all")

#define CHOICES_TABLE(CHOICE)   \
    CHOICES_GPU_SYNTAX(CHOICE)  \
    CHOICES_WARN_SIGNAL(CHOICE) \
    CHOICES_STYLE(CHOICE)       \
    CHOICES_BOOTSTRAP(CHOICE)   \
    CHOICES_RAY_LOGS(CHOICE)    \
    CHOICES_HEAD_STEP(CHOICE)   \
    CHOICES_RAY_TLS(CHOICE)     \
    CHOICES_MODE(CHOICE)        \
    CHOICES_THROTTLE(CHOICE)    \
    CHOICES_DIRECTION(CHOICE)   \
    CHOICES_PICK(CHOICE)

/* The words of one setting, as keys.h has them: "jobs|array". */
#define CHOICE_BAR_WORD(key, id, word) "|" word
#define CHOICE_WORDS(key) &(CHOICES_##key(CHOICE_BAR_WORD))[1]

enum choice {
#define CHOICE_ENUM(key, id, word) CHOICE_##key##_##id,
    CHOICES_TABLE(CHOICE_ENUM)
#undef CHOICE_ENUM
        CHOICE_COUNT
};

/* Templates that are built in; `template` may also name a file, so it is no choice. */
#define TEMPLATE_RAY "ray"
#define TEMPLATE_PLAIN "plain"

#endif
