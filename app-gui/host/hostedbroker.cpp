#include "host/hostedbroker.h"

#include "config/reloaddiff.h"
#include "host/configurationfile.h"

#include <QHostAddress>
#include <QTcpServer>

namespace pigeon::window {

namespace {

bool isInUse(const ListenerOptions &options)
{
    QTcpServer probe;
    return options.kind != ListenerKind::LocalSocket && options.port != 0 && !probe.listen(options.address, options.port)
        && probe.serverError() == QAbstractSocket::AddressInUseError;
}

/// On one port for all: without TLS, unless nobody comes in so.
QString schemeOf(const ListenerSettings &listener)
{
    switch (listener.kind()) {
    case ListenerKind::Tls:
        return QStringLiteral("mqtts");
    case ListenerKind::WebSocket:
        return QStringLiteral("ws");
    case ListenerKind::WebSocketTls:
        return QStringLiteral("wss");
    case ListenerKind::Any:
        return listener.tls.provesClients() ? QStringLiteral("mqtts") : QStringLiteral("mqtt");
    case ListenerKind::Tcp:
    case ListenerKind::LocalSocket:
        break;
    }
    return QStringLiteral("mqtt");
}

QStringList hostsOf(const ListenerSettings &listener)
{
    if (listener.isLoopback())
        return {QStringLiteral("127.0.0.1")};
    const QHostAddress address(listener.address);
    const bool isAll = listener.address.isEmpty() || address == QHostAddress(QHostAddress::AnyIPv4)
        || address == QHostAddress(QHostAddress::AnyIPv6) || address == QHostAddress(QHostAddress::Any);
    return isAll ? addressesOfThisMachine() : QStringList{listener.address};
}

QString urlOf(const OpenListener &listener, const QString &host)
{
    const ListenerKind kind = listener.settings.kind();
    const bool isWeb = kind == ListenerKind::WebSocket || kind == ListenerKind::WebSocketTls;
    const bool isIpv6 = host.contains(u':');
    return QStringLiteral("%1://%2:%3%4")
        .arg(schemeOf(listener.settings), isIpv6 ? u'[' + host + u']' : host)
        .arg(listener.port)
        .arg(isWeb ? listener.settings.webSocket.path : QString());
}

} // namespace

void HostedBroker::start(const Configuration &configuration)
{
    m_atStart = m_inForce = configuration;
    m_busyPort = 0;
    m_broker = std::make_unique<Broker>(configuration.broker);
    m_listening = openListeners(
        configuration.listeners, [this](const ListenerOptions &options) { return open(options); });
    if (!m_listening.problem.isEmpty()) {
        HostProblem problem{m_listening.problem, {}, m_busyPort, 0};
        if (m_busyPort != 0) {
            problem.freePort = nextFreePort(static_cast<quint16>(m_busyPort + 1));
            problem.text = tr("Port %1 is in use by another program.").arg(m_busyPort);
            problem.remedy = problem.freePort != 0
                ? tr("Stop that program, or listen on another port: %1 is free.").arg(problem.freePort)
                : tr("Stop that program, or listen on another port.");
        }
        m_broker.reset();
        Q_EMIT failed(problem);
        return;
    }
    connect(m_broker.get(), &Broker::storeAlarm, this, [this](const QByteArray &why) {
        Q_EMIT complained({QString::fromUtf8(why), {}, 0, 0});
    });
    connect(m_broker.get(), &Broker::storeRecovered, this, &HostedBroker::recovered);
    // Queued: the broker must not end in a signal of its own.
    connect(m_broker.get(), &Broker::closed, this, &HostedBroker::end, Qt::QueuedConnection);
    Q_EMIT started(m_broker.get(), listenerTexts(), urls());
}

OpenedAddress HostedBroker::open(const ListenerOptions &options)
{
    if (m_broker->listen(options))
        return {{}, m_broker->port()};
    const QString problem = m_broker->errorString();
    if (isInUse(options))
        m_busyPort = options.port;
    return {problem};
}

void HostedBroker::stop()
{
    if (m_broker)
        m_broker->close();
    else
        Q_EMIT stopped();
}

void HostedBroker::end()
{
    m_broker.reset();
    Q_EMIT stopped();
}

void HostedBroker::apply(const Configuration &configuration)
{
    if (!m_broker)
        return;
    HostProblem problem;
    Listening planned = plannedListeners(m_listening, configuration.listeners);
    problem.text = planned.problem;
    if (problem.isNothing() && !m_broker->reload(configuration.broker, planned.options()))
        problem.text = m_broker->errorString();
    QStringList needRestart;
    if (problem.isNothing()) {
        for (const ConfigChange &change : changesBetween(m_atStart, m_inForce, configuration)) {
            if (change.effect == ReloadEffect::Restart)
                needRestart.append(change.text());
        }
        m_listening = std::move(planned);
        m_inForce = configuration;
    }
    Q_EMIT applied(problem, needRestart, listenerTexts(), urls(), m_inForce);
}

QStringList HostedBroker::listenerTexts() const
{
    QStringList texts;
    for (const OpenListener &each : m_listening.listeners)
        texts.append(each.text());
    return texts;
}

QStringList HostedBroker::urls() const
{
    QStringList found;
    for (const OpenListener &each : m_listening.listeners) {
        if (!each.settings.socketPath.isEmpty())
            continue;
        for (const QString &host : hostsOf(each.settings))
            found.append(urlOf(each, host));
    }
    return found;
}

} // namespace pigeon::window
