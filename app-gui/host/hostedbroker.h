#pragma once

#include "host/hostproblem.h"

#include "config/configuration.h"
#include "config/listening.h"

#include <pigeon/broker.h>

#include <QObject>
#include <QStringList>

#include <memory>

namespace pigeon::window {

/// The broker and its listeners in the broker's thread, where everything is called and emitted. Part of a BrokerHost.
class HostedBroker final : public QObject
{
    Q_OBJECT

public:
    /// Emits `started` or `failed`. Precondition: none runs.
    void start(const Configuration &configuration);
    /// Emits `stopped` when clients have taken what was sent, after two seconds at the latest.
    void stop();
    /// Emits `applied`.
    void apply(const Configuration &configuration);

Q_SIGNALS:
    /// `broker` is there until `stopped`.
    void started(pigeon::Broker *broker, const QStringList &listeners, const QStringList &urls);
    void failed(const pigeon::window::HostProblem &problem);
    void applied(const pigeon::window::HostProblem &problem, const QStringList &needRestart,
        const QStringList &listeners, const QStringList &urls, const pigeon::Configuration &inForce);
    /// It runs, and something is wrong.
    void complained(const pigeon::window::HostProblem &problem);
    /// What it complained of is over.
    void recovered();
    void stopped();

private:
    OpenedAddress open(const ListenerOptions &options);
    void end();
    QStringList listenerTexts() const;
    QStringList urls() const;

    std::unique_ptr<Broker> m_broker;
    Configuration m_atStart;
    Configuration m_inForce;
    Listening m_listening;
    quint16 m_busyPort = 0;
};

} // namespace pigeon::window
