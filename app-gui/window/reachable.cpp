#include "window/reachable.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QNetworkInterface>
#include <QTcpServer>

namespace pigeon {

namespace {

/// For tr outside of a QObject.
struct ReachableText
{
    Q_DECLARE_TR_FUNCTIONS(ReachableText)
};

/// Bridges of containers and virtual machines are in nobody's network.
bool isVirtual(const QString &name)
{
    static const QStringList beginnings{QStringLiteral("docker"), QStringLiteral("br-"), QStringLiteral("veth"),
        QStringLiteral("virbr"), QStringLiteral("vmnet"), QStringLiteral("tun"), QStringLiteral("tap")};
    return std::ranges::any_of(beginnings, [&](const QString &beginning) { return name.startsWith(beginning); });
}

bool isUsable(const QNetworkInterface &interface)
{
    const auto flags = interface.flags();
    return flags.testFlag(QNetworkInterface::IsUp) && flags.testFlag(QNetworkInterface::IsRunning)
        && !flags.testFlag(QNetworkInterface::IsLoopBack);
}

} // namespace

QStringList networkAddresses()
{
    QStringList first;
    QStringList then;
    for (const QNetworkInterface &interface : QNetworkInterface::allInterfaces()) {
        if (!isUsable(interface))
            continue;
        for (const QNetworkAddressEntry &entry : interface.addressEntries()) {
            const QHostAddress address = entry.ip();
            if (address.isLinkLocal() || address.isMulticast())
                continue;
            const bool isLikely = address.protocol() == QAbstractSocket::IPv4Protocol && !isVirtual(interface.name());
            (isLikely ? first : then).append(address.toString());
        }
    }
    return first + then;
}

QString brokerUrl(const QString &address, quint16 port)
{
    const QString host = address.contains(u':') ? QStringLiteral("[%1]").arg(address) : address;
    return QStringLiteral("mqtt://%1:%2").arg(host).arg(port);
}

QString portProblem(quint16 port, bool isLoopback)
{
    QTcpServer probe;
    if (port == 0 || probe.listen(isLoopback ? QHostAddress::LocalHost : QHostAddress::Any, port))
        return {};
    if (probe.serverError() == QAbstractSocket::SocketAccessError)
        return ReachableText::tr("Port %1 may not be opened by an ordinary user: take one above 1023, such as 1883.").arg(port);
    if (probe.serverError() == QAbstractSocket::AddressInUseError)
        return ReachableText::tr("Port %1 is in use by another program: end that one, or take another port.").arg(port);
    return ReachableText::tr("Port %1 cannot be opened: %2.").arg(QString::number(port), probe.errorString());
}

} // namespace pigeon
