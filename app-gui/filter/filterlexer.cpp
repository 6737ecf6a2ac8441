#include "filter/filterlexer.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace pigeon {

namespace {

using Kind = FilterToken::Kind;

struct Sign
{
    QLatin1StringView text;
    Kind kind;
    Comparison comparison = Comparison::Equal;
};

// Longer signs first: <= is not < and then something.
constexpr std::array signs = {
    Sign{QLatin1StringView("=="), Kind::Compare, Comparison::Equal},
    Sign{QLatin1StringView("!="), Kind::Compare, Comparison::NotEqual},
    Sign{QLatin1StringView("!~"), Kind::Compare, Comparison::Unlike},
    Sign{QLatin1StringView("<="), Kind::Compare, Comparison::LessEqual},
    Sign{QLatin1StringView(">="), Kind::Compare, Comparison::GreaterEqual},
    Sign{QLatin1StringView("&&"), Kind::And},
    Sign{QLatin1StringView("||"), Kind::Or},
    Sign{QLatin1StringView("="), Kind::Compare, Comparison::Equal},
    Sign{QLatin1StringView("<"), Kind::Compare, Comparison::Less},
    Sign{QLatin1StringView(">"), Kind::Compare, Comparison::Greater},
    Sign{QLatin1StringView("~"), Kind::Compare, Comparison::Like},
    Sign{QLatin1StringView("!"), Kind::Not},
    Sign{QLatin1StringView("("), Kind::Open},
    Sign{QLatin1StringView(")"), Kind::Close},
};

constexpr std::array keywords = {
    Sign{QLatin1StringView("and"), Kind::And},
    Sign{QLatin1StringView("or"), Kind::Or},
    Sign{QLatin1StringView("not"), Kind::Not},
    Sign{QLatin1StringView("contains"), Kind::Compare, Comparison::Contains},
    Sign{QLatin1StringView("matches"), Kind::Compare, Comparison::Matches},
};

constexpr std::array comparisonNames = {QLatin1StringView("=="), QLatin1StringView("!="), QLatin1StringView("<"),
    QLatin1StringView("<="), QLatin1StringView(">"), QLatin1StringView(">="), QLatin1StringView("~"),
    QLatin1StringView("!~"), QLatin1StringView("contains"), QLatin1StringView("matches")};

struct Escape
{
    char16_t letter;
    char16_t meaning;
};
constexpr std::array escapes = {Escape{u'"', u'"'}, Escape{u'\\', u'\\'}, Escape{u'n', u'\n'}, Escape{u'r', u'\r'},
    Escape{u't', u'\t'}, Escape{u'0', u'\0'}};

QString sentence(const char *text) { return QCoreApplication::translate("Filter", text); }

bool endsWord(QChar character)
{
    return character.isSpace() || QStringView(u"\"()=!<>~&|").contains(character);
}

const Sign *signAt(QStringView rest)
{
    const auto found = std::ranges::find_if(signs, [&](const Sign &sign) { return rest.startsWith(sign.text); });
    return found == signs.end() ? nullptr : &*found;
}

/// A name in brackets and quotes, as in json["a b"], belongs to its word: where that part ends.
qsizetype endOfBracket(QStringView text, qsizetype at)
{
    if (!text.sliced(at).startsWith(u"[\""))
        return at;
    const qsizetype end = text.indexOf(u"\"]", at + 2);
    return end < 0 ? at : end + 2;
}

FilterToken wordAt(QStringView text, qsizetype begin)
{
    qsizetype end = begin;
    while (end < text.size() && !endsWord(text[end]))
        end = std::max(end + 1, endOfBracket(text, end));
    FilterToken token{Kind::Word, begin, end - begin, text.sliced(begin, end - begin).toString()};
    for (const Sign &keyword : keywords) {
        if (QStringView(token.text).compare(keyword.text, Qt::CaseInsensitive) == 0) {
            token.kind = keyword.kind;
            token.comparison = keyword.comparison;
        }
    }
    return token;
}

FilterToken badAt(qsizetype position, qsizetype length, const char *text)
{
    return {Kind::Bad, position, length, sentence(text)};
}

/// The character that stands after a backslash, two digits after \x; how far it goes is put into `at`.
std::optional<QChar> escapedCharacter(QStringView text, qsizetype &at)
{
    if (text[at] == u'x' && at + 2 < text.size()) {
        bool isNumber = false;
        const uint code = text.sliced(at + 1, 2).toUInt(&isNumber, 16);
        at += 3;
        return isNumber ? std::optional<QChar>(QChar(static_cast<char16_t>(code))) : std::nullopt;
    }
    const auto found = std::ranges::find(escapes, text[at].unicode(), &Escape::letter);
    ++at;
    return found == escapes.end() ? std::nullopt : std::optional<QChar>(QChar(found->meaning));
}

FilterToken quotedAt(QStringView text, qsizetype begin)
{
    QString value;
    qsizetype at = begin + 1;
    while (at < text.size() && text[at] != u'"') {
        if (text[at] != u'\\') {
            value += text[at++];
            continue;
        }
        const qsizetype backslash = at++;
        if (at >= text.size())
            break;
        const std::optional<QChar> character = escapedCharacter(text, at);
        if (!character)
            return badAt(backslash, at - backslash,
                QT_TRANSLATE_NOOP("Filter", "After \\ comes one of \\ \" n r t 0, or x and two digits; write \\\\ for a backslash."));
        value += *character;
    }
    if (at >= text.size())
        return badAt(begin, text.size() - begin, QT_TRANSLATE_NOOP("Filter", "The closing quote is missing."));
    return {Kind::Quoted, begin, at + 1 - begin, value};
}

FilterToken tokenAt(QStringView text, qsizetype at)
{
    if (at >= text.size())
        return {Kind::End, text.size(), 0, {}};
    if (text[at] == u'"')
        return quotedAt(text, at);
    if (const Sign *sign = signAt(text.sliced(at)))
        return {sign->kind, at, sign->text.size(), sign->text, sign->comparison};
    if (text[at] == u'&' || text[at] == u'|')
        return badAt(at, 1, QT_TRANSLATE_NOOP("Filter", "Write and or &&, or or ||."));
    return wordAt(text, at);
}

qsizetype afterSpace(QStringView text, qsizetype at)
{
    while (at < text.size() && text[at].isSpace())
        ++at;
    return at;
}

bool isOneWord(const QString &text)
{
    const std::vector<FilterToken> tokens = tokensOfFilter(text);
    return tokens.size() == 2 && tokens.front().kind == Kind::Word && tokens.front().length == text.size();
}

} // namespace

