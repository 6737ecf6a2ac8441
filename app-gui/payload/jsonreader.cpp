#include "payload/jsonreader.h"

#include "look/figures.h"
#include "payload/bounds.h"

#include <QCoreApplication>

namespace pigeon {

namespace {

using Kind = ValueTree::Kind;

constexpr size_t bytesPerValue = 10; // what devices send; a guess that saves moving

bool isSpace(char byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }

/// Goes past digits; false where there are none.
bool takeDigits(QByteArrayView word, qsizetype &at)
{
    const qsizetype begin = at;
    while (at < word.size() && word[at] >= '0' && word[at] <= '9')
        ++at;
    return at > begin;
}
bool isNumber(QByteArrayView word)
{
    qsizetype at = word.front() == '-' ? 1 : 0;
    if (!takeDigits(word, at))
        return false;
    if (at < word.size() && word[at] == '.' && !takeDigits(word, ++at))
        return false;
    if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
        ++at;
        if (at < word.size() && (word[at] == '+' || word[at] == '-'))
            ++at;
        if (!takeDigits(word, at))
            return false;
    }
    return at == word.size();
}
/// Where a value that is no text ends.
bool endsWord(char byte)
{
    return isSpace(byte) || byte == ',' || byte == ']' || byte == '}' || byte == ':';
}

class Reader
{
    Q_DECLARE_TR_FUNCTIONS(JsonReader)

public:
    Reader(const QByteArray &bytes, Stop &stop)
        : m_bytes(bytes)
        , m_stop(stop)
        , m_tree(std::make_shared<ValueTree>(bytes))
    {
        m_pretty.reserve(bytes.size() * 2);
        m_tree->expect(static_cast<size_t>(bytes.size()) / bytesPerValue);
    }

    ReadJson read()
    {
        skipSpace();
        bool isGood = value({});
        while (isGood && !m_open.empty())
            isGood = step();
        if (isGood && m_at < m_bytes.size())
            isGood = refuse(tr("After the value there is something more"));
        m_tree->finish();
        return {m_tree, std::move(m_pretty), isGood};
    }

private:
    struct Open
    {
        ValueTree::Node node;
        bool isObject;
        bool isEmpty = true;
    };
    struct Name
    {
        qsizetype begin = 0;
        qsizetype length = 0;
    };

    char next() const { return m_at < m_bytes.size() ? m_bytes[m_at] : '\0'; }
    void skipSpace()
    {
        while (m_at < m_bytes.size() && isSpace(m_bytes[m_at]))
            ++m_at;
    }
    bool refuse(const QString &what)
    {
        m_tree->setProblem(tr("%1, at byte %2.").arg(what).arg(m_at));
        return false;
    }
    void newLine()
    {
        m_pretty += '\n';
        m_pretty.append(static_cast<qsizetype>(m_open.size()) * 2, ' ');
    }

    /// What stands between two values: a comma, the end of what is open, a key.
    bool step()
    {
        if (m_stop())
            return refuse(tr("Reading took too long and ended here"));
        if (m_pretty.size() > maximumLayoutBytes)
            return refuse(tr("Laid out in lines it is larger than %1; reading ended here").arg(bytesText(static_cast<quint64>(maximumLayoutBytes))));
        Open &open = m_open.back();
        if (next() == (open.isObject ? '}' : ']'))
            return close();
        if (!open.isEmpty && !takeComma())
            return refuse(tr("Here comes a comma or the end"));
        open.isEmpty = false;
        newLine();
        Name name;
        if (open.isObject && !takeKey(name))
            return refuse(tr("Here comes a key in quotes, then a colon"));
        return value(name);
    }
    bool takeComma()
    {
        if (next() != ',')
            return false;
        ++m_at;
        skipSpace();
        m_pretty += ',';
        return true;
    }
    bool takeKey(Name &name)
    {
        const qsizetype end = next() == '"' ? endOfString() : -1;
        if (end < 0)
            return false;
        name = {m_at + 1, end - m_at - 2};
        copy(m_at, end);
        skipSpace();
        if (next() != ':')
            return false;
        ++m_at;
        skipSpace();
        m_pretty += ": ";
        return true;
    }
    bool close()
    {
        const Open open = m_open.back();
        m_open.pop_back();
        if (!open.isEmpty)
            newLine();
        m_pretty += m_bytes[m_at++];
        m_tree->setLength(open.node, m_at - m_tree->beginOf(open.node));
        skipSpace();
        return true;
    }

    bool value(const Name &name)
    {
        if (m_tree->isFull())
            return refuse(tr("There are more than %1 values; reading ended here").arg(ValueTree::maximumNodes));
        if (next() == '{' || next() == '[')
            return open(name);
        return next() == '"' ? text(name) : word(name);
    }
    bool open(const Name &name)
    {
        if (m_open.size() >= static_cast<size_t>(maximumDepth))
            return refuse(tr("The value is nested too deeply"));
        const bool isObject = next() == '{';
        const ValueTree::Node node = m_tree->addJson(parent(), isObject ? Kind::Object : Kind::Array, m_at,
            m_bytes.size() - m_at, name.begin, name.length);
        m_open.push_back({node, isObject});
        m_pretty += m_bytes[m_at++];
        skipSpace();
        return true;
    }
    bool text(const Name &name)
    {
        const qsizetype end = endOfString();
        if (end < 0)
            return refuse(tr("The closing quote is missing"));
        m_tree->addJson(parent(), Kind::Text, m_at, end - m_at, name.begin, name.length);
        copy(m_at, end);
        skipSpace();
        return true;
    }
    bool word(const Name &name)
    {
        qsizetype end = m_at;
        while (end < m_bytes.size() && !endsWord(m_bytes[end]))
            ++end;
        const QByteArrayView found = QByteArrayView(m_bytes).sliced(m_at, end - m_at);
        const bool isFlag = found == "true" || found == "false";
        if (found.isEmpty() || !(isFlag || found == "null" || isNumber(found)))
            return refuse(tr("Here comes a value"));
        m_tree->addJson(parent(), isFlag ? Kind::Flag : found == "null" ? Kind::Null : Kind::Number, m_at, found.size(),
            name.begin, name.length);
        copy(m_at, end);
        skipSpace();
        return true;
    }
    ValueTree::Node parent() const { return m_open.empty() ? ValueTree::root : m_open.back().node; }

    /// Behind the closing quote of the text that begins here, or -1.
    qsizetype endOfString() const
    {
        for (qsizetype at = m_at + 1; at < m_bytes.size(); ++at) {
            if (m_bytes[at] == '"')
                return at + 1;
            if (m_bytes[at] == '\\')
                ++at;
        }
        return -1;
    }
    void copy(qsizetype begin, qsizetype end)
    {
        m_pretty.append(m_bytes.constData() + begin, end - begin);
        m_at = end;
    }

    const QByteArray &m_bytes;
    Stop &m_stop;
    std::shared_ptr<ValueTree> m_tree;
    QByteArray m_pretty;
    std::vector<Open> m_open;
    qsizetype m_at = 0;
};

} // namespace

ReadJson readJson(const QByteArray &bytes, Stop &stop) { return Reader(bytes, stop).read(); }

bool looksLikeJson(QByteArrayView bytes)
{
    while (!bytes.isEmpty() && isSpace(bytes.front()))
        bytes = bytes.sliced(1);
    while (!bytes.isEmpty() && isSpace(bytes.back()))
        bytes.chop(1);
    if (bytes.size() < 2)
        return false;
    return (bytes.front() == '{' && bytes.back() == '}') || (bytes.front() == '[' && bytes.back() == ']');
}

} // namespace pigeon
