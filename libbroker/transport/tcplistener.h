#pragma once

#include "transport/acceptor.h"
#include "transport/door.h"

#include <pigeon/listeneroptions.h>

#include <QHostAddress>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

class QTcpServer;

namespace pigeon {

class LinkTurn;

/// Accepts TCP connections on one address and makes a link of each, or hands on its descriptor. Broker thread; knows
/// nothing of what is spoken.
class TcpListener final : public Door
{
    Q_OBJECT

public:
    static constexpr Milliseconds exhaustionPause = Acceptor::exhaustionPause;

    explicit TcpListener(QObject *parent = nullptr);
    ~TcpListener() override;

    /// Nothing when it listens, otherwise a sentence that says what failed and what to do; nothing is open then.
    /// Port 0 takes a free one.
    /// `socket`: a listening one that is there already and is taken over; -1 = one is made.
    std::optional<QString> listen(const QHostAddress &address, quint16 port, qintptr socket = -1);
    /// The same on that address, port and network interface; connections have the listener's terms.
    std::optional<QString> listen(const ListenerOptions &options);
    void close() override;
    qintptr listeningSocket() const override;
    bool isDeserted() const override { return m_turn.use_count() == 1 && finishingLinks() == 0; }
    bool isListening() const;
    quint16 port() const override;
    QHostAddress address() const;
    const QByteArray &name() const override { return m_name; }
    qsizetype finishingLinks() const override;

    /// Instead of links: whoever is called owns the descriptor and makes of it what it likes. `kind` stands for "tcp" in
    /// the name. Before `listen`.
    using DescriptorHandler = std::function<void(qintptr descriptor, PeerFacts peer)>;
    void setDescriptorHandler(const char *kind, DescriptorHandler handler);

    /// Connections that were closed at once because the process had no descriptor left.
    quint64 refusedConnections() const { return m_acceptor.refusedConnections(); }

private:
    void accepted(qintptr descriptor);
    std::optional<QString> bindToInterface(const QString &interface);
    std::optional<QString> takeOver(qintptr socket);
    QString listenError(const QHostAddress &address, quint16 port) const;

    std::unique_ptr<QTcpServer> m_server;
    Acceptor m_acceptor;
    std::shared_ptr<LinkTurn> m_turn;
    DescriptorHandler m_descriptorHandler;
    QByteArray m_kind = "tcp";
    QByteArray m_name;
    std::shared_ptr<const ListenerTerms> m_terms;
};

} // namespace pigeon
