#pragma once

#include "capture/capture.h"
#include "host/brokerhost.h"
#include "window/democlient.h"
#include "window/firstrunpage.h"
#include "window/knownnames.h"
#include "window/relaysource.h"

#include <QObject>

namespace pigeon {

class DemoTraffic;
class Preferences;

/// What runs behind the window: the broker inside, the way to it, what is known of it, and demo traffic. It starts and stops
/// the broker by files in the syntax of pigeond and says what became of it; it shows nothing. GUI thread.
class Workbench final : public QObject
{
    Q_OBJECT

public:
    explicit Workbench(Preferences &preferences, QObject *parent = nullptr);
    ~Workbench() override;

    window::BrokerHost &host() { return m_host; }
    MonitorSource &source() { return m_relay; }
    Capture &capture() { return m_capture; }
    const KnownNames &names() const { return m_names; }

    bool isRunning() const { return m_host.state() == window::BrokerHost::State::Running; }
    /// The file that the broker runs by, or ran by last; empty: none.
    QString configFile() const { return m_configFile; }
    /// Writes a configuration of one listener as the file of the window's own, and runs by it.
    void run(const FirstRunPage::Wish &wish);
    /// Chooses what to run by, and runs it.
    void runFile(const QString &path);
    void runOnPort(quint16 port);
    /// What to run by at the next start: a file, with the port of the command line for where it does not say where to
    /// listen, or one listener of this machine, which no file says.
    void chooseFile(const QString &path, std::optional<quint16> port = {});
    void choosePort(quint16 port);
    bool hasChosen() const { return m_hasLast || !m_configFile.isEmpty(); }
    /// False: the file that is chosen is not sound, as `failed` has told.
    bool checkChosen();
    /// What is chosen, or the same as the last time.
    void runAgain();
    void stop();
    /// What could not start for a port that is in use, on the free port that `failed` told of, and else as it was: for this
    /// once, the file stays as it is.
    void runOnFreePort();
    /// Replaces the text of `file`, which is the one to run by from then on; empty: the window's own. False: it is not sound
    /// or cannot be written, as `failed` has told.
    bool saveText(const QString &file, const QString &text);
    /// The same, and puts it in force, where the broker runs without ending what goes on.
    bool applyText(const QString &file, const QString &text);
    QString configText() const;

    void setDemo(bool isOn);
    /// Whom its devices come in as from the next time on; it is kept nowhere.
    void setDemoLogin(const QString &user, const QString &password);
    bool isDemo() const;
    void setPacketsWanted(bool isWanted);
    /// How often views are fed: slower while nobody looks.
    void setFrames(int perSecond);

Q_SIGNALS:
    void started(const QStringList &listeners, const QStringList &urls);
    /// It runs on, and other listeners may be open.
    void listening(const QStringList &listeners, const QStringList &urls);
    void stopped();
    /// What is wrong, with what to do, sentences; a port that is taken can be replaced.
    void failed(const QString &text, quint16 freePort);
    void noticed(const QString &text);
    void demoChanged(bool isOn);
    /// The broker does not let demo traffic in as `user` (empty: without a name), which has ended.
    void demoLoginWanted(const QString &user);

private:
    std::optional<Configuration> readChosen();
    void start(const Configuration &configuration, const QString &file);
    void follow(window::BrokerHost::State state);
    void endDemo();
    void giveUpDemo(DemoClient::Refusal refusal);
    bool write(const QString &path, const QString &text);
    bool keepOwn();
    void notice(const QString &text);

    Preferences &m_preferences;
    window::BrokerHost m_host;
    RelaySource m_relay;
    Capture m_capture;
    KnownNames m_names;
    std::unique_ptr<DemoTraffic> m_demo;
    QString m_configFile;
    std::optional<quint16> m_port; ///< of the command line, for where m_configFile says none
    Configuration m_last;
    bool m_hasLast = false;
    QString m_kept; ///< what was said of a file that was kept, a moment ago
    bool m_isDemoWanted = false;
    QByteArray m_demoUser;
    QByteArray m_demoPassword;
    Interests m_interests = Interest::Messages | Interest::Deliveries;
};

} // namespace pigeon
