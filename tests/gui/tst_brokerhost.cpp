// The broker inside the program: start, stop, restart, what is in the way, and its configuration as a file.
#include "host/brokerhost.h"
#include "host/configurationfile.h"
#include "support/monitorlog.h"
#include "support/socketclient.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QUrl>

using namespace pigeon;
using namespace pigeon::test;
using namespace pigeon::window;

namespace {

using State = BrokerHost::State;

constexpr quint16 anyPort = 0;

/// Where it listens.
quint16 portOf(const BrokerHost &host)
{
    return host.urls().isEmpty() ? quint16(0) : static_cast<quint16>(QUrl(host.urls().front()).port());
}

bool isServed(quint16 port)
{
    SocketClient client(port);
    client.connect("a");
    return waitFor<ConnackPacket>(client).has_value();
}

} // namespace

class tst_brokerhost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startAndStop();
    void sourceSeesTheBroker();
    void restart();
    void startWhileItRuns();
    void stopWhileItStarts();
    void portInUse();
    void cannotOpen();
    void startAgainAfterAFailure();
    void apply();
    void applyTellsWhatNeedsARestart();
    void applyRefused();
    void destroyedWhileItRuns();
    void destroyedAtOnce();
    void urls();
    void urlsOfAllInterfaces();
    void fileRoundTrip();
    void fileThatCannotBeWritten();
    void quickConfigurations();
};

void tst_brokerhost::startAndStop()
{
    BrokerHost host;
    QSignalSpy states(&host, &BrokerHost::stateChanged);
    QCOMPARE(host.state(), State::Stopped);
    host.start(quickConfiguration(anyPort, false));
    QCOMPARE(host.state(), State::Starting);
    QTRY_COMPARE(host.state(), State::Running);
    QVERIFY(host.source());
    QVERIFY(host.problem().isNothing());
    QVERIFY(!host.listeners().isEmpty());
    const quint16 port = portOf(host);
    QVERIFY(isServed(port));
    host.stop();
    QVERIFY(!host.source());
    QTRY_COMPARE(host.state(), State::Stopped);
    QVERIFY(host.urls().isEmpty());
    QCOMPARE(states.size(), 4);
    QTcpServer next;
    QVERIFY(next.listen(QHostAddress::LocalHost, port)); // it is free again
}

void tst_brokerhost::sourceSeesTheBroker()
{
    BrokerHost host;
    std::unique_ptr<MonitorLog> log;
    connect(&host, &BrokerHost::sourceChanged, this, [&log](MonitorSource *source) {
        log = source ? std::make_unique<MonitorLog>(*source) : nullptr;
        if (source)
            source->attach();
    });
    host.start(quickConfiguration(anyPort, false));
    QTRY_VERIFY(log && log->snapshot);
    QVERIFY(isServed(portOf(host)));
    QTRY_VERIFY(log->event(ConnectionEventKind::Connected, "a"));
    host.stop();
    QVERIFY(!log);
    QTRY_COMPARE(host.state(), State::Stopped);
}

void tst_brokerhost::restart()
{
    BrokerHost host;
    host.start(quickConfiguration(anyPort, false));
    QTRY_COMPARE(host.state(), State::Running);
    QSignalSpy sources(&host, &BrokerHost::sourceChanged);
    host.restart();
    QTRY_COMPARE(sources.size(), 2);
    QVERIFY(!sources[0][0].value<MonitorSource *>());
    QCOMPARE(sources[1][0].value<MonitorSource *>(), host.source());
    QCOMPARE(host.state(), State::Running);
    QVERIFY(isServed(portOf(host)));
}

void tst_brokerhost::startWhileItRuns()
{
    BrokerHost host;
    host.start(quickConfiguration(anyPort, false));
    QTRY_COMPARE(host.state(), State::Running);
    Configuration other = quickConfiguration(anyPort, false);
    other.broker.brokerId = "other";
    host.start(other);
    QTRY_VERIFY(host.state() == State::Running && host.configuration().broker.brokerId == "other");
}

