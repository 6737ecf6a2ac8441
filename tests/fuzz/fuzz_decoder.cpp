#include "protocol/encoder.h"
#include "support/decodebytes.h"

#include <cstdlib>

using namespace pigeon;

namespace {

constexpr DecodeLimits limits{.maximumUserProperties = 16};
constexpr ProtocolVersion versions[] = {ProtocolVersion::Mqtt31, ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5};

void require(bool condition)
{
    if (!condition)
        std::abort();
}

/// What is written of an accepted packet is accepted and means the same.
void checkRoundTrip(const Packet &packet, ProtocolVersion version, Sender sender)
{
    const QByteArray bytes = encodePacket(packet, version);
    const auto again = test::decodeBytes(bytes, version, sender, limits);
    require(again && *again == packet);
    require(encodePacket(*again, version) == bytes);
}

/// The view of the hot path and the value agree on what is right and what it says.
void checkPublishView(const Frame &frame, ProtocolVersion version, const Result<Packet, ProtocolError> &packet)
{
    QByteArray scratch;
    const auto view = decodePublish(frame, version, scratch, limits);
    require(bool(view) == bool(packet));
    if (!view)
        return;
    const auto &publish = std::get<PublishPacket>(*packet);
    require(view->topic == publish.topic && view->payload == publish.payload && view->qos == publish.qos);
    require(view->packetId == publish.packetId);
    require(encodeForwardedProperties(decodeForwardedProperties(view->properties))
        == encodeForwardedProperties(publish.properties));
}

} // namespace

/// The first byte selects version and sender, the rest is one packet.
extern "C" int LLVMFuzzerTestOneInput(const quint8 *data, size_t size)
{
    if (size == 0)
        return 0;
    const ProtocolVersion version = versions[(data[0] >> 1) % 3];
    const Sender sender = data[0] & 1 ? Sender::Server : Sender::Client;
    const QByteArrayView bytes(data + 1, static_cast<qsizetype>(size - 1));
    const auto packet = test::decodeBytes(bytes, version, sender, limits);
    if (packet)
        checkRoundTrip(*packet, version, sender);
    const FrameCut cut = cutFrame(bytes, 0xFFFF'FFFF);
    const bool isWhole = cut.status == FrameCut::Status::Complete && cut.size == bytes.size();
    if (isWhole && cut.frame.type() == PacketType::Publish && sender == Sender::Client)
        checkPublishView(cut.frame, version, packet);
    if (isWhole && cut.frame.type() == PacketType::Connect)
        (void)connectLevel(cut.frame);
    return 0;
}
