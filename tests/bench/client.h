#pragma once

#include "loop.h"
#include "wire.h"

#include <functional>
#include <string>

namespace bench {

class BrokerProcess;

/// One MQTT client. A broker that ends its connection unasked ends the measurement: std::runtime_error.
class Client
{
public:
    Client(Loop &loop, const BrokerProcess &broker, std::string clientId);

    const std::string &clientId() const { return m_clientId; }
    Connection &connection() { return m_connection; }
    std::string &output() { return m_connection.output(); }
    void sendLater() { m_connection.sendLater(); }

    /// CONNECT; `isWelcome` when the CONNACK has come.
    void connect(bool cleanSession = true);
    /// SUBSCRIBE; `isSubscribed` when every filter was granted.
    void subscribe(const std::vector<std::string> &filters, unsigned qos);
    bool isWelcome() const { return m_isWelcome; }
    bool isSubscribed() const { return m_grantsAwaited == 0; }
    /// DISCONNECT: from now on its end is no failure, `left` is called then.
    void disconnect();

    /// Makes the relay take it for a subscriber ('S') or publisher ('P') of `channel`; welcome when it answers.
    void introduce(char role, unsigned channel);

    std::function<void(Client &, const Packet &)> packet; ///< everything but CONNACK and SUBACK
    std::function<void(Client &)> welcomed;
    std::function<void(Client &)> left;

private:
    size_t take(std::string_view bytes);
    void take(const Packet &taken);

    std::string m_clientId;
    Connection m_connection;
    size_t m_grantsAwaited = 0;
    bool m_isWelcome = false;
    bool m_isLeaving = false;
    bool m_isRelay;
};

/// Runs until all of `clients` are what `is` says.
void awaitAll(Loop &loop, const std::vector<std::unique_ptr<Client>> &clients, bool (Client::*is)() const);

} // namespace bench
