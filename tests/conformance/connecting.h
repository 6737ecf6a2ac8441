#pragma once

#include "conformance/wire.h"
#include "protocol/encoder.h"

#include <functional>
#include <map>

Q_DECLARE_METATYPE(pigeon::ProtocolVersion)
Q_DECLARE_METATYPE(pigeon::QoS)
Q_DECLARE_METATYPE(pigeon::ReasonCode)
Q_DECLARE_METATYPE(std::optional<quint32>)

namespace pigeon::test {

inline constexpr auto mqtt31 = ProtocolVersion::Mqtt31;
inline constexpr auto mqtt311 = ProtocolVersion::Mqtt311;
inline constexpr auto mqtt5 = ProtocolVersion::Mqtt5;

inline ConnectPacket connectPacket(const QByteArray &clientId, ProtocolVersion version = mqtt5, bool cleanStart = true)
{
    ConnectPacket packet;
    packet.version = version;
    packet.clientId = clientId;
    packet.cleanStart = cleanStart;
    return packet;
}

/// A CONNECT whose session outlives the connection, in every version.
inline ConnectPacket lastingConnect(const QByteArray &clientId, ProtocolVersion version, bool cleanStart = false)
{
    ConnectPacket packet = connectPacket(clientId, version, cleanStart);
    if (version == mqtt5)
        packet.properties.sessionExpiryInterval = anHour;
    return packet;
}

inline WillFields willOf(const QByteArray &topic, const QByteArray &payload = "gone", QoS qos = QoS::AtMostOnce)
{
    WillFields will;
    will.topic = topic;
    will.payload = payload;
    will.qos = qos;
    return will;
}

/// A connection on which `connect` was sent; the answer, whatever it is, waits to be read.
inline TestClient dial(TestBroker &broker, const ConnectPacket &connect)
{
    TestClient client = broker.open();
    client.setVersion(connect.version);
    client.send(connect);
    return client;
}

/// The answer to `connect`; the connection breaks afterwards.
inline std::optional<ConnackPacket> answerTo(TestBroker &broker, const ConnectPacket &connect)
{
    return dial(broker, connect).next<ConnackPacket>();
}

/// Lets clients in by name and password, now or when the test says so, and keeps the last CONNECT it was asked for.
class PasswordPolicy final : public Policy
{
public:
    std::map<QByteArray, QByteArray> passwords;
    ReasonCode refusal = ReasonCode::BadUserNameOrPassword;
    bool isLate = false;
    std::optional<ConnectPacket> asked;
    std::vector<std::unique_ptr<AuthenticationMethod>> methods;

    void authenticate(const ConnectPacket &connect, const PeerFacts &, std::function<void(ConnectDecision)> decided)
        override
    {
        asked = connect;
        m_waiting.emplace_back(decisionOn(connect), std::move(decided));
        if (!isLate)
            answer();
    }
    /// Answers everything that waits.
    void answer()
    {
        for (auto &[decision, decided] : std::exchange(m_waiting, {}))
            decided(decision);
    }
    AuthenticationMethod *method(QByteArrayView name) override
    {
        for (const auto &each : methods) {
            if (each->name() == name)
                return each.get();
        }
        return nullptr;
    }

private:
    ConnectDecision decisionOn(const ConnectPacket &connect) const
    {
        ConnectDecision decision;
        const auto known = passwords.find(connect.userName.value_or(QByteArray()));
        if (known == passwords.end() || connect.password != known->second)
            decision.reason = refusal;
        else
            decision.userName = known->first;
        return decision;
    }
    std::vector<std::pair<ConnectDecision, std::function<void(ConnectDecision)>>> m_waiting;
};

inline ConnectPacket withPassword(ConnectPacket connect, const QByteArray &user, const QByteArray &password)
{
    connect.userName = user;
    connect.password = password;
    return connect;
}

} // namespace pigeon::test
