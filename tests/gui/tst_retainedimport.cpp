#include "scene.h"

#include "export/retainedlines.h"
#include "look/figures.h"
#include "views/exporting.h"
#include "views/importdialog.h"

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>

using namespace pigeon;

/// Retained messages as a file: what the export writes is read back byte for byte, and can be taken back.
class TestRetainedImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(QDir(m_home.path()).removeRecursively() && QDir().mkpath(m_home.path())); }

    void payloadsAreExact_data()
    {
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<bool>("isText");
        QTest::newRow("text") << QByteArray("21.5 \xc2\xb0" "C\n\t\"x\\") << true;
        QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf" "a") << true;
        QTest::newRow("replacement character") << QByteArray("\xef\xbf\xbd") << true;
        QTest::newRow("no character") << QByteArray("\xef\xbf\xbf") << true;
        QTest::newRow("beyond the basic plane") << QByteArray("\xf0\x9f\x90\xa6") << true;
        QTest::newRow("not UTF-8") << QByteArray("\xff\xfe\x00\x01", 4) << false;
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << false;
        QTest::newRow("null") << QByteArray("a\0b", 3) << false;
        QTest::newRow("large") << QByteArray(3'000'000, 'x') << true;
    }
    void payloadsAreExact()
    {
        QFETCH(QByteArray, payload);
        QFETCH(bool, isText);
        ExportedRetained message;
        message.topic = "\xef\xbb\xbf" "a/\xc3\xa4";
        message.payload = payload;
        message.qos = QoS::ExactlyOnce;
        message.properties.payloadFormatIndicator = 1;
        message.properties.messageExpiryInterval = 4'000'000'000;
        message.properties.contentType = "text/plain";
        message.properties.responseTopic = "a/b";
        message.properties.correlationData = QByteArray("\0\xff", 2);
        message.properties.userProperties = {{"Content Type", "x"}, {"k", "1"}, {"k", "2"}};
        const QByteArray line = RetainedLinesWriter().row(message);
        QCOMPARE(line.count('\n'), 1);
        QCOMPARE(line.contains("payload_base64"), !isText);
        const RetainedLine read = readRetainedLine(line);
        QCOMPARE(read.problem, QString());
        QCOMPARE(read.message.topic, message.topic);
        QCOMPARE(read.message.payload, payload);
        QCOMPARE(read.message.qos, message.qos);
        QVERIFY(read.message.properties == message.properties);
    }

    void wrongLinesSayWhy_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("why");
        QTest::addColumn<bool>("isJson");
        QTest::newRow("no JSON") << QByteArray("hello") << QStringLiteral("no object") << false;
        QTest::newRow("list") << QByteArray("[1]") << QStringLiteral("no object") << false;
        QTest::newRow("no topic") << QByteArray(R"({"payload":"x"})") << QStringLiteral("\"topic\"") << true;
        QTest::newRow("no payload") << QByteArray(R"({"topic":"a"})") << QStringLiteral("neither") << true;
        QTest::newRow("empty payload") << QByteArray(R"({"topic":"a","payload":""})") << QStringLiteral("empty") << true;
        QTest::newRow("payload is a number") << QByteArray(R"({"topic":"a","payload":1})") << QStringLiteral("\"payload\"") << true;
        QTest::newRow("base64") << QByteArray(R"({"topic":"a","payload_base64":"%"})") << QStringLiteral("Base64") << true;
        QTest::newRow("qos") << QByteArray(R"({"topic":"a","payload":"x","qos":3})") << QStringLiteral("\"qos\"") << true;
        QTest::newRow("pairs") << QByteArray(R"({"topic":"a","payload":"x","user_properties":[["k"]]})") << QStringLiteral("pairs") << true;
        QTest::newRow("of Messages") << QByteArray(R"({"topic":"a","payload":"x","properties":[["k","v"]]})") << QStringLiteral("Messages") << true;
    }
    void wrongLinesSayWhy()
    {
        QFETCH(QByteArray, line);
        QFETCH(QString, why);
        QFETCH(bool, isJson);
        const RetainedLine read = readRetainedLine(line);
        QVERIFY2(read.problem.contains(why), qPrintable(read.problem));
        QCOMPARE(read.isJson, isJson);
    }

    void exportIsImportedAndTakenBack()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<RetainedMessagesPage>();
        scene.window.showPage(page);
        keep(scene, "a/1", "one");
        keep(scene, "a/2", "two");
        QTRY_COMPARE(page->model().rowCount(), 2);
        const QString file = m_home.filePath(QStringLiteral("r.jsonl"));
        page->exporting().writeRetained(file, {page->model().keyAt(0), page->model().keyAt(1)},
            [page](quint64 key) { return page->model().seenOf(key); });
        QTRY_VERIFY(QFile::exists(file));

        keep(scene, "a/1", "another");
        page->deleteTopics({"a/2"});
        QTRY_COMPARE(values(scene), QStringList({QStringLiteral("a/1=another")}));
        QFile more(file);
        QVERIFY(more.open(QIODevice::Append) && more.write("\n{\"topic\":\"a/+\",\"payload\":\"x\"}\nnonsense\n{\"topic\":\"b\",\"payload_base64\":\"AP8=\"}") > 0);
        more.close();

        page->importFrom(file);
        auto *dialog = page->findChild<ImportDialog *>();
        auto *begin = button(dialog, QStringLiteral("&Import"));
        QTRY_VERIFY(begin->isEnabled());
        QCOMPARE(dialog->import().found().messages, quint64(3));
        QCOMPARE(dialog->import().found().bytes, quint64(8));
        QCOMPARE(dialog->import().found().replaced, quint64(1));
        QVERIFY2(dialog->text().contains(bytesText(8) + QStringLiteral(" of payload")), qPrintable(dialog->text()));
        QCOMPARE(values(scene), QStringList({QStringLiteral("a/1=another")})); // nothing was done yet
        const QString problems = dialog->findChild<QPlainTextEdit *>()->toPlainText();
        QVERIFY2(problems.contains(QStringLiteral("Line 4: ")) && problems.contains(QStringLiteral("Line 5: ")) && problems.count(u'\n') == 1, qPrintable(problems));

        begin->click();
        const QStringList imported{QStringLiteral("a/1=one"), QStringLiteral("a/2=two"), QStringLiteral("b=\u00ff")};
        QTRY_VERIFY2(values(scene).size() == 3, qPrintable(dialog->text()));
        QTRY_COMPARE(values(scene).mid(0, 2), imported.mid(0, 2));
        QTRY_VERIFY2(dialog->text().startsWith(u'3') && dialog->text().contains(QStringLiteral("are set")), qPrintable(dialog->text()));
        QCOMPARE(retained(scene, "b"), QByteArray("\0\xff", 2));
        dialog->reject();

        keep(scene, "b", "newer"); // is nobody's to take away
        QTRY_COMPARE(retained(scene, "b"), QByteArray("newer"));
        QVERIFY(page->canUndo());
        page->undo();
        QTRY_COMPARE(values(scene), QStringList({QStringLiteral("a/1=another"), QStringLiteral("b=newer")}));
        QTRY_VERIFY(page->canUndo()); // the deletion of before is next
        page->undo();
        QTRY_COMPARE(values(scene), QStringList({QStringLiteral("a/1=another"), QStringLiteral("a/2=two"), QStringLiteral("b=newer")}));
    }

    void fileThatIsNoneIsRefused_data()
    {
        QTest::addColumn<QByteArray>("contents");
        QTest::newRow("text") << QByteArray("hello\nworld\n");
        QTest::newRow("long, of bytes") << QByteArray("\x01\xff\n").repeated(1'000'000);
        QTest::newRow("one line") << QByteArray(70 * 1024 * 1024, 'x');
    }
    void fileThatIsNoneIsRefused()
    {
        QFETCH(QByteArray, contents);
        Scene scene;
        QVERIFY(scene.run());
        const QString file = m_home.filePath(QStringLiteral("x.jsonl"));
        QFile written(file);
        QVERIFY(written.open(QIODevice::WriteOnly) && written.write(contents) == contents.size());
        written.close();
        auto *page = scene.page<RetainedMessagesPage>();
        page->importFrom(file);
        auto *dialog = page->findChild<ImportDialog *>();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->text().contains(QStringLiteral("is no JSON lines")), 20'000);
        QVERIFY(!button(dialog, QStringLiteral("&Import"))->isEnabled());
        QVERIFY(dialog->import().problems().size() <= RetainedImport::mostProblems);
    }

    void manyAreSetAndTheLastOfATopicStays()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<RetainedMessagesPage>();
        const QString file = m_home.filePath(QStringLiteral("many.jsonl"));
        QFile written(file);
        QVERIFY(written.open(QIODevice::WriteOnly));
        for (int i = 0; i < 3'000; ++i)
            written.write("{\"topic\":\"m/" + QByteArray::number(i % 1'000) + "\",\"payload\":\"" + QByteArray::number(i) + "\"}\n");
        written.close();
        page->importFrom(file);
        auto *dialog = page->findChild<ImportDialog *>();
        QTRY_VERIFY(button(dialog, QStringLiteral("&Import"))->isEnabled());
        button(dialog, QStringLiteral("&Import"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(dialog->import().set(), quint64(3'000), 20'000);
        QTRY_COMPARE(retained(scene, "m/7"), QByteArray("2007"));
        QTRY_VERIFY(page->canUndo());
        page->undo();
        QTRY_COMPARE(values(scene), QStringList());
    }

    void brokerThatIsGoneIsToldOf()
    {
        Scene scene;
        QVERIFY(scene.run());
        auto *page = scene.page<RetainedMessagesPage>();
        const QString file = m_home.filePath(QStringLiteral("r.jsonl"));
        QFile written(file);
        QVERIFY(written.open(QIODevice::WriteOnly) && written.write("{\"topic\":\"a\",\"payload\":\"1\"}\n") > 0);
        written.close();
        page->importFrom(file);
        auto *dialog = page->findChild<ImportDialog *>();
        QTRY_VERIFY(button(dialog, QStringLiteral("&Import"))->isEnabled());
        scene.workbench.stop();
        QTRY_VERIFY(!scene.workbench.isRunning());
        button(dialog, QStringLiteral("&Import"))->click();
        QTRY_VERIFY2(dialog->text().startsWith(QStringLiteral("0 of 1")), qPrintable(dialog->text()));
        QCOMPARE(dialog->import().problemCount(), quint64(1));
        QVERIFY(!dialog->findChild<QPlainTextEdit *>()->toPlainText().isEmpty());
        QVERIFY(!page->canUndo());
    }

private:
    static void keep(Scene &scene, const char *topic, const char *payload)
    {
        scene.publish(QStringLiteral("p"), QLatin1String(topic), QLatin1String(payload), {QStringLiteral("-r")});
    }
    static QByteArray retained(Scene &scene, const QByteArray &topic)
    {
        const RetainedStore &store = scene.workbench.capture().retained();
        const int row = store.rowOf(topic);
        return row < 0 || !store.at(row).message ? QByteArray() : store.at(row).message->payload().toByteArray();
    }
    /// "topic=payload", sorted, but for the broker's own.
    static QStringList values(Scene &scene)
    {
        QStringList all;
        const RetainedStore &store = scene.workbench.capture().retained();
        for (int row = 0; row < store.count(); ++row) {
            const QByteArray topic = store.at(row).topic;
            if (!topic.startsWith('$'))
                all.append(QString::fromUtf8(topic) + u'=' + QString::fromUtf8(retained(scene, topic)));
        }
        all.sort();
        return all;
    }
    static QPushButton *button(const QWidget *dialog, const QString &text)
    {
        const QList<QPushButton *> buttons = dialog->findChildren<QPushButton *>();
        for (QPushButton *each : buttons) {
            if (each->text() == text)
                return each;
        }
        return nullptr;
    }

    const QTemporaryDir m_home;

public:
    TestRetainedImport() { qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.path())); } // nothing of the user's is read or changed
};

QTEST_MAIN(TestRetainedImport)
#include "tst_retainedimport.moc"
