#include "scene.h"

#include "look/banner.h"
#include "views/overviewpage.h"
#include "window/democlient.h"
#include "window/demologindialog.h"

#include <pigeon/users.h>

#include <QDir>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableWidget>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

using namespace pigeon;

/// How the window comes to run a broker, by its command line, and demo traffic in it.
class TestWindowRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(QDir(m_home.path()).removeRecursively() && QDir().mkpath(m_home.path())); }

    void fileIsChosenAndNotRun()
    {
        const QString file = written(QStringLiteral("chosen.conf"), "listener 0 localhost\n");
        Scene scene;
        scene.window.begin(lineOf({QStringLiteral("-c"), file, QStringLiteral("--stopped")}));
        QCOMPARE(scene.workbench.configFile(), file);
        QVERIFY(scene.workbench.configText().contains(QStringLiteral("listener 0")));
        QCOMPARE(scene.workbench.host().state(), window::BrokerHost::State::Stopped);
        QAction *start = scene.action(&scene.window, QStringLiteral("&Start"));
        QVERIFY(start->isEnabled());
        start->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        QCOMPARE(scene.workbench.configFile(), file);
    }

    void unsoundFileIsToldOfThoughItIsNotRun()
    {
        Scene scene;
        scene.window.begin(lineOf({QStringLiteral("-c"), written(QStringLiteral("bad.conf"), "nonsense 1\n"), QStringLiteral("--stopped")}));
        QVERIFY2(scene.window.banner()->text().contains(QStringLiteral("nonsense")), qPrintable(scene.window.banner()->text()));
    }

    void demoOfTheCommandLineIsWantedOnTheFirstPage()
    {
        Scene scene;
        auto *first = scene.page<FirstRunPage>();
        QVERIFY(!first->wish().isDemo);
        scene.window.begin(lineOf({QStringLiteral("--demo")}));
        QVERIFY(first->wish().isDemo);
    }

    void portIsChosenAndNotRun()
    {
        Scene scene;
        scene.window.begin(lineOf({QStringLiteral("-p"), QStringLiteral("0"), QStringLiteral("--stopped")}));
        QCOMPARE(scene.workbench.host().state(), window::BrokerHost::State::Stopped);
        QAction *start = scene.action(&scene.window, QStringLiteral("&Start"));
        QVERIFY(start->isEnabled());
        start->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
    }

    void portThatTheFileLeavesNoRoomForIsToldOf()
    {
        const QString file = written(QStringLiteral("listener.conf"), "listener 0 localhost\n");
        Scene scene;
        scene.window.begin(lineOf({QStringLiteral("-c"), file, QStringLiteral("-p"), QStringLiteral("1")}));
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        QVERIFY2(scene.window.banner()->text().contains(QStringLiteral("-p")), qPrintable(scene.window.banner()->text()));
    }

    void nothingIsChosen()
    {
        Scene scene;
        scene.window.begin(lineOf({QStringLiteral("--stopped")}));
        QVERIFY(!scene.action(&scene.window, QStringLiteral("&Start"))->isEnabled());
    }

    void portIsForWhereTheFileNamesNone()
    {
        QTcpServer taken; // its port is free again as soon as it is gone
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        const quint16 port = taken.serverPort();
        taken.close();
        const QString file = written(QStringLiteral("no-listener.conf"), "max_queued_messages 7\n");
        Scene scene;
        scene.window.begin(lineOf({QStringLiteral("-c"), file, QStringLiteral("-p"), QString::number(port)}));
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        QCOMPARE(scene.port(), QString::number(port));
        QVERIFY(scene.workbench.applyText(file, QStringLiteral("max_queued_messages 8\n"))); // what is edited keeps it
        QTRY_COMPARE(scene.workbench.host().configuration().broker.maximumQueuedMessages, 8u);
        QCOMPARE(scene.port(), QString::number(port));
        scene.workbench.stop();
        QTRY_VERIFY(!scene.workbench.isRunning());
        scene.workbench.runAgain();
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        QCOMPARE(scene.port(), QString::number(port));
    }

    void demoTrafficComesAndGoes()
    {
        Scene scene;
        QVERIFY(scene.run());
        scene.workbench.setDemo(true);
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.capture().totals().connected >= 12, 10'000);
        scene.window.showPage(scene.page<ClientsPage>());
        QTRY_VERIFY(rowWith(scene.page<ClientsPage>()->table()->model(), ClientsModel::Id, QStringLiteral("demo-meter-1")) >= 0);
        QTRY_VERIFY(scene.workbench.capture().retained().rowOf("demo/lights/attic/state") >= 0);
        scene.workbench.setDemo(false);
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.capture().totals().connected == 0, 10'000);
        QTRY_VERIFY(scene.workbench.capture().retained().rowOf("demo/lights/attic/state") < 0);
    }

    void figuresOfTheOverviewAreWhole()
    {
        Scene scene;
        scene.window.resize(1024, 700);
        QVERIFY(scene.run());
        scene.workbench.setDemo(true);
        auto *page = scene.page<OverviewPage>();
        scene.window.showPage(page);
        const QList<QTableWidget *> tables = page->findChildren<QTableWidget *>();
        QTRY_VERIFY_WITH_TIMEOUT(tables[0]->rowCount() > 5 && tables[1]->rowCount() > 5, 10'000);
        QCoreApplication::processEvents(); // columns follow what is in them
        for (QTableWidget *table : tables) {
            for (int column = 1; column < table->columnCount(); ++column) {
                QVERIFY(table->columnWidth(column) >= table->horizontalHeader()->sectionSizeHint(column));
                for (int row = 0; row < table->rowCount(); ++row) {
                    const int needed = table->fontMetrics().horizontalAdvance(table->item(row, column)->text());
                    QVERIFY2(table->columnWidth(column) > needed, qPrintable(table->item(row, column)->text()));
                }
            }
        }
    }

    void demoTrafficTakesOnlyItsOwnAway()
    {
        Scene scene;
        QVERIFY(scene.run());
        scene.publish(QStringLiteral("own"), QStringLiteral("demo/mine"), QStringLiteral("kept"), {QStringLiteral("-r")});
        const RetainedStore &retained = scene.workbench.capture().retained();
        QTRY_VERIFY(retained.rowOf("demo/mine") >= 0);
        scene.workbench.setDemo(true);
        QTRY_VERIFY_WITH_TIMEOUT(retained.rowOf("demo/lights/attic/state") >= 0 && retained.rowOf("demo/house/attic/status") >= 0, 10'000);
        scene.workbench.setDemo(false);
        QTRY_VERIFY(retained.rowOf("demo/lights/attic/state") < 0 && retained.rowOf("demo/house/attic/status") < 0);
        QVERIFY(retained.rowOf("demo/mine") >= 0);
    }

    void demoTrafficIsGoneWithTheWindow()
    {
        const QString file = written(QStringLiteral("kept.conf"),
            "listener 0 localhost\nmount_point house/\npersistence true\npersistence_location " + QFile::encodeName(m_home.path()) + "/\n");
        {
            Scene scene;
            scene.workbench.runFile(file);
            scene.workbench.setDemo(true);
            QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.capture().retained().rowOf("house/demo/lights/attic/state") >= 0, 10'000);
            scene.publish(QStringLiteral("own"), QStringLiteral("demo/mine"), QStringLiteral("kept"), {QStringLiteral("-r")});
            QTRY_VERIFY(scene.workbench.capture().retained().rowOf("house/demo/mine") >= 0);
        }
        Scene scene;
        scene.workbench.runFile(file);
        const RetainedStore &retained = scene.workbench.capture().retained();
        QTRY_VERIFY_WITH_TIMEOUT(retained.rowOf("house/demo/mine") >= 0, 10'000);
        QVERIFY(retained.rowOf("house/demo/lights/attic/state") < 0);
        QVERIFY(retained.rowOf("house/demo/house/attic/status") < 0);
    }

    void demoTrafficAsksWhoItIs()
    {
        const QString passwords = m_home.filePath(QStringLiteral("closed.passwords"));
        QVERIFY(!writePassword(passwords, "somebody", "secret", PasswordFileMode::Replace));
        Scene scene;
        scene.workbench.runFile(written(QStringLiteral("closed.conf"),
            "allow_anonymous false\npassword_file " + QFile::encodeName(passwords) + "\nlistener 0 localhost\n"));
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        scene.workbench.setDemo(true);
        for (const char *password : {"wrong", "secret"}) {
            QTRY_VERIFY_WITH_TIMEOUT(scene.page<DemoLoginDialog>(), 10'000);
            QVERIFY(!scene.workbench.isDemo());
            QPointer<DemoLoginDialog> dialog = scene.page<DemoLoginDialog>();
            dialog->findChild<QLineEdit *>(QStringLiteral("user"))->setText(QStringLiteral("somebody"));
            dialog->findChild<QLineEdit *>(QStringLiteral("password"))->setText(QString::fromLatin1(password));
            dialog->accept();
            QTRY_VERIFY(!dialog);
        }
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.capture().totals().connected >= 12, 20'000);
        QVERIFY(scene.workbench.isDemo());
    }

    void demoTrafficComesInAsTheUserOfTheFirstPage()
    {
        Scene scene;
        FirstRunPage::Wish wish;
        wish.port = 0;
        wish.user = QStringLiteral("new");
        wish.password = QStringLiteral("secret");
        wish.isDemo = true;
        scene.workbench.run(wish);
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.capture().totals().connected >= 12, 20'000);
    }

    void demoTrafficSaysWhyItCannot()
    {
        Scene scene;
        scene.workbench.runFile(written(QStringLiteral("prefix.conf"), "clientid_prefixes own-\nlistener 0 localhost\n"));
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        scene.workbench.setDemo(true);
        QTRY_VERIFY_WITH_TIMEOUT(scene.window.banner()->text().contains(QStringLiteral("demo-")), 10'000);
        QVERIFY(!scene.workbench.isDemo());
    }

    void deviceIsDestroyedInTheMiddle()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        DemoClient::Terms terms;
        terms.clientId = "a";
        auto device = std::make_unique<DemoClient>(terms);
        int lost = 0;
        connect(device.get(), &DemoClient::lost, this, [&] { ++lost; });
        device->connectTo(QHostAddress(QHostAddress::LocalHost), server.serverPort());
        QTRY_VERIFY(server.hasPendingConnections());
        QTcpSocket *socket = server.nextPendingConnection();
        socket->write(QByteArray("\x20\x02\x00\x00", 4));
        QTRY_VERIFY(device->isConnected());
        device.reset();
        QCOMPARE(lost, 0); // nobody is told by what is half gone
    }

private:
    static ProgramLine lineOf(const QStringList &arguments) { return parseProgramLine(arguments); }
    QString written(const QString &name, const QByteArray &text) const
    {
        QFile file(m_home.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
    }

    const QTemporaryDir m_home;

public:
    TestWindowRun() { qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path())); } // nothing of the user's is read or changed
};

QTEST_MAIN(TestWindowRun)
#include "tst_windowrun.moc"
