#include "launcher/plan/hydra.h"

#include <stdio.h>
#include <string.h>

#include "launcher/common/limits.h"

/* Hydra's override grammar (OverrideLexer.g4 and OverrideParser.g4 of Hydra 1.3), as
 * far as it decides what is a value and where a sweep is cut. Values are not rewritten:
 * the entrypoint's own Hydra reads them. */
struct parser {
    const char *key;
    const char *text;
    const char *at;
    struct pieces *arguments; /* of the last call on the top level */
    int depth;
    struct error *err;
};

static int parse_element(struct parser *parser);

static void skip_blanks(struct parser *parser)
{
    parser->at += strspn(parser->at, " \t");
}

static int fail_at(struct parser *parser, const char *why)
{
    return error_set(parser->err, ERROR_USAGE,
                     "parameter '%s': %s at byte %zu of '%.200s' (--hydra reads "
                     "values by Hydra's grammar); put the value in quotes",
                     parser->key, why, (size_t)(parser->at - parser->text) + 1,
                     parser->text);
}

static int fail_char(struct parser *parser)
{
    char why[40];

    if (*parser->at == '\0')
        return fail_at(parser, "a value or a bracket is missing");
    if ((unsigned char)*parser->at <= ' ' || (unsigned char)*parser->at >= 0x7F)
        return fail_at(parser, "a character that must be quoted");
    snprintf(why, sizeof why, "unexpected '%c'", *parser->at);
    return fail_at(parser, why);
}

/* "…" or '…': it ends at the first such quote behind an even number of backslashes. */
static int parse_quoted(struct parser *parser)
{
    char quote = *parser->at;
    const char *c = parser->at + 1;

    while (*c && *c != quote)
        c += *c == '\\' && c[1] ? 2 : 1;
    if (!*c)
        return fail_at(parser, "the quote is never closed");
    parser->at = c + 1;
    skip_blanks(parser);
    return 0;
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-';
}

/* Unquoted text: words, numbers, ${…}, escapes, blanks and /-\+.$%*@?|: */
static int parse_bare(struct parser *parser, bool is_dict_key)
{
    const char *start = parser->at;

    for (;;) {
        const char *c = parser->at;
        const char *close;
        if (is_word_char(*c) || (*c && strchr("/+.%*@?| \t", *c)))
            parser->at++;
        else if (*c == ':' && !is_dict_key)
            parser->at++;
        else if (*c == '\\')
            parser->at += c[1] && strchr("\\()[]{}:=, \t", c[1]) ? 2 : 1;
        else if (*c == '$' && c[1] == '{' && !is_dict_key &&
                 (close = strchr(c, '}')) != NULL && close > c + 2)
            parser->at = close + 1;
        else if (*c == '$')
            parser->at++;
        else
            break;
    }
    return parser->at > start ? 0 : fail_char(parser);
}

/* Bytes of "name=" in front of an argument, 0 if there is none. */
static size_t name_size(const char *argument)
{
    size_t size = 0;

    while (is_word_char(argument[size]))
        size++;
    size_t blanks = strspn(argument + size, " \t");
    return size > 0 && argument[size + blanks] == '=' ? size + blanks + 1 : 0;
}

/* Elements between commas, up to `closer`, which is stepped over. */
static int parse_list(struct parser *parser, char closer, bool is_dict,
                      struct pieces *arguments)
{
    parser->at++;
    skip_blanks(parser);
    while (*parser->at != closer) {
        const char *start = parser->at;
        if (is_dict && (parse_bare(parser, true) < 0 ||
                        (*parser->at != ':' && fail_char(parser) < 0)))
            return -1;
        if (closer == ')')
            parser->at += name_size(start);
        parser->at += is_dict ? 1 : 0;
        skip_blanks(parser);
        if (parse_element(parser) < 0)
            return -1;
        if (arguments)
            pieces_add(arguments, start, parser->at);
        if (*parser->at != ',' && *parser->at != closer)
            return fail_char(parser);
        if (*parser->at == ',') {
            parser->at++;
            skip_blanks(parser);
            if (*parser->at == closer)
                return fail_char(parser);
        }
    }
    parser->at++;
    skip_blanks(parser);
    return 0;
}

/* An identifier with '(' behind it, perhaps behind blanks. */
static bool is_call(const char *c)
{
    if (!is_word_char(*c) || *c == '-' || (*c >= '0' && *c <= '9'))
        return false;
    while (is_word_char(*c))
        c++;
    c += strspn(c, " \t");
    return *c == '(';
}

static int parse_call(struct parser *parser)
{
    bool is_top = parser->depth == 1;

    parser->at += strcspn(parser->at, "(");
    if (is_top)
        parser->arguments->count = 0;
    return parse_list(parser, ')', false, is_top ? parser->arguments : NULL);
}

static int parse_element(struct parser *parser)
{
    int rc;

    if (++parser->depth > LIMIT_DEPTH)
        return fail_at(parser, "brackets nested too deep");
    if (*parser->at == '\'' || *parser->at == '"')
        rc = parse_quoted(parser);
    else if (*parser->at == '[')
        rc = parse_list(parser, ']', false, NULL);
    else if (*parser->at == '{')
        rc = parse_list(parser, '}', true, NULL);
    else if (is_call(parser->at))
        rc = parse_call(parser);
    else
        rc = parse_bare(parser, false);
    parser->depth--;
    return rc;
}

/* Sweeps that need Hydra's own sweeper, or a random order: written out they work. */
static int refuse_other_sweeps(struct parser *parser, struct span piece)
{
    static const char *const never[] = {"sort", "shuffle", "interval", "glob", "tag"};
    static const char *const casts[] = {"int", "float", "str", "bool", "json_str"};
    const char *bad = NULL;

    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        bad = piece_is_call(piece, never[i]) ? never[i] : bad;
    for (size_t i = 0; i < sizeof casts / sizeof *casts; i++) {
        if (piece_is_call(piece, casts[i]) && parser->arguments->count > 0 &&
            (parser->arguments->count > 1 ||
             is_call(parser->arguments->items[0].start)))
            bad = casts[i];
    }
    for (size_t i = 0; piece_is_call(piece, "choice") && i < parser->arguments->count;
         i++) {
        if (name_size(parser->arguments->items[i].start))
            return error_set(parser->err, ERROR_USAGE,
                             "parameter '%s': choice(…) takes no names in '%.200s'",
                             parser->key, parser->text);
    }
    if (!bad)
        return 0;
    return error_set(parser->err, ERROR_USAGE,
                     "parameter '%s': %s(…) is not expanded by raylaunch in '%.200s'; "
                     "write the values out",
                     parser->key, bad, parser->text);
}

int hydra_split(const char *key, const char *text, struct pieces *pieces,
                struct pieces *arguments, struct error *err)
{
    struct parser parser = {
        .key = key, .text = text, .at = text, .arguments = arguments, .err = err};

    skip_blanks(&parser);
    if (*parser.at == '\0')
        return 0; /* key= is the empty string */
    for (;;) {
        const char *start = parser.at;
        if (parse_element(&parser) < 0)
            return -1;
        pieces_add(pieces, start, parser.at);
        if (refuse_other_sweeps(&parser, pieces->items[pieces->count - 1]) < 0)
            return -1;
        if (*parser.at == '\0')
            return 0;
        if (*parser.at != ',')
            return fail_char(&parser);
        parser.at++;
        skip_blanks(&parser);
    }
}
