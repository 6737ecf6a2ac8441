#pragma once

#include "transport/arrival.h"
#include "transport/door.h"
#include "transport/tcplistener.h"

#include <deque>
#include <memory>
#include <optional>

namespace pigeon {

class LinkTurn;
class TlsRenewal;

/// A TCP listener whose connections are links only after a handshake: PROXY, TLS, WebSocket, or one within the other, the
/// same for all or as each client begins. Broker thread; bounds how many handshakes are under way and how long each may take.
class HandshakeDoor final : public Door
{
    Q_OBJECT

public:
    HandshakeDoor();
    ~HandshakeDoor() override;

    /// Nothing when it listens, otherwise a sentence that says what failed and what to do; nothing is open then.
    std::optional<QString> listen(const ListenerOptions &options);

    void close() override;
    void leaveTo(Door &) override { m_listener.close(); }
    qintptr listeningSocket() const override { return m_listener.listeningSocket(); }
    bool isDeserted() const override { return m_arrivals.empty() && m_turn.use_count() == 1 && finishingLinks() == 0; }
    const QByteArray &name() const override { return m_listener.name(); }
    quint16 port() const override { return m_listener.port(); }
    qsizetype finishingLinks() const override;
    QString readFiles() override;
    void takeFiles() override;

private:
    std::optional<QString> readTerms(const ListenerOptions &options);
    std::optional<QString> readTls(const ListenerOptions &options);
    std::optional<QString> readProxies(const ListenerOptions &options);
    void accepted(qintptr descriptor, PeerFacts peer);
    void refuse(const PeerFacts &peer, const QByteArray &why);
    void endOldest();
    void ended(Arrival *arrival);
    void forget(Arrival *arrival);

    ArrivalTerms m_terms;
    std::unique_ptr<TlsRenewal> m_renewal; // null without TLS
    size_t m_mostArrivals = 0;
    std::deque<Arrival *> m_arrivals; // ours, the oldest first
    std::shared_ptr<LinkTurn> m_turn;
    TcpListener m_listener;
};

} // namespace pigeon
