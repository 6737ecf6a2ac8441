#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QString>
#include <QStringList>

#include <utility>
#include <vector>

namespace pigeon {

/// Addresses and networks of proxies whose word about others is taken. A value.
class TrustedPeers
{
public:
    /// Replaces what was there: "10.0.0.7", "10.0.0.0/8", "2001:db8::/32". What is wrong, a sentence; empty = all is well.
    QString read(const QStringList &networks);
    /// `address` as in PeerFacts.
    bool contains(const QByteArray &address) const;
    bool isEmpty() const { return m_networks.empty(); }
    /// Where an HTTP request comes from whose X-Forwarded-For is `header`, when it was made by one of these: each proxy
    /// appends whom it has the request from, so that the last one that is no trusted proxy is the client. Empty: the
    /// header is no list of addresses.
    QByteArray clientOf(const QByteArray &header) const;

private:
    std::vector<std::pair<QHostAddress, int>> m_networks;
};

/// As in PeerFacts, that of IPv6 in brackets; empty = no address. IPv4 within IPv6 becomes IPv4.
QByteArray peerAddress(const QString &text);

} // namespace pigeon
