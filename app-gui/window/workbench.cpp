#include "window/workbench.h"

#include "host/configurationfile.h"
#include "window/configtext.h"
#include "window/demotraffic.h"
#include "window/preferences.h"

#include <pigeon/users.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace pigeon {

namespace {

using State = window::BrokerHost::State;

CaptureBounds boundsOf(const Preferences &preferences)
{
    CaptureBounds bounds;
    bounds.messages = static_cast<quint64>(preferences.ringRows());
    bounds.messageBytes = qint64(preferences.ringMegabytes()) * 1024 * 1024;
    return bounds;
}

QString allErrors(const Diagnostics &diagnostics)
{
    QStringList lines;
    for (const Diagnostic &each : diagnostics) {
        if (each.severity == Diagnostic::Severity::Error)
            lines.append(each.line());
    }
    return lines.join(u'\n');
}

/// The listener of `configuration` that clients without TLS and WebSocket come in through, for demo traffic.
std::optional<quint16> plainPort(const QStringList &urls)
{
    for (const QString &url : urls) {
        if (url.startsWith(QLatin1String("mqtt://")))
            return static_cast<quint16>(url.section(u':', -1).toUInt());
    }
    return std::nullopt;
}

} // namespace

Workbench::Workbench(Preferences &preferences, QObject *parent)
    : QObject(parent)
    , m_preferences(preferences)
    , m_capture(boundsOf(preferences))
    , m_names(m_capture)
    , m_demo(std::make_unique<DemoTraffic>())
    , m_configFile(preferences.configFile())
{
    m_relay.setInterests(m_interests);
    setFrames(preferences.framesPerSecond());
    connect(&m_host, &window::BrokerHost::stateChanged, this, &Workbench::follow);
    connect(&m_host, &window::BrokerHost::sourceChanged, this, [this](MonitorSource *source) {
        m_relay.setTarget(source);
        m_capture.setSource(source);
        if (source)
            source->attach();
    });
    connect(&m_host, &window::BrokerHost::failed, this, [this](const window::HostProblem &problem) {
        Q_EMIT failed(problem.remedy.isEmpty() ? problem.text : problem.text + u' ' + problem.remedy, problem.freePort);
    });
    connect(&m_host, &window::BrokerHost::applied, this, [this](const window::HostProblem &problem, const QStringList &needRestart) {
        if (!problem.isNothing())
            Q_EMIT failed(problem.remedy.isEmpty() ? problem.text : problem.text + u' ' + problem.remedy, problem.freePort);
        else if (needRestart.isEmpty())
            Q_EMIT noticed(tr("The configuration is in force."));
        else
            Q_EMIT noticed(tr("In force, but for what needs a restart: %1").arg(needRestart.join(QStringLiteral("; "))));
    });
}

Workbench::~Workbench()
{
    // The broker's end is told of while what would hear it is being destroyed.
    m_host.disconnect(this);
    m_relay.setTarget(nullptr);
    m_capture.setSource(nullptr);
}

void Workbench::run(const FirstRunPage::Wish &wish)
{
    const QString file = Preferences::ownConfigFile();
    const QString folder = QFileInfo(file).absolutePath();
    QString text = tr("# Written by the window of Pigeon. pigeond -c runs the same broker without it.") + u'\n';
    text += wish.isForNetwork ? QStringLiteral("listener %1\n").arg(wish.port) : QStringLiteral("listener %1 localhost\n").arg(wish.port);
    QDir().mkpath(folder);
    if (!wish.user.isEmpty()) {
        const QString passwords = folder + QStringLiteral("/passwords");
        const std::optional<QString> problem = writePassword(passwords, wish.user.toUtf8(), wish.password.toUtf8(), PasswordFileMode::Change);
        if (problem) {
            Q_EMIT failed(*problem, 0);
            return;
        }
        text += QStringLiteral("password_file %1\n").arg(passwords);
    } else if (wish.isForNetwork) {
        text += QStringLiteral("allow_anonymous true\n");
    }
    m_configFile = file;
    if (const std::optional<QString> problem = write(text)) {
        Q_EMIT failed(*problem, 0);
        return;
    }
    m_isDemoWanted = wish.isDemo;
    runFile(file);
}

