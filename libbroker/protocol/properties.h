#pragma once

#include "protocol/sender.h"
#include "protocol/wirereader.h"
#include "protocol/wirewriter.h"

#include <pigeon/packets.h>

#include <span>

namespace pigeon {

/// Where a property block stands: in a packet, numbered as its type, or before the will in a CONNECT.
enum class PropertyCarrier : quint8 { Will = 0 };
constexpr PropertyCarrier carrierOf(PacketType type) { return static_cast<PropertyCarrier>(type); }

/// How a property's value is written (2.2.2.2).
enum class PropertyType : quint8 { Byte, TwoByteInteger, FourByteInteger, VariableByteInteger, Text, Binary, TextPair };

/// One row of the table of properties: all that reader, writer and checks know of a property.
struct PropertySpec
{
    using CarrierSet = quint16; // bit n: PropertyCarrier n

    quint8 id;
    const char *name; ///< as in the standard, "Receive Maximum"
    PropertyType type;
    CarrierSet fromClient; ///< carriers in which a client may send it
    CarrierSet fromServer;
    CarrierSet mayRepeat; ///< carriers that may hold it more than once
    quint32 minimum; ///< numbers only
    quint32 maximum;
    std::optional<quint32> Properties::*number; ///< where a number is kept; null for other types
    std::optional<QByteArray> Properties::*bytes; ///< where a text or binary is kept; null for other types

    bool isAllowedIn(PropertyCarrier carrier, Sender sender) const
    {
        return ((sender == Sender::Client ? fromClient : fromServer) >> static_cast<unsigned>(carrier)) & 1;
    }
    bool isAllowedIn(PropertyCarrier carrier) const
    {
        return isAllowedIn(carrier, Sender::Client) || isAllowedIn(carrier, Sender::Server);
    }
    bool mayRepeatIn(PropertyCarrier carrier) const { return (mayRepeat >> static_cast<unsigned>(carrier)) & 1; }
    /// True for what a server hands on unaltered with a message: 0x01 0x03 0x08 0x09 0x26.
    bool isForwarded() const;
};

/// All 27, in the order of their identifiers.
std::span<const PropertySpec> propertyTable();
/// The row of `id`, or null.
const PropertySpec *findProperty(quint32 id);

/// Where a block stands, who sent it, and how many user properties it may hold.
struct PropertyPlace
{
    PropertyCarrier carrier;
    Sender sender;
    quint32 maximumUserProperties;
};

/// One property as it lies in its block.
struct PropertyValue
{
    const PropertySpec *spec = nullptr;
    quint32 number = 0;
    QByteArrayView bytes; ///< text, binary, or the name of a pair
    QByteArrayView pairValue;
    QByteArrayView encoded; ///< identifier and value
};

/// Walks through one property block and checks each property by the table: allowed here, not repeated, in range,
/// UTF-8. Nothing is copied.
class PropertyBlock
{
public:
    PropertyBlock(QByteArrayView encoded, const PropertyPlace &place)
        : m_reader(encoded)
        , m_place(place)
    {
    }
    bool isAtEnd() const { return m_reader.isAtEnd(); }
    /// Reads the next property; false when it is refused. Precondition: not at the end.
    bool readNext(PropertyValue &value);
    const ProtocolError &error() const { return m_reader.error(); }

private:
    bool checkPlace(const PropertySpec &spec);
    bool readValue(PropertyValue &value);
    bool checkValue(const PropertyValue &value);

    WireReader m_reader;
    PropertyPlace m_place;
    quint32 m_seen = 0; // bit n: row n of the table
    quint32 m_userProperties = 0;
};

/// Reads `encoded`, a block without its length, into `properties`; nothing or why it is refused.
std::optional<ProtocolError> readPropertyBlock(QByteArrayView encoded, const PropertyPlace &place,
    Properties &properties);
/// Reads a property length and that many bytes of properties.
bool readProperties(WireReader &reader, const PropertyPlace &place, Properties &properties);

/// Appends the properties that `carrier` may hold, without a length, in the order of the table.
void writeProperties(WireWriter &writer, const Properties &properties, PropertyCarrier carrier);
/// Appends property length and properties.
void writePropertyBlock(WireWriter &writer, const Properties &properties, PropertyCarrier carrier);
/// True when nothing that `carrier` may hold is set.
bool isPropertyBlockEmpty(const Properties &properties, PropertyCarrier carrier);

} // namespace pigeon
