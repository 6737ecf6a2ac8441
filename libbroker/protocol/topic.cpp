#include "protocol/topic.h"

#include <algorithm>
#include <cstring>

namespace pigeon {

namespace {

constexpr qsizetype maximumTextBytes = 65535; // what the two length bytes of a string can say (1.5.4)
constexpr QByteArrayView sharePrefix = "$share/";

constexpr quint64 ones = 0x0101010101010101;
constexpr quint64 highBits = 0x8080808080808080;

quint64 eightBytesAt(const void *at)
{
    quint64 eightBytes;
    std::memcpy(&eightBytes, at, 8);
    return eightBytes;
}

/// True when none of the eight bytes is 0 or has its high bit set.
bool isPlainAscii(quint64 eightBytes)
{
    return ((eightBytes | (eightBytes - ones)) & highBits) == 0; // 0 - 1 borrows into its own high bit
}

bool isOneOf(quint64 eightBytes, char wanted)
{
    const quint64 zeroWhereEqual = eightBytes ^ (ones * static_cast<uchar>(wanted));
    return ((zeroWhereEqual - ones) & ~zeroWhereEqual & highBits) != 0;
}

/// The first byte that is 0 or not ASCII, or `end`.
const uchar *skipAscii(const uchar *at, const uchar *end)
{
    while (end - at >= 8) {
        if (!isPlainAscii(eightBytesAt(at)))
            break;
        at += 8;
    }
    while (at != end && *at != 0 && *at < 0x80)
        ++at;
    return at;
}

/// What may follow a lead byte: Table 3-7 of the Unicode standard, which excludes overlong forms, surrogates
/// and everything above U+10FFFF through the range of the second byte.
struct Sequence
{
    int bytes = 0; // 0: no lead byte
    uchar secondFrom = 0x80;
    uchar secondTo = 0xBF;
};

Sequence sequenceOf(uchar lead)
{
    if (lead >= 0xC2 && lead <= 0xDF)
        return {2};
    if (lead == 0xE0)
        return {3, 0xA0};
    if (lead == 0xED)
        return {3, 0x80, 0x9F}; // no surrogates [MQTT-1.5.4-1]
    if (lead >= 0xE1 && lead <= 0xEF)
        return {3};
    if (lead == 0xF0)
        return {4, 0x90};
    if (lead >= 0xF1 && lead <= 0xF3)
        return {4};
    if (lead == 0xF4)
        return {4, 0x80, 0x8F};
    return {}; // U+0000 too [MQTT-1.5.4-2]
}

bool isContinuation(uchar byte)
{
    return (byte & 0xC0) == 0x80;
}

/// Behind the sequence of two to four bytes at `at`, or null when it is not well-formed.
const uchar *skipSequence(const uchar *at, const uchar *end)
{
    const Sequence sequence = sequenceOf(*at);
    if (sequence.bytes == 0 || end - at < sequence.bytes)
        return nullptr;
    if (at[1] < sequence.secondFrom || at[1] > sequence.secondTo)
        return nullptr;
    const uchar *const behind = at + sequence.bytes;
    return std::all_of(at + 2, behind, isContinuation) ? behind : nullptr;
}

bool isWildcard(char c)
{
    return c == '+' || c == '#';
}

std::optional<ProtocolError> lengthError(QByteArrayView text, ReasonCode reason, const char *emptyText)
{
    if (text.isEmpty())
        return ProtocolError{reason, "MQTT-4.7.3-1", emptyText};
    if (text.size() > maximumTextBytes)
        return ProtocolError{reason, "MQTT-4.7.3-3", "longer than 65535 bytes"};
    return std::nullopt;
}

bool beginsLevel(QByteArrayView filter, qsizetype at)
{
    return at == 0 || filter[at - 1] == '/';
}

bool endsLevel(QByteArrayView filter, qsizetype at)
{
    return at + 1 == filter.size() || filter[at + 1] == '/';
}

std::optional<ProtocolError> wildcardError(QByteArrayView filter)
{
    for (qsizetype at = 0; at < filter.size(); ++at) {
        if (filter[at] == '#' && !(beginsLevel(filter, at) && at + 1 == filter.size()))
            return ProtocolError{
                ReasonCode::TopicFilterInvalid, "MQTT-4.7.1-1", "# is not the whole last level"};
        if (filter[at] == '+' && !(beginsLevel(filter, at) && endsLevel(filter, at)))
            return ProtocolError{ReasonCode::TopicFilterInvalid, "MQTT-4.7.1-2", "+ is not a whole level"};
    }
    return std::nullopt;
}

/// `rest` is what follows "$share/".
std::optional<ProtocolError> shareError(QByteArrayView rest)
{
    const auto reason = ReasonCode::TopicFilterInvalid;
    const qsizetype nameBytes = rest.indexOf('/');
    const QByteArrayView name = nameBytes < 0 ? rest : rest.first(nameBytes);
    if (name.isEmpty())
        return ProtocolError{reason, "MQTT-4.8.2-1", "a shared subscription without a ShareName"};
    if (hasWildcard(name))
        return ProtocolError{reason, "MQTT-4.8.2-2", "a ShareName with a wildcard"};
    if (nameBytes < 0 || nameBytes + 1 == rest.size())
        return ProtocolError{reason, "MQTT-4.8.2-2", "a shared subscription without a topic filter"};
    return std::nullopt;
}

QByteArrayView levelAt(QByteArrayView text, qsizetype at)
{
    const qsizetype end = text.indexOf('/', at);
    return text.sliced(at, (end < 0 ? text.size() : end) - at);
}

} // namespace

bool isMqttText(QByteArrayView bytes)
{
    const uchar *at = reinterpret_cast<const uchar *>(bytes.data());
    const uchar *const end = at + bytes.size();
    for (at = skipAscii(at, end); at != end; at = skipAscii(at, end)) {
        at = skipSequence(at, end);
        if (!at)
            return false;
    }
    return true;
}

std::optional<ProtocolError> topicNameError(QByteArrayView topic)
{
    if (const auto error = lengthError(topic, ReasonCode::TopicNameInvalid, "an empty topic name"))
        return error;
    if (hasWildcard(topic))
        return ProtocolError{ReasonCode::TopicNameInvalid, "MQTT-4.7.0-1", "a wildcard in a topic name"};
    return std::nullopt;
}

std::optional<ProtocolError> topicFilterError(QByteArrayView filter)
{
    if (const auto error = lengthError(filter, ReasonCode::TopicFilterInvalid, "an empty topic filter"))
        return error;
    // "$share" alone does not start with "$share/", so by [MQTT-4.8.2-1] it is no shared subscription but a
    // filter like any other, and so is "$sharex/a".
    if (filter.startsWith(sharePrefix)) {
        if (const auto error = shareError(filter.sliced(sharePrefix.size())))
            return error;
    }
    return wildcardError(filter); // of the whole: a "/" stands before the inner filter too
}

int topicLevels(QByteArrayView topicOrFilter)
{
    return 1 + static_cast<int>(std::count(topicOrFilter.begin(), topicOrFilter.end(), '/'));
}

bool isUnderSystemRoot(QByteArrayView topicOrFilter)
{
    constexpr QByteArrayView root = "$SYS";
    return topicOrFilter.startsWith(root) && (topicOrFilter.size() == root.size() || topicOrFilter[root.size()] == '/');
}

bool hasWildcard(QByteArrayView filter)
{
    const char *at = filter.data();
    const char *const end = at + filter.size();
    for (; end - at >= 8; at += 8) {
        const quint64 eightBytes = eightBytesAt(at);
        if (isOneOf(eightBytes, '+') || isOneOf(eightBytes, '#'))
            return true;
    }
    return std::any_of(at, end, isWildcard);
}

FilterParts splitFilter(QByteArrayView filter)
{
    if (!filter.startsWith(sharePrefix))
        return {{}, filter};
    const QByteArrayView rest = filter.sliced(sharePrefix.size());
    const qsizetype nameBytes = rest.indexOf('/');
    if (nameBytes < 0) // not a valid filter; whoever asks is not to read past its end
        return {{}, filter};
    return {rest.first(nameBytes), rest.sliced(nameBytes + 1)};
}

bool topicMatches(QByteArrayView filter, QByteArrayView topic)
{
    if (topic.startsWith('$') && !filter.isEmpty() && isWildcard(filter.front()))
        return false; // [MQTT-4.7.2-1]
    qsizetype wantedAt = 0;
    qsizetype presentAt = 0; // one past the size when the topic has no more levels
    while (wantedAt <= filter.size()) {
        const QByteArrayView wanted = levelAt(filter, wantedAt);
        if (wanted == "#")
            return true; // the parent level too (4.7.1.2), so the topic need not go on
        if (presentAt > topic.size())
            return false;
        const QByteArrayView present = levelAt(topic, presentAt);
        if (wanted != "+" && wanted != present)
            return false;
        wantedAt += wanted.size() + 1;
        presentAt += present.size() + 1;
    }
    return presentAt > topic.size();
}

} // namespace pigeon
