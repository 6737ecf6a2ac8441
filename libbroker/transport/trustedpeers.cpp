#include "transport/trustedpeers.h"

#include "base/literaladdress.h"

#include <algorithm>

namespace pigeon {

namespace {

QString withoutBrackets(const QByteArray &address)
{
    const bool isBracketed = address.startsWith('[') && address.endsWith(']');
    return QString::fromLatin1(isBracketed ? address.mid(1, address.size() - 2) : address);
}

} // namespace

QByteArray peerAddress(const QString &text)
{
    QHostAddress address = literalAddress(text);
    if (address.isNull())
        return {};
    bool isMapped = false;
    if (const quint32 version4 = address.toIPv4Address(&isMapped); isMapped)
        address = QHostAddress(version4);
    const QByteArray shown = address.toString().toLatin1();
    return address.protocol() == QAbstractSocket::IPv6Protocol ? '[' + shown + ']' : shown;
}

QString TrustedPeers::read(const QStringList &networks)
{
    m_networks.clear();
    for (const QString &each : networks) {
        const QHostAddress address = literalAddress(each.section(u'/', 0, 0));
        const auto network = each.contains(u'/')
            ? QHostAddress::parseSubnet(each)
            : std::pair(address, address.protocol() == QAbstractSocket::IPv6Protocol ? 128 : 32);
        if (address.isNull() || network.second < 0)
            return QStringLiteral("\"%1\" is no address and no network of trusted proxies: say 10.0.0.7, 10.0.0.0/8 or "
                                  "2001:db8::/32.")
                .arg(each);
        m_networks.push_back(network);
    }
    return {};
}

bool TrustedPeers::contains(const QByteArray &address) const
{
    const QHostAddress peer = literalAddress(withoutBrackets(address).section(u'%', 0, 0)); // without its zone
    return !peer.isNull()
        && std::any_of(m_networks.begin(), m_networks.end(),
            [&peer](const std::pair<QHostAddress, int> &network) { return peer.isInSubnet(network); });
}

QByteArray TrustedPeers::clientOf(const QByteArray &header) const
{
    const QList<QByteArray> hops = header.split(',');
    QByteArray client;
    for (auto hop = hops.crbegin(); hop != hops.crend(); ++hop) {
        client = peerAddress(withoutBrackets(hop->trimmed()));
        if (client.isEmpty() || !contains(client))
            break; // what stands before it, anybody may have written
    }
    return client;
}

} // namespace pigeon
