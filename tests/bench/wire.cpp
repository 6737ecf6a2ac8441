#include "wire.h"

#include <cstring>
#include <stdexcept>

namespace bench {

namespace {

constexpr uint16_t keepAliveSeconds = 0; // a broker that is slow must not end the measurement

uint16_t readInteger(std::string_view bytes)
{
    return static_cast<uint16_t>(static_cast<uint8_t>(bytes[0]) << 8 | static_cast<uint8_t>(bytes[1]));
}

void putByte(std::string &out, unsigned value)
{
    out.push_back(static_cast<char>(value));
}

void putInteger(std::string &out, size_t value)
{
    putByte(out, static_cast<unsigned>(value >> 8 & 0xFF));
    putByte(out, static_cast<unsigned>(value & 0xFF));
}

void putText(std::string &out, std::string_view text)
{
    putInteger(out, text.size());
    out.append(text);
}

void putHead(std::string &out, PacketType type, unsigned flags, size_t remaining)
{
    putByte(out, static_cast<unsigned>(type) << 4 | flags);
    for (; remaining > 0x7F; remaining >>= 7)
        putByte(out, static_cast<unsigned>(remaining & 0x7F) | 0x80u);
    putByte(out, static_cast<unsigned>(remaining));
}

} // namespace

uint16_t Packet::id() const
{
    return body.size() < 2 ? uint16_t(0) : readInteger(body);
}

std::string_view Packet::topic() const
{
    if (body.size() < 2 || body.size() < 2u + readInteger(body))
        throw std::runtime_error("the broker sent a PUBLISH without a topic");
    return body.substr(2, readInteger(body));
}

std::string_view Packet::payload(uint16_t &id) const
{
    id = 0;
    size_t at = 2 + topic().size();
    if (qos() > 0) {
        if (body.size() < at + 2)
            throw std::runtime_error("the broker sent a PUBLISH without its packet id");
        id = readInteger(body.substr(at));
        at += 2;
    }
    if (body.size() < at)
        throw std::runtime_error("the broker sent a PUBLISH that is too short");
    return body.substr(at);
}

bool cutPacket(std::string_view bytes, Packet &packet)
{
    size_t remaining = 0;
    for (size_t at = 1; at < bytes.size(); ++at) {
        const auto byte = static_cast<uint8_t>(bytes[at]);
        remaining |= static_cast<size_t>(byte & 0x7Fu) << 7 * (at - 1);
        if (byte >= 0x80) {
            if (at == 4)
                throw std::runtime_error("the broker sent a remaining length of more than four bytes");
            continue;
        }
        if (bytes.size() < at + 1 + remaining)
            return false;
        packet.type = static_cast<PacketType>(static_cast<uint8_t>(bytes[0]) >> 4);
        packet.flags = static_cast<uint8_t>(bytes[0]) & 0x0F;
        packet.body = bytes.substr(at + 1, remaining);
        packet.bytes = at + 1 + remaining;
        return true;
    }
    return false;
}

void putConnect(std::string &out, std::string_view clientId, bool cleanSession)
{
    putHead(out, PacketType::Connect, 0, 10 + 2 + clientId.size());
    putText(out, "MQTT");
    putByte(out, 4); // 3.1.1: the version that every broker speaks
    putByte(out, cleanSession ? 2 : 0);
    putInteger(out, keepAliveSeconds);
    putText(out, clientId);
}

void putSubscribe(std::string &out, uint16_t id, const std::vector<std::string> &filters, unsigned qos)
{
    size_t remaining = 2;
    for (const std::string &filter : filters)
        remaining += 2 + filter.size() + 1;
    putHead(out, PacketType::Subscribe, 2, remaining);
    putInteger(out, id);
    for (const std::string &filter : filters) {
        putText(out, filter);
        putByte(out, qos);
    }
}

char *putPublish(std::string &out, std::string_view topic, unsigned qos, bool retain, uint16_t id,
    size_t payloadBytes)
{
    const size_t remaining = 2 + topic.size() + (qos > 0 ? 2 : 0) + payloadBytes;
    putHead(out, PacketType::Publish, qos << 1 | (retain ? 1u : 0u), remaining);
    putText(out, topic);
    if (qos > 0)
        putInteger(out, id);
    out.append(payloadBytes, '\0');
    return out.data() + out.size() - payloadBytes;
}

void putAcknowledge(std::string &out, PacketType type, uint16_t id)
{
    const char bytes[] = {static_cast<char>(static_cast<unsigned>(type) << 4 | (type == PacketType::Pubrel ? 2u : 0u)),
        2, static_cast<char>(id >> 8), static_cast<char>(id & 0xFF)};
    out.append(bytes, sizeof bytes);
}

void putDisconnect(std::string &out)
{
    putHead(out, PacketType::Disconnect, 0, 0);
}

} // namespace bench