void Workbench::runFile(const QString &path)
{
    const ParsedConfiguration parsed = window::openConfiguration(path);
    m_configFile = path;
    if (hasErrors(parsed.diagnostics)) {
        Q_EMIT failed(allErrors(parsed.diagnostics), 0);
        return;
    }
    m_preferences.setConfigFile(path);
    start(parsed.configuration, path);
}

void Workbench::runOnPort(quint16 port) { start(window::quickConfiguration(port, false), {}); }

void Workbench::runAgain()
{
    if (!m_configFile.isEmpty())
        runFile(m_configFile); // it may have been edited
    else if (m_hasLast)
        m_host.start(m_last);
}

void Workbench::start(const Configuration &configuration, const QString &file)
{
    m_configFile = file;
    m_last = configuration;
    m_hasLast = true;
    m_host.start(configuration);
}

void Workbench::stop()
{
    m_isDemoWanted = isDemo();
    endDemo();
    m_host.stop();
}

void Workbench::follow(State state)
{
    if (state == State::Running) {
        if (m_isDemoWanted)
            setDemo(true);
        Q_EMIT started(m_host.listeners(), m_host.urls());
    } else if (state == State::Stopped) {
        m_demo->stop();
        Q_EMIT demoChanged(false);
        Q_EMIT stopped();
    }
}

std::optional<QString> Workbench::write(const QString &text) const
{
    QSaveFile file(m_configFile); // as a whole or not at all
    if (file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0 && file.commit())
        return std::nullopt;
    return tr("%1 cannot be written: %2.").arg(QDir::toNativeSeparators(m_configFile), file.errorString());
}

QString Workbench::configText() const
{
    QFile file(m_configFile);
    if (!m_configFile.isEmpty() && file.open(QIODevice::ReadOnly))
        return QString::fromUtf8(file.readAll());
    return m_hasLast ? window::configurationText(m_last) : QString();
}

void Workbench::applyText(const QString &text)
{
    const QString name = m_configFile.isEmpty() ? Preferences::ownConfigFile() : m_configFile;
    const ParsedConfiguration parsed = window::parseText(text, name);
    if (hasErrors(parsed.diagnostics)) {
        Q_EMIT failed(allErrors(parsed.diagnostics), 0);
        return;
    }
    m_configFile = name;
    QDir().mkpath(QFileInfo(name).absolutePath());
    if (const std::optional<QString> problem = write(text)) {
        Q_EMIT failed(*problem, 0);
        return;
    }
    m_preferences.setConfigFile(name);
    m_last = parsed.configuration;
    m_hasLast = true;
    if (isRunning())
        m_host.apply(parsed.configuration);
    else
        Q_EMIT noticed(tr("Saved; it is in force when the broker starts."));
}

void Workbench::setDemo(bool isOn)
{
    m_isDemoWanted = isOn;
    const std::optional<quint16> port = plainPort(m_host.urls());
    if (!isOn)
        endDemo();
    else if (!isRunning())
        return; // as soon as it does
    else if (port)
        m_demo->start(*port);
    else
        Q_EMIT failed(tr("Demo traffic needs a listener without TLS and WebSocket: there is none."), 0);
    Q_EMIT demoChanged(isDemo());
}

void Workbench::endDemo()
{
    if (!isDemo())
        return;
    m_demo->stop();
    // Nothing of it stays: retained messages, and the session of the device that is slow.
    m_relay.deleteRetainedMatching(DemoTraffic::everything(), {});
    m_relay.endSessions(DemoTraffic::lastingSessions(), {});
}

bool Workbench::isDemo() const { return m_demo->isRunning(); }

void Workbench::setPacketsWanted(bool isWanted)
{
    m_interests.setFlag(Interest::Packets, isWanted);
    m_relay.setInterests(m_interests);
}

void Workbench::setFrames(int perSecond) { m_relay.setInterval(std::chrono::milliseconds(1000 / std::max(perSecond, 1))); }

} // namespace pigeon
