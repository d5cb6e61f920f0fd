#include <string.h>

#include "launcher/common/text/unquote.h"
#include "tests/tap/tap.h"

static void gives(const char *line, const char *wanted)
{
    struct error err = {0};
    cleanup_words struct words words = {0};
    cleanup_text struct text got = {0};

    ok(unquote_words(line, &words, &err) == 0, "it is read: %s", wanted);
    for (size_t i = 0; i < words.count; i++)
        text_addf(&got, "<%s>", words.items[i]);
    is_string(text_string(&got), wanted, wanted);
}

static void refuses(const char *line, const char *why)
{
    struct error err = {0};
    cleanup_words struct words words = {0};

    ok(unquote_words(line, &words, &err) < 0 && words.count == 0 &&
           strstr(err.text, why),
       "refused (%s): %s", why, line);
}

int main(void)
{
    refuses("a 'b", "does not close");
    refuses("a \"b", "does not close");
    refuses("a $HOME", "needs a shell");
    refuses("a \"$HOME\"", "needs a shell");
    refuses("a `b`", "needs a shell");
    refuses("a | b", "needs a shell");
    refuses("a > b", "needs a shell");
    refuses("a; b", "needs a shell");
    gives("", "");
    gives("  \n\t ", "");
    gives("python train.py  lr=1e-3", "<python><train.py><lr=1e-3>");
    gives("a '' \"\"", "<a><><>");
    gives("a'b c'd", "<ab cd>");
    gives("a '$x;|' b", "<a><$x;|><b>");
    gives("\"a\\\"b\\n\"", "<a\"b\\n>");
    gives("a\\ b c\\\\", "<a b><c\\>");
    gives("seed=range(0,3)", "<seed=range(0,3)>");
    gives("a\nb", "<a><b>");
    return tap_done();
}
