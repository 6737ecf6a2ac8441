#include "config/listening.h"

#include <QHostAddress>
#include <QHostInfo>
#include <QMap>
#include <QNetworkInterface>
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

QString noAddress(const ListenerSettings &listener)
{
    return QStringLiteral("listener %1 %2: the host name has no address that could be listened on.")
        .arg(listener.port)
        .arg(listener.address);
}

/// Opens one listener; `opened` says afterwards what it has come to.
QString open(OpenListener &opened, const OpenAddress &openAddress)
{
    ListenerOptions options = opened.settings.options();
    if (options.kind == ListenerKind::LocalSocket) {
        opened.options.push_back(options);
        return openAddress(options).problem;
    }
    const QList<QHostAddress> addresses = addressesOf(opened.settings);
    for (const QHostAddress &address : addresses) {
        // IPv4 loopback must work; IPv6 loopback is added where the machine has it.
        const bool mayFail = isLocalHost(opened.settings) && address != addresses.front();
        options.address = address;
        const OpenedAddress outcome = openAddress(options);
        if (!outcome.problem.isEmpty() && !mayFail)
            return outcome.problem;
        if (!outcome.problem.isEmpty())
            continue;
        opened.options.push_back(options); // with the port that was asked for: so the broker knows it again
        opened.port = options.port = outcome.port; // all addresses of a name get the same one
    }
    return opened.options.empty() ? noAddress(opened.settings) : QString();
}

/// IPv6 loopback counts where the machine has it.
std::vector<ListenerOptions> newPlaces(const ListenerSettings &listener)
{
    ListenerOptions options = listener.options();
    if (options.kind == ListenerKind::LocalSocket)
        return {options};
    std::vector<ListenerOptions> places;
    for (const QHostAddress &address : addressesOf(listener)) {
        const bool isExtra = isLocalHost(listener) && address == QHostAddress(QHostAddress::LocalHostIPv6);
        if (isExtra && !QNetworkInterface::allAddresses().contains(address))
            continue;
        options.address = address;
        places.push_back(options);
    }
    return places;
}

std::vector<ListenerOptions> samePlaces(const OpenListener &open, const ListenerSettings &listener)
{
    std::vector<ListenerOptions> places;
    ListenerOptions options = listener.options(); // all addresses share its terms
    for (const ListenerOptions &before : open.options) {
        options.address = before.address;
        options.port = before.port;
        places.push_back(options);
    }
    return places;
}

} // namespace

std::vector<ListenerOptions> Listening::options() const
{
    std::vector<ListenerOptions> all;
    for (const OpenListener &listener : listeners)
        all.insert(all.end(), listener.options.begin(), listener.options.end());
    return all;
}

QString OpenListener::text() const
{
    ListenerSettings shown = settings;
    if (port != 0)
        shown.port = port;
    return shown.text();
}

QString Listening::where() const
{
    QStringList places;
    for (const OpenListener &listener : listeners)
        places.append(listener.text());
    return places.join(QStringLiteral(", "));
}

Listening openListeners(const std::vector<ListenerSettings> &listeners, const OpenAddress &openAddress)
{
    Listening all;
    for (const ListenerSettings &listener : listeners) {
        OpenListener opened{listener, {}};
        all.problem = open(opened, openAddress);
        if (!all.problem.isEmpty())
            return all;
        all.listeners.push_back(std::move(opened));
    }
    return all;
}

Listening plannedListeners(const Listening &open, const std::vector<ListenerSettings> &listeners)
{
    Listening planned;
    for (const ListenerSettings &listener : listeners) {
        const auto isIt = [&listener](const OpenListener &each) { return each.settings.isSamePlace(listener); };
        const auto found = std::find_if(open.listeners.begin(), open.listeners.end(), isIt);
        const bool isOpen = found != open.listeners.end();
        OpenListener next{listener, isOpen ? samePlaces(*found, listener) : newPlaces(listener), isOpen ? found->port : quint16(0)};
        if (next.options.empty())
            planned.problem += (planned.problem.isEmpty() ? QString() : QStringLiteral(" ")) + noAddress(listener);
        planned.listeners.push_back(std::move(next));
    }
    return planned;
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

QString Listening::admission(bool hasUsers) const
{
    QStringList clauses;
    QMap<QString, QStringList> places;
    for (const OpenListener &listener : listeners) {
        const QString clause = admissionOf(listener.settings, hasUsers);
        if (!places.contains(clause))
            clauses.append(clause);
        places[clause].append(listener.text());
    }
    if (clauses.size() == 1)
        return clauses.first();
    for (QString &clause : clauses)
        clause += QStringLiteral(" (%1)").arg(places[clause].join(QStringLiteral(", ")));
    return clauses.join(QStringLiteral("; "));
}

} // namespace pigeon
