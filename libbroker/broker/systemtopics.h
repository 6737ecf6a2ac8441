#pragma once

#include "base/deadlinewheel.h"
#include "broker/eventrelay.h"
#include "monitor/systemmessage.h"
#include "monitor/systree.h"

#include <pigeon/message.h>
#include <pigeon/options.h>

#include <optional>
#include <vector>

namespace pigeon {

struct Services;

/// Publishes what the broker tells of itself below `$SYS/`: the room `monitor` says what, this says when. Stands
/// between the session room and another listener of events. Broker thread.
class SystemTopics final : public EventRelay
{
public:
    /// `options` and `next` outlive it.
    SystemTopics(const BrokerOptions &options, Events &next);

    /// The broker begins: its birth and its first figures are published with the next turn. Again for a new core,
    /// which has taken the place of the one before. `services` outlive it, or end before it is used again.
    void start(Services &services);
    /// The options say something else from now on.
    void optionsChanged();

    void clientRegistered(const ClientInfo &client) override;
    void clientDisconnected(const ClientInfo &client, const EventError &why) override;
    void subscribed(const ClientInfo &client, const std::vector<GrantedSubscription> &subscriptions) override;
    void unsubscribed(const ClientInfo &client, const std::vector<QByteArray> &filters) override;

private:
    void arm(Deadline &deadline, Milliseconds interval);
    bool isHeard() const;
    void post(SystemMessage message);
    void post(std::vector<SystemMessage> messages);
    void publishPosted();
    void publishHeartbeat();
    void publishFigures();
    SystemSnapshot snapshot() const;
    void publish(const SystemMessage &message, bool retain);

    const BrokerOptions &m_options;
    const OriginPtr m_origin; // nobody: the broker itself
    Services *m_services = nullptr; // from `start` on
    std::optional<SystemTree> m_tree;
    std::vector<SystemMessage> m_posted; // until the end of the turn: events come in the middle of things
    Deadline m_postedDue;
    Deadline m_heartbeatDue;
    Deadline m_figuresDue;
};

} // namespace pigeon
