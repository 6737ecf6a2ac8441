#pragma once

#include "host/hostproblem.h"

#include "config/configuration.h"
#include "monitor/monitorsource.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QThread>

#include <memory>
#include <optional>

namespace pigeon {
class Broker;
}

namespace pigeon::window {

class HostedBroker;

/// The broker inside the program: starts and stops it by a configuration, in a thread of its own with an event loop of its
/// own, and gives out the source through which the window sees it. Lives in the window's thread; everything is called and
/// emitted there. Starting and stopping take their time and never hold the window up. It knows no view.
class BrokerHost : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Stopped, ///< at the begin, after `stop`, and when it could not start
        Starting,
        Running,
        Stopping,
    };
    Q_ENUM(State)

    explicit BrokerHost(QObject *parent = nullptr);
    /// Stops the broker, which may take two seconds.
    ~BrokerHost() override;

    State state() const { return m_state; }
    /// Of the last start, stop or `apply`.
    const HostProblem &problem() const { return m_problem; }
    /// In force while it runs, else what it was started with last.
    const Configuration &configuration() const { return m_configuration; }
    /// Not null exactly while it runs. Ours: it ends with the broker, after `sourceChanged(nullptr)`. Not attached yet.
    MonitorSource *source() const { return m_source.get(); }
    /// "port 1883 on all interfaces (tls)", one for each listener that is open.
    const QStringList &listeners() const { return m_listeners; }
    /// What somebody types into a device to come here: "mqtt://192.168.1.20:1883", the addresses of this machine that a
    /// listener can be reached at, other machines' before its own. "mqtts", "ws", "wss" where it speaks those.
    const QStringList &urls() const { return m_urls; }

    /// Starts with that configuration, once the broker that runs has stopped.
    void start(const Configuration &configuration);
    /// Clients of 5.0 hear that it shuts down.
    void stop();
    /// Stops it and starts it with the configuration that is in force.
    void restart();
    /// Puts another configuration in force without ending what goes on, where that is possible; `applied` says how it went.
    /// What only a restart can change stays as it is. Nothing happens while it does not run.
    void apply(const Configuration &configuration);

Q_SIGNALS:
    void stateChanged(pigeon::window::BrokerHost::State state);
    /// After `stateChanged`. Null: the one before is about to end; let go of it now.
    void sourceChanged(pigeon::MonitorSource *source);
    /// It could not start, or what runs has something to complain of: the port is in use, the disk is full.
    void failed(const pigeon::window::HostProblem &problem);
    /// The store works again, after a `failed` while it runs.
    void recovered();
    /// `problem` is nothing: it is in force. `needRestart`: what differs and is not, a clause each.
    void applied(const pigeon::window::HostProblem &problem, const QStringList &needRestart);

private:
    void setState(State state);
    void begin(const Configuration &configuration);
    void started(Broker *broker, const QStringList &listeners, const QStringList &urls);
    void end();
    void stopped();
    void fail(const HostProblem &problem);
    void dropSource();

    State m_state = State::Stopped;
    HostProblem m_problem;
    Configuration m_configuration;
    QStringList m_listeners;
    QStringList m_urls;
    std::unique_ptr<MonitorSource> m_source;
    QThread m_thread;
    HostedBroker *const m_hosted; // lives there and ends with it
    std::optional<Configuration> m_next; // to be started when the one that runs has stopped
    bool m_isStopWanted = false;
};

} // namespace pigeon::window
