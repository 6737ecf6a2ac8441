#pragma once

#include "base/clock.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

class QSocketNotifier;

namespace pigeon {

class ReserveDescriptor;

/// Takes the connections that wait at a listening socket, and gets over having no descriptor left. Broker thread; knows
/// neither addresses nor what becomes of a connection.
class Acceptor final : public QObject
{
    Q_OBJECT

public:
    /// Connections that the kernel keeps for us until we accept them (it has a limit of its own, somaxconn).
    static constexpr int backlog = 4096;
    /// How long no connection is accepted after descriptors have run out.
    static constexpr Milliseconds exhaustionPause{100};
    /// Connections accepted before those that are there already have a turn.
    static constexpr int acceptedPerTurn = 256;

    explicit Acceptor(std::function<void(qintptr descriptor)> accepted);
    ~Acceptor() override;

    /// From now on what comes in at `listener`, which stays its owner's, is accepted. `name` is for the log.
    void start(qintptr listener, const QByteArray &name);
    /// Before the listening socket is closed.
    void stop();
    quint64 refusedConnections() const { return m_refused; }

private:
    void acceptWaiting();
    void acceptFailed(int error);
    void logRefusals();

    std::function<void(qintptr)> m_accepted;
    std::unique_ptr<QSocketNotifier> m_arrivals; // null while nothing listens
    std::unique_ptr<ReserveDescriptor> m_reserve;
    qintptr m_listener = -1;
    QByteArray m_name;
    QTimer m_resume;
    quint64 m_refused = 0;
    quint64 m_refusedLogged = 0;
    QElapsedTimer m_sinceLogged; // one line a second is enough
};

} // namespace pigeon
