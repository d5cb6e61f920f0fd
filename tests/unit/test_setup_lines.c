#include "launcher/common/memory.h"
#include "launcher/script/setup_lines.h"
#include "tests/tap/tap.h"

/* What bash reads as one whole command, and what it might not: such a line must not
 * stand in the script as it is. */
static void test_plain(void)
{
    static const struct {
        const char *line;
        bool is_plain;
    } cases[] = {
        {"module load cuda/12.1", true},
        {"source ~/.bashrc && conda activate tmgg", true},
        {"export A=\"x $HOME ${HOME} y\" B='$(z)'", true},
        {". env.sh || exit 1; cd /tmp", true},
        {"[ -d /x ] && echo it\\'s", true},
        {"echo a | tr a b >/dev/null 2>&1", true},
        {"cmd <in >>out 2>err", true},
        {"echo a!b a{1", false},
        {"h\xC3\xA9llo w\xC3\xB6rld", true},
        {"a;", false},
        {"", false},
        {"   ", false},
        {"# no command", false},
        {"echo a # a comment", false},
        {"echo 'open", false},
        {"echo \"open", false},
        {"echo \"a\\\"", false},
        {"echo a\\", false},
        {"}", false},
        {"{ echo a; }", false},
        {"(exit 1)", false},
        {"f() { :; }", false},
        {"if true", false},
        {"! true", false},
        {"time sleep 1", false},
        {"true && if", false},
        {"return 0", false},
        {"done", false},
        {"for i in 1 2", false},
        {"[[ a == b ]]", false},
        {"cat <<END", false},
        {"cat <<<word", false},
        {"cat <(echo)", false},
        {"echo `date`", false},
        {"echo $(date)", false},
        {"echo \"$(date)\"", false},
        {"echo \"`date`\"", false},
        {"echo $((1+1))", false},
        {"echo $'a'", false},
        {"echo ${A:-b}", false},
        {"echo ${A", false},
        {"a &", false},
        {"a & b", false},
        {"a |& b", false},
        {"a &&", false},
        {"a || || b", false},
        {"| a", false},
        {"; a", false},
        {"a ;; b", false},
        {"a >", false},
        {"a > > b", false},
        {"a\nb", false},
        {"a\tb", false},
        {"a\r", false},
        {"\xFF", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ok(setup_lines_is_plain(cases[i].line) == cases[i].is_plain, "'%s' %s",
           cases[i].line, cases[i].is_plain ? "stands as it is" : "does not");
}

static void test_function(void)
{
    cleanup_words struct words lines = {0};
    cleanup_text struct text text = {0};

    setup_lines_add(&lines, &text);
    is_string(text_string(&text), "", "no lines, no function");
    words_add(&lines, "module load x");
    words_add(&lines, "}; echo hacked; {");
    setup_lines_add(&lines, &text);
    is_string(text_string(&text),
              "rl_user_setup() { # as you wrote it\n    rl_line 1\n    module load x\n"
              "    rl_line 2\n    eval '}; echo hacked; {'\n    rl_line end\n}\n\n",
              "a line as it was written, and one that would end the function");
}

int main(void)
{
    test_plain();
    test_function();
    return tap_done();
}
