#include "scene.h"

#include "host/configurationfile.h"
#include "look/banner.h"
#include "payload/inspector.h"
#include "publish/publishpanel.h"
#include "views/clientspage.h"
#include "views/exporting.h"
#include "views/filteredit.h"
#include "views/inspectorpanel.h"
#include "views/livetable.h"
#include "views/logpage.h"
#include "views/messagespage.h"
#include "views/packetspage.h"
#include "views/retainedmessagespage.h"
#include "views/subscriptionspage.h"
#include "views/topicspage.h"
#include "window/commandpalette.h"
#include "window/configdialog.h"
#include "window/firstrunpage.h"
#include "window/mainwindow.h"
#include "window/preferences.h"

#include <pigeon/users.h>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDockWidget>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTableWidget>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace pigeon;

/// The real window with its broker, without a display: what an operator does, with other people's clients.
class TestWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(QDir(m_home.path()).removeRecursively() && QDir().mkpath(m_home.path())); }

    void firstRun()
    {
        Scene scene;
        auto *first = scene.page<FirstRunPage>();
        QVERIFY(first->isVisible());
        QTcpServer taken; // its port is free again as soon as it is gone
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        auto *port = first->findChild<QSpinBox *>(QStringLiteral("port"));
        auto *run = first->findChild<QPushButton *>(QStringLiteral("run"));
        port->setValue(taken.serverPort());
        QVERIFY(!run->isEnabled()); // somebody else listens there
        taken.close();
        port->setValue(port->value() + 1);
        port->setValue(port->value() - 1);
        QVERIFY(run->isEnabled());
        QTest::mouseClick(run, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        QVERIFY(!first->isVisible());
        QVERIFY(scene.page<MessagesPage>()->isVisible());
        QCOMPARE(scene.port(), QString::number(port->value()));
        QFile file(m_home.filePath(QStringLiteral("pigeon/pigeon.conf")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("\nlistener " + QByteArray::number(port->value()) + " localhost\n"));
        QCOMPARE(scene.preferences.configFile(), file.fileName()); // to go on with it the next time
    }

    void messageOfADeviceIsFound()
    {
        Scene scene;
        QVERIFY(scene.run());
        scene.publish(QStringLiteral("dev7"), QStringLiteral("site/kitchen/temp"), QStringLiteral("{\"temp\":31}"), {QStringLiteral("-q"), QStringLiteral("1")});
        scene.publish(QStringLiteral("dev8"), QStringLiteral("site/cellar/temp"), QStringLiteral("{\"temp\":12}"));
        auto *page = scene.page<MessagesPage>();
        page->applyFilter(QStringLiteral("topic ~ \"site/+/temp\" and json.temp > 30"));
        const QAbstractItemModel *model = page->table()->model();
        QTRY_COMPARE(column(model, MessagesModel::Topic), QStringList{QStringLiteral("site/kitchen/temp")});
        QCOMPARE(model->index(0, MessagesModel::From).data().toString(), QStringLiteral("dev7"));
        QCOMPARE(model->index(0, MessagesModel::Quality).data().toString(), QStringLiteral("1"));
        QCOMPARE(model->index(0, MessagesModel::Payload).data().toString(), QStringLiteral("{\"temp\":31}"));
        // "Apply as filter" on a cell says the same in another way.
        page->filterEdit()->apply(QStringLiteral("from == \"dev8\""), FilterJoin::Replace);
        QTRY_COMPARE(column(model, MessagesModel::Topic), QStringList{QStringLiteral("site/cellar/temp")});
    }

    void brokersOwnMessagesAreLeftOut()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<MessagesPage>();
        const QAbstractItemModel *model = page->table()->model();
        const auto says = [&](const QString &text) {
            const QList<QLabel *> labels = page->findChildren<QLabel *>();
            return std::ranges::any_of(labels, [&](const QLabel *label) { return label->isVisible() && label->text() == text; });
        };
        const MessageLog &log = scene.workbench.capture().messages();
        QTRY_VERIFY_WITH_TIMEOUT(log.systemRows() > 0, 20'000);
        QCOMPARE(log.systemRows(), log.end() - log.begin());
        QCOMPARE(model->rowCount(), 0);
        QTRY_VERIFY(says(QStringLiteral("No messages yet")));
        scene.publish(QStringLiteral("dev7"), QStringLiteral("site/temp"), QStringLiteral("1"));
        QTRY_COMPARE(column(model, MessagesModel::Topic), QStringList{QStringLiteral("site/temp")});
        QTRY_VERIFY(says(QStringLiteral("1")));
        page->applyFilter(QStringLiteral("size > 100000 or size > 200000"));
        QTRY_VERIFY(says(QStringLiteral("0 of 1 rows match")));
        page->applyFilter({});
        auto *system = page->findChild<QToolButton *>(QStringLiteral("system"));
        system->click();
        QTRY_VERIFY(model->rowCount() > 1);
        const QVariantMap saved = page->saved();
        system->click();
        QTRY_COMPARE(model->rowCount(), 1);
        page->restore(saved);
        QVERIFY(system->isChecked());
        QTRY_VERIFY(model->rowCount() > 1);
        system->click();
        QTRY_COMPARE(model->rowCount(), 1);
        page->applyFilter(QStringLiteral("topic ~ \"$SYS/#\"")); // who names them means them
        QTRY_VERIFY(model->rowCount() > 1);
    }

    void messageIsInspected()
    {
        Scene scene;
        QVERIFY(scene.run());
        QProcess receiver;
        scene.start(receiver, QStringLiteral("mosquitto_sub"), {QStringLiteral("-i"), QStringLiteral("receiver"), QStringLiteral("-t"), QStringLiteral("site/#"), QStringLiteral("-q"), QStringLiteral("1"), QStringLiteral("-C"), QStringLiteral("2")});
        QTRY_VERIFY(scene.workbench.capture().subscriptions().count() == 1);
        scene.publish(QStringLiteral("dev7"), QStringLiteral("site/temp"), QStringLiteral("{\"t\":1}"), {QStringLiteral("-q"), QStringLiteral("1")});
        scene.publish(QStringLiteral("dev7"), QStringLiteral("site/temp"), QStringLiteral("{\"t\":2}"), {QStringLiteral("-q"), QStringLiteral("1")});
        QTRY_VERIFY(receiver.state() == QProcess::NotRunning);
        auto *page = scene.page<MessagesPage>();
        page->applyFilter(QStringLiteral("topic == \"site/temp\""));
        QTRY_COMPARE(page->table()->model()->rowCount(), 2);
        page->table()->selectRow(1);
        const auto message = [&] { return scene.page<InspectorPanel>()->inspector()->message(); };
        QCOMPARE(message().topic, QStringLiteral("site/temp"));
        QCOMPARE(message().payload, QByteArray("{\"t\":2}"));
        QCOMPARE(message().previous, std::optional<QByteArray>("{\"t\":1}"));
        QCOMPARE(message().history.size(), size_t(2));
        QTRY_COMPARE(message().deliveries.size(), size_t(1));
        QCOMPARE(message().deliveries.front().receiver, QStringLiteral("receiver"));
        QTRY_VERIFY(message().deliveries.front().acknowledgedAfter >= 0);
    }

    void exportIsReadAgain()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *packets = scene.page<PacketsPage>();
        packets->setRecording(true);
        scene.publish(QStringLiteral("dev7"), QStringLiteral("a/\"b\""), QStringLiteral("x,\ny"), {QStringLiteral("-q"), QStringLiteral("1")});
        scene.publish(QStringLiteral("dev7"), QStringLiteral("a/c"), QStringLiteral("{\"t\":2}"));
        auto *page = scene.page<MessagesPage>();
        page->applyFilter(QStringLiteral("topic ~ \"a/#\""));
        QTRY_COMPARE(page->table()->model()->rowCount(), 2);
        const auto written = [&](const QString &name, Exporting &exporting, const std::function<void(const QString &)> &begin) {
            const QString path = m_home.filePath(name);
            QString problem = QStringLiteral("never ended");
            connect(&exporting, &Exporting::finished, this, [&](const QString &end) { problem = end; });
            begin(path);
            const bool hasEnded = QTest::qWaitFor([&] { return problem.isEmpty(); });
            exporting.disconnect(this);
            QFile file(path);
            return hasEnded && file.open(QIODevice::ReadOnly) ? file.readAll() : problem.toUtf8();
        };
        const std::vector<quint64> rows = logRowsOf(page->model(), allRowsOf(page->model()));
        const QByteArray csv = written(QStringLiteral("m.csv"), page->exporting(), [&](const QString &path) { page->exporting().writeMessages(path, rows); });
        QVERIFY2(csv.contains("\"a/\"\"b\"\"\"") && csv.contains("\"x,\ny\"") && csv.contains("a/c"), csv.constData());
        const QByteArray lines = written(QStringLiteral("m.jsonl"), page->exporting(), [&](const QString &path) { page->exporting().writeMessages(path, rows); });
        QCOMPARE(lines.count('\n'), 2);
        const QJsonObject last = QJsonDocument::fromJson(lines.split('\n').at(1)).object();
        QCOMPARE(last[QLatin1String("topic")].toString(), QStringLiteral("a/c"));
        QCOMPARE(last[QLatin1String("payload_json")][QLatin1String("t")].toInt(), 2);

        QTRY_VERIFY(packets->table()->model()->rowCount() >= 8); // CONNECT, CONNACK, PUBLISH, PUBACK, DISCONNECT; without PUBACK
        const QStringList types = column(packets->table()->model(), PacketsModel::Type);
        for (const char *type : {"CONNECT", "CONNACK", "PUBLISH", "PUBACK", "DISCONNECT"})
            QVERIFY2(types.contains(QLatin1String(type)), type);
        const QByteArray capture = written(QStringLiteral("p.pcapng"), packets->exporting(),
            [&](const QString &path) { packets->exporting().writePackets(path, logRowsOf(packets->model(), allRowsOf(packets->model()))); });
        QVERIFY(capture.startsWith("\x0a\x0d\x0d\x0a"));

        // Who has come and gone in a moment is known all the same: its row, its packets from CONNECT on, its streams.
        const QStringList ids = column(packets->table()->model(), PacketsModel::Client);
        QCOMPARE(ids.count(QStringLiteral("dev7")), ids.size());
        QVERIFY(capture.contains("client dev7, connection ") && !capture.contains("client , "));
        const QAbstractItemModel *clients = scene.page<ClientsPage>()->table()->model();
        QTRY_COMPARE(clients->index(rowWith(clients, ClientsModel::Id, QStringLiteral("dev7")), ClientsModel::State).data().toString(), QStringLiteral("gone"));
        const auto known = [&](int which) { return clients->index(rowWith(clients, ClientsModel::Id, QStringLiteral("dev7")), which).data().toString(); };
        QVERIFY(known(ClientsModel::Address).startsWith(QStringLiteral("127.0.0.1:")));
        QCOMPARE(known(ClientsModel::Version), QStringLiteral("3.1.1"));
        QVERIFY(!known(ClientsModel::Since).isEmpty() && !known(ClientsModel::LastReason).isEmpty());
    }

    void layoutIsKept()
    {
        const auto dock = [](MainWindow &window, const char *name) { return window.findChild<QDockWidget *>(QLatin1String(name)); };
        {
            Scene scene;
            QVERIFY(scene.run());
            QVERIFY(!dock(scene.window, "topicsDock")->isHidden());
            dock(scene.window, "topicsDock")->hide();
            dock(scene.window, "matchDock")->show();
            scene.page<MessagesPage>()->applyFilter(QStringLiteral("size > 5"));
            scene.window.close();
        }
        Scene again;
        QVERIFY(again.run());
        QVERIFY(dock(again.window, "topicsDock")->isHidden());
        QVERIFY(!dock(again.window, "matchDock")->isHidden());
        QCOMPARE(again.page<MessagesPage>()->filterEdit()->text(), QStringLiteral("size > 5"));
        const QList<QAction *> actions = again.window.findChildren<QAction *>();
        for (QAction *action : actions) {
            if (action->text() == QStringLiteral("Reset &layout"))
                action->trigger();
        }
        QVERIFY(!dock(again.window, "topicsDock")->isHidden());
        QVERIFY(dock(again.window, "matchDock")->isHidden());
    }

    void wrongFilterSaysWhy()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<MessagesPage>();
        scene.window.showPage(page);
        page->beginFilter();
        auto *line = page->filterEdit()->findChild<QLineEdit *>();
        QTest::keyClicks(line, QStringLiteral("size > "));
        QVERIFY(page->filterEdit()->filter().error);
        const QList<QLabel *> labels = page->filterEdit()->findChildren<QLabel *>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel *label) { return label->isVisible() && !label->text().isEmpty(); }));
        QTest::keyClick(line, Qt::Key_Escape);
        QCOMPARE(line->text(), QString());
        QVERIFY(!page->filterEdit()->filter().error);
    }

    void enterInTheFilterIsTheFilters()
    {
        Scene scene;
        QVERIFY(scene.run());
        scene.publish(QStringLiteral("a"), QStringLiteral("t/1"), QStringLiteral("1"));
        auto *page = scene.page<MessagesPage>();
        page->applyFilter(QStringLiteral("topic ~ \"t/#\""));
        QTRY_COMPARE(page->table()->model()->rowCount(), 1);
        page->table()->selectRow(0);
        auto *inspector = scene.window.findChild<QDockWidget *>(QStringLiteral("inspectorDock"));
        inspector->hide();
        page->beginFilter();
        auto *line = page->filterEdit()->findChild<QLineEdit *>();
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(inspector->isHidden());
        QVERIFY(page->table()->hasFocus());
        QTest::keyClick(page->table(), Qt::Key_Return, Qt::ShiftModifier); // there it is for the row
        QVERIFY(!inspector->isHidden());
    }

    void frozenViewsStandStill()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<MessagesPage>();
        scene.publish(QStringLiteral("a"), QStringLiteral("t/1"), QStringLiteral("1"));
        page->applyFilter(QStringLiteral("topic ~ \"t/#\""));
        QTRY_COMPARE(page->table()->model()->rowCount(), 1);
        page->table()->setFocus();
        QTest::keyClick(page->table(), Qt::Key_Space);
        QVERIFY(scene.window.isFrozen());
        scene.publish(QStringLiteral("a"), QStringLiteral("t/2"), QStringLiteral("2"));
        QTRY_VERIFY(page->model().behind() > 0);
        QCOMPARE(page->table()->model()->rowCount(), 1);
        auto *tree = scene.page<TopicsPage>()->findChild<QTreeView *>();
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_Space); // from wherever
        QTRY_COMPARE(page->table()->model()->rowCount(), 2); // nothing was lost
    }

    void clientIsDisconnectedAndBanned()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<ClientsPage>();
        scene.window.showPage(page);
        QProcess device;
        scene.start(device, QStringLiteral("mosquitto_sub"), {QStringLiteral("-i"), QStringLiteral("dev7"), QStringLiteral("-t"), QStringLiteral("a/#"), QStringLiteral("-V"), QStringLiteral("5")});
        const auto row = [&] { return rowWith(page->table()->model(), ClientsModel::Id, QStringLiteral("dev7")); };
        QTRY_VERIFY(row() >= 0);
        page->table()->selectRow(row());
        inNextDialog<QDialog>([](QDialog *dialog) {
            const auto *reason = dialog->findChild<QComboBox *>();
            QVERIFY(reason->currentText().startsWith(QStringLiteral("0x98")));
            dialog->accept();
        });
        scene.action(page, QStringLiteral("Disconnect"))->trigger();
        const auto seen = [&] { return page->model().seen(row()); };
        QTRY_VERIFY(std::ranges::any_of(seen()->history, [](const ConnectionEvent &event) {
            return event.kind == ConnectionEventKind::Disconnected && event.reason == ReasonCode::AdministrativeAction;
        }));

        inNextDialog<QDialog>([](QDialog *dialog) { dialog->accept(); }); // by client id, for an hour
        page->table()->selectRow(row());
        scene.action(page, QStringLiteral("Ban"))->trigger();
        QTRY_VERIFY(seen()->isBanned);
        QTRY_COMPARE(page->table()->model()->index(row(), ClientsModel::State).data().toString(), QStringLiteral("banned"));
        device.kill();
        device.waitForFinished();
        const QString said = scene.client(QStringLiteral("mosquitto_pub"), {QStringLiteral("-i"), QStringLiteral("dev7"), QStringLiteral("-t"), QStringLiteral("a"), QStringLiteral("-m"), QStringLiteral("b")});
        QVERIFY2(!said.isEmpty(), "a banned client was let in");
        // The banner has the way back.
        QTRY_VERIFY(scene.window.banner()->text().contains(QStringLiteral("ban")));
        QTest::mouseClick(scene.window.banner()->findChild<QPushButton *>(), Qt::LeftButton);
        QTRY_VERIFY(!seen()->isBanned);
    }

    void banMeansWhoWasChosen()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<ClientsPage>();
        scene.window.showPage(page);
        QProcess device;
        scene.start(device, QStringLiteral("mosquitto_sub"), {QStringLiteral("-i"), QStringLiteral("dev7"), QStringLiteral("-t"), QStringLiteral("a/#")});
        const auto row = [&](const QString &id) { return rowWith(page->table()->model(), ClientsModel::Id, id); };
        QTRY_VERIFY(row(QStringLiteral("dev7")) >= 0);
        page->table()->selectRow(row(QStringLiteral("dev7")));
        QProcess other;
        inNextDialog<QDialog>([&](QDialog *dialog) {
            // Another client comes while it is asked, and takes the row.
            scene.start(other, QStringLiteral("mosquitto_sub"), {QStringLiteral("-i"), QStringLiteral("dev1"), QStringLiteral("-t"), QStringLiteral("a/#")});
            QTRY_COMPARE(row(QStringLiteral("dev1")), 0);
            QCOMPARE(row(QStringLiteral("dev7")), 1);
            dialog->accept();
        });
        scene.action(page, QStringLiteral("Ban"))->trigger();
        QTRY_VERIFY(page->model().seen(row(QStringLiteral("dev7")))->isBanned);
        QVERIFY(!page->model().seen(row(QStringLiteral("dev1")))->isBanned);
        for (QProcess *each : {&device, &other}) {
            each->kill();
            each->waitForFinished();
        }
    }

    void retainedSubtreeIsDeletedAndComesBack()
    {
        Scene scene;
        QVERIFY(scene.run());
        for (const char *topic : {"house/a", "house/b", "house/b/c", "other"})
            scene.publish(QStringLiteral("dev"), QLatin1String(topic), QStringLiteral("on"), {QStringLiteral("-r")});
        auto *page = scene.page<RetainedMessagesPage>();
        scene.window.showPage(page);
        page->applyFilter(QStringLiteral("topic ~ \"house/#\" or topic == \"other\""));
        const QAbstractItemModel *model = page->table()->model();
        QTRY_COMPARE(model->rowCount(), 4);
        inNextDialog<QMessageBox>([](QMessageBox *box) {
            QVERIFY2(box->text().contains(QStringLiteral("3 retained")), qPrintable(box->text())); // exactly
            QTest::mouseClick(box->button(QMessageBox::Yes), Qt::LeftButton);
        });
        page->deleteBelow("house");
        QTRY_COMPARE(column(model, RetainedModel::Topic), QStringList{QStringLiteral("other")});
        QTRY_VERIFY(page->canUndo());
        page->undo();
        QTRY_COMPARE(model->rowCount(), 4);
        const QString said = scene.client(QStringLiteral("mosquitto_sub"), {QStringLiteral("-t"), QStringLiteral("house/#"), QStringLiteral("-C"), QStringLiteral("3"), QStringLiteral("-F"), QStringLiteral("%t=%p %r")});
        QCOMPARE(said.split(u'\n', Qt::SkipEmptyParts).toList().size(), 3);
        QVERIFY(said.contains(QStringLiteral("house/b/c=on 1")));
    }

    void publishedPropertiesArrive()
    {
        Scene scene;
        QVERIFY(scene.run());
        QProcess receiver;
        scene.start(receiver, QStringLiteral("mosquitto_sub"), {QStringLiteral("-V"), QStringLiteral("5"), QStringLiteral("-i"), QStringLiteral("receiver"), QStringLiteral("-t"), QStringLiteral("cmd/#"), QStringLiteral("-q"), QStringLiteral("1"), QStringLiteral("-C"), QStringLiteral("1"), QStringLiteral("-F"), QStringLiteral("%t|%p|%q|%C|%R|%D|%P")});
        QTRY_VERIFY(scene.workbench.capture().subscriptions().count() == 1);
        auto *panel = scene.page<PublishPanel>();
        PublishDraft draft;
        draft.topic = QStringLiteral("cmd/lamp");
        draft.form = PayloadForm::Json;
        draft.text = QStringLiteral("{\"on\":true}");
        draft.qos = QoS::AtLeastOnce;
        draft.properties.contentType = "application/json";
        draft.properties.responseTopic = "reply/here";
        draft.properties.correlationData = "42";
        draft.properties.userProperties = {{"who", "window"}};
        panel->setDraft(draft);
        QCOMPARE(panel->draft(), draft); // the fields say the same
        panel->send();
        QTRY_VERIFY_WITH_TIMEOUT(receiver.state() == QProcess::NotRunning, 10'000);
        QCOMPARE(QString::fromUtf8(receiver.readAll()).trimmed(), QStringLiteral("cmd/lamp|{\"on\":true}|1|application/json|reply/here|42|who:window"));
    }

    void brokenJsonIsNotSent()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *panel = scene.page<PublishPanel>();
        PublishDraft draft;
        draft.topic = QStringLiteral("a");
        draft.form = PayloadForm::Json;
        draft.text = QStringLiteral("{\"on\":");
        panel->setDraft(draft);
        QVERIFY(!panel->findChild<QPushButton *>(QStringLiteral("send"))->isEnabled());
        draft.text += QStringLiteral("1}");
        panel->setDraft(draft);
        QVERIFY(panel->findChild<QPushButton *>(QStringLiteral("send"))->isEnabled());
    }

    void listenerIsAddedWhileItRuns()
    {
        Scene scene;
        QVERIFY(scene.run());
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        const quint16 second = taken.serverPort();
        taken.close();
        ConfigDialog dialog({}, QStringLiteral("listener %1 localhost\n").arg(scene.port()), &scene.window);
        QString applied;
        connect(&dialog, &ConfigDialog::applied, this, [&](const QString &path, const QString &text) {
            QVERIFY(path.isEmpty()); // it has no file yet
            applied = text;
        });
        auto *editor = dialog.findChild<QPlainTextEdit *>();
        auto *apply = dialog.findChild<QPushButton *>(QStringLiteral("apply"));
        editor->appendPlainText(QStringLiteral("listener nonsense"));
        QTRY_VERIFY(!apply->isEnabled());
        editor->setPlainText(QStringLiteral("listener %1 localhost\nlistener %2 localhost\n").arg(scene.port()).arg(second));
        QTRY_VERIFY(apply->isEnabled());
        QTest::mouseClick(apply, Qt::LeftButton);
        QVERIFY(!applied.isEmpty());
        QVERIFY(scene.workbench.applyText({}, applied));
        QTRY_COMPARE(scene.workbench.host().listeners().size(), 2);
        const auto says = [&](const QString &text) {
            const QList<QLabel *> labels = scene.window.findChildren<QLabel *>();
            return std::ranges::any_of(labels, [&](const QLabel *label) { return label->text().contains(text); });
        };
        QTRY_VERIFY(says(QStringLiteral("port %1").arg(second)));
        QFile file(Preferences::ownConfigFile());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), applied);
    }

    void configurationIsSavedWhereItIsFrom()
    {
        Scene scene;
        const QString one = written(QStringLiteral("one.conf"), "listener 0 localhost\n# one\n");
        const QString two = written(QStringLiteral("two.conf"), "listener 0 localhost\n# two\n");
        scene.workbench.runFile(one);
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        QAction *configure = scene.action(&scene.window, QStringLiteral("&Configuration"));
        configure->trigger();
        configure->trigger();
        QCOMPARE(scene.window.findChildren<ConfigDialog *>().size(), 1); // one for a file
        auto *dialog = scene.page<ConfigDialog>();
        scene.workbench.runFile(two); // while the dialog shows the other one
        QTRY_COMPARE(scene.workbench.configFile(), two);
        dialog->findChild<QPlainTextEdit *>()->appendPlainText(QStringLiteral("# more"));
        auto *apply = dialog->findChild<QPushButton *>(QStringLiteral("apply"));
        QTRY_VERIFY(apply->isEnabled());
        QTest::mouseClick(apply, Qt::LeftButton);
        QVERIFY(contents(one).contains("# more"));
        QCOMPARE(contents(two), QByteArray("listener 0 localhost\n# two\n"));
    }

    void failedSaveChangesNothing()
    {
        Scene scene;
        QVERIFY(scene.run());
        QVERIFY(!scene.workbench.applyText(m_home.path(), QStringLiteral("listener 0 localhost\n"))); // a folder
        QVERIFY(!scene.workbench.saveText({}, QStringLiteral("listener nonsense\n")));
        QVERIFY(scene.workbench.configFile().isEmpty());
        QTRY_VERIFY(scene.window.banner()->isVisible());
    }

    void ownFileIsKeptBeforeItIsReplaced()
    {
        QDir(m_home.path()).mkpath(QStringLiteral("pigeon"));
        const QString own = written(QStringLiteral("pigeon/pigeon.conf"), "# mine\nlistener 18830 localhost\n");
        written(QStringLiteral("pigeon/passwords"), "old:$7$1$AAAA$AAAA\n");
        const auto kept = [&] { return QDir(m_home.filePath(QStringLiteral("pigeon"))).entryList({QStringLiteral("*.before-*")}, QDir::Files, QDir::Name); };
        Scene scene;
        FirstRunPage::Wish wish;
        wish.port = 0;
        wish.user = QStringLiteral("new");
        wish.password = QStringLiteral("secret");
        scene.workbench.run(wish);
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        QCOMPARE(kept().size(), 2);
        QCOMPARE(contents(m_home.filePath(QStringLiteral("pigeon/") + kept().last())), QByteArray("# mine\nlistener 18830 localhost\n"));
        QVERIFY(scene.window.banner()->text().contains(kept().last()));
        const QByteArray users = contents(m_home.filePath(QStringLiteral("pigeon/passwords")));
        QVERIFY(users.contains("new:") && !users.contains("old:"));
        scene.workbench.run(wish); // over what the page itself wrote
        QVERIFY(contents(own).contains("listener 0"));
        QCOMPARE(kept().size(), 2);
    }

    void busyPortIsReplacedAndNothingElse()
    {
        Scene scene;
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        const QString passwords = m_home.filePath(QStringLiteral("closed.passwords"));
        QVERIFY(!writePassword(passwords, "somebody", "secret", PasswordFileMode::Replace));
        const QByteArray text = "allow_anonymous false\npassword_file " + QFile::encodeName(passwords) + "\nlistener " + QByteArray::number(taken.serverPort()) + " localhost\n";
        const QString file = written(QStringLiteral("closed.conf"), text);
        scene.workbench.runFile(file);
        QTRY_VERIFY(scene.window.banner()->isVisible());
        QTest::mouseClick(scene.window.banner()->findChild<QPushButton *>(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
        QVERIFY(scene.port() != QString::number(taken.serverPort()));
        const QString said = scene.client(QStringLiteral("mosquitto_pub"), {QStringLiteral("-t"), QStringLiteral("a"), QStringLiteral("-m"), QStringLiteral("b")});
        QVERIFY2(said.contains(QStringLiteral("not authori")), qPrintable(said)); // as closed as the file says
        QCOMPARE(scene.workbench.configFile(), file);
        QCOMPARE(contents(file), text);
    }

    void busyPortIsToldWithAWayOut()
    {
        Scene scene;
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        scene.workbench.runOnPort(taken.serverPort());
        QTRY_VERIFY(scene.window.banner()->isVisible());
        QVERIFY2(scene.window.banner()->text().contains(QString::number(taken.serverPort())), qPrintable(scene.window.banner()->text()));
        QVERIFY(!scene.workbench.isRunning());
        QTest::mouseClick(scene.window.banner()->findChild<QPushButton *>(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
    }

    void stoppedBrokerAnswersWithAnError()
    {
        Scene scene;
        QVERIFY(scene.run());
        scene.workbench.stop();
        QTRY_VERIFY(!scene.workbench.isRunning());
        QString error;
        scene.workbench.source().publish({}, {}, [&](const CommandAnswer &answer) { error = answer.error; });
        QVERIFY(error.isEmpty()); // never from inside the call
        QTRY_VERIFY(!error.isEmpty());
        scene.workbench.runAgain();
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
    }

    void commandsAreFoundByTheirLetters()
    {
        QVERIFY(fitOf(u"rl", u"View: Reset layout") >= 0);
        QVERIFY(fitOf(u"xyz", u"View: Reset layout") < 0);
        QVERIFY(fitOf(u"reset", u"View: Reset layout") > fitOf(u"reset", u"Broker: Restart the set"));
        Scene scene;
        QVERIFY(scene.run());
        QTest::keyClick(&scene.window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        auto *palette = scene.window.findChild<CommandPalette *>();
        QTRY_VERIFY(palette->isVisible());
        QTest::keyClicks(palette->findChild<QLineEdit *>(), QStringLiteral("clients"));
        QTest::keyClick(palette->findChild<QLineEdit *>(), Qt::Key_Return);
        QTRY_VERIFY(scene.page<ClientsPage>()->isVisible());
    }

    void everythingHasAName()
    {
        Scene scene;
        QVERIFY(scene.run());
        const QList<QAbstractItemView *> views = scene.window.findChildren<QAbstractItemView *>();
        for (const QAbstractItemView *view : views) {
            const bool isOurs = !view->parent() || !qobject_cast<QComboBox *>(view->parent()->parent());
            if (isOurs && !view->inherits("QComboBoxListView") && !view->inherits("QHeaderView"))
                QVERIFY2(!view->accessibleName().isEmpty(), view->metaObject()->className());
        }
    }

private:
    QString written(const QString &name, const QByteArray &text) const
    {
        QFile file(m_home.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
    }
    static QByteArray contents(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    const QTemporaryDir m_home;

public:
    TestWindow() { qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path())); } // nothing of the user's is read or changed
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
