/* help.h - the prose of --help, written in text files and built into the program
 *
 * launcher/help/<verb>.txt is the page of one verb; three more pages are no verb's:
 * raylaunch.txt (`raylaunch help`), options.txt (what every verb takes) and
 * settings.txt. What a page may hold is told in launcher/help/pages.sh, which makes a
 * table of them when the program is built, and refuses what it cannot read. Which
 * options there are is code (struct option_spec, keys.h); tests/unit/test_help.c
 * compares: no option without a text, no text without an option, no verb without a
 * page. Nothing here is ever freed.
 */
#ifndef LAUNCHER_HELP_HELP_H
#define LAUNCHER_HELP_HELP_H

/* One option or setting, and what it does: one line, however long. */
struct help_entry {
    const char *name; /* "wait", "cpus_per_task"; NULL ends a list */
    const char *text;
};

/* One file. A section that it has not is "". */
struct help_page {
    const char *name;     /* the file's, without .txt; NULL ends the table */
    const char *summary;  /* half a sentence, for the list of verbs */
    const char *usage;    /* what stands behind "raylaunch <verb>" */
    const char *examples; /* lines of "  command   # what" */
    const char *details;  /* paragraphs, as wide as the file has them */
    const struct help_entry *entries;
};

extern const struct help_page help_pages[];

/* The page of that name; an empty one where there is none. */
const struct help_page *help_find(const char *name);

/* What the page says of an option or a setting, "" for nothing. "cpus-per-task" and
 * "cpus_per_task", "ports-first" and "ports.first" are the same. */
const char *help_text(const struct help_page *page, const char *name);

#endif
