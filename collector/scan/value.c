#include "collector/scan/value.h"

#include <ctype.h>
#include <string.h>

enum state {
    AT_ROOT,       /* spaces, colours, a byte order mark, then '{' */
    AT_ESCAPE,     /* behind ESC */
    IN_COLOUR,     /* behind ESC [ */
    IN_MARK,       /* inside the byte order mark */
    AT_QUOTE,      /* behind a quote in the object's place */
    AT_FIRST_KEY,  /* behind '{' */
    AT_KEY,        /* behind ',' in an object */
    AT_COLON,      /* behind a name */
    AT_FIRST_ITEM, /* behind '[' */
    AT_VALUE,      /* a value must follow */
    AT_AFTER,      /* behind a value */
    IN_STRING,
    IN_ESCAPE,
    IN_HEX,
    IN_WORD,
    IN_N,    /* behind n: null or nan */
    IN_INF,  /* behind inf: it may go on to infinity */
    IN_PLUS, /* +Inf, as Go writes it; JSON has no plus */
    IN_MINUS,
    IN_ZERO,
    IN_INTEGER,
    IN_POINT,
    IN_FRACTION,
    IN_EXPONENT,
    IN_EXPONENT_SIGN,
    IN_EXPONENT_DIGITS,
    AT_END
};

enum step {
    STEP_ON,
    STEP_AGAIN,
    STEP_BAD
}; /* AGAIN: the byte belongs to the next state */

void value_begin(struct value_scan *scan)
{
    *scan = (struct value_scan){.state = AT_ROOT};
}

static enum step bad(struct value_scan *scan, const char *why)
{
    scan->why = why;
    return STEP_BAD;
}

static enum step to(struct value_scan *scan, int state)
{
    scan->state = state;
    return STEP_ON;
}

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool in_list(const struct value_scan *scan)
{
    unsigned level = scan->depth - 1;

    return (scan->lists[level / 64] >> (level % 64)) & 1;
}

static enum step open_level(struct value_scan *scan, bool is_list)
{
    uint64_t bit = UINT64_C(1) << (scan->depth % 64);
    uint64_t *word = &scan->lists[scan->depth < VALUE_MAX_DEPTH ? scan->depth / 64 : 0];

    if (scan->depth == VALUE_MAX_DEPTH)
        return bad(scan, "nested too deeply");
    *word = is_list ? *word | bit : *word & ~bit;
    scan->depth++;
    scan->state = is_list ? AT_FIRST_ITEM : AT_FIRST_KEY;
    return STEP_ON;
}

static enum step close_level(struct value_scan *scan, bool is_list)
{
    if (in_list(scan) != is_list)
        return bad(scan, "the wrong bracket closes");
    scan->depth--;
    scan->state = scan->depth == 0 ? AT_END : AT_AFTER;
    return STEP_ON;
}

static enum step begin_string(struct value_scan *scan, bool is_key)
{
    scan->is_key = is_key;
    scan->state = IN_STRING;
    return STEP_ON;
}

static enum step begin_word(struct value_scan *scan, const char *rest)
{
    scan->word = rest;
    scan->is_any_case = false;
    scan->state = IN_WORD;
    return STEP_ON;
}

/* Python writes NaN, Infinity and -Infinity; C and what is built on it nan, -nan, inf,
 * and with %F NAN and INF; R and Julia NaN and Inf; Go +Inf; Fortran Infinity. */
static const char word_nan[] = "an";
static const char word_inf[] = "nf";

static enum step begin_nonfinite(struct value_scan *scan, const char *rest)
{
    begin_word(scan, rest);
    scan->is_any_case = true;
    return STEP_ON;
}

static enum step begin_value(struct value_scan *scan, unsigned char c)
{
    switch (c) {
    case '{':
        return open_level(scan, false);
    case '[':
        return open_level(scan, true);
    case '"':
        return begin_string(scan, false);
    case 't':
        return begin_word(scan, "rue");
    case 'f':
        return begin_word(scan, "alse");
    case 'n':
        scan->state = IN_N;
        return STEP_ON;
    case 'N':
        return begin_nonfinite(scan, word_nan);
    case 'I':
    case 'i':
        return begin_nonfinite(scan, word_inf);
    case '+':
    case '-':
        scan->state = c == '+' ? IN_PLUS : IN_MINUS;
        return STEP_ON;
    case '0':
        scan->state = IN_ZERO;
        return STEP_ON;
    default:
        if (c == 'T' || c == 'F')
            return bad(scan, "True and False are Python's words; write the object with "
                             "json.dumps()");
        if (!is_digit(c))
            return bad(scan, "a value was expected");
        scan->state = IN_INTEGER;
        return STEP_ON;
    }
}

