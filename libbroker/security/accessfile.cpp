#include "security/accessfile.h"

#include "protocol/topic.h"

#include <optional>

namespace pigeon {

namespace {

struct KindWord
{
    const char *word;
    AccessKind kind;
};
constexpr KindWord kindWords[] = {
    {"read", AccessKind::Read},
    {"write", AccessKind::Write},
    {"readwrite", AccessKind::ReadWrite},
    {"deny", AccessKind::Deny},
};

std::optional<AccessKind> kindOf(const QByteArray &word)
{
    for (const KindWord &each : kindWords) {
        if (word == each.word)
            return each.kind;
    }
    return std::nullopt;
}

/// The first word of `text`, which is trimmed; what follows it stays in `text`.
QByteArray takeWord(QByteArray &text)
{
    qsizetype end = 0;
    while (end < text.size() && text[end] != ' ' && text[end] != '\t')
        ++end;
    const QByteArray word = text.left(end);
    text = text.mid(end).trimmed();
    return word;
}

/// Goes through the lines and remembers whose section it is in.
class AccessParser
{
public:
    explicit AccessParser(FileProblems &problems)
        : m_problems(problems)
    {
    }

    void read(QByteArray line)
    {
        ++m_line;
        line = line.trimmed();
        if (line.isEmpty() || line.startsWith('#'))
            return;
        const QByteArray key = takeWord(line);
        if (key == "user")
            beginUser(line);
        else if (key == "topic")
            addRule(line, false);
        else if (key == "pattern")
            addRule(line, true);
        else
            refuse(QStringLiteral("the line begins with neither user, topic nor pattern: correct it or put a # before "
                                  "it."));
    }
    AccessList takeList() { return std::move(m_list); }

private:
    void beginUser(const QByteArray &name)
    {
        if (name.isEmpty() || !isMqttText(name))
            refuse(QStringLiteral("user needs a name of UTF-8 text behind it."));
        m_user = name;
    }

    void addRule(QByteArray rest, bool isPattern)
    {
        QByteArray filter = rest;
        const std::optional<AccessKind> kind = kindOf(takeWord(rest));
        // Who wants only one word says which topics: a rule about a topic called "read" is a slip.
        if (kind)
            filter = rest;
        else if (!rest.isEmpty())
            return refuse(QStringLiteral("an access is one of read, write, readwrite and deny (a filter with spaces "
                                         "needs one of these before it)."));
        if (const std::optional<QString> problem = whyNoFilter(filter))
            return refuse(*problem);
        AccessRule rule{kind.value_or(AccessKind::ReadWrite), AccessFilter(filter, isPattern), m_line};
        if (isPattern)
            m_list.addPattern(std::move(rule));
        else
            m_list.addRule(m_user, std::move(rule));
    }

    static std::optional<QString> whyNoFilter(const QByteArray &filter)
    {
        if (filter.isEmpty())
            return QStringLiteral("a topic filter is missing at the end of the line.");
        if (filter.startsWith("$share/"))
            return QStringLiteral("rules are about topics: leave out $share/ and the name of the group.");
        if (!isMqttText(filter) || topicFilterError(filter))
            return QStringLiteral("\"%1\" is no topic filter: + and # stand for whole levels, # at the end only.")
                .arg(shownPiece(filter));
        return std::nullopt;
    }

    void refuse(const QString &text) { m_problems.push_back({m_line, text}); }

    FileProblems &m_problems;
    AccessList m_list;
    QByteArray m_user; // empty before the first section
    int m_line = 0;
};

} // namespace

const char *wordOf(AccessKind kind)
{
    for (const KindWord &each : kindWords) {
        if (each.kind == kind)
            return each.word;
    }
    return "";
}

AccessList parseAccessList(const QByteArray &text, FileProblems &problems)
{
    AccessParser parser(problems);
    for (const QByteArray &line : text.split('\n'))
        parser.read(line);
    return parser.takeList();
}

} // namespace pigeon