QLatin1StringView comparisonText(Comparison comparison) { return comparisonNames[static_cast<size_t>(comparison)]; }

std::vector<Comparison> allComparisons()
{
    using enum Comparison;
    return {Equal, NotEqual, Like, Unlike, Contains, Matches, Greater, GreaterEqual, Less, LessEqual};
}

std::vector<FilterToken> tokensOfFilter(QStringView text)
{
    std::vector<FilterToken> tokens;
    qsizetype at = 0;
    do {
        tokens.push_back(tokenAt(text, afterSpace(text, at)));
        at = tokens.back().end();
    } while (tokens.back().kind != Kind::End && tokens.back().kind != Kind::Bad);
    return tokens;
}

QString quotedForFilter(const QString &text)
{
    QString quoted(u'"');
    for (const QChar character : text) {
        const auto found = std::ranges::find(escapes, character.unicode(), &Escape::meaning);
        if (found != escapes.end())
            quoted += QLatin1Char('\\') + QChar(found->letter);
        else if (character.unicode() < 0x20 || character.unicode() == 0x7F)
            quoted += QStringLiteral("\\x%1").arg(character.unicode(), 2, 16, QLatin1Char('0'));
        else
            quoted += character;
    }
    return quoted + QLatin1Char('"');
}

QString quotedForFilterIfNeeded(const QString &text) { return isOneWord(text) ? text : quotedForFilter(text); }

} // namespace pigeon
