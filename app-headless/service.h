#pragma once

#include "config/listening.h"
#include "config/parser.h"
#include "pidfile.h"
#include "processsignals.h"
#include "servicenotification.h"

#include <pigeon/broker.h>

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace pigeon {

class LogOutput;
class ProcessUser;

/// pigeond from a sound configuration to its end: opens what that asks for, as the user that it asks for, follows the
/// signals of the process, and tells systemd. Main thread.
class Service final : public QObject
{
    Q_OBJECT

public:
    /// `readAgain` reads the configuration for a reload.
    Service(const Configuration &configuration, std::function<ParsedConfiguration()> readAgain);
    ~Service() override;

    /// What is wrong, a sentence, when it cannot serve; else it does from now on.
    std::optional<QString> start();
    /// Where it listens and whom it lets in, a sentence.
    QString readyText() const;

Q_SIGNALS:
    void ended();

private:
    std::optional<QString> makeBroker(const ProcessUser *user);
    std::optional<QString> becomeUser(const ProcessUser &user);
    void warnOfUnreadable(const ProcessUser &user) const;
    void end(const char *signal);
    void reload();
    QString reloadProblem(const Configuration &again);
    void tellChanges(const Configuration &again) const;

    const std::function<ParsedConfiguration()> m_readAgain;
    const Configuration m_atStart;
    Configuration m_inForce;
    ProcessSignals m_signals; // before anything that takes long: a signal must not end the process half-way
    ServiceNotification *const m_notification; // ours
    std::unique_ptr<Broker> m_broker;
    Listening m_listening;
    PidFile m_pidFile;
    QString m_userHint; // for what cannot be read: who we are
};

} // namespace pigeon
