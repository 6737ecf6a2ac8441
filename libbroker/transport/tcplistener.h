#pragma once

#include "base/clock.h"
#include "base/link.h"

#include <QElapsedTimer>
#include <QHostAddress>
#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

class QSocketNotifier;
class QTcpServer;

namespace pigeon {

class LinkTurn;
class ReserveDescriptor;

/// Accepts TCP connections on one address and makes a link of each. Broker thread; knows nothing of what is spoken.
class TcpListener final : public QObject
{
    Q_OBJECT

public:
    /// Connections that the kernel keeps for us until we accept them (it has a limit of its own, somaxconn).
    static constexpr int backlog = 4096;
    /// How long no connection is accepted after descriptors have run out.
    static constexpr Milliseconds exhaustionPause{100};

    /// Connections accepted before those that are there already have a turn.
    static constexpr int acceptedPerTurn = 256;

    explicit TcpListener(QObject *parent = nullptr);
    ~TcpListener() override;

    /// Nothing when it listens, otherwise a sentence that says what failed and what to do; nothing is open then.
    /// Port 0 takes a free one.
    std::optional<QString> listen(const QHostAddress &address, quint16 port);
    /// No new connections; the links that were made live on.
    void close();
    bool isListening() const;
    quint16 port() const;
    QHostAddress address() const;
    /// "tcp 127.0.0.1:1883", as the facts of its peers name it.
    const QByteArray &name() const { return m_name; }

    /// Called for each connection, from the event loop. Without a handler connections are closed at once.
    void setNewLinkHandler(std::function<void(std::unique_ptr<Link>)> handler) { m_newLink = std::move(handler); }

    /// Links that are let go of and still send their last bytes.
    qsizetype finishingLinks() const;
    /// Connections that were closed at once because the process had no descriptor left.
    quint64 refusedConnections() const { return m_refused; }

private:
    void acceptWaiting();
    void accepted(qintptr descriptor);
    void acceptFailed(int error);
    void logRefusals();
    QString listenError(const QHostAddress &address, quint16 port) const;

    std::unique_ptr<QTcpServer> m_acceptor;
    std::unique_ptr<QSocketNotifier> m_arrivals; // null while nothing listens
    std::shared_ptr<LinkTurn> m_turn;
    std::unique_ptr<ReserveDescriptor> m_reserve;
    std::function<void(std::unique_ptr<Link>)> m_newLink;
    QByteArray m_name;
    QTimer m_resume;
    quint64 m_refused = 0;
    quint64 m_refusedLogged = 0;
    QElapsedTimer m_sinceLogged; // one line a second is enough
};

} // namespace pigeon