void tst_brokerhost::stopWhileItStarts()
{
    BrokerHost host;
    host.start(quickConfiguration(anyPort, false));
    host.stop();
    QSignalSpy states(&host, &BrokerHost::stateChanged);
    QTRY_COMPARE(host.state(), State::Stopped);
    QVERIFY(!host.source());
    QCOMPARE(states.size(), 3); // it ran, was stopping, and has stopped
}

void tst_brokerhost::portInUse()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost, 0));
    BrokerHost host;
    QSignalSpy failed(&host, &BrokerHost::failed);
    host.start(quickConfiguration(other.serverPort(), false));
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(host.state(), State::Stopped);
    QVERIFY(!host.source());
    QCOMPARE(host.problem().busyPort, other.serverPort());
    QVERIFY(host.problem().text.contains(QString::number(other.serverPort())));
    QVERIFY(host.problem().freePort > other.serverPort());
    QVERIFY(host.problem().remedy.contains(QString::number(host.problem().freePort)));
}

void tst_brokerhost::cannotOpen()
{
    BrokerHost host;
    QSignalSpy failed(&host, &BrokerHost::failed);
    Configuration configuration = quickConfiguration(anyPort, false);
    configuration.broker.aclFile = QStringLiteral("/nowhere/acl");
    host.start(configuration);
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(host.problem().text.contains(QLatin1String("/nowhere/acl")));
    QCOMPARE(host.problem().busyPort, quint16(0));
}

void tst_brokerhost::startAgainAfterAFailure()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost, 0));
    BrokerHost host;
    host.start(quickConfiguration(other.serverPort(), false));
    host.start(quickConfiguration(anyPort, false)); // while the first one is being tried
    QTRY_COMPARE(host.state(), State::Running);
    QVERIFY(host.problem().isNothing());
}

void tst_brokerhost::apply()
{
    BrokerHost host;
    host.start(quickConfiguration(anyPort, false));
    QTRY_COMPARE(host.state(), State::Running);
    const quint16 port = portOf(host);
    SocketClient client(port);
    client.connect("stays");
    QVERIFY(waitFor<ConnackPacket>(client));
    QSignalSpy applied(&host, &BrokerHost::applied);
    Configuration changed = host.configuration();
    changed.broker.maximumQueuedMessages = 5;
    changed.listeners.push_back(changed.listeners.front());
    changed.listeners.back().address = QStringLiteral("127.0.0.1"); // another place
    host.apply(changed);
    QTRY_COMPARE(applied.size(), 1);
    QVERIFY2(host.problem().isNothing(), qPrintable(host.problem().text));
    QVERIFY(applied[0][1].toStringList().isEmpty());
    QCOMPARE(host.listeners().size(), 2);
    QCOMPARE(host.configuration().broker.maximumQueuedMessages, 5u);
    client.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(client)); // nobody was disconnected
}

void tst_brokerhost::applyTellsWhatNeedsARestart()
{
    BrokerHost host;
    host.start(quickConfiguration(anyPort, false));
    QTRY_COMPARE(host.state(), State::Running);
    QSignalSpy applied(&host, &BrokerHost::applied);
    Configuration changed = host.configuration();
    changed.broker.brokerId = "other";
    changed.given[QStringLiteral("broker_id")] = {Place()};
    host.apply(changed);
    QTRY_COMPARE(applied.size(), 1);
    const QStringList needRestart = applied[0][1].toStringList();
    QCOMPARE(needRestart.size(), 1);
    QVERIFY(needRestart[0].contains(QLatin1String("other")));
}

