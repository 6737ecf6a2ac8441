#include "protocol/properties.h"

#include <array>

namespace pigeon {

namespace {

using CarrierSet = PropertySpec::CarrierSet;
using P = Properties;
using T = PropertyType;

constexpr CarrierSet bit(PacketType type) { return static_cast<CarrierSet>(1u << static_cast<unsigned>(type)); }

constexpr CarrierSet none = 0;
constexpr CarrierSet will = 1u << static_cast<unsigned>(PropertyCarrier::Will);
constexpr CarrierSet connect = bit(PacketType::Connect);
constexpr CarrierSet connack = bit(PacketType::Connack);
constexpr CarrierSet publish = bit(PacketType::Publish);
constexpr CarrierSet subscribe = bit(PacketType::Subscribe);
constexpr CarrierSet unsubscribe = bit(PacketType::Unsubscribe);
constexpr CarrierSet disconnect = bit(PacketType::Disconnect);
constexpr CarrierSet auth = bit(PacketType::Auth);
constexpr CarrierSet acknowledge
    = bit(PacketType::Puback) | bit(PacketType::Pubrec) | bit(PacketType::Pubrel) | bit(PacketType::Pubcomp);
constexpr CarrierSet suback = bit(PacketType::Suback) | bit(PacketType::Unsuback);
constexpr CarrierSet always = 0xFFFF;

constexpr quint32 max16 = 0xFFFF;
constexpr quint32 max32 = 0xFFFF'FFFF;

// 2.2.2.2, table 2.4, and the sections of chapter 3 for sender, repeats and ranges. A topic alias of 0 is left to
// the session: it answers 0x94 and not 0x82 [MQTT-3.3.2-8].
constexpr std::array<PropertySpec, 27> table{{
    // id, name, type, from client, from server, may repeat, minimum, maximum, number, bytes
    {0x01, "Payload Format Indicator", T::Byte, publish | will, publish, none, 0, 1,
        &P::payloadFormatIndicator, nullptr},
    {0x02, "Message Expiry Interval", T::FourByteInteger, publish | will, publish, none, 0, max32,
        &P::messageExpiryInterval, nullptr},
    {0x03, "Content Type", T::Text, publish | will, publish, none, 0, 0, nullptr, &P::contentType},
    {0x08, "Response Topic", T::Text, publish | will, publish, none, 0, 0, nullptr, &P::responseTopic},
    {0x09, "Correlation Data", T::Binary, publish | will, publish, none, 0, 0, nullptr, &P::correlationData},
    {0x0B, "Subscription Identifier", T::VariableByteInteger, subscribe, publish, publish, 1,
        maximumVariableByteInteger, nullptr, nullptr},
    {0x11, "Session Expiry Interval", T::FourByteInteger, connect | disconnect, connack, none, 0, max32,
        &P::sessionExpiryInterval, nullptr},
    {0x12, "Assigned Client Identifier", T::Text, none, connack, none, 0, 0, nullptr, &P::assignedClientIdentifier},
    {0x13, "Server Keep Alive", T::TwoByteInteger, none, connack, none, 0, max16, &P::serverKeepAlive, nullptr},
    {0x15, "Authentication Method", T::Text, connect | auth, connack | auth, none, 0, 0, nullptr,
        &P::authenticationMethod},
    {0x16, "Authentication Data", T::Binary, connect | auth, connack | auth, none, 0, 0, nullptr,
        &P::authenticationData},
    {0x17, "Request Problem Information", T::Byte, connect, none, none, 0, 1, &P::requestProblemInformation, nullptr},
    {0x18, "Will Delay Interval", T::FourByteInteger, will, none, none, 0, max32, &P::willDelayInterval, nullptr},
    {0x19, "Request Response Information", T::Byte, connect, none, none, 0, 1, &P::requestResponseInformation,
        nullptr},
    {0x1A, "Response Information", T::Text, none, connack, none, 0, 0, nullptr, &P::responseInformation},
    {0x1C, "Server Reference", T::Text, none, connack | disconnect, none, 0, 0, nullptr, &P::serverReference},
    {0x1F, "Reason String", T::Text, acknowledge | disconnect | auth,
        connack | acknowledge | suback | disconnect | auth, none, 0, 0, nullptr, &P::reasonString},
    {0x21, "Receive Maximum", T::TwoByteInteger, connect, connack, none, 1, max16, &P::receiveMaximum, nullptr},
    {0x22, "Topic Alias Maximum", T::TwoByteInteger, connect, connack, none, 0, max16, &P::topicAliasMaximum,
        nullptr},
    {0x23, "Topic Alias", T::TwoByteInteger, publish, publish, none, 0, max16, &P::topicAlias, nullptr},
    {0x24, "Maximum QoS", T::Byte, none, connack, none, 0, 1, &P::maximumQoS, nullptr},
    {0x25, "Retain Available", T::Byte, none, connack, none, 0, 1, &P::retainAvailable, nullptr},
    {0x26, "User Property", T::TextPair,
        connect | will | publish | acknowledge | subscribe | unsubscribe | disconnect | auth,
        connack | publish | acknowledge | suback | disconnect | auth, always, 0, 0, nullptr, nullptr},
    {0x27, "Maximum Packet Size", T::FourByteInteger, connect, connack, none, 1, max32, &P::maximumPacketSize,
        nullptr},
    {0x28, "Wildcard Subscription Available", T::Byte, none, connack, none, 0, 1, &P::wildcardSubscriptionAvailable,
        nullptr},
    {0x29, "Subscription Identifiers Available", T::Byte, none, connack, none, 0, 1,
        &P::subscriptionIdentifiersAvailable, nullptr},
    {0x2A, "Shared Subscription Available", T::Byte, none, connack, none, 0, 1, &P::sharedSubscriptionAvailable,
        nullptr},
}};

constexpr quint8 responseTopicId = 0x08;
constexpr quint32 forwardedIds = 1u << 0x01 | 1u << 0x03 | 1u << 0x08 | 1u << 0x09; // and 0x26, past the 32 bits
constexpr size_t identifierCount = 0x2B;

/// Identifier -> row.
constexpr auto rowOfId = [] {
    std::array<const PropertySpec *, identifierCount> rows{};
    for (const PropertySpec &spec : table)
        rows[spec.id] = &spec;
    return rows;
}();

enum class Fault { NotHere, WrongSender, Repeated, OutOfRange, Count };
constexpr size_t faultCount = static_cast<size_t>(Fault::Count);

struct FaultRow
{
    ReasonCode reason;
    const char *clause;
    const char *words; // follow the property's name
};

// 2.2.2.2: an identifier that is not valid for its packet type makes the packet malformed. One that is valid for it
// but not from this sender, one that repeats and a value that is not permitted are protocol errors by the
// sections of the properties.
constexpr std::array<FaultRow, faultCount> faultTable{{
    {ReasonCode::MalformedPacket, "2.2.2.2", " is no property of this packet"},
    {ReasonCode::ProtocolError, "2.2.2.2", " may not be sent by this side"},
    {ReasonCode::ProtocolError, "2.2.2.2", " is there more than once"},
    {ReasonCode::ProtocolError, "2.2.2.2", " has a value that is not permitted"},
}};

using FaultTexts = std::array<std::array<QByteArray, faultCount>, table.size()>;

FaultTexts makeFaultTexts()
{
    FaultTexts texts;
    for (size_t row = 0; row < table.size(); ++row) {
        for (size_t fault = 0; fault < faultCount; ++fault)
            texts[row][fault] = QByteArray(table[row].name) + faultTable[fault].words;
    }
    return texts;
}

size_t rowOf(const PropertySpec &spec) { return static_cast<size_t>(&spec - table.data()); }

/// The error names the property; its text lives as long as the program, as ProtocolError promises.
ProtocolError faultOf(const PropertySpec &spec, Fault fault)
{
    static const FaultTexts texts = makeFaultTexts();
    const FaultRow &row = faultTable[static_cast<size_t>(fault)];
    return {row.reason, row.clause, texts[rowOf(spec)][static_cast<size_t>(fault)].constData()};
}

/// The clause that forbids a property to one side, where it has a number.
ProtocolError wrongSender(const PropertySpec &spec, PropertyCarrier carrier)
{
    ProtocolError error = faultOf(spec, Fault::WrongSender);
    if (carrier == carrierOf(PacketType::Publish))
        error.clause = "MQTT-3.3.4-6"; // only the subscription identifier differs by sender there
    else if (spec.number == &P::sessionExpiryInterval)
        error.clause = "MQTT-3.14.2-2";
    return error;
}

bool keep(quint32 value, quint32 &number)
{
    number = value;
    return true;
}

void store(const PropertyValue &value, Properties &properties)
{
    const PropertySpec &spec = *value.spec;
    if (spec.number)
        properties.*spec.number = value.number;
    else if (spec.bytes)
        properties.*spec.bytes = value.bytes.toByteArray();
    else if (spec.type == T::TextPair)
        properties.userProperties.push_back({value.bytes.toByteArray(), value.pairValue.toByteArray()});
    else
        properties.subscriptionIdentifiers.push_back(value.number);
}

void writeNumber(WireWriter &writer, const PropertySpec &spec, quint32 value)
{
    writer.writeByte(spec.id);
    if (spec.type == T::Byte)
        writer.writeByte(value);
    else if (spec.type == T::TwoByteInteger)
        writer.writeTwoByteInteger(static_cast<quint16>(value));
    else if (spec.type == T::FourByteInteger)
        writer.writeFourByteInteger(value);
    else
        writer.writeVariableByteInteger(value);
}

void writeBytes(WireWriter &writer, const PropertySpec &spec, const QByteArray &value)
{
    writer.writeByte(spec.id);
    writer.writeBinary(value);
}

void writePairs(WireWriter &writer, const PropertySpec &spec, const std::vector<UserProperty> &pairs)
{
    for (const UserProperty &pair : pairs) {
        writeBytes(writer, spec, pair.name);
        writer.writeBinary(pair.value);
    }
}

void writeProperty(WireWriter &writer, const PropertySpec &spec, const Properties &properties)
{
    if (spec.number) {
        if (const auto &value = properties.*spec.number)
            writeNumber(writer, spec, *value);
    } else if (spec.bytes) {
        if (const auto &value = properties.*spec.bytes)
            writeBytes(writer, spec, *value);
    } else if (spec.type == T::TextPair) {
        writePairs(writer, spec, properties.userProperties);
    } else {
        for (quint32 identifier : properties.subscriptionIdentifiers)
            writeNumber(writer, spec, identifier);
    }
}

bool isSet(const PropertySpec &spec, const Properties &properties)
{
    if (spec.number)
        return (properties.*spec.number).has_value();
    if (spec.bytes)
        return (properties.*spec.bytes).has_value();
    return spec.type == T::TextPair ? !properties.userProperties.empty() : !properties.subscriptionIdentifiers.empty();
}

} // namespace

bool PropertySpec::isForwarded() const
{
    return type == PropertyType::TextPair || (id < 32 && ((forwardedIds >> id) & 1));
}

std::span<const PropertySpec> propertyTable() { return table; }

const PropertySpec *findProperty(quint32 id) { return id < rowOfId.size() ? rowOfId[id] : nullptr; }

bool PropertyBlock::readNext(PropertyValue &value)
{
    const char *begin = m_reader.position();
    quint32 id = 0;
    if (!m_reader.readVariableByteInteger(id)) // identifiers are variable byte integers, all of one byte so far
        return false;
    value.spec = findProperty(id);
    if (!value.spec)
        return m_reader.fail({ReasonCode::MalformedPacket, "2.2.2.2", "a property has an unknown identifier"});
    if (!checkPlace(*value.spec) || !readValue(value) || !checkValue(value))
        return false;
    value.encoded = QByteArrayView(begin, m_reader.position() - begin);
    return true;
}

bool PropertyBlock::checkPlace(const PropertySpec &spec)
{
    if (!spec.isAllowedIn(m_place.carrier, m_place.sender)) {
        return m_reader.fail(spec.isAllowedIn(m_place.carrier) ? wrongSender(spec, m_place.carrier)
                                                               : faultOf(spec, Fault::NotHere));
    }
    const quint32 bitOfRow = 1u << rowOf(spec);
    if ((m_seen & bitOfRow) && !spec.mayRepeatIn(m_place.carrier))
        return m_reader.fail(faultOf(spec, Fault::Repeated));
    m_seen |= bitOfRow;
    return true;
}

bool PropertyBlock::readValue(PropertyValue &value)
{
    quint8 byte = 0;
    quint16 twoBytes = 0;
    switch (value.spec->type) {
    case PropertyType::Byte:
        return m_reader.readByte(byte) && keep(byte, value.number);
    case PropertyType::TwoByteInteger:
        return m_reader.readTwoByteInteger(twoBytes) && keep(twoBytes, value.number);
    case PropertyType::FourByteInteger:
        return m_reader.readFourByteInteger(value.number);
    case PropertyType::VariableByteInteger:
        return m_reader.readVariableByteInteger(value.number);
    case PropertyType::Text:
        return m_reader.readText(value.bytes);
    case PropertyType::Binary:
        return m_reader.readBinary(value.bytes);
    case PropertyType::TextPair:
        return m_reader.readText(value.bytes) && m_reader.readText(value.pairValue);
    }
    return false;
}

bool PropertyBlock::checkValue(const PropertyValue &value)
{
    const PropertySpec &spec = *value.spec;
    if (spec.type <= PropertyType::VariableByteInteger)
        return (value.number >= spec.minimum && value.number <= spec.maximum)
            || m_reader.fail(faultOf(spec, Fault::OutOfRange));
    // Our own bound, not the standard's: "an implementation limit has been exceeded" is 0x97, which CONNACK and
    // DISCONNECT may both carry; 0x81 or 0x82 would blame the client for a packet the standard allows.
    if (spec.type == PropertyType::TextPair)
        return ++m_userProperties <= m_place.maximumUserProperties
            || m_reader.fail({ReasonCode::QuotaExceeded, "2.2.2.2", "the packet has too many user properties"});
    if (spec.id == responseTopicId && topicNameError(value.bytes))
        return m_reader.fail({ReasonCode::ProtocolError, "MQTT-3.3.2-14", "the Response Topic is no topic name"});
    return true;
}

std::optional<ProtocolError> readPropertyBlock(QByteArrayView encoded, const PropertyPlace &place,
    Properties &properties)
{
    PropertyBlock block(encoded, place);
    for (PropertyValue value; !block.isAtEnd(); value = {}) {
        if (!block.readNext(value))
            return block.error();
        store(value, properties);
    }
    return std::nullopt;
}

bool readProperties(WireReader &reader, const PropertyPlace &place, Properties &properties)
{
    quint32 length = 0;
    QByteArrayView encoded;
    if (!reader.readVariableByteInteger(length) || !reader.readBlock(length, encoded))
        return false;
    const auto error = readPropertyBlock(encoded, place, properties);
    return !error || reader.fail(*error);
}

void writeProperties(WireWriter &writer, const Properties &properties, PropertyCarrier carrier)
{
    for (const PropertySpec &spec : table) {
        if (spec.isAllowedIn(carrier))
            writeProperty(writer, spec, properties);
    }
}

void writePropertyBlock(WireWriter &writer, const Properties &properties, PropertyCarrier carrier)
{
    QByteArray encoded;
    WireWriter block(encoded);
    writeProperties(block, properties, carrier);
    writer.writeVariableByteInteger(static_cast<quint32>(encoded.size()));
    writer.writeBlock(encoded);
}

bool isPropertyBlockEmpty(const Properties &properties, PropertyCarrier carrier)
{
    return std::ranges::none_of(
        table, [&](const PropertySpec &spec) { return spec.isAllowedIn(carrier) && isSet(spec, properties); });
}

} // namespace pigeon
