#!/bin/bash
# launcher/help/pages.sh makes C of the pages of --help, and ends the build where a page cannot
# be read, with its line.
# shellcheck disable=SC1091,SC2154 # rc, out and err are harness.sh's
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/harness.sh"
pages=$root/launcher/help/pages.sh
cd "$WORK" || exit 1

# refuses PAGE WORDS: the page ends with code 1 and these words.
refuses()
{
    printf '%b' "$1" >bad.txt
    run bash "$pages" "$root/launcher/help/run.txt" bad.txt
    is_rc 1 "refused: $2"
    grep -qF "bad.txt:$2" "$err"
    ok $? 'and the line is named'
}
refuses 'summary\n  a\n\nexample\n  b\n' '4: there is no section "example"'
refuses 'summary\n  a\n  b\n' '3: one line is enough'
refuses 'summary\n  a\nsummary\n  b\n' '3: the section "summary" is here twice'
refuses '  a\n' '1: neither a section nor a line of one'
refuses 'options\n  wait stay\n' '2: a name, two spaces, and what it does'
refuses 'options\n  wait  stay\n  wait  go\n' '3: "wait" is here twice'
refuses 'options\n    stay\n' '2: what does this go on with?'
refuses 'summary\n\ta\n' '2: a tab, or a space at the end'

cat >odd.txt <<'END'
# a comment
summary
  a "quoted" back\slash \n %s & …

examples
  raylaunch odd

  raylaunch odd 'again'

options
  long  one line
        and more

  short  x
END
run bash "$pages" odd.txt
is_rc 0 'a page with every odd byte'
cat >show.c <<'END'
#include <stdio.h>
#include "launcher/help/help.h"
int main(void)
{
    const struct help_page *page = help_pages;
    printf("%s|%s|%s|%s|%s|", page->name, page->summary, page->usage, page->examples, page->details);
    for (const struct help_entry *entry = page->entries; entry->name; entry++)
        printf("%s=%s|", entry->name, entry->text);
    return page[1].name != 0;
}
END
cp "$out" pages.c
read -ra compiler <<<"${CC:-cc}" # perhaps "ccache gcc"
run "${compiler[@]}" -I"$root" -Wall -Wextra -Werror -o show show.c pages.c
is_rc 0 'is C'
run ./show
is "$(cat "$out")" 'odd|a "quoted" back\slash \n %s & …||  raylaunch odd

  raylaunch odd '\''again'\''
||long=one line and more|short=x|' 'that says what the page says'
finish