void tst_brokerhost::applyRefused()
{
    BrokerHost host;
    host.start(quickConfiguration(anyPort, false));
    QTRY_COMPARE(host.state(), State::Running);
    QSignalSpy applied(&host, &BrokerHost::applied);
    Configuration changed = host.configuration();
    changed.broker.aclFile = QStringLiteral("/nowhere/acl");
    host.apply(changed);
    QTRY_COMPARE(applied.size(), 1);
    QVERIFY(!host.problem().isNothing());
    QVERIFY(host.configuration().broker.aclFile.isEmpty());
    QVERIFY(isServed(portOf(host)));
}

void tst_brokerhost::destroyedWhileItRuns()
{
    auto host = std::make_unique<BrokerHost>();
    host->start(quickConfiguration(anyPort, false));
    QTRY_COMPARE(host->state(), State::Running);
    host->source()->attach();
    SocketClient client(portOf(*host));
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    host.reset();
    const std::optional<DisconnectPacket> told = waitFor<DisconnectPacket>(client);
    QVERIFY(told.has_value());
    QCOMPARE(told->reason, ReasonCode::ServerShuttingDown);
}

void tst_brokerhost::destroyedAtOnce()
{
    BrokerHost host;
    host.start(quickConfiguration(anyPort, false));
}

void tst_brokerhost::urls()
{
    BrokerHost host;
    host.start(parseText(QStringLiteral("allow_anonymous true\nlistener 0\nlistener 0 127.0.0.1\nprotocol websockets\n"
                                        "websockets_path /mqtt\n"),
        QStringLiteral("test"))
                   .configuration);
    QTRY_COMPARE(host.state(), State::Running);
    QVERIFY(host.urls().size() >= 2);
    QVERIFY(host.urls().front().startsWith(QLatin1String("mqtt://")));
    QVERIFY(host.urls().back().startsWith(QLatin1String("ws://127.0.0.1:")));
    QVERIFY(host.urls().back().endsWith(QLatin1String("/mqtt")));
}

/// Nobody can connect to 0.0.0.0.
void tst_brokerhost::urlsOfAllInterfaces()
{
    BrokerHost host;
    host.start(parseText(QStringLiteral("allow_anonymous true\nlistener 0 0.0.0.0\n"), QStringLiteral("test")).configuration);
    QTRY_COMPARE(host.state(), State::Running);
    QVERIFY(!host.urls().isEmpty());
    for (const QString &url : host.urls())
        QVERIFY2(!url.contains(QLatin1String("0.0.0.0")), qPrintable(url));
}

void tst_brokerhost::fileRoundTrip()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("broker.conf"));
    Configuration configuration = quickConfiguration(1884, true);
    configuration.broker.maximumInflight = 7;
    QVERIFY(!saveConfiguration(configuration, path));
    const ParsedConfiguration read = openConfiguration(path);
    QVERIFY(!hasErrors(read.diagnostics));
    QCOMPARE(read.configuration.listeners.size(), size_t(1));
    QCOMPARE(read.configuration.listeners[0].port, quint16(1884));
    QCOMPARE(read.configuration.broker.maximumInflight, quint16(7));
    QCOMPARE(configurationText(read.configuration), configurationText(configuration));
}

void tst_brokerhost::fileThatCannotBeWritten()
{
    const std::optional<QString> problem
        = saveConfiguration(quickConfiguration(1883, false), QStringLiteral("/nowhere/broker.conf"));
    QVERIFY(problem);
    QVERIFY(problem->contains(QLatin1String("/nowhere/broker.conf")));
}

void tst_brokerhost::quickConfigurations()
{
    QVERIFY(quickConfiguration(1883, false).listeners[0].isLoopback());
    QVERIFY(!quickConfiguration(1883, true).listeners[0].isLoopback());
    QVERIFY(!hasErrors(parseText(configurationText(quickConfiguration(1883, true)), {}).diagnostics));
    QVERIFY(addressesOfThisMachine().contains(QStringLiteral("127.0.0.1")));
}

QTEST_GUILESS_MAIN(tst_brokerhost)
#include "tst_brokerhost.moc"
