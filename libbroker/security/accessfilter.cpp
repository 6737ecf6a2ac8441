#include "security/accessfilter.h"

#include "protocol/topic.h"

#include <algorithm>
#include <optional>

namespace pigeon {

namespace {

constexpr qsizetype placeholderBytes = 2;

/// The levels of a topic or filter, one after the other.
class Levels
{
public:
    explicit Levels(QByteArrayView text)
        : m_rest(text)
    {
    }
    /// Nothing when there are no more.
    std::optional<QByteArrayView> next()
    {
        if (m_hasEnded)
            return std::nullopt;
        const qsizetype end = m_rest.indexOf('/');
        m_hasEnded = end < 0;
        const QByteArrayView level = m_hasEnded ? m_rest : m_rest.first(end);
        m_rest = m_hasEnded ? QByteArrayView() : m_rest.sliced(end + 1);
        return level;
    }

private:
    QByteArrayView m_rest;
    bool m_hasEnded = false;
};

bool isAll(QByteArrayView level) { return level == "#"; }
bool isAny(QByteArrayView level) { return level == "+"; }

/// What the begin of `pattern` stands for, a name or one character; it is taken off.
QByteArrayView takePiece(QByteArrayView &pattern, const AccessNames &names)
{
    const bool isId = pattern.startsWith("%c");
    const bool isUser = pattern.startsWith("%u");
    const QByteArrayView piece = isId ? names.clientId : isUser ? names.userName : pattern.first(1);
    pattern = pattern.sliced(isId || isUser ? placeholderBytes : 1);
    return piece;
}

/// True when a level of a rule, with names for its placeholders, is `level`.
bool isSameLevel(QByteArrayView pattern, QByteArrayView level, const AccessNames &names)
{
    while (!pattern.isEmpty()) {
        const QByteArrayView piece = takePiece(pattern, names);
        if (!level.startsWith(piece))
            return false;
        level = level.sliced(piece.size());
    }
    return level.isEmpty();
}

/// What is below `$` is reached by naming it only [MQTT-4.7.2-1]; so a user called "$SYS" gets nothing by a rule that
/// begins with its name.
bool isHiddenFrom(QByteArrayView ours, QByteArrayView theirs)
{
    return theirs.startsWith('$') && !ours.startsWith('$');
}

AccessFilter::Fit fitOf(QByteArrayView name)
{
    if (name.isEmpty())
        return AccessFilter::Fit::Nameless;
    const bool isDangerous = std::any_of(
        name.begin(), name.end(), [](char each) { return each == '+' || each == '#' || each == '/'; });
    return isDangerous ? AccessFilter::Fit::Dangerous : AccessFilter::Fit::Yes;
}

} // namespace

AccessFilter::AccessFilter(QByteArray filter, bool hasPlaceholders)
    : m_text(std::move(filter))
    , m_usesClientId(hasPlaceholders && m_text.contains("%c"))
    , m_usesUserName(hasPlaceholders && m_text.contains("%u"))
{
}

QByteArray AccessFilter::textFor(const AccessNames &names) const
{
    if (!m_usesClientId && !m_usesUserName)
        return m_text;
    QByteArray text;
    for (QByteArrayView rest(m_text); !rest.isEmpty();)
        text += takePiece(rest, names);
    return text;
}

AccessFilter::Fit AccessFilter::fitFor(const AccessNames &names) const
{
    const Fit id = m_usesClientId ? fitOf(names.clientId) : Fit::Yes;
    const Fit user = m_usesUserName ? fitOf(names.userName) : Fit::Yes;
    return std::max(id, user);
}

bool AccessFilter::matches(QByteArrayView topic, const AccessNames &names) const
{
    if (!m_usesClientId && !m_usesUserName)
        return topicMatches(m_text, topic);
    return covers(topic, names);
}

bool AccessFilter::overlaps(QByteArrayView filter, const AccessNames &names) const
{
    const bool isPattern = m_usesClientId || m_usesUserName;
    Levels ours(m_text);
    Levels theirs(filter);
    if (isHiddenFrom(m_text, filter) || isHiddenFrom(filter, m_text))
        return false;
    for (;;) {
        const std::optional<QByteArrayView> our = ours.next();
        const std::optional<QByteArrayView> their = theirs.next();
        if (!our || !their)
            return !(our && !isAll(*our)) && !(their && !isAll(*their)); // "a/#" matches "a", too
        if (isAll(*our) || isAll(*their))
            return true;
        const bool meets = isAny(*our) || isAny(*their)
            || (isPattern ? isSameLevel(*our, *their, names) : *our == *their);
        if (!meets)
            return false;
    }
}

bool AccessFilter::covers(QByteArrayView filter, const AccessNames &names) const
{
    const bool isPattern = m_usesClientId || m_usesUserName;
    Levels ours(m_text);
    Levels theirs(filter);
    if (isHiddenFrom(m_text, filter))
        return false;
    for (;;) {
        const std::optional<QByteArrayView> our = ours.next();
        const std::optional<QByteArrayView> their = theirs.next();
        if (!our)
            return !their;
        if (isAll(*our))
            return true;
        if (!their || isAll(*their))
            return false;
        if (!isAny(*our) && !(isPattern ? isSameLevel(*our, *their, names) : *our == *their))
            return false;
    }
}

} // namespace pigeon
