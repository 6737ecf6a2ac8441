#include "host/configurationfile.h"

#include "config/configfile.h"
#include "config/parser.h"
#include "config/writer.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHostAddress>
#include <QNetworkInterface>
#include <QSaveFile>
#include <QTcpServer>

namespace pigeon::window {

namespace {

/// For texts of functions that are no class's.
struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ConfigurationFile)
};

constexpr int portsTried = 100;

Invocation invocationOf(std::optional<quint16> port)
{
    Invocation invocation;
    if (port)
        invocation.ports = {*port};
    return invocation;
}

bool isFree(quint16 port)
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost, port);
}

} // namespace

Configuration quickConfiguration(quint16 port, bool isForNetwork)
{
    QString text = isForNetwork ? QStringLiteral("allow_anonymous true\nlistener %1\n")
                                : QStringLiteral("listener %1 localhost\n");
    return parseText(text.arg(port), QString()).configuration;
}

ParsedConfiguration openConfiguration(const QString &path, std::optional<quint16> port)
{
    return readConfiguration(path, invocationOf(port));
}

ParsedConfiguration parseText(const QString &text, const QString &name, std::optional<quint16> port)
{
    return parseConfiguration({name, text.toUtf8()}, invocationOf(port), readConfigFolder);
}

QString configurationText(const Configuration &configuration)
{
    return writtenConfiguration(configuration);
}

std::optional<QString> saveConfiguration(const Configuration &configuration, const QString &path)
{
    if (const QString part = unwritablePart(configuration); !part.isEmpty())
        return part;
    QSaveFile file(path);
    const QByteArray text = configurationText(configuration).toUtf8();
    const bool isWritten
        = file.open(QIODevice::WriteOnly | QIODevice::Text) && file.write(text) == text.size() && file.commit();
    if (isWritten)
        return std::nullopt;
    return Text::tr("%1 cannot be written: %2. Choose another folder, or free some space.")
        .arg(QFileInfo(path).absoluteFilePath(), file.errorString());
}

QStringList addressesOfThisMachine()
{
    QStringList outer;
    QStringList inner;
    for (const QNetworkInterface &each : QNetworkInterface::allInterfaces()) {
        const QNetworkInterface::InterfaceFlags flags = each.flags();
        if (!flags.testFlag(QNetworkInterface::IsUp) || !flags.testFlag(QNetworkInterface::IsRunning))
            continue;
        for (const QNetworkAddressEntry &entry : each.addressEntries()) {
            const QHostAddress address = entry.ip();
            if (address.isLinkLocal() || address.protocol() != QAbstractSocket::IPv4Protocol)
                continue; // what can be typed into a device
            (address.isLoopback() ? inner : outer).append(address.toString());
        }
    }
    return outer + inner;
}

quint16 nextFreePort(quint16 wanted)
{
    for (int port = wanted; port < wanted + portsTried && port <= 65'535; ++port) {
        if (isFree(static_cast<quint16>(port)))
            return static_cast<quint16>(port);
    }
    return 0;
}

} // namespace pigeon::window