static enum step after_value(struct value_scan *scan, unsigned char c)
{
    if (c == ']' || c == '}')
        return close_level(scan, c == ']');
    if (c != ',')
        return bad(scan, "',' or the closing bracket was expected");
    scan->state = in_list(scan) ? AT_VALUE : AT_KEY;
    return STEP_ON;
}

static enum step begin_name(struct value_scan *scan, unsigned char c)
{
    switch (c) {
    case '"':
        return begin_string(scan, true);
    case '\'':
        return bad(scan, "names in single quotes, as Python prints a dict; write it "
                         "with json.dumps()");
    case '\\':
        return bad(scan, "a backslash before the quotes: the line stands inside "
                         "another text, as loggers of JSON write it; print() it");
    case '}':
        return bad(scan, "a comma before the closing bracket");
    default:
        return bad(scan, "a name in double quotes was expected");
    }
}

/* A quote follows the marker: source, or a text that holds the object. */
static enum step after_quote(struct value_scan *scan, unsigned char c)
{
    return bad(scan, c == '{'
                         ? "a text follows the marker, not an object: json.dumps() "
                           "was applied twice"
                         : "a quote follows the marker: this is the program's "
                           "source, not what it printed");
}

static enum step no_object(struct value_scan *scan, unsigned char c)
{
    return c == '"' || c == '\'' ? to(scan, AT_QUOTE)
                                 : bad(scan, "no JSON object follows the marker");
}

/* Before the object: blanks, what ends a colour (ESC [ 0 m), and U+FEFF as UTF-8. */
static enum step step_before(struct value_scan *scan, unsigned char c)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};

    switch (scan->state) {
    case AT_QUOTE:
        return after_quote(scan, c);
    case AT_ESCAPE:
        return c == '[' ? to(scan, IN_COLOUR) : no_object(scan, c);
    case IN_COLOUR:
        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
            return to(scan, AT_ROOT);
        return is_digit(c) || c == ';' ? STEP_ON : no_object(scan, c);
    case IN_MARK:
        if (c != mark[3 - scan->hex_left])
            return no_object(scan, c);
        return --scan->hex_left == 0 ? to(scan, AT_ROOT) : STEP_ON;
    default:
        if (c == ' ' || c == '\t')
            return STEP_ON;
        if (c == mark[0]) {
            scan->hex_left = 2; /* bytes of the mark still to come */
            return to(scan, IN_MARK);
        }
        if (c == 0x1B)
            return to(scan, AT_ESCAPE);
        return c == '{' ? open_level(scan, false) : no_object(scan, c);
    }
}

/* Between the tokens. */
static enum step step_between(struct value_scan *scan, unsigned char c)
{
    if (scan->state <= AT_QUOTE)
        return step_before(scan, c);
    if (is_space(c))
        return STEP_ON;
    switch (scan->state) {
    case AT_FIRST_KEY:
        if (c == '}')
            return close_level(scan, false);
        return begin_name(scan, c);
    case AT_KEY:
        return begin_name(scan, c);
    case AT_COLON:
        if (c != ':')
            return bad(scan, "':' was expected");
        scan->state = AT_VALUE;
        return STEP_ON;
    case AT_FIRST_ITEM:
        return c == ']' ? close_level(scan, true) : begin_value(scan, c);
    case AT_VALUE:
        return begin_value(scan, c);
    default:
        return after_value(scan, c);
    }
}

static enum step number_ends(struct value_scan *scan)
{
    scan->state = AT_AFTER;
    return STEP_AGAIN;
}

/* JSON's numbers: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? */
static enum step step_number(struct value_scan *scan, unsigned char c)
{
    bool has_digit = is_digit(c);

