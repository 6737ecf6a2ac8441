#include "filter/jsonpath.h"

#include <algorithm>

namespace pigeon {

namespace {

constexpr size_t maximumSteps = 64; // more than any device nests; bounds the work of one row

/// A place in JSON text that moves on; `isLost` once something was not as it must be.
class Walk
{
public:
    explicit Walk(QByteArrayView json)
        : m_rest(json)
    {
        skipSpace();
    }

    bool isLost() const { return m_isLost; }
    char next() const { return m_rest.isEmpty() ? '\0' : m_rest.front(); }

    /// Goes past `sign` and the space behind it.
    bool take(char sign)
    {
        if (next() != sign)
            return false;
        m_rest = m_rest.sliced(1);
        skipSpace();
        return true;
    }
    /// Goes past a string and gives what lies between its quotes, escapes and all.
    QByteArrayView takeString()
    {
        const qsizetype end = next() == '"' ? endOfString() : -1;
        if (end < 0)
            return lose();
        const QByteArrayView inner = m_rest.sliced(1, end - 1);
        m_rest = m_rest.sliced(end + 1);
        skipSpace();
        return inner;
    }
    /// Goes past a number, true, false or null.
    QByteArrayView takeWord()
    {
        const auto end = std::ranges::find_if(m_rest, [](char c) { return QByteArrayView(",]} \t\r\n").contains(c); });
        const QByteArrayView word = m_rest.first(end - m_rest.begin());
        m_rest = m_rest.sliced(word.size());
        skipSpace();
        return word.isEmpty() ? lose() : word;
    }
    /// Goes past whatever value stands here. No recursion: a stranger wrote it.
    void skipValue()
    {
        qsizetype depth = 0;
        do {
            const char sign = next();
            if (sign == '{' || sign == '[') {
                ++depth;
                take(sign);
            } else if (sign == '}' || sign == ']') {
                --depth;
                take(sign);
            } else if (sign == '"') {
                takeString();
            } else if (depth > 0 && (sign == ',' || sign == ':')) {
                take(sign);
            } else {
                takeScalarInside();
            }
        } while (depth > 0 && !m_isLost);
        if (depth < 0)
            lose();
    }
    QByteArrayView lose()
    {
        m_isLost = true;
        m_rest = {};
        return {};
    }

private:
    void skipSpace()
    {
        while (!m_rest.isEmpty() && QByteArrayView(" \t\r\n").contains(m_rest.front()))
            m_rest = m_rest.sliced(1);
    }
    void takeScalarInside()
    {
        if (takeWord().isEmpty())
            lose();
    }
    qsizetype endOfString() const
    {
        qsizetype at = 1;
        while (at < m_rest.size() && m_rest[at] != '"')
            at += m_rest[at] == '\\' ? 2 : 1;
        return at < m_rest.size() ? at : -1;
    }

