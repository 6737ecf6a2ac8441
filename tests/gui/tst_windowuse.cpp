#include "scene.h"

#include "look/emptystate.h"
#include "models/cellroles.h"
#include "views/exporting.h"
#include "views/filteredit.h"
#include "views/overviewpage.h"
#include "views/ratechart.h"
#include "window/configdialog.h"
#include "window/quitsignals.h"
#include "window/statusline.h"

#include <QComboBox>
#include <QDateTime>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeView>

#include <csignal>

using namespace pigeon;

/// What somebody meets who works with the window: keys, questions, what stands still and what is said of it.
class TestWindowUse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(QDir(m_home.path()).removeRecursively() && QDir().mkpath(m_home.path())); }

    void enterInAListenerAddsNone()
    {
        ConfigDialog dialog({}, QStringLiteral("listener 1883 localhost\n"), nullptr);
        dialog.show();
        auto *listeners = dialog.findChild<QListWidget *>();
        auto *place = dialog.findChild<QLineEdit *>(QStringLiteral("place"));
        place->setFocus();
        place->setText(QStringLiteral("1884 localhost"));
        QTest::keyClick(place, Qt::Key_Return);
        QCOMPARE(listeners->count(), 1);
        QCOMPARE(dialog.text(), QStringLiteral("listener 1884 localhost\n"));
    }

    void unsavedConfigurationIsAskedFor()
    {
        ConfigDialog dialog({}, QStringLiteral("listener 1883 localhost\n"), nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        dialog.reject(); // nothing to ask for
        QVERIFY(!dialog.isVisible());
        dialog.show();
        dialog.findChild<QPlainTextEdit *>()->appendPlainText(QStringLiteral("# mine"));
        const auto rejected = [&](QMessageBox::StandardButton answer) {
            bool isAsked = false;
            inNextDialog<QMessageBox>([&](QMessageBox *box) {
                isAsked = true;
                box->button(answer)->click();
            });
            dialog.close();
            return isAsked && !dialog.isVisible();
        };
        QVERIFY(!rejected(QMessageBox::No));
        QVERIFY(dialog.text().contains(QStringLiteral("# mine")));
        QVERIFY(rejected(QMessageBox::Yes));
        dialog.show();
        dialog.setSaved();
        dialog.close();
        QVERIFY(!dialog.isVisible());
    }

    void busiestTopicIsFoundWhateverItIsNamed()
    {
        Scene scene;
        QVERIFY(scene.run());
        for (int i = 0; i < 4; ++i) // busier than the broker, which says each thing once
            scene.publish(QStringLiteral("a"), QStringLiteral("say \"\\x\""), QStringLiteral("1"));
        auto *overview = scene.page<OverviewPage>();
        scene.window.showPage(overview);
        QTableWidget *topics = nullptr;
        const QList<QTableWidget *> tables = overview->findChildren<QTableWidget *>();
        for (QTableWidget *table : tables) {
            if (table->accessibleName() == QStringLiteral("Busiest topics"))
                topics = table;
        }
        QVERIFY(topics);
        const auto row = [topics] { return rowWith(topics->model(), 0, QStringLiteral("say \"\\x\"")); };
        QTRY_VERIFY_WITH_TIMEOUT(row() >= 0, 10'000);
        Q_EMIT topics->cellActivated(row(), 0);
        auto *messages = scene.page<MessagesPage>();
        QVERIFY(!messages->filterEdit()->filter().error);
        QTRY_COMPARE(messages->table()->model()->rowCount(), 4);
    }

    void exportIsOfTheFormThatWasChosen_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("file");
        QTest::newRow("no end, first form") << QStringLiteral("a") << QStringLiteral("*.csv") << QStringLiteral("a.csv");
        QTest::newRow("no end, JSON lines") << QStringLiteral("b") << QStringLiteral("*.jsonl") << QStringLiteral("b.jsonl");
        QTest::newRow("an end of another kind") << QStringLiteral("c.monday") << QStringLiteral("*.jsonl") << QStringLiteral("c.monday.jsonl");
        QTest::newRow("an end says more") << QStringLiteral("d.jsonl") << QStringLiteral("*.csv") << QStringLiteral("d.jsonl");
    }
    void exportIsOfTheFormThatWasChosen()
    {
        QFETCH(QString, name);
        QFETCH(QString, filter);
        QFETCH(QString, file);
        Scene scene;
        QVERIFY(scene.run());
        scene.publish(QStringLiteral("a"), QStringLiteral("t/1"), QStringLiteral("1"));
        auto *page = scene.page<MessagesPage>();
        page->applyFilter(QStringLiteral("topic ~ \"t/#\""));
        QTRY_COMPARE(page->table()->model()->rowCount(), 1);
        inNextDialog<QFileDialog>([&](QFileDialog *dialog) {
            dialog->setDirectory(m_home.path());
            for (const QString &each : dialog->nameFilters()) {
                if (each.contains(filter)) {
                    dialog->selectNameFilter(each);
                    Q_EMIT dialog->filterSelected(each); // as a click does
                }
            }
            dialog->findChild<QLineEdit *>(QStringLiteral("fileNameEdit"))->setText(name);
            static_cast<QDialog *>(dialog)->accept();
        });
        page->exporting().exportMessages(logRowsOf(page->model(), allRowsOf(page->model())));
        QFile written(m_home.filePath(file));
        QTRY_VERIFY(written.exists());
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll().startsWith('{'), file.endsWith(QStringLiteral("jsonl")));
    }

    void oneSelectedRowIsExportedAlone()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<MessagesPage>();
        page->applyFilter(QStringLiteral("topic ~ \"t/#\""));
        for (const char *topic : {"t/1", "t/2", "t/3"})
            scene.publish(QStringLiteral("a"), QLatin1String(topic), QStringLiteral("x"));
        QTRY_COMPARE(page->table()->model()->rowCount(), 3);
        page->table()->selectRow(1);
        auto *selected = page->findChild<QAction *>(QStringLiteral("exportSelected"));
        auto *all = page->findChild<QAction *>(QStringLiteral("exportAll"));
        QVERIFY2(selected->text().contains(QStringLiteral("(1)")), qPrintable(selected->text()));
        QVERIFY2(all->text().contains(QStringLiteral("(3)")), qPrintable(all->text()));
        QCOMPARE(exported(selected).count("t/"), 1);
        QCOMPARE(exported(all).count("t/"), 3);
    }

    void subscriptionsCountWhatTheyBrought()
    {
        Scene scene;
        QVERIFY(scene.run());
        const QStringList careful{QStringLiteral("-q"), QStringLiteral("1")};
        scene.publish(QStringLiteral("a"), QStringLiteral("count/a"), QStringLiteral("x"), careful + QStringList{QStringLiteral("-r")});
        QProcess receiver;
        scene.start(receiver, QStringLiteral("mosquitto_sub"), careful + QStringList{QStringLiteral("-i"), QStringLiteral("receiver"), QStringLiteral("-t"), QStringLiteral("count/#")});
        const QAbstractItemModel *model = scene.page<SubscriptionsPage>()->table()->model();
        scene.window.showPage(scene.page<SubscriptionsPage>());
        QTRY_COMPARE(column(model, SubscriptionsModel::Delivered), QStringList{QStringLiteral("1")}); // what is retained, at once
        QCOMPARE(column(model, SubscriptionsModel::Latency), QStringList{QString()}); // it was not published for this one
        scene.publish(QStringLiteral("a"), QStringLiteral("count/b"), QStringLiteral("x"), careful);
        QTRY_COMPARE(column(model, SubscriptionsModel::Delivered), QStringList{QStringLiteral("2")});
        QVERIFY(!column(model, SubscriptionsModel::Latency).constFirst().isEmpty());
        receiver.kill();
        QVERIFY(receiver.waitForFinished());
    }

    void everyTableIsExported()
    {
        Scene scene;
        QVERIFY(scene.run());
        QProcess device;
        scene.start(device, QStringLiteral("mosquitto_sub"), {QStringLiteral("-i"), QStringLiteral("=dev7"), QStringLiteral("-t"), QStringLiteral("a/#")});
        scene.publish(QStringLiteral("b"), QStringLiteral("a/1"), QStringLiteral("x"), {QStringLiteral("-r")});
        const std::pair<TablePage *, QByteArray> pages[] = {{scene.page<ClientsPage>(), "'=dev7"}, {scene.page<SubscriptionsPage>(), "a/#"},
            {scene.page<RetainedMessagesPage>(), "a/1"}};
        for (const auto &[page, text] : pages) {
            scene.window.showPage(page);
            QTRY_VERIFY2(page->table()->model()->rowCount() > 0, qPrintable(page->title()));
            auto *all = page->findChild<QAction *>(QStringLiteral("exportAll"));
            const auto has = [&, text = text] { return exported(all).contains(text); };
            QTRY_VERIFY2(has(), qPrintable(page->title()));
            QCOMPARE(exported(all).count("\r\n"), page->table()->model()->rowCount() + 1);
        }
        auto *grouping = scene.page<SubscriptionsPage>()->findChild<QComboBox *>(QStringLiteral("grouping"));
        scene.window.showPage(scene.page<SubscriptionsPage>());
        grouping->setCurrentIndex(2);
        QVERIFY(exported(scene.page<SubscriptionsPage>()->findChild<QAction *>(QStringLiteral("exportAll"))).contains("'=dev7"));
    }

    void frozenCellsSayWhatTheySaid()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *tree = scene.page<TopicsPage>()->findChild<QTreeView *>();
        scene.publish(QStringLiteral("a"), QStringLiteral("t"), QStringLiteral("first"));
        const auto row = [&] { return rowWith(tree->model(), 0, QStringLiteral("t")); };
        QTRY_VERIFY(row() >= 0);
        const QModelIndex value = tree->model()->index(row(), static_cast<int>(TopicColumn::Value));
        tree->setCurrentIndex({});
        tree->scrollTo(value);
        const auto picture = [&] { return tree->viewport()->grab(tree->visualRect(value).adjusted(2, 2, -2, -2)).toImage(); };
        QTRY_COMPARE(value.data().toString(), QStringLiteral("first"));
        scene.window.setFrozen(true);
        const QImage before = picture();
        scene.publish(QStringLiteral("a"), QStringLiteral("t"), QStringLiteral("second"));
        const TopicStore &topics = scene.workbench.capture().topics();
        QTRY_COMPARE(topics.factsOf(topics.nodeOf("t")).last->payload(), "second"); // it is known
        QCOMPARE(picture(), before); // and not shown, whoever paints it
        QCOMPARE(value.data().toString(), QStringLiteral("first")); // nor copied or found
        scene.window.setFrozen(false);
        QVERIFY(picture() != before);
        QCOMPARE(value.data().toString(), QStringLiteral("second"));
    }

    void frozenViewsAreExportedAsTheyWere()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *retained = scene.page<RetainedMessagesPage>();
        auto *clients = scene.page<ClientsPage>();
        auto *topics = scene.page<TopicsPage>();
        const auto publish = [&](const char *topic, const char *payload) {
            scene.publish(QStringLiteral("dev7"), QLatin1String(topic), QLatin1String(payload), {QStringLiteral("-r")});
        };
        QProcess receiver;
        scene.start(receiver, QStringLiteral("mosquitto_sub"), {QStringLiteral("-i"), QStringLiteral("receiver"), QStringLiteral("-t"), QStringLiteral("t/#")});
        QTRY_COMPARE(scene.workbench.capture().subscriptions().count(), 1);
        publish("t/1", "first");
        publish("t/2", "first");
        for (TablePage *page : std::initializer_list<TablePage *>{retained, clients}) {
            scene.window.showPage(page);
            QTRY_VERIFY(page->table()->model()->rowCount() > 0);
        }
        QTRY_COMPARE(retained->model().rowCount(), 2);
        const auto of = [&](ViewPage *page) { return exported(page->findChild<QAction *>(QStringLiteral("exportAll"))); };
        const QAbstractItemModel *all = clients->table()->model();
        const auto bytesOut = [&] { return all->index(rowWith(all, ClientsModel::Id, QStringLiteral("receiver")), ClientsModel::BytesOut); };
        QTRY_VERIFY(!bytesOut().data().toString().isEmpty());
        QTRY_VERIFY(of(topics).contains("t/2"));
        scene.window.setFrozen(true);
        const QString received = bytesOut().data().toString();
        publish("t/1", "second");
        publish("t/3", "second");
        retained->deleteTopics({"t/2"});
        const RetainedStore &store = scene.workbench.capture().retained();
        QTRY_VERIFY(store.rowOf("t/2") < 0 && store.rowOf("t/3") >= 0);
        retained->table()->sortByColumn(RetainedModel::Payload, Qt::AscendingOrder); // by what it says: both the same
        QCOMPARE(column(&retained->model(), RetainedModel::Topic), QStringList({QStringLiteral("t/1"), QStringLiteral("t/2")}));
        for (ViewPage *page : std::initializer_list<ViewPage *>{retained, topics}) {
            const QByteArray rows = of(page);
            QVERIFY2(rows.count("first") == 2 && !rows.contains("second") && rows.contains("t/2") && !rows.contains("t/3"), rows.constData());
        }
        const QString lines = m_home.filePath(QStringLiteral("frozen.jsonl"));
        QTRY_VERIFY(!retained->exporting().isRunning());
        retained->exporting().writeRetained(lines, {retained->model().keyAt(0), retained->model().keyAt(1)},
            [retained](quint64 key) { return retained->model().seenOf(key); });
        QTRY_VERIFY(QFile::exists(lines));
        QFile file(lines);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count("\"payload\":\"first\""), 2);
        QCOMPARE(bytesOut().data().toString(), received);
        clients->table()->setColumnHidden(ClientsModel::BytesOut, false);
        clients->table()->selectRow(bytesOut().row());
        QVERIFY2(clients->table()->selectedText().contains(received), qPrintable(clients->table()->selectedText()));
        scene.window.setFrozen(false);
        QTRY_VERIFY(bytesOut().data().toString() != received);
        QTRY_VERIFY(of(topics).contains("t/3"));
    }

    void frozenCountsStandStill()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<ClientsPage>();
        scene.window.showPage(page);
        QTRY_VERIFY(page->isVisible());
        const auto said = [&] {
            QStringList texts;
            const QList<QLabel *> labels = page->findChildren<QLabel *>(Qt::FindDirectChildrenOnly);
            for (const QLabel *label : labels)
                texts.append(label->text());
            const auto *presets = page->findChild<QListWidget *>(QStringLiteral("presets"));
            for (int i = 0; i < presets->count(); ++i)
                texts.append(presets->item(i)->text());
            return texts;
        };
        scene.window.setFrozen(true);
        const QStringList before = said();
        QProcess device;
        scene.start(device, QStringLiteral("mosquitto_sub"), {QStringLiteral("-i"), QStringLiteral("dev7"), QStringLiteral("-t"), QStringLiteral("a/#")});
        QTRY_COMPARE(scene.workbench.capture().clients().count(), 1);
        page->tick();
        QCOMPARE(said(), before);
        scene.window.setFrozen(false);
        QTRY_VERIFY(said() != before);
    }

    void publishAndMatchAreOpenedFromEverywhere()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *publish = scene.window.findChild<QDockWidget *>(QStringLiteral("publishDock"));
        auto *match = scene.window.findChild<QDockWidget *>(QStringLiteral("matchDock"));
        for (ViewPage *page : scene.window.findChildren<ViewPage *>()) {
            publish->hide();
            match->hide();
            if (page->parentWidget()->inherits("QStackedWidget"))
                scene.window.showPage(page);
            page->setFocus();
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_P, Qt::ControlModifier);
            QVERIFY2(publish->isVisible(), qPrintable(page->title()));
            QVERIFY(publish->isAncestorOf(QApplication::focusWidget()));
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_T, Qt::ControlModifier);
            QVERIFY2(match->isVisible(), qPrintable(page->title()));
            QVERIFY(match->isAncestorOf(QApplication::focusWidget()));
        }
        // On a row they are about its topic.
        scene.publish(QStringLiteral("a"), QStringLiteral("t/1"), QStringLiteral("1"));
        auto *page = scene.page<MessagesPage>();
        scene.window.showPage(page);
        page->applyFilter(QStringLiteral("topic ~ \"t/#\""));
        QTRY_COMPARE(page->table()->model()->rowCount(), 1);
        page->table()->selectRow(0);
        QTest::keyClick(page->table(), Qt::Key_T, Qt::ControlModifier);
        QCOMPARE(match->findChild<QLineEdit *>(QStringLiteral("matchTopic"))->text(), QStringLiteral("t/1"));
    }

    void emptyViewOffersWhatCanBeDone()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<MessagesPage>();
        auto *button = page->table()->viewport()->findChild<QPushButton *>();
        QTRY_VERIFY(button->isVisible());
        button->click();
        QVERIFY(scene.window.findChild<QDockWidget *>(QStringLiteral("publishDock"))->isVisible());
        scene.workbench.stop();
        QTRY_VERIFY(!scene.workbench.isRunning());
        QTRY_COMPARE(button->text(), QStringLiteral("Start the broker"));
        QVERIFY(button->isVisible());
        button->click();
        QTRY_VERIFY_WITH_TIMEOUT(scene.workbench.isRunning(), 10'000);
    }

    void columnsTakeTheRoomThatThereIs()
    {
        Scene scene;
        scene.window.resize(1600, 800);
        QVERIFY(scene.run());
        auto *page = scene.page<MessagesPage>();
        LiveTable *table = page->table();
        const auto used = [table] { return table->horizontalHeader()->length(); };
        // Parts of pixels are lost.
        const auto fits = [&] { return used() <= table->viewport()->width() && used() > table->viewport()->width() - 8; };
        QTRY_VERIFY(fits());
        PublishPacket packet;
        packet.topic = "t";
        for (int i = 0; i < 60; ++i) // the scroll bar comes
            scene.workbench.source().publish(packet, {}, {});
        QTRY_VERIFY(table->verticalScrollBar()->isVisible());
        QTRY_VERIFY2(fits(), qPrintable(QStringLiteral("%1 of %2").arg(used()).arg(table->viewport()->width())));
        const int payload = table->columnWidth(MessagesModel::Payload);
        QVERIFY(payload > 20 * table->fontMetrics().averageCharWidth());
        table->setColumnWidth(MessagesModel::Payload, 300); // somebody knows better
        scene.window.resize(1400, 800);
        QCOMPARE(table->columnWidth(MessagesModel::Payload), 300);
    }

    void firstLevelsOfTopicsAreOpen()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *tree = scene.page<TopicsPage>()->findChild<QTreeView *>();
        const QAbstractItemModel *model = tree->model();
        scene.publish(QStringLiteral("a"), QStringLiteral("site/hall/temp"), QStringLiteral("1"));
        const auto site = [&] { return model->index(rowWith(model, 0, QStringLiteral("site")), 0); };
        QTRY_VERIFY(site().isValid());
        QTRY_VERIFY(tree->isExpanded(site()));
        QVERIFY(!tree->isExpanded(model->index(rowWith(model, 0, QStringLiteral("$SYS")), 0)));
        tree->collapse(site());
        scene.publish(QStringLiteral("a"), QStringLiteral("site/yard/temp"), QStringLiteral("1"));
        QTRY_COMPARE(model->rowCount(site()), 2);
        QVERIFY(!tree->isExpanded(site())); // who closes it wants it closed
    }

    void stoppedBrokerIsNotGreen()
    {
        StatusLine line;
        line.showStopped({});
        const auto colour = [&] { return line.findChild<QLabel *>()->palette().color(QPalette::WindowText); };
        const QColor stopped = colour();
        line.showRunning({QStringLiteral("port 1883")});
        QVERIFY(colour() != stopped);
        line.showStopped({});
        QCOMPARE(colour(), stopped);
    }

    void chartsSayWhen()
    {
        const auto times = RateChart::times();
        QCOMPARE(times.front(), std::pair(0.0, QStringLiteral("\u22123 min")));
        QCOMPARE(times.back(), std::pair(1.0, QStringLiteral("now")));
    }

    void signalsOfTheSystemAreHeard()
    {
        QuitSignals signalsOfTheSystem;
        int asked = 0;
        connect(&signalsOfTheSystem, &QuitSignals::quitRequested, this, [&] { ++asked; });
        ::raise(SIGTERM);
        QCOMPARE(asked, 0); // not in the middle of what goes on
        QTRY_COMPARE(asked, 1);
        ::raise(SIGINT);
        QTRY_COMPARE(asked, 2);
    }

    void brokersOwnTopicsAreLeftOut()
    {
        Scene scene;
        QVERIFY(scene.run());
        scene.publish(QStringLiteral("a"), QStringLiteral("site/x"), QStringLiteral("1"), {QStringLiteral("-r")});
        const RetainedStore &store = scene.workbench.capture().retained();
        QTRY_VERIFY_WITH_TIMEOUT(store.systemCount() > 0 && store.rowOf("site/x") >= 0, 20'000);
        auto *retained = scene.page<RetainedMessagesPage>();
        scene.window.showPage(retained);
        const QAbstractItemModel *rows = retained->table()->model();
        QTRY_COMPARE(column(rows, RetainedModel::Topic), QStringList{QStringLiteral("site/x")});
        retained->findChild<QToolButton *>(QStringLiteral("system"))->click();
        QTRY_COMPARE(rows->rowCount(), store.count());

        auto *topics = scene.page<TopicsPage>();
        auto *tree = topics->findChild<QTreeView *>();
        const auto system = [&] { return rowWith(tree->model(), 0, QStringLiteral("$SYS")); };
        QTRY_VERIFY(system() >= 0);
        QVERIFY(tree->isRowHidden(system(), {}));
        topics->applyFilter(QStringLiteral("retain"));
        QTRY_COMPARE(column(&topics->list(), 0), QStringList{QStringLiteral("site/x")});
        topics->findChild<QToolButton *>(QStringLiteral("system"))->click();
        QVERIFY(!tree->isRowHidden(system(), {}));
        QTRY_VERIFY(topics->list().rowCount() > 1);
    }

    void topicsThatAreLeftOutAreNone()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *tree = scene.page<TopicsPage>()->findChild<QTreeView *>();
        const auto *empty = tree->findChild<EmptyState *>();
        QVERIFY(empty);
        QTRY_VERIFY_WITH_TIMEOUT(rowWith(tree->model(), 0, QStringLiteral("$SYS")) >= 0, 20'000);
        QVERIFY(!empty->isHidden());
        scene.publish(QStringLiteral("a"), QStringLiteral("site/x"), QStringLiteral("1"));
        QTRY_VERIFY(empty->isHidden());
    }

    void messageIsGoneTo()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<MessagesPage>();
        page->applyFilter(QStringLiteral("topic ~ \"t/#\""));
        for (const char *topic : {"t/1", "t/2", "t/3"})
            scene.publish(QStringLiteral("a"), QLatin1String(topic), QStringLiteral("x"));
        QTRY_COMPARE(page->table()->model()->rowCount(), 3);
        const QString number = page->model().index(1, MessagesModel::Number).data().toString();
        QVERIFY(page->goTo(number));
        QCOMPARE(page->table()->selectedRowNumbers(), std::vector<int>{1});
        QVERIFY(!page->goTo(QStringLiteral("99999999")));
        QVERIFY(!page->goTo(QStringLiteral("soon")));
        QCOMPARE(page->table()->selectedRowNumbers(), std::vector<int>{1});
        const QDateTime third = QDateTime::fromMSecsSinceEpoch(page->model().log().at(page->model().logRow(2)).when / 1'000'000);
        QVERIFY(page->goTo(third.toString(QStringLiteral("HH:mm:ss.zzz"))));
        QVERIFY(!page->table()->selectedRowNumbers().empty());
        QVERIFY(page->goTo(QDateTime::currentDateTime().addSecs(-3600).toString(QStringLiteral("HH:mm")))); // before all of them
        QCOMPARE(page->table()->selectedRowNumbers(), std::vector<int>{0});
    }

    void matchTesterSaysNobodyOnlyWhenAsked()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *panel = scene.page<MatchPanel>();
        const auto says = [&](const QString &text) {
            const QList<QLabel *> labels = panel->findChildren<QLabel *>();
            return std::ranges::any_of(labels, [&](const QLabel *label) { return label->text() == text; });
        };
        QVERIFY(!says(QStringLiteral("Nobody")));
        panel->setTopic(QStringLiteral("nobody/listens"));
        QTRY_VERIFY(says(QStringLiteral("Nobody")));
        panel->setTopic({});
        QVERIFY(!says(QStringLiteral("Nobody")));
    }

    void topicsAreExported()
    {
        Scene scene;
        QVERIFY(scene.run());
        scene.publish(QStringLiteral("a"), QStringLiteral("site/x"), QStringLiteral("1"));
        scene.publish(QStringLiteral("a"), QStringLiteral("site/y"), QStringLiteral("2"));
        auto *topics = scene.page<TopicsPage>();
        auto *all = topics->findChild<QAction *>(QStringLiteral("exportAll"));
        QTRY_VERIFY(scene.workbench.capture().topics().nodeOf("site/y") != TopicStore::noNode);
        const QByteArray tree = exported(all);
        QVERIFY2(tree.contains("site/x") && tree.contains("site/y") && !tree.contains("$SYS"), tree.constData());
        QCOMPARE(tree.count("\r\n"), 3); // no level that is no topic
        topics->applyFilter(QStringLiteral("topic == \"site/y\""));
        QTRY_COMPARE(topics->list().rowCount(), 1);
        QCOMPARE(exported(all).count("\r\n"), 2);
    }

    void selectedTopicsAreExported()
    {
        Scene scene;
        QVERIFY(scene.run());
        for (const char *topic : {"site/x", "site/y", "other/z"})
            scene.publish(QStringLiteral("a"), QLatin1String(topic), QStringLiteral("1"), {QStringLiteral("-r")});
        auto *topics = scene.page<TopicsPage>();
        auto *tree = topics->findChild<QTreeView *>();
        auto *selected = topics->findChild<QAction *>(QStringLiteral("exportSelected"));
        const auto index = [&](const char *topic) { return topics->tree().indexOf(scene.workbench.capture().topics().nodeOf(topic)); };
        QTRY_VERIFY(index("site/y").isValid() && index("other").isValid());
        tree->selectionModel()->clear();
        QVERIFY(!selected->isEnabled());
        constexpr auto flags = QItemSelectionModel::Select | QItemSelectionModel::Rows;
        tree->selectionModel()->select(index("site/y"), flags);
        tree->selectionModel()->select(index("other"), flags); // a level that is no topic
        QVERIFY2(selected->text().contains(QStringLiteral("(2)")), qPrintable(selected->text()));
        const QByteArray rows = exported(selected);
        QCOMPARE(rows.count("\r\n"), 3);
        QVERIFY2(rows.contains("\nsite/y,") && rows.contains("\nother,"), rows.constData());
        tree->selectionModel()->select(index("site/x"), flags);
        scene.action(topics, QStringLiteral("Delete the retained message"))->trigger(); // of all of them, not of the current one alone
        QTRY_COMPARE(scene.workbench.capture().retained().rowOf("site/x"), -1);
        QCOMPARE(scene.workbench.capture().retained().rowOf("site/y"), -1);
        QVERIFY(scene.workbench.capture().retained().rowOf("other/z") >= 0);
    }

    void topicsAreFoundInTheTree()
    {
        Scene scene;
        QVERIFY(scene.run());
        for (const char *topic : {"a/hit/one", "b/deep/er/hit", "b/none", "c/d"})
            scene.publish(QStringLiteral("p"), QLatin1String(topic), QStringLiteral("1"));
        auto *topics = scene.page<TopicsPage>();
        auto *tree = topics->findChild<QTreeView *>();
        const auto index = [&](const char *topic) { return topics->tree().indexOf(scene.workbench.capture().topics().nodeOf(topic)); };
        QTRY_VERIFY(index("c/d").isValid());
        tree->collapseAll();
        tree->setCurrentIndex({});
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_F3);
        const auto current = [&] { return topics->tree().data(tree->currentIndex().siblingAtColumn(0), CopyRole).toString(); };
        auto *line = qobject_cast<QLineEdit *>(QApplication::focusWidget());
        QVERIFY(line && line->isVisible());
        QTest::keyClicks(line, QStringLiteral("hit"));
        const auto press = [&](Qt::KeyboardModifier modifier) {
            tree->setFocus();
            QTest::keyClick(tree, Qt::Key_F3, modifier);
        };
        for (const char *expected : {"a/hit", "b/deep/er/hit", "a/hit"}) { // round the end
            press(Qt::NoModifier);
            QTRY_COMPARE(current(), QLatin1String(expected));
        }
        for (const char *expected : {"b/deep/er/hit", "a/hit"}) {
            press(Qt::ShiftModifier);
            QTRY_COMPARE(current(), QLatin1String(expected));
        }
        QVERIFY(tree->isExpanded(index("b/deep")) && tree->visualRect(tree->currentIndex()).isValid());
        line->setText(QStringLiteral("deep/er")); // a topic, not a level
        press(Qt::NoModifier);
        QTRY_COMPARE(current(), QStringLiteral("b/deep/er"));
        line->setText(QStringLiteral("uptime")); // $SYS is left out
        press(Qt::NoModifier);
        const auto says = [&] {
            const QList<QLabel *> labels = line->parentWidget()->findChildren<QLabel *>();
            return std::ranges::any_of(labels, [](const QLabel *each) { return each->text() == QStringLiteral("not found"); });
        };
        QTRY_VERIFY(says());
        QCOMPARE(current(), QStringLiteral("b/deep/er"));
        for (const auto modifier : {Qt::NoModifier, Qt::ShiftModifier}) { // the only one is where we are
            line->setText(QStringLiteral("none"));
            press(modifier);
            QTRY_COMPARE(current(), QStringLiteral("b/none"));
        }
    }

    void headersOfTopicsAreWhole()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *tree = scene.page<TopicsPage>()->findChild<QTreeView *>();
        const QHeaderView *header = tree->header();
        int shownBefore = 0;
        for (const int width : {700, 900, 1280, 1900}) {
            scene.window.resize(width, 700);
            scene.action(&scene.window, QStringLiteral("Reset &layout"))->trigger();
            QTRY_COMPARE(scene.window.width(), width);
            int shown = 0;
            for (int column = 0; column < header->count(); ++column) {
                if (header->isSectionHidden(column))
                    continue;
                ++shown;
                const QString title = header->model()->headerData(column, Qt::Horizontal).toString();
                QVERIFY2(header->sectionSize(column) > header->fontMetrics().horizontalAdvance(title) + 4,
                    qPrintable(QStringLiteral("%1 at %2").arg(title).arg(width)));
            }
            QVERIFY2(header->length() <= tree->viewport()->width(), qPrintable(QString::number(width)));
            QVERIFY(shown >= std::max(1, shownBefore));
            shownBefore = shown;
        }
        QCOMPARE(shownBefore, 3);
        tree->header()->resizeSection(0, 300); // from now on it is as somebody has made it
        scene.window.resize(700, 700);
        QCoreApplication::processEvents();
        QCOMPARE(header->sectionSize(0), 300);
        QVERIFY(!header->isSectionHidden(int(TopicColumn::Messages)));
    }

    void inspectorIsThereWhereThereIsSomethingToInspect()
    {
        const auto dock = [](Scene &scene) { return scene.window.findChild<QDockWidget *>(QStringLiteral("inspectorDock")); };
        {
            Scene scene;
            QVERIFY(scene.run());
            scene.publish(QStringLiteral("a"), QStringLiteral("t"), QStringLiteral("1"));
            QVERIFY(!dock(scene)->isHidden());
            scene.window.showPage(scene.page<OverviewPage>());
            QVERIFY(dock(scene)->isHidden());
            scene.window.showPage(scene.page<RetainedMessagesPage>());
            QVERIFY(!dock(scene)->isHidden());

            scene.window.showPage(scene.page<OverviewPage>());
            auto *tree = scene.page<TopicsPage>()->findChild<QTreeView *>();
            QTRY_VERIFY(rowWith(tree->model(), 0, QStringLiteral("t")) >= 0);
            tree->setCurrentIndex(tree->model()->index(rowWith(tree->model(), 0, QStringLiteral("t")), 0));
            QVERIFY(!dock(scene)->isHidden()); // it was asked for
            scene.window.showPage(scene.page<ClientsPage>());
            QVERIFY(dock(scene)->isHidden());
            dock(scene)->toggleViewAction()->trigger();
            scene.window.showPage(scene.page<OverviewPage>());
            QVERIFY(!dock(scene)->isHidden()); // somebody wants it there
            dock(scene)->toggleViewAction()->trigger();
            scene.window.showPage(scene.page<MessagesPage>());
            QVERIFY(dock(scene)->isHidden()); // and somebody does not
            dock(scene)->toggleViewAction()->trigger();
            scene.window.showPage(scene.page<OverviewPage>());
            QVERIFY(dock(scene)->isHidden());
            scene.action(&scene.window, QStringLiteral("Debug a device"))->trigger();
            QVERIFY(dock(scene)->isHidden());
            scene.action(&scene.window, QStringLiteral("Watch"))->trigger(); // has its own page
            QVERIFY(!dock(scene)->isHidden());
            scene.window.showPage(scene.page<OverviewPage>());
            scene.window.close();
        }
        Scene again;
        QVERIFY(again.run());
        again.window.showPage(again.page<MessagesPage>());
        QVERIFY(!dock(again)->isHidden()); // that it was away is not how it was left
    }

private:
    /// What an export of it writes, as comma-separated values.
    QByteArray exported(QAction *action)
    {
        const QString path = m_home.filePath(QStringLiteral("export-%1.csv").arg(++m_exports));
        inNextDialog<QFileDialog>([path](QFileDialog *dialog) {
            dialog->findChild<QLineEdit *>(QStringLiteral("fileNameEdit"))->setText(path);
            static_cast<QDialog *>(dialog)->accept();
        });
        action->trigger();
        QFile file(path);
        return QTest::qWaitFor([&] { return file.exists(); }) && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    int m_exports = 0;
    const QTemporaryDir m_home;

public:
    TestWindowUse() { qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path())); } // nothing of the user's is read or changed
};

QTEST_MAIN(TestWindowUse)
#include "tst_windowuse.moc"
