#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What the load program knows of MQTT 3.1.1: enough to be a well-behaved client, written apart from the broker's
/// codec so that the two check each other. Knows no socket.
namespace bench {

enum class PacketType : uint8_t {
    Connect = 1,
    Connack,
    Publish,
    Puback,
    Pubrec,
    Pubrel,
    Pubcomp,
    Subscribe,
    Suback,
    Unsubscribe,
    Unsuback,
    Pingreq,
    Pingresp,
    Disconnect,
};

/// A packet that lies in a receive buffer.
struct Packet
{
    PacketType type = PacketType::Connect;
    uint8_t flags = 0;
    std::string_view body; ///< what follows the remaining length
    size_t bytes = 0; ///< of the whole packet

    unsigned qos() const { return flags >> 1 & 3u; }
    /// The packet id of everything but a PUBLISH; 0 when the body is too short.
    uint16_t id() const;
    /// Of a PUBLISH: its topic; its id (0 for QoS 0) and its payload.
    std::string_view topic() const;
    std::string_view payload(uint16_t &id) const;
};

/// Cuts the first packet off; false when it is not complete. Throws std::runtime_error for what is no MQTT.
bool cutPacket(std::string_view bytes, Packet &packet);

void putConnect(std::string &out, std::string_view clientId, bool cleanSession);
void putSubscribe(std::string &out, uint16_t id, const std::vector<std::string> &filters, unsigned qos);
/// Leaves the payload to the caller: returns where it is, `payloadBytes` zeros, until `out` is changed.
char *putPublish(std::string &out, std::string_view topic, unsigned qos, bool retain, uint16_t id,
    size_t payloadBytes);
void putAcknowledge(std::string &out, PacketType type, uint16_t id);
void putDisconnect(std::string &out);

} // namespace bench
