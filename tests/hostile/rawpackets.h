#pragma once

#include <pigeon/packets.h>

#include <QByteArray>
#include <QByteArrayView>

#include <vector>

/// Packets as bytes, built without the codec and without asking whether they are allowed.
namespace pigeon::test::raw {

inline QByteArray twoBytes(qsizetype value)
{
    return QByteArray().append(char(value >> 8)).append(char(value));
}

inline QByteArray text(QByteArrayView value)
{
    return twoBytes(value.size()).append(value);
}

inline QByteArray variable(qsizetype value)
{
    QByteArray bytes;
    do {
        bytes.append(char((value % 128) | (value >= 128 ? 128 : 0)));
        value /= 128;
    } while (value > 0);
    return bytes;
}

inline QByteArray packet(quint8 firstByte, QByteArrayView body)
{
    QByteArray bytes(1, char(firstByte));
    bytes.append(variable(body.size()));
    return bytes.append(body);
}

/// `properties` behind their length where the version has them.
inline QByteArray block(ProtocolVersion version, QByteArrayView properties)
{
    return version == ProtocolVersion::Mqtt5 ? variable(properties.size()).append(properties) : QByteArray();
}

inline QByteArray userProperties(int count)
{
    QByteArray one = QByteArray::fromHex("26") + text("k") + text("v");
    return one.repeated(count);
}

struct Connect
{
    ProtocolVersion version = ProtocolVersion::Mqtt5;
    QByteArray clientId = "offender";
    bool cleanStart = true;
    quint16 keepAliveSeconds = 0;
    QByteArray properties{}; ///< encoded, 5.0
    QByteArray willTopic{}; ///< empty: no will
    QByteArray willPayload{};
    QByteArray willProperties{};
    int willQoS = 0;
};

inline QByteArray connect(const Connect &fields)
{
    QByteArray body = text(fields.version == ProtocolVersion::Mqtt31 ? "MQIsdp" : "MQTT");
    body.append(char(fields.version));
    const bool hasWill = !fields.willTopic.isEmpty();
    body.append(char((fields.cleanStart ? 2 : 0) | (hasWill ? 4 | fields.willQoS << 3 : 0)));
    body.append(twoBytes(fields.keepAliveSeconds)).append(block(fields.version, fields.properties));
    body.append(text(fields.clientId));
    if (hasWill)
        body.append(block(fields.version, fields.willProperties))
            .append(text(fields.willTopic))
            .append(text(fields.willPayload));
    return packet(0x10, body);
}

struct Publish
{
    ProtocolVersion version = ProtocolVersion::Mqtt5;
    QByteArray topic{};
    QByteArray payload{};
    int qos = 0;
    int packetId = 1;
    bool retain = false;
    QByteArray properties{};
};

inline QByteArray publish(const Publish &fields)
{
    QByteArray body = text(fields.topic);
    if (fields.qos > 0)
        body.append(twoBytes(fields.packetId));
    body.append(block(fields.version, fields.properties)).append(fields.payload);
    return packet(quint8(0x30 | fields.qos << 1 | int(fields.retain)), body);
}

inline QByteArray subscribe(ProtocolVersion version, const std::vector<QByteArray> &filters, int packetId = 1,
    int options = 0, QByteArrayView properties = {})
{
    QByteArray body = twoBytes(packetId).append(block(version, properties));
    for (const QByteArray &filter : filters)
        body.append(text(filter)).append(char(options));
    return packet(0x82, body);
}

inline QByteArray unsubscribe(ProtocolVersion version, const std::vector<QByteArray> &filters, int packetId = 1)
{
    QByteArray body = twoBytes(packetId).append(block(version, {}));
    for (const QByteArray &filter : filters)
        body.append(text(filter));
    return packet(0xA2, body);
}

/// PUBACK (0x40), PUBREC (0x50), PUBREL (0x62), PUBCOMP (0x70).
inline QByteArray acknowledge(quint8 firstByte, int packetId)
{
    return packet(firstByte, twoBytes(packetId));
}

inline QByteArray pingreq()
{
    return QByteArray::fromHex("C000");
}

} // namespace pigeon::test::raw
