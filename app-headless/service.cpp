#include "service.h"

#include "config/reloaddiff.h"
#include "handedsockets.h"
#include "logoutput.h"
#include "processuser.h"

#include <pigeon/global.h>

#include <QLoggingCategory>

#include <unistd.h>

namespace pigeon {

namespace {

Q_LOGGING_CATEGORY(logDaemon, "pigeon.broker", QtInfoMsg) // one with the broker's: log_type notice

} // namespace

Service::Service(const Configuration &configuration, std::function<ParsedConfiguration()> readAgain)
    : m_readAgain(std::move(readAgain))
    , m_atStart(configuration)
    , m_inForce(configuration)
    , m_notification(ServiceNotification::fromEnvironment(this))
{
    connect(&m_signals, &ProcessSignals::endRequested, this, &Service::end);
    connect(&m_signals, &ProcessSignals::reloadRequested, this, &Service::reload);
    connect(&m_signals, &ProcessSignals::logToggleRequested, this, [] {
        const bool isEverything = LogOutput::toggleEverything();
        qCInfo(logDaemon, "SIGUSR2 received: %s",
            isEverything ? "everything is logged until the next one" : "log_type holds again");
    });
}

Service::~Service() = default;

// --- the begin -----------------------------------------------------------------------------------------------

std::optional<QString> Service::start()
{
    QString problem;
    std::optional<ProcessUser> user;
    if (!m_inForce.user.isEmpty() && ::geteuid() == 0 && m_inForce.user != QLatin1String("root")) {
        user = ProcessUser::find(m_inForce.user, problem);
        if (!user)
            return problem;
    }
    std::unique_ptr<LogOutput> log = LogOutput::open(m_inForce.log, problem);
    if (!log)
        return problem;
    if (user)
        log->giveFileTo(user->userId(), user->groupId());
    LogOutput::use(std::move(log));
    if (const std::optional<QString> failed = makeBroker(user ? &*user : nullptr))
        return failed;
    HandedSockets handed = HandedSockets::fromEnvironment();
    m_listening = openListeners(m_inForce.listeners, [this, &handed](ListenerOptions options) -> OpenedAddress {
        options.listeningSocket = handed.take(options);
        if (!m_broker->listen(options))
            return {m_broker->errorString()};
        return {{}, m_broker->port()};
    });
    if (m_listening.problem.isEmpty())
        m_listening.problem = handed.problemOfRest();
    if (!m_listening.problem.isEmpty())
        return m_listening.problem + m_userHint;
    if (const std::optional<QString> failed = m_pidFile.write(m_inForce.pidFile))
        return failed;
    if (user) {
        if (const std::optional<QString> failed = becomeUser(*user))
            return failed;
    }
    m_notification->ready(readyText().toUtf8());
    return std::nullopt;
}

/// Store and files of users are opened as who we are going to be: what only root could read or write would be lost with the
/// next reload, or with the next message.
std::optional<QString> Service::makeBroker(const ProcessUser *user)
{
    if (user) {
        m_userHint = QStringLiteral(" (That is as user %1.)").arg(user->name());
        if (const std::optional<QString> failed = user->lend())
            return failed;
    }
    m_broker = std::make_unique<Broker>(m_inForce.broker);
    connect(m_broker.get(), &Broker::closed, this, &Service::ended);
    return user ? user->takeBack() : std::nullopt;
}

std::optional<QString> Service::becomeUser(const ProcessUser &user)
{
    for (const OpenListener &listener : m_listening.listeners) {
        // So that it can be removed at the end, and its group is the service's.
        if (!listener.settings.socketPath.isEmpty()
            && ::chown(listener.settings.socketPath.toLocal8Bit().constData(), user.userId(), user.groupId()) != 0)
            qCWarning(logDaemon, "The local socket %s stays root's", qUtf8Printable(listener.settings.socketPath));
    }
    if (const std::optional<QString> failed = user.become())
        return failed;
    qCInfo(logDaemon, "Runs as user %s from now on", qUtf8Printable(user.name()));
    warnOfUnreadable(user);
    return std::nullopt;
}

void Service::warnOfUnreadable(const ProcessUser &user) const
{
    for (const OpenListener &listener : m_listening.listeners) {
        const TlsOptions &tls = listener.settings.tls;
        for (const QString &file : {tls.certificateChainFile, tls.privateKeyFile, tls.authoritiesFile, tls.authoritiesFolder,
                 tls.revocationFile, tls.diffieHellmanFile, tls.presharedKeyFile}) {
            if (!file.isEmpty() && ::access(file.toLocal8Bit().constData(), R_OK) != 0)
                qCWarning(logDaemon,
                    "%s can be read by root alone: it is in force, but no reload will work, since user %s cannot read it "
                    "again. Give it the right: chgrp %s and chmod g+r.",
                    qUtf8Printable(file), qUtf8Printable(user.name()), qUtf8Printable(user.name()));
        }
    }
}

QString Service::readyText() const
{
    QString text = QStringLiteral("pigeond %1 is ready on %2").arg(QLatin1String(versionText), m_listening.where());
    // Nobody asked for a listener: whoever wonders why only this machine is served is told what to do.
    if (m_inForce.listeners.front().place.line == 0)
        text += QStringLiteral(", for this machine only (a file with `listener 1883`, given with -c, opens it)");
    return text + QStringLiteral("; %1.").arg(m_listening.admission(!m_inForce.broker.passwordFile.isEmpty()));
}

// --- the end -------------------------------------------------------------------------------------------------

void Service::end(const char *signal)
{
    if (!m_broker)
        return;
    qCInfo(logDaemon, "%s received, closing", signal);
    m_notification->stopping();
    m_broker->close();
}

// --- reload --------------------------------------------------------------------------------------------------

void Service::reload()
{
    m_notification->reloading();
    const ParsedConfiguration parsed = m_readAgain();
    for (const Diagnostic &each : parsed.diagnostics) {
        if (each.severity == Diagnostic::Severity::Error)
            qCCritical(logDaemon, "Reload: %s", qUtf8Printable(each.line()));
        else
            qCInfo(logDaemon, "Reload: %s", qUtf8Printable(each.line()));
    }
    QString problem = hasErrors(parsed.diagnostics) ? QStringLiteral("the configuration is wrong")
                                                    : reloadProblem(parsed.configuration);
    if (!problem.isEmpty())
        qCCritical(logDaemon, "Reload refused, everything is as before: %s%s", qUtf8Printable(problem),
            qUtf8Printable(m_userHint));
    m_notification->ready(readyText().toUtf8());
}

/// Puts the configuration in force; what is wrong, when it cannot be, and then nothing has changed.
QString Service::reloadProblem(const Configuration &again)
{
    QString problem;
    std::unique_ptr<LogOutput> log = LogOutput::open(again.log, problem);
    if (!log)
        return problem;
    Listening planned = plannedListeners(m_listening, again.listeners);
    if (!planned.problem.isEmpty())
        return planned.problem;
    if (!m_broker->reload(again.broker, planned.options()))
        return m_broker->errorString();
    LogOutput::use(std::move(log));
    tellChanges(again);
    m_listening = std::move(planned);
    m_inForce = again;
    return {};
}

void Service::tellChanges(const Configuration &again) const
{
    const std::vector<ConfigChange> changes = changesBetween(m_atStart, m_inForce, again);
    for (const ConfigChange &change : changes) {
        if (change.effect == ReloadEffect::Restart)
            qCWarning(logDaemon, "Reload: %s", qUtf8Printable(change.text()));
        else
            qCInfo(logDaemon, "Reload: %s", qUtf8Printable(change.text()));
    }
    qCInfo(logDaemon, "Reloaded: %zu keys and listeners differ; users, rights and certificates were read again",
        changes.size());
}

} // namespace pigeon
