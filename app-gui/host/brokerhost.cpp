#include "host/brokerhost.h"

#include "host/hostedbroker.h"
#include "monitor/watchbroker.h"

#include <pigeon/eventloop.h>

#include <utility>

namespace pigeon::window {

BrokerHost::BrokerHost(QObject *parent)
    : QObject(parent)
    , m_hosted(new HostedBroker)
{
    m_thread.setObjectName(QStringLiteral("broker"));
    installFastEventLoop(m_thread);
    m_hosted->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_hosted, &QObject::deleteLater);
    connect(m_hosted, &HostedBroker::started, this, &BrokerHost::started);
    connect(m_hosted, &HostedBroker::stopped, this, &BrokerHost::stopped);
    connect(m_hosted, &HostedBroker::failed, this, [this](const HostProblem &problem) {
        m_isStopWanted = false;
        setState(State::Stopped);
        fail(problem);
        if (m_next)
            begin(*std::exchange(m_next, std::nullopt));
    });
    connect(m_hosted, &HostedBroker::complained, this, &BrokerHost::fail);
    connect(m_hosted, &HostedBroker::recovered, this, [this] {
        m_problem = {};
        Q_EMIT recovered();
    });
    connect(m_hosted, &HostedBroker::applied, this,
        [this](const HostProblem &problem, const QStringList &needRestart, const QStringList &listeners,
            const QStringList &urls, const Configuration &inForce) {
            m_problem = problem;
            m_listeners = listeners;
            m_urls = urls;
            m_configuration = inForce;
            Q_EMIT applied(problem, needRestart);
        });
    m_thread.start();
}

BrokerHost::~BrokerHost()
{
    m_hosted->disconnect(this);
    dropSource();
    // Whatever it is at: its clients hear of it, and then the thread ends.
    connect(m_hosted, &HostedBroker::stopped, &m_thread, &QThread::quit, Qt::DirectConnection);
    QMetaObject::invokeMethod(m_hosted, &HostedBroker::stop, Qt::QueuedConnection);
    m_thread.wait();
}

void BrokerHost::setState(State state)
{
    if (std::exchange(m_state, state) != state)
        Q_EMIT stateChanged(state);
}

void BrokerHost::start(const Configuration &configuration)
{
    if (m_state == State::Stopped) {
        begin(configuration);
        return;
    }
    m_next = configuration;
    if (m_state == State::Running)
        end();
}

void BrokerHost::begin(const Configuration &configuration)
{
    m_configuration = configuration;
    m_problem = {};
    setState(State::Starting);
    QMetaObject::invokeMethod(
        m_hosted, [hosted = m_hosted, configuration] { hosted->start(configuration); }, Qt::QueuedConnection);
}

void BrokerHost::started(Broker *broker, const QStringList &listeners, const QStringList &urls)
{
    m_listeners = listeners;
    m_urls = urls;
    m_source = watchBroker(*broker); // it ends only when we ask for it
    setState(State::Running);
    Q_EMIT sourceChanged(m_source.get());
    if (std::exchange(m_isStopWanted, false) || m_next)
        end();
}

void BrokerHost::stop()
{
    m_next.reset();
    end();
}

void BrokerHost::end()
{
    if (m_state == State::Starting) {
        m_isStopWanted = true; // what has begun comes to its end first
    } else if (m_state == State::Running) {
        setState(State::Stopping);
        dropSource();
        QMetaObject::invokeMethod(m_hosted, &HostedBroker::stop, Qt::QueuedConnection);
    }
}

void BrokerHost::stopped()
{
    dropSource();
    m_listeners.clear();
    m_urls.clear();
    setState(State::Stopped);
    if (m_next)
        begin(*std::exchange(m_next, std::nullopt));
}

void BrokerHost::restart()
{
    start(m_configuration);
}

void BrokerHost::apply(const Configuration &configuration)
{
    if (m_state != State::Running)
        return;
    QMetaObject::invokeMethod(
        m_hosted, [hosted = m_hosted, configuration] { hosted->apply(configuration); }, Qt::QueuedConnection);
}

void BrokerHost::fail(const HostProblem &problem)
{
    m_problem = problem;
    Q_EMIT failed(problem);
}

/// Who looks through it lets go of it first.
void BrokerHost::dropSource()
{
    if (!m_source)
        return;
    const std::unique_ptr<MonitorSource> source = std::move(m_source);
    Q_EMIT sourceChanged(nullptr);
}

} // namespace pigeon::window
