#include "window/workbench.h"

#include "host/configurationfile.h"
#include "window/configtext.h"
#include "window/demotraffic.h"
#include "window/preferences.h"

#include <pigeon/users.h>

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHostAddress>
#include <QSaveFile>
#include <QUrl>

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

// What the first-run page wrote last, so that nobody's own text is taken for it.
constexpr QLatin1String quickKey("broker/quickFingerprint");

/// Of what is in a file; empty: it cannot be read.
QByteArray fingerprint(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256).toHex() : QByteArray();
}

QString passwordsBeside(const QString &configFile) { return QFileInfo(configFile).absolutePath() + QStringLiteral("/passwords"); }

/// How clients without TLS and WebSocket come in, for demo traffic: over loopback where that is listened on.
std::optional<DemoTraffic::Way> plainWay(const QStringList &urls, const std::vector<ListenerSettings> &listeners)
{
    std::optional<DemoTraffic::Way> way;
    for (const QString &text : urls) {
        const QUrl url(text);
        const QHostAddress address(url.host());
        if (url.scheme() == QLatin1String("mqtt") && (!way || (address.isLoopback() && !way->address.isLoopback())))
            way = DemoTraffic::Way{.address = address, .port = static_cast<quint16>(url.port())};
    }
    const auto isMeant = [&](const ListenerSettings &each) {
        return each.kind() == ListenerKind::Tcp && (each.port == way->port || each.port == 0);
    };
    if (way) {
        if (const auto listener = std::ranges::find_if(listeners, isMeant); listener != listeners.end())
            way->mountPoint = listener->terms.mountPoint;
    }
    return way;
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
    connect(&m_host, &window::BrokerHost::recovered, this, [this] { notice(tr("The store works again.")); });
    connect(&m_host, &window::BrokerHost::applied, this, [this](const window::HostProblem &problem, const QStringList &needRestart) {
        Q_EMIT listening(m_host.listeners(), m_host.urls());
        if (!problem.isNothing())
            Q_EMIT failed(problem.remedy.isEmpty() ? problem.text : problem.text + u' ' + problem.remedy, problem.freePort);
        else if (needRestart.isEmpty())
            notice(tr("The configuration is in force."));
        else
            notice(tr("In force, but for what needs a restart: %1").arg(needRestart.join(QStringLiteral("; "))));
    });
    connect(m_demo.get(), &DemoTraffic::refused, this, &Workbench::giveUpDemo);
}

Workbench::~Workbench()
{
    endDemo();
    // The broker's end is told of while what would hear it is being destroyed.
    m_host.disconnect(this);
    m_relay.setTarget(nullptr);
    m_capture.setSource(nullptr);
}

void Workbench::run(const FirstRunPage::Wish &wish)
{
    const QString file = Preferences::ownConfigFile();
    QString text = tr("# Written by the window of Pigeon. pigeond -c runs the same broker without it.") + u'\n';
    if (!keepOwn())
        return;
    text += wish.isForNetwork ? QStringLiteral("listener %1\n").arg(wish.port) : QStringLiteral("listener %1 localhost\n").arg(wish.port);
    if (!wish.user.isEmpty()) {
        const QString passwords = passwordsBeside(file);
        QDir().mkpath(QFileInfo(file).absolutePath());
        const std::optional<QString> problem = writePassword(passwords, wish.user.toUtf8(), wish.password.toUtf8(), PasswordFileMode::Replace);
        if (problem) {
            Q_EMIT failed(*problem, 0);
            return;
        }
        text += QStringLiteral("password_file %1\n").arg(passwords);
    } else if (wish.isForNetwork) {
        text += QStringLiteral("allow_anonymous true\n");
    }
    if (!write(file, text))
        return;
    m_preferences.setValue(quickKey, fingerprint(file));
    m_isDemoWanted = wish.isDemo;
    setDemoLogin(wish.user, wish.password);
    runFile(file);
}

void Workbench::runFile(const QString &path)
{
    chooseFile(path);
    runAgain();
}

void Workbench::runOnPort(quint16 port)
{
    choosePort(port);
    runAgain();
}

void Workbench::chooseFile(const QString &path, std::optional<quint16> port)
{
    m_configFile = path;
    m_port = port;
}

void Workbench::choosePort(quint16 port)
{
    chooseFile({});
    m_last = window::quickConfiguration(port, false);
    m_hasLast = true;
}

bool Workbench::checkChosen() { return m_configFile.isEmpty() || readChosen(); }

std::optional<Configuration> Workbench::readChosen()
{
    const ParsedConfiguration parsed = window::openConfiguration(m_configFile, m_port);
    if (hasErrors(parsed.diagnostics)) {
        Q_EMIT failed(allErrors(parsed.diagnostics), 0);
        return std::nullopt;
    }
    return parsed.configuration;
}

void Workbench::runOnFreePort()
{
    const window::HostProblem problem = m_host.problem();
    if (problem.freePort == 0)
        return;
    Configuration configuration = m_last;
    for (ListenerSettings &listener : configuration.listeners) {
        if (listener.socketPath.isEmpty() && listener.port == problem.busyPort)
            listener.port = static_cast<quint16>(problem.freePort);
    }
    start(configuration, m_configFile);
    if (!m_configFile.isEmpty())
        notice(tr("Port %1 in place of %2 for this once; %3 is as it was.")
                           .arg(problem.freePort)
                           .arg(problem.busyPort)
                           .arg(QDir::toNativeSeparators(m_configFile)));
}

