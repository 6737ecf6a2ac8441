#include "storage/packcodec.h"

#include "storage/rowcodec.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace pigeon {

namespace {

// A delivery in a pack: its number as a difference, two bytes of flags, arrival as a difference, then what the flags
// announce, the payload last. Integers take seven bits a byte, the lowest first; texts have their length before them.
// The first byte; its two lowest bits are the QoS of the delivery, bits 4 and 5 that of the message as published.
constexpr unsigned retainFlag = 0x04;
constexpr unsigned forwardAskedFlag = 0x08;
constexpr unsigned publishedRetainFlag = 0x40;
constexpr unsigned expiresFlag = 0x80;
// The second.
constexpr unsigned sameOriginFlag = 0x01; // as the one before
constexpr unsigned sameTopicFlag = 0x02;
constexpr unsigned propertiesFlag = 0x04;
constexpr unsigned identifiersFlag = 0x08;
constexpr unsigned knownFlags = sameOriginFlag | sameTopicFlag | propertiesFlag | identifiersFlag;

constexpr qsizetype mostIntegerBytes = 10;
constexpr qsizetype maximumTopicBytes = 65'535;

char *putInteger(char *out, quint64 value)
{
    for (; value > 0x7F; value >>= 7)
        *out++ = static_cast<char>(value | 0x80);
    *out++ = static_cast<char>(value);
    return out;
}

char *putText(char *out, QByteArrayView text)
{
    out = putInteger(out, static_cast<quint64>(text.size()));
    if (!text.isEmpty()) // memcpy takes no null pointer, not even for nothing
        std::memcpy(out, text.data(), static_cast<size_t>(text.size()));
    return out + text.size();
}

char *putOrigin(char *out, const OriginPtr &origin)
{
    if (!origin)
        return putText(putText(putText(out, {}), {}), {});
    return putText(putText(putText(out, origin->clientId), origin->userName), origin->address);
}

/// Small differences of either sign become small numbers.
quint64 zigzag(qint64 value)
{
    return (static_cast<quint64>(value) << 1) ^ static_cast<quint64>(value >> 63);
}

qint64 unzigzag(quint64 value)
{
    return static_cast<qint64>(value >> 1) ^ -static_cast<qint64>(value & 1);
}

bool isSameText(QByteArrayView left, QByteArrayView right)
{
    return left.size() == right.size() && (left.isEmpty() || std::memcmp(left.data(), right.data(), static_cast<size_t>(left.size())) == 0);
}

bool isSameOrigin(const OriginPtr &left, const OriginPtr &right)
{
    if (left == right)
        return true;
    return left && right && left->clientId == right->clientId && left->userName == right->userName
        && left->address == right->address;
}

/// What `put` will need at most.
qsizetype mostBytes(const StoredDelivery &delivery)
{
    const Message &message = *delivery.message;
    const Origin *origin = message.origin().get();
    const qsizetype originBytes
        = origin ? origin->clientId.size() + origin->userName.size() + origin->address.size() : 0;
    const auto integers = 10 + static_cast<qsizetype>(delivery.subscriptionIdentifiers.size());
    return originBytes + message.topic().size() + message.properties().size() + message.payload().size()
        + integers * mostIntegerBytes;
}

/// Takes values off the front of bytes that may be damaged: after the first that is not there `isSound` is false and
/// all others are empty.
class Reader
{
public:
    explicit Reader(QByteArrayView bytes)
        : m_left(bytes)
    {
    }
    bool isSound() const { return m_isSound; }
    bool isAtEnd() const { return m_left.isEmpty(); }

    quint8 byte()
    {
        const QByteArrayView one = bytes(1);
        return one.isEmpty() ? 0 : static_cast<quint8>(one.front());
    }
    quint64 integer()
    {
        quint64 value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const quint8 part = byte();
            value |= quint64(part & 0x7F) << shift;
            if ((part & 0x80) == 0)
                return value;
        }
        m_isSound = false;
        return 0;
    }
    QByteArrayView text() { return bytes(integer()); }

private:
    QByteArrayView bytes(quint64 count)
    {
        if (!m_isSound || count > static_cast<quint64>(m_left.size())) {
            m_isSound = false;
            m_left = {};
            return {};
        }
        const QByteArrayView taken = m_left.first(static_cast<qsizetype>(count));
        m_left = m_left.sliced(taken.size());
        return taken;
    }

    QByteArrayView m_left;
    bool m_isSound = true;
};

/// Reads one delivery after the other; each knows the one before.
class PackReader
{
public:
    PackReader(QByteArrayView content, OriginPool &origins)
        : m_reader(content)
        , m_origins(origins)
    {
    }
    bool isAtEnd() const { return m_reader.isAtEnd(); }