    switch (scan->state) {
    case IN_PLUS:
    case IN_MINUS:
        if (c == 'I' || c == 'i')
            return begin_nonfinite(scan, word_inf);
        if (c == 'n' || c == 'N')
            return begin_nonfinite(scan, word_nan);
        if (scan->state == IN_PLUS)
            return bad(scan, "a number begins with +");
        return has_digit ? to(scan, c == '0' ? IN_ZERO : IN_INTEGER)
                         : bad(scan, "a digit was expected");
    case IN_ZERO:
    case IN_INTEGER:
        if (has_digit)
            return scan->state == IN_ZERO ? bad(scan, "a number begins with 0")
                                          : STEP_ON;
        if (c == '.')
            return to(scan, IN_POINT);
        return c == 'e' || c == 'E' ? to(scan, IN_EXPONENT) : number_ends(scan);
    case IN_POINT:
        return has_digit ? to(scan, IN_FRACTION) : bad(scan, "a digit was expected");
    case IN_FRACTION:
        if (has_digit)
            return STEP_ON;
        return c == 'e' || c == 'E' ? to(scan, IN_EXPONENT) : number_ends(scan);
    case IN_EXPONENT:
        if (c == '+' || c == '-')
            return to(scan, IN_EXPONENT_SIGN);
        return has_digit ? to(scan, IN_EXPONENT_DIGITS)
                         : bad(scan, "a digit was expected");
    case IN_EXPONENT_SIGN:
        return has_digit ? to(scan, IN_EXPONENT_DIGITS)
                         : bad(scan, "a digit was expected");
    default:
        return has_digit ? STEP_ON : number_ends(scan);
    }
}

static enum step step_string(struct value_scan *scan, unsigned char c)
{
    if (scan->state == IN_ESCAPE) {
        if (c == 'u') {
            scan->hex_left = 4;
            return to(scan, IN_HEX);
        }
        return c != 0 && strchr("\"\\/bfnrt", c) ? to(scan, IN_STRING)
                                                 : bad(scan, "an unknown escape");
    }
    if (scan->state == IN_HEX) {
        if (!is_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
            return bad(scan, "\\u wants four hex digits");
        return --scan->hex_left == 0 ? to(scan, IN_STRING) : STEP_ON;
    }
    if (c == '"')
        return to(scan, scan->is_key ? AT_COLON : AT_AFTER);
    if (c == '\\')
        return to(scan, IN_ESCAPE);
    return c < 0x20 ? bad(scan, "a control character in a string") : STEP_ON;
}

static enum step step_word(struct value_scan *scan, unsigned char c)
{
    if ((unsigned char)*scan->word != (scan->is_any_case ? tolower(c) : c))
        return bad(scan, "an unknown word");
    scan->word++;
    if (!*scan->word)
        scan->state = scan->word == word_inf + sizeof word_inf - 1 ? IN_INF : AT_AFTER;
    return STEP_ON;
}

static enum step step(struct value_scan *scan, unsigned char c)
{
    if (scan->state < IN_STRING)
        return step_between(scan, c);
    if (scan->state <= IN_HEX)
        return step_string(scan, c);
    if (scan->state == IN_N && c == 'u')
        return begin_word(scan, "ll");
    if (scan->state == IN_N)
        return c == 'a' || c == 'A' ? begin_nonfinite(scan, word_nan + 1)
                                    : bad(scan, "an unknown word");
    if (scan->state == IN_INF)
        return c == 'i' || c == 'I' ? begin_nonfinite(scan, "nity") : number_ends(scan);
    return scan->state == IN_WORD ? step_word(scan, c) : step_number(scan, c);
}

/* The bulk of a string, without a call a byte. */
static size_t skip_plain(const char *bytes, size_t size, size_t at)
{
    while (at < size && (unsigned char)bytes[at] >= 0x20 && bytes[at] != '"' &&
           bytes[at] != '\\')
        at++;
    return at;
}

enum value_status value_feed(struct value_scan *scan, const char *bytes, size_t size,
                             size_t *ret_used)
{
    size_t at = 0;

    while (at < size) {
        if (scan->state == IN_STRING)
            at = skip_plain(bytes, size, at);
        if (at == size)
            break;
        enum step done = step(scan, (unsigned char)bytes[at]);
        if (done == STEP_BAD) {
            if (bytes[at] == 0x1B && scan->depth > 0)
                scan->why = "a colour inside the object; print it without, in rich "
                            "with highlight=False";
            *ret_used = at;
            return VALUE_BAD;
        }
        at += done == STEP_ON;
        if (scan->state == AT_END) {
            *ret_used = at;
            return VALUE_WHOLE;
        }
    }
    *ret_used = size;
    return VALUE_MORE;
}