void Workbench::runAgain()
{
    if (m_configFile.isEmpty()) {
        if (m_hasLast)
            start(m_last, {});
    } else if (const std::optional<Configuration> configuration = readChosen()) { // it may have been edited
        m_preferences.setConfigFile(m_configFile);
        start(*configuration, m_configFile);
        const auto isThere = [this](const ListenerSettings &each) { return each.port == m_port; };
        if (m_port && std::ranges::none_of(configuration->listeners, isThere))
            notice(tr("%1 says where to listen: -p has no effect.").arg(QDir::toNativeSeparators(m_configFile)));
    }
}

void Workbench::start(const Configuration &configuration, const QString &file)
{
    m_kept.clear();
    m_demo->takeRetainedTopics(); // they were of another broker
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

bool Workbench::write(const QString &path, const QString &text)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path); // as a whole or not at all
    if (file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0 && file.commit())
        return true;
    Q_EMIT failed(tr("%1 cannot be written: %2.").arg(QDir::toNativeSeparators(path), file.errorString()), 0);
    return false;
}

/// Before the window's own file is replaced by a text that was not made from it: where somebody has written in it, it stays
/// beside it under another name, its passwords as well. False: it could not be kept, as `failed` has told.
bool Workbench::keepOwn()
{
    const QString file = Preferences::ownConfigFile();
    if (!QFileInfo::exists(file) || fingerprint(file) == m_preferences.value(quickKey).toByteArray())
        return true;
    const QString suffix = QStringLiteral(".before-") + QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    for (const QString &each : {file, passwordsBeside(file)}) {
        if (QFileInfo::exists(each) && !QFile::copy(each, each + suffix)) {
            Q_EMIT failed(tr("%1 cannot be kept as %2, so nothing was changed.")
                              .arg(QDir::toNativeSeparators(each), QDir::toNativeSeparators(each + suffix)), 0);
            return false;
        }
    }
    m_kept = tr("What was in %1 is kept as %2.").arg(QDir::toNativeSeparators(file), QDir::toNativeSeparators(file + suffix));
    Q_EMIT noticed(m_kept);
    return true;
}

/// What follows at once must not hide that something was kept.
void Workbench::notice(const QString &text)
{
    const QString kept = std::exchange(m_kept, {});
    Q_EMIT noticed(kept.isEmpty() ? text : kept + u' ' + text);
}

QString Workbench::configText() const
{
    QFile file(m_configFile);
    if (!m_configFile.isEmpty() && file.open(QIODevice::ReadOnly))
        return QString::fromUtf8(file.readAll());
    return m_hasLast ? window::configurationText(m_last) : QString();
}

bool Workbench::saveText(const QString &file, const QString &text)
{
    const QString name = file.isEmpty() ? Preferences::ownConfigFile() : file;
    const std::optional<quint16> port = name == m_configFile ? m_port : std::nullopt;
    const ParsedConfiguration parsed = window::parseText(text, name, port);
    if (hasErrors(parsed.diagnostics)) {
        Q_EMIT failed(allErrors(parsed.diagnostics), 0);
        return false;
    }
    if ((file.isEmpty() && !keepOwn()) || !write(name, text))
        return false;
    chooseFile(name, port);
    m_preferences.setConfigFile(name);
    m_last = parsed.configuration;
    m_hasLast = true;
    return true;
}

bool Workbench::applyText(const QString &file, const QString &text)
{
    if (!saveText(file, text))
        return false;
    if (isRunning())
        m_host.apply(m_last);
    else
        notice(tr("Saved; it is in force when the broker starts."));
    return true;
}

void Workbench::setDemo(bool isOn)
{
    m_isDemoWanted = isOn;
    std::optional<DemoTraffic::Way> way = plainWay(m_host.urls(), m_host.configuration().listeners);
    if (!isOn)
        endDemo();
    else if (!isRunning())
        return; // as soon as it does
    else if (way) {
        way->user = m_demoUser;
        way->password = m_demoPassword;
        m_demo->start(*way);
    } else
        Q_EMIT failed(tr("Demo traffic needs a listener without TLS and WebSocket: there is none."), 0);
    Q_EMIT demoChanged(isDemo());
}

void Workbench::endDemo()
{
    if (!isDemo())
        return;
    m_demo->stop();
    // Nothing of it stays: retained messages of its own, and the session of the device that is slow.
    m_relay.deleteRetained(m_demo->takeRetainedTopics(), {});
    m_relay.endSessions(DemoTraffic::lastingSessions(), {});
}

void Workbench::setDemoLogin(const QString &user, const QString &password)
{
    m_demoUser = user.toUtf8();
    m_demoPassword = password.toUtf8();
}

void Workbench::giveUpDemo(DemoClient::Refusal refusal)
{
    if (!isRunning())
        return; // it ends, and they with it
    setDemo(false);
    if (refusal == DemoClient::Refusal::Login)
        Q_EMIT demoLoginWanted(QString::fromUtf8(m_demoUser));
    else if (refusal == DemoClient::Refusal::Unreachable)
        Q_EMIT failed(tr("Demo traffic: the listener without TLS and WebSocket cannot be reached from this machine."), 0);
    else
        Q_EMIT failed(tr("Demo traffic: the broker refuses its client ids, which begin with \"demo-\"; the log says why."), 0);
}

bool Workbench::isDemo() const { return m_demo->isRunning(); }

void Workbench::setPacketsWanted(bool isWanted)
{
    m_interests.setFlag(Interest::Packets, isWanted);
    m_relay.setInterests(m_interests);
}

void Workbench::setFrames(int perSecond) { m_relay.setInterval(std::chrono::milliseconds(1000 / std::max(perSecond, 1))); }

} // namespace pigeon