    /// Nothing: damaged.
    std::optional<StoredDelivery> next()
    {
        const quint64 difference = m_reader.integer();
        const unsigned first = m_reader.byte();
        const unsigned second = m_reader.byte();
        m_number += difference;
        m_arrival += unzigzag(m_reader.integer());

        StoredDelivery delivery;
        MessageParts parts;
        if ((first & expiresFlag) != 0)
            parts.expirySeconds = static_cast<quint32>(m_reader.integer());
        if ((second & sameOriginFlag) == 0)
            readOrigin();
        if ((second & sameTopicFlag) == 0)
            m_topic = m_reader.text();
        if ((second & propertiesFlag) != 0)
            parts.properties = m_reader.text();
        if ((second & identifiersFlag) != 0)
            readIdentifiers(delivery);
        parts.payload = m_reader.text();
        parts.topic = m_topic;
        const unsigned qos = first & 0x03u;
        const unsigned publishedQos = (first >> 4) & 0x03u;
        const bool makesSense = qos <= 2 && publishedQos <= 2 && (second & ~knownFlags) == 0 && difference > 0
            && !m_topic.isEmpty() && m_topic.size() <= maximumTopicBytes;
        if (!m_reader.isSound() || !makesSense)
            return std::nullopt;

        parts.qos = static_cast<QoS>(publishedQos);
        parts.retain = (first & publishedRetainFlag) != 0;
        parts.arrival = std::chrono::milliseconds(m_arrival);
        parts.origin = m_origin;
        delivery.number = m_number;
        delivery.qos = static_cast<QoS>(qos);
        delivery.retain = (first & retainFlag) != 0;
        delivery.isForwardAsked = (first & forwardAskedFlag) != 0;
        delivery.message = Message::create(parts);
        return delivery;
    }

private:
    void readOrigin()
    {
        const QByteArrayView clientId = m_reader.text();
        const QByteArrayView userName = m_reader.text();
        const QByteArrayView address = m_reader.text();
        if (m_reader.isSound())
            m_origin = m_origins.of(clientId.toByteArray(), userName.toByteArray(), address.toByteArray());
    }
    void readIdentifiers(StoredDelivery &delivery)
    {
        for (quint64 left = m_reader.integer(); left > 0 && m_reader.isSound(); --left)
            delivery.subscriptionIdentifiers.push_back(static_cast<quint32>(m_reader.integer()));
    }

    Reader m_reader;
    OriginPool &m_origins;
    quint64 m_number = 0;
    qint64 m_arrival = 0;
    OriginPtr m_origin;
    QByteArrayView m_topic;
};

} // namespace

bool PackEncoder::add(const StoredDelivery &delivery)
{
    const qsizetype most = m_used + mostBytes(delivery);
    if (most > maximumBytes || m_pack.count == maximumDeliveries) {
        if (!isEmpty())
            return false;
        m_room.resize(std::max(most, m_room.size()));
    }
    char *const begin = m_room.data();
    m_used = put(begin + m_used, delivery) - begin;
    count(delivery);
    return true;
}

char *PackEncoder::put(char *out, const StoredDelivery &delivery) const
{
    const Message &message = *delivery.message;
    const bool isSameSender = m_previous && isSameOrigin(m_previous->origin(), message.origin());
    const bool isSameTopic = m_previous && isSameText(m_previous->topic(), message.topic());
    const bool hasProperties = !message.properties().isEmpty();
    const bool hasIdentifiers = !delivery.subscriptionIdentifiers.empty();
    const unsigned first = static_cast<unsigned>(delivery.qos) | (delivery.retain ? retainFlag : 0u)
        | (delivery.isForwardAsked ? forwardAskedFlag : 0u) | (static_cast<unsigned>(message.qos()) << 4)
        | (message.isRetained() ? publishedRetainFlag : 0u) | (message.expirySeconds() ? expiresFlag : 0u);
    const unsigned second = (isSameSender ? sameOriginFlag : 0u) | (isSameTopic ? sameTopicFlag : 0u)
        | (hasProperties ? propertiesFlag : 0u) | (hasIdentifiers ? identifiersFlag : 0u);

    out = putInteger(out, delivery.number - m_pack.last);
    *out++ = static_cast<char>(first);
    *out++ = static_cast<char>(second);
    out = putInteger(out, zigzag(message.arrival().count() - (m_previous ? m_previous->arrival().count() : 0)));
    if (message.expirySeconds())
        out = putInteger(out, *message.expirySeconds());
    if (!isSameSender)
        out = putOrigin(out, message.origin());
    if (!isSameTopic)
        out = putText(out, message.topic());
    if (hasProperties)
        out = putText(out, message.properties());
    if (hasIdentifiers) {
        out = putInteger(out, delivery.subscriptionIdentifiers.size());
        for (const quint32 identifier : delivery.subscriptionIdentifiers)
            out = putInteger(out, identifier);
    }
    return putText(out, message.payload());
}

void PackEncoder::count(const StoredDelivery &delivery)
{
    const Message &message = *delivery.message;
    if (m_pack.count == 0)
        m_pack.first = delivery.number;
    m_pack.last = delivery.number;
    ++m_pack.count;
    m_pack.bytes += static_cast<quint64>(message.memoryBytes());
    if (const auto expiry = expiresAt(message); expiry && (!m_pack.expiresAt || *expiry < *m_pack.expiresAt))
        m_pack.expiresAt = expiry;
    m_previous = &message;
}

Pack PackEncoder::pack() const
{
    Pack pack = m_pack;
    pack.content = QByteArray::fromRawData(m_room.constData(), m_used);
    return pack;
}

void PackEncoder::clear()
{
    m_pack = Pack();
    m_used = 0;
    m_previous = nullptr;
}

bool readPack(QByteArrayView content, OriginPool &origins, std::vector<StoredDelivery> &deliveries)
{
    PackReader reader(content, origins);
    while (!reader.isAtEnd()) {
        std::optional<StoredDelivery> delivery = reader.next();
        if (!delivery)
            return false;
        deliveries.push_back(std::move(*delivery));
    }
    return true;
}

bool readPack(const Pack &pack, OriginPool &origins, std::vector<StoredDelivery> &deliveries)
{
    std::vector<StoredDelivery> found;
    const bool isWhole = readPack(QByteArrayView(pack.content), origins, found);
    const bool isAsSaid = isWhole && found.size() == pack.count && !found.empty() && found.front().number == pack.first
        && found.back().number == pack.last;
    std::copy_if(std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()), std::back_inserter(deliveries),
        [&pack](const StoredDelivery &each) { return each.number >= pack.first && each.number <= pack.last; });
    return isAsSaid;
}

} // namespace pigeon
