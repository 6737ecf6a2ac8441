#pragma once

#include "broker/core.h"
#include "storage/memorystore.h"
#include "support/latestore.h"
#include "support/manualclock.h"
#include "support/testlink.h"

#include <pigeon/packets.h>

#include <memory>
#include <optional>
#include <vector>

namespace pigeon::test {

class TestClient;

/// A whole broker without sockets: its clock is turned by hand, its clients are bytes, its store is one of many.
///
/// After everything a client does the broker is `settle`d: the store completes, what is due fires, output leaves.
class TestBroker
{
public:
    /// `mode` nothing: the memory store.
    explicit TestBroker(BrokerOptions options = {}, std::optional<StoreMode> mode = std::nullopt,
        Policy *policy = nullptr, Events *events = nullptr);
    ~TestBroker();

    /// A network connection; nothing is sent on it yet.
    TestClient open(const QByteArray &address = "192.0.2.1");
    /// A client that is let in. `connect` as given; the CONNACK is checked to be success and taken.
    TestClient connect(ConnectPacket connect);
    TestClient connect(const QByteArray &clientId, ProtocolVersion version = ProtocolVersion::Mqtt5,
        bool cleanStart = true, quint32 expirySeconds = 0);

    /// Lets the store, the deadlines and the links do what is to be done now.
    void settle();
    /// Turns the clock and settles, in steps of at most 10 ms of the first second and a tenth of the rest.
    void advance(Milliseconds by);
    /// kill -9: every connection and everything in memory is gone, what the store kept is loaded. LateStore only.
    void crash();

    BrokerCore &core() { return *m_core; }
    Services &services() { return m_core->services(); }
    ManualClock &clock() { return m_clock; }
    /// Null with the memory store.
    LateStore *lateStore() { return m_lateStore; }
    /// Publishes as the broker itself.
    void publish(const QByteArray &topic, const QByteArray &payload, QoS qos = QoS::AtMostOnce, bool retain = false);

private:
    friend class TestClient;
    void makeCore();

    BrokerOptions m_options;
    ManualClock m_clock;
    Policy m_defaultPolicy;
    Policy *m_policy;
    Events *m_events;
    std::unique_ptr<Store> m_store;
    LateStore *m_lateStore = nullptr;
    std::unique_ptr<BrokerCore> m_core;
    std::vector<std::shared_ptr<Wire>> m_wires;
};

/// One network connection to a TestBroker, from the client's side: packets or raw bytes in, packets or raw bytes
/// out. Nothing of it checks what the broker does: tests do.
class TestClient
{
public:
    TestClient(TestBroker &broker, std::shared_ptr<Wire> wire, ProtocolVersion version = ProtocolVersion::Mqtt5);

    /// Version in which packets are written and read; `TestBroker::connect` sets it.
    void setVersion(ProtocolVersion version) { m_version = version; }

    // --- out ---
    TestClient &sendBytes(QByteArrayView bytes);
    TestClient &send(const Packet &packet);
    TestClient &publish(const QByteArray &topic, const QByteArray &payload = {}, QoS qos = QoS::AtMostOnce,
        quint16 packetId = 0, bool retain = false);
    TestClient &publish(PublishPacket packet) { return send(std::move(packet)); }
    /// Subscribes to one filter and takes the SUBACK, which must be the next packet; returns its reason.
    ReasonCode subscribe(const QByteArray &filter, QoS qos = QoS::AtMostOnce, quint16 packetId = 1);
    ReasonCode subscribe(SubscribeEntry entry, quint32 identifier = 0, quint16 packetId = 1);
    TestClient &acknowledge(PacketType type, quint16 packetId, ReasonCode reason = ReasonCode::Success);
    /// A clean DISCONNECT.
    void disconnect(ReasonCode reason = ReasonCode::Success);
    /// The network breaks.
    void breakDown();
    /// Blocks or frees the way from broker to client.
    void setBlocked(bool blocked);

    // --- in ---
    /// The next packet; nothing when there is none. A packet that cannot be decoded fails the test.
    std::optional<Packet> next();
    /// The next packet if it is a T; else nothing, and the packet stays.
    template <typename T>
    std::optional<T> next();
    /// All PUBLISH that are there; other packets among them are dropped from the stream.
    std::vector<PublishPacket> takePublishes();
    /// Everything that came, as bytes.
    QByteArray takeBytes();
    bool hasNothing() const { return m_wire->received.isEmpty(); }
    /// The broker has ended the connection.
    bool isClosed() const { return m_wire->isClosed; }
    bool isBeingRead() const { return m_wire->isReading; }

private:
    std::optional<std::pair<Packet, qsizetype>> peek();

    TestBroker *m_broker;
    std::shared_ptr<Wire> m_wire;
    ProtocolVersion m_version;
};

template <typename T>
std::optional<T> TestClient::next()
{
    auto found = peek();
    if (!found || !std::holds_alternative<T>(found->first))
        return std::nullopt;
    m_wire->received.remove(0, found->second);
    return std::get<T>(std::move(found->first));
}

} // namespace pigeon::test
