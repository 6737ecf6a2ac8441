#include "listening.h"

#include <pigeon/broker.h>

#include <QHostAddress>
#include <QHostInfo>
#include <QMap>
#include <QStringList>

#include <algorithm>

namespace pigeon {

namespace {

QHostAddress everyInterface(SocketDomain domain)
{
    switch (domain) {
    case SocketDomain::Ipv4:
        return QHostAddress::AnyIPv4;
    case SocketDomain::Ipv6:
        return QHostAddress::AnyIPv6;
    case SocketDomain::Any:
        break;
    }
    return QHostAddress::Any;
}

bool isWanted(const QHostAddress &address, SocketDomain domain)
{
    switch (domain) {
    case SocketDomain::Ipv4:
        return address.protocol() == QAbstractSocket::IPv4Protocol;
    case SocketDomain::Ipv6:
        return address.protocol() == QAbstractSocket::IPv6Protocol;
    case SocketDomain::Any:
        break;
    }
    return true;
}

bool isLocalHost(const ListenerSettings &listener)
{
    return listener.isLoopback() && QHostAddress(listener.address).isNull();
}

/// The addresses of a listener; none = its host name is not known.
QList<QHostAddress> addressesOf(const ListenerSettings &listener)
{
    if (listener.address.isEmpty())
        return {everyInterface(listener.domain)};
    const QHostAddress literal(listener.address);
    if (!literal.isNull())
        return {literal};
    QList<QHostAddress> found = isLocalHost(listener)
        ? QList<QHostAddress>{QHostAddress::LocalHost, QHostAddress::LocalHostIPv6}
        : QHostInfo::fromName(listener.address).addresses();
    found.removeIf([&listener](const QHostAddress &address) { return !isWanted(address, listener.domain); });
    return found;
}

/// One listener; `port` becomes the one that was opened.
QString open(Broker &broker, const ListenerSettings &listener, quint16 &port)
{
    ListenerOptions options = listener.options();
    if (options.kind == ListenerKind::LocalSocket)
        return broker.listen(options) ? QString() : broker.errorString();
    const QList<QHostAddress> addresses = addressesOf(listener);
    if (addresses.isEmpty())
        return QStringLiteral("listener %1 %2: the host name has no address that could be listened on.")
            .arg(listener.port)
            .arg(listener.address);
    for (const QHostAddress &address : addresses) {
        // IPv4 loopback must work; IPv6 loopback is added where the machine has it.
        const bool mayFail = isLocalHost(listener) && address != addresses.front();
        options.address = address;
        if (broker.listen(options))
            port = options.port = broker.port(); // all addresses of a name get the same one
        else if (!mayFail)
            return broker.errorString();
    }
    return {};
}

} // namespace

OpenedListeners openListeners(Broker &broker, const std::vector<ListenerSettings> &listeners)
{
    OpenedListeners opened;
    QStringList where;
    for (const ListenerSettings &listener : listeners) {
        ListenerSettings shown = listener;
        opened.problem = open(broker, listener, shown.port);
        if (!opened.problem.isEmpty())
            return opened;
        where.append(shown.text());
        opened.listeners.push_back(std::move(shown));
    }
    opened.where = where.join(QStringLiteral(", "));
    return opened;
}

namespace {

QString admissionOf(const ListenerSettings &listener, bool hasUsers)
{
    const TlsOptions &tls = listener.tls;
    QStringList needs;
    if (listener.usesKeys())
        needs.append(QStringLiteral("a pre-shared key"));
    if (tls.requireCertificate)
        needs.append(QStringLiteral("a certificate"));
    const bool isNamed = tls.userName != UserNameSource::Connect;
    if (hasUsers && !isNamed && !listener.terms.allowAnonymous.value_or(true))
        needs.append(QStringLiteral("a user and its password"));
    if (!needs.isEmpty())
        return QStringLiteral("clients need ") + needs.join(QStringLiteral(" and "));
    return hasUsers ? QStringLiteral("clients are let in without a user, or with the password of one")
                    : QStringLiteral("every client is let in");
}

} // namespace

QString admission(const std::vector<ListenerSettings> &listeners, bool hasUsers)
{
    QStringList clauses;
    QMap<QString, QStringList> where;
    for (const ListenerSettings &listener : listeners) {
        const QString clause = admissionOf(listener, hasUsers);
        if (!where.contains(clause))
            clauses.append(clause);
        where[clause].append(listener.text());
    }
    if (clauses.size() == 1)
        return clauses.first();
    for (QString &clause : clauses)
        clause += QStringLiteral(" (%1)").arg(where[clause].join(QStringLiteral(", ")));
    return clauses.join(QStringLiteral("; "));
}

} // namespace pigeon