    QByteArrayView m_rest;
    bool m_isLost = false;
};

QByteArray plainText(QByteArrayView raw)
{
    return raw.contains('\\') ? unescapedJson(raw).toUtf8() : raw.toByteArray();
}

bool isKey(QByteArrayView raw, const QByteArray &key)
{
    return raw.contains('\\') ? plainText(raw) == key : raw == key;
}

void goToMember(Walk &walk, const QByteArray &key)
{
    if (!walk.take('{'))
        walk.lose();
    while (!walk.isLost()) {
        const QByteArrayView name = walk.takeString();
        if (walk.isLost() || !walk.take(':'))
            walk.lose();
        else if (isKey(name, key))
            return;
        walk.skipValue();
        if (!walk.take(','))
            walk.lose();
    }
}

void goToElement(Walk &walk, qsizetype index)
{
    if (!walk.take('[') || walk.next() == ']')
        walk.lose();
    for (qsizetype at = 0; at < index && !walk.isLost(); ++at) {
        walk.skipValue();
        if (!walk.take(','))
            walk.lose();
    }
}

std::optional<JsonScalar> namedScalar(QByteArrayView word)
{
    using Kind = JsonScalar::Kind;
    if (word == "null")
        return JsonScalar{Kind::Null, 0, {}};
    if (word == "true")
        return JsonScalar{Kind::True, 1, {}};
    if (word == "false")
        return JsonScalar{Kind::False, 0, {}};
    return std::nullopt;
}

std::optional<JsonScalar> wordScalar(QByteArrayView word)
{
    if (const std::optional<JsonScalar> named = namedScalar(word))
        return named;
    const bool looksLikeNumber = !word.isEmpty() && QByteArrayView("-0123456789").contains(word.front());
    bool isNumber = false;
    const double number = looksLikeNumber ? QByteArray::fromRawData(word.data(), word.size()).toDouble(&isNumber) : 0;
    return isNumber ? std::optional<JsonScalar>({JsonScalar::Kind::Number, number, {}}) : std::nullopt;
}

std::optional<JsonScalar> scalarAt(Walk &walk)
{
    if (walk.isLost())
        return std::nullopt;
    if (walk.next() == '{' || walk.next() == '[')
        return JsonScalar{JsonScalar::Kind::Container, 0, {}};
    if (walk.next() != '"')
        return wordScalar(walk.takeWord());
    const QByteArrayView raw = walk.takeString();
    return walk.isLost() ? std::nullopt : std::optional<JsonScalar>({JsonScalar::Kind::Text, 0, plainText(raw)});
}

/// Takes the name after a dot off the path; empty when there is none.
QStringView takeName(QStringView &path)
{
    const auto end = std::ranges::find_if(path, [](QChar c) { return c == u'.' || c == u'['; });
    const QStringView name = path.first(end - path.begin());
    path = path.sliced(name.size());
    return name;
}

/// Takes what is between brackets off the path; nothing when they are not closed.
std::optional<QStringView> takeBracket(QStringView &path)
{
    const bool isQuoted = path.startsWith(u"[\"");
    const qsizetype end = isQuoted ? path.indexOf(u"\"]", 2) + 1 : path.indexOf(u']');
    if (end <= 0)
        return std::nullopt;
    const QStringView inner = path.sliced(1, end - 1);
    path = path.sliced(end + 1);
    return inner;
}

} // namespace

std::optional<JsonPath> JsonPath::parse(QStringView path)
{
    JsonPath parsed;
    while (!path.isEmpty() && parsed.m_steps.size() < maximumSteps) {
        if (path.front() == u'.') {
            path = path.sliced(1);
            const QStringView name = takeName(path);
            if (name.isEmpty())
                return std::nullopt;
            parsed.m_steps.push_back({name.toUtf8(), 0});
            continue;
        }
        const std::optional<QStringView> inner = path.front() == u'[' ? takeBracket(path) : std::nullopt;
        if (!inner)
            return std::nullopt;
        bool isIndex = false;
        const qsizetype index = inner->toInt(&isIndex);
        if (inner->startsWith(u'"'))
            parsed.m_steps.push_back({inner->sliced(1, inner->size() - 2).toUtf8(), 0});
        else if (isIndex && index >= 0)
            parsed.m_steps.push_back({QByteArray(), index});
        else
            return std::nullopt;
    }
    return path.isEmpty() && !parsed.m_steps.empty() ? std::optional<JsonPath>(parsed) : std::nullopt;
}

std::optional<JsonScalar> JsonPath::find(QByteArrayView json) const
{
    Walk walk(json);
    for (const Step &step : m_steps) {
        if (walk.isLost())
            return std::nullopt;
        if (step.key.isNull())
            goToElement(walk, step.index);
        else
            goToMember(walk, step.key);
    }
    return scalarAt(walk);
}

QString JsonPath::textOfStep(const QString &key)
{
    const bool isPlain = !key.isEmpty()
        && std::ranges::all_of(key, [](QChar c) { return c.isLetterOrNumber() || c == u'_' || c == u'-'; });
    return isPlain ? QLatin1Char('.') + key : QStringLiteral("[\"%1\"]").arg(key);
}

QString unescapedJson(QByteArrayView raw)
{
    const QString escaped = QString::fromUtf8(raw);
    if (!escaped.contains(u'\\'))
        return escaped;
    constexpr QStringView letters = u"bfnrt";
    constexpr QStringView meanings = u"\b\f\n\r\t";
    QString text;
    for (qsizetype at = 0; at < escaped.size(); ++at) {
        if (escaped[at] != u'\\' || at + 1 >= escaped.size()) {
            text += escaped[at];
            continue;
        }
        const QChar letter = escaped[++at];
        const qsizetype known = letters.indexOf(letter);
        if (letter == u'u') {
            text += QChar(QStringView(escaped).mid(at + 1, 4).toUShort(nullptr, 16));
            at += 4;
        } else {
            text += known >= 0 ? meanings[known] : letter;
        }
    }
    return text;
}

} // namespace pigeon
