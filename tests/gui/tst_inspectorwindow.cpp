#include "scene.h"

#include "payload/inspector.h"
#include "payload/payloadtab.h"
#include "views/filteredit.h"
#include "views/inspectorpanel.h"
#include "window/inspectorwindow.h"
#include "window/inspectorwindows.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTreeView>

using namespace pigeon;

namespace {

QList<InspectorWindow *> windows()
{
    QList<InspectorWindow *> open;
    const QWidgetList all = QApplication::topLevelWidgets();
    for (QWidget *each : all) {
        auto *window = qobject_cast<InspectorWindow *>(each);
        if (window && window->isVisible())
            open.append(window);
    }
    return open;
}

QByteArray payloadOf(const InspectorWindow *window) { return window->panel()->inspector()->message().payload; }

void doubleClick(LiveTable *table, int row)
{
    const QPoint place = table->visualRect(table->model()->index(row, 1)).center();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, place);
    QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, place);
}

} // namespace

/// Inspectors in windows of their own.
class TestInspectorWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(QDir(m_home.path()).removeRecursively() && QDir().mkpath(m_home.path())); }

    void messageStaysWhileTheTableGoesOn()
    {
        Scene scene;
        QVERIFY(scene.run());
        LiveTable *table = messages(scene, {"first", "second"});
        doubleClick(table, 0);
        QCOMPARE(windows().size(), 1);
        InspectorWindow *first = windows().constFirst();
        QVERIFY(first->isWindow() && !first->parentWidget());
        QVERIFY2(first->windowTitle().contains(QStringLiteral("t/x")), qPrintable(first->windowTitle()));
        const QString number = table->model()->index(0, MessagesModel::Number).data().toString();
        QVERIFY2(first->windowTitle().contains(u'#' + number), qPrintable(first->windowTitle()));
        QVERIFY(first->accessibleName().contains(QStringLiteral("t/x")));
        QCOMPARE(payloadOf(first), QByteArray("first"));

        table->selectRow(1); // the dock goes on, the window does not
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(windows().size(), 2);
        scene.publish(QStringLiteral("a"), QStringLiteral("t/x"), QStringLiteral("third"));
        QTRY_COMPARE(table->model()->rowCount(), 3);
        first->panel()->tick();
        QCOMPARE(payloadOf(first), QByteArray("first"));
        QCOMPARE(first->panel()->inspector()->message().history.size(), size_t(3)); // the chart goes on
        QByteArrayList all;
        for (const InspectorWindow *each : windows())
            all.append(payloadOf(each));
        std::ranges::sort(all);
        QCOMPARE(all, QByteArrayList({"first", "second"}));

        scene.workbench.capture().clearTraffic();
        first->panel()->tick();
        QCOMPARE(payloadOf(first), QByteArray("first"));
        scene.workbench.stop();
        QTRY_VERIFY(!scene.workbench.isRunning());
        scene.workbench.runAgain();
        QTRY_VERIFY(scene.workbench.isRunning() && scene.workbench.capture().totals().when > 0);
        QCOMPARE(payloadOf(first), QByteArray("first"));
        first->panel()->tick();
        scene.window.close();
        QCOMPARE(windows().size(), 0);
    }

    void escapeClosesItWhereverTheKeysAre()
    {
        Scene scene;
        QVERIFY(scene.run());
        LiveTable *table = messages(scene, {"{\"t\":1}"});
        for (const int tab : {int(Inspector::Payload), int(Inspector::Properties), int(Inspector::Delivery), int(Inspector::Bytes), int(Inspector::Chart)}) {
            doubleClick(table, 0);
            QCOMPARE(windows().size(), 1);
            InspectorWindow *window = windows().constFirst();
            Inspector *inspector = window->panel()->inspector();
            inspector->setCurrentIndex(tab);
            QWidget *keys = inspector->currentWidget();
            const QList<QWidget *> inside = keys->findChildren<QWidget *>();
            for (QWidget *each : inside) {
                if (each->isVisible() && each->focusPolicy() & Qt::TabFocus)
                    keys = each;
            }
            keys->setFocus();
            QTest::keyClick(keys, Qt::Key_Escape);
            QTRY_COMPARE_WITH_TIMEOUT(windows().size(), 0, 2000);
        }
    }

    void nextOneIsWhereTheLastOneWas()
    {
        Scene scene;
        QVERIFY(scene.run());
        LiveTable *table = messages(scene, {"1"});
        doubleClick(table, 0);
        windows().constFirst()->resize(613, 457);
        windows().constFirst()->close();
        QTRY_COMPARE(windows().size(), 0);
        doubleClick(table, 0);
        QCOMPARE(windows().constFirst()->size(), QSize(613, 457));
        doubleClick(table, 0);
        QCOMPARE(windows().size(), 2);
        QVERIFY(windows().constFirst()->pos() != windows().constLast()->pos());
    }

    void retainedAndPacketsHaveThemToo()
    {
        Scene scene;
        QVERIFY(scene.run());
        scene.page<PacketsPage>()->setRecording(true);
        scene.publish(QStringLiteral("a"), QStringLiteral("t/kept"), QStringLiteral("kept"), {QStringLiteral("-r")});
        auto *retained = scene.page<RetainedMessagesPage>();
        scene.window.showPage(retained);
        QTRY_VERIFY(rowWith(retained->table()->model(), RetainedModel::Topic, QStringLiteral("t/kept")) >= 0);
        doubleClick(retained->table(), rowWith(retained->table()->model(), RetainedModel::Topic, QStringLiteral("t/kept")));
        QCOMPARE(windows().size(), 1);
        QCOMPARE(payloadOf(windows().constFirst()), QByteArray("kept"));
        QVERIFY(windows().constFirst()->windowTitle().contains(QStringLiteral("t/kept")));
        windows().constFirst()->close();
        QTRY_COMPARE(windows().size(), 0);

        auto *packets = scene.page<PacketsPage>();
        scene.window.showPage(packets);
        QTRY_VERIFY(rowWith(packets->table()->model(), PacketsModel::Type, QStringLiteral("CONNECT")) >= 0);
        doubleClick(packets->table(), rowWith(packets->table()->model(), PacketsModel::Type, QStringLiteral("CONNECT")));
        QCOMPARE(windows().size(), 1);
        QVERIFY(windows().constFirst()->windowTitle().contains(QStringLiteral("CONNECT")));
    }

    void tooManyAreRefused()
    {
        Scene scene;
        QVERIFY(scene.run());
        LiveTable *table = messages(scene, {"1"});
        table->selectRow(0);
        QAction *inspect = scene.action(scene.page<MessagesPage>(), QStringLiteral("Inspect in a window"));
        QVERIFY(inspect && inspect->property("where").isValid()); // the command palette has it
        for (qsizetype i = 0; i <= InspectorWindows::most; ++i)
            inspect->trigger();
        QCOMPARE(windows().size(), InspectorWindows::most);
        scene.window.findChild<InspectorWindows *>()->closeAll();
        QCOMPARE(windows().size(), 0);
    }

private:
    /// The table with these messages of one topic alone, and it is shown.
    static LiveTable *messages(Scene &scene, std::initializer_list<const char *> payloads)
    {
        auto *page = scene.page<MessagesPage>();
        page->applyFilter(QStringLiteral("topic ~ \"t/#\""));
        for (const char *payload : payloads)
            scene.publish(QStringLiteral("a"), QStringLiteral("t/x"), QLatin1String(payload));
        const auto isThere = [&] { return page->table()->model()->rowCount() == static_cast<int>(payloads.size()); };
        [[maybe_unused]] const bool hasCome = QTest::qWaitFor(isThere);
        scene.window.showPage(page);
        return page->table();
    }

    const QTemporaryDir m_home;

public:
    TestInspectorWindow() { qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path())); } // nothing of the user's is read or changed
};

QTEST_MAIN(TestInspectorWindow)
#include "tst_inspectorwindow.moc"
