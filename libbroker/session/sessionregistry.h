#pragma once

#include "session/session.h"

#include <QHash>

#include <functional>
#include <list>
#include <memory>

namespace pigeon {

/// All sessions by client id, from their begin to their end. Broker thread.
class SessionRegistry
{
public:
    explicit SessionRegistry(Services &services)
        : m_services(services)
    {
    }
    ~SessionRegistry();

    /// The session, or null.
    Session *find(const QByteArray &clientId) const;
    Session &create(const QByteArray &clientId, const QByteArray &userName);
    /// A client id that no session has [MQTT-3.2.2-16].
    QByteArray newClientId(const QByteArray &prefix) const;

    /// The session's connection has ended: the will is published or waits, the session ends or waits.
    /// `tellDisconnected` is called after the will and before a session that ends is told to be over.
    void connectionEnded(Session &session, bool willIsDue, const std::function<void()> &tellDisconnected);
    /// The session has a connection again, in time.
    void resumed(Session &session);
    /// Ends the session with all its state; a will that waits is published [MQTT-3.1.2-8]. `tellDisconnected` as above.
    void end(Session &session, const std::function<void()> &tellDisconnected = {});
    /// Destroys what has ended. Until then it is there for callers that were visiting it: what is asked or told on the
    /// way of a message may end any session.
    void reap() { m_ended.clear(); }
    /// Publishes the will now; nothing when there is none.
    void publishWill(Session &session);
    /// Takes in what a store kept, session by session.
    void restore(RestoredSession stored);
    /// That was all: what waits from now on is kept with its moment, so that the next restart goes on from there.
    void restored();

    qsizetype size() const { return m_sessions.size(); }
    qsizetype offline() const { return static_cast<qsizetype>(m_offline.size()); }
    template <typename Visit>
    void forEach(Visit &&visit) const
    {
        for (const std::shared_ptr<Session> &session : m_sessions)
            visit(*session);
    }

private:
    void tellEnd(const Session &session, const QList<QByteArray> &filters) const;
    void discardWill(Session &session);
    void askAboutWill(Session &session, const Will &will);
    void leaveWill(Session &session);
    void publish(const Will &will, const Session *publisher, StoreBatch &batch);
    void tellHandler(const MessagePtr &message, qsizetype receivers);
    void goOffline(Session &session);
    void comeBack(Session &session);

    Services &m_services;
    QHash<QByteArray, std::shared_ptr<Session>> m_sessions;
    std::list<Session *> m_offline; // the longest away first
    std::vector<std::shared_ptr<Session>> m_ended; // until the next `reap`
    std::vector<StoreChange> m_begunByRestart; // between restore and restored
};

} // namespace pigeon
