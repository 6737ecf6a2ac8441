#include "scene.h"

#include "views/filteredit.h"
#include "views/overviewpage.h"
#include "window/configdialog.h"

#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>

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
        QTRY_COMPARE(messages->table()->model()->rowCount(), 1);
    }

private:
    const QTemporaryDir m_home;

public:
    TestWindowUse() { qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path())); } // nothing of the user's is read or changed
};

QTEST_MAIN(TestWindowUse)
#include "tst_windowuse.moc"
