#include "captured.h"
#include "look/ask.h"
#include "look/figures.h"
#include "look/icons.h"
#include "look/plaintext.h"
#include "look/theme.h"
#include "match/matchmodel.h"
#include "models/clientsmodel.h"
#include "models/mirroredrows.h"
#include "publish/publishpanel.h"
#include "support/scriptedsource.h"
#include "views/ratechart.h"
#include "views/retainedmessagespage.h"
#include "views/wishes.h"
#include "window/commandpalette.h"
#include "window/configtext.h"
#include "window/programline.h"
#include "window/relaysource.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QIcon>
#include <QImage>
#include <QJsonObject>
#include <QLabel>
#include <QMessageBox>
#include <QPersistentModelIndex>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <QXmlStreamReader>

using namespace pigeon;

namespace {

double luminance(const QColor &colour)
{
    const auto linear = [](float part) { return part <= 0.04045F ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

/// As WCAG has it: 1 to 21.
double contrast(const QColor &one, const QColor &other)
{
    const double light = std::max(luminance(one), luminance(other));
    const double dark = std::min(luminance(one), luminance(other));
    return (light + 0.05) / (dark + 0.05);
}

ClientFacts client(ClientNumber number, quint64 queued)
{
    ClientFacts facts;
    facts.client = number;
    facts.isConnected = true;
    facts.info.connection = number;
    facts.counts.client = number;
    facts.counts.isConnected = true;
    facts.counts.queuedMessages = queued;
    return facts;
}

} // namespace

/// The parts of the window that need no broker.
class TestWindowParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void configurationIsChangedKeyByKey()
    {
        ConfigText text(QStringLiteral("# kept\nallow_anonymous true\nlistener 1883\nprotocol mqtt\n\nlistener 9001 localhost\nprotocol websockets\n"));
        QCOMPARE(text.listeners(), (QStringList{QStringLiteral("1883"), QStringLiteral("9001 localhost")}));
        QCOMPARE(text.value(QStringLiteral("protocol"), 1), std::optional(QStringLiteral("websockets")));
        text.setValue(QStringLiteral("protocol"), QStringLiteral("mqtt"), 1);
        text.setValue(QStringLiteral("max_connections"), QStringLiteral("5"), 0);
        text.setValue(QStringLiteral("max_queued_messages"), QStringLiteral("7")); // new, of the whole broker: before listeners
        text.setValue(QStringLiteral("allow_anonymous"), QStringLiteral("false"));
        QCOMPARE(text.text(),
            QStringLiteral("# kept\nallow_anonymous false\nmax_queued_messages 7\nlistener 1883\nmax_connections 5\nprotocol mqtt\n\n"
                           "listener 9001 localhost\nprotocol mqtt\n"));
        text.removeListener(0);
        QCOMPARE(text.text(), QStringLiteral("# kept\nallow_anonymous false\nmax_queued_messages 7\nlistener 9001 localhost\nprotocol mqtt\n"));
        text.remove(QStringLiteral("allow_anonymous"));
        text.addListener(QStringLiteral("1884"));
        QCOMPARE(text.listeners().last(), QStringLiteral("1884"));
        QVERIFY(!text.value(QStringLiteral("allow_anonymous")));
        text.removeListener(7); // there is none
        QCOMPARE(text.listeners().size(), 2);
    }

    void commandLine_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("action");
        const auto row = [](const char *line, ProgramLine::Action action) {
            QTest::newRow(line) << QString::fromLatin1(line).split(u' ', Qt::SkipEmptyParts) << static_cast<int>(action);
        };
        row("", ProgramLine::Action::Run);
        row("-p 0", ProgramLine::Action::Run);
        row("-c a.conf --demo", ProgramLine::Action::Run);
        row("--help", ProgramLine::Action::ShowHelp);
        row("--version", ProgramLine::Action::ShowVersion);
        row("-p", ProgramLine::Action::Refuse);
        row("-p 65536", ProgramLine::Action::Refuse);
        row("-p 1 -p 2", ProgramLine::Action::Refuse);
        row("-c a -c b", ProgramLine::Action::Refuse);
        row("--nonsense", ProgramLine::Action::Refuse);
    }
    void commandLine()
    {
        QFETCH(const QStringList, arguments);
        QTEST(static_cast<int>(parseProgramLine(arguments).action), "action");
    }

    void commandLineIsDocumented_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *path : {"installer/pigeon.1.in", "docs/window.md"}) {
            QFile file(QStringLiteral(SOURCE_FOLDER) + u'/' + QLatin1String(path));
            QVERIFY2(file.open(QIODevice::ReadOnly), path);
            QTest::newRow(path) << QString::fromUtf8(file.readAll()).remove(u'\\'); // troff writes \-
        }
    }
    void commandLineIsDocumented()
    {
        QFETCH(const QString, text);
        static const QRegularExpression option(QStringLiteral("^ +(?:-[a-z], )?(--[a-z-]+)"), QRegularExpression::MultilineOption);
        QStringList names;
        for (auto each = option.globalMatch(programHelp()); each.hasNext();)
            names.append(each.next().captured(1));
        QCOMPARE(names.size(), 6);
        for (const QString &name : std::as_const(names))
            QVERIFY2(text.contains(name), qPrintable(name));
    }

    void titleOfAChartGivesWay()
    {
        const RateHistory history;
        const QString title = QStringLiteral("Messages a second");
        RateChart chart(title, history, {{QStringLiteral("in"), [](const RatePoint &) { return 0.0; }}},
            [](double) { return QStringLiteral("12.3k"); }, nullptr);
        chart.resize(800, 200);
        QCOMPARE(chart.shownTitle(), title);
        chart.resize(chart.fontMetrics().horizontalAdvance(title), 200);
        QVERIFY2(chart.shownTitle().endsWith(u'…'), qPrintable(chart.shownTitle()));
        QVERIFY(title.startsWith(chart.shownTitle().chopped(1)));
        QCOMPARE(chart.toolTip(), title);
    }

    void commandsAreAModel()
    {
        CommandModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QAction reset(QStringLiteral("&Reset layout"));
        auto restart = std::make_unique<QAction>(QStringLiteral("R&estart"));
        model.setActions({&reset, restart.get()});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0).data().toString(), QStringLiteral("Reset layout"));
        model.setPattern(QStringLiteral("start"));
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.action(0), restart.get());
        restart.reset(); // as a dialog that is closed behind it
        QCOMPARE(model.index(0).data(), QVariant());
        QCOMPARE(model.action(0), nullptr);
        model.setPattern({});
        QCOMPARE(model.rowCount(), 1);
        model.setActions({});
        QCOMPARE(model.rowCount(), 0);
    }

    void matchesAreAModel()
    {
        MatchModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        MatchReport report;
        MatchedReceiver receiver;
        receiver.clientId = "dev7";
        receiver.filters = {"a/#", "a/+"};
        report.receivers = {receiver};
        NearMiss miss;
        miss.clientId = "dev8";
        miss.filter = "A/b";
        miss.why = NearMiss::Why::CaseDiffers;
        report.nearMisses = {miss};
        model.setReport(report);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, MatchModel::Filter).data().toString(), QStringLiteral("a/#, a/+"));
        QCOMPARE(model.clientOf(1), QByteArray("dev8"));
        QVERIFY(!model.index(1, MatchModel::Quality).data().isValid());
        model.setReport({});
        QCOMPARE(model.rowCount(), 0);
    }

    void draftBecomesAPacket()
    {
        PublishDraft draft;
        draft.topic = QStringLiteral("a/${n}");
        draft.text = QStringLiteral("value ${n}");
        draft.properties.userProperties = {{"a", "b"}};
        const auto packet = packetOf(draft, 7);
        QCOMPARE(std::get<PublishPacket>(packet).topic, QByteArray("a/7"));
        QCOMPARE(std::get<PublishPacket>(packet).payload, QByteArray("value 7"));
        draft.topic = QStringLiteral("a/#");
        QVERIFY(std::holds_alternative<QString>(packetOf(draft, 1)));
        draft.topic = QString();
        QVERIFY(std::holds_alternative<QString>(packetOf(draft, 1)));
    }

    void draftIsKept()
    {
        PublishDraft draft;
        draft.topic = QStringLiteral("a/\u00E4");
        draft.form = PayloadForm::Hex;
        draft.text = QStringLiteral("01 ff");
        draft.qos = QoS::ExactlyOnce;
        draft.retain = true;
        draft.asClient = QStringLiteral("dev");
        draft.properties.payloadFormatIndicator = 1;
        draft.properties.messageExpiryInterval = 0xFFFF'FFFF;
        draft.properties.contentType = "text/plain";
        draft.properties.responseTopic = "r";
        draft.properties.correlationData = QByteArray("\x00\xFF", 2);
        draft.properties.userProperties = {{"a", "1"}, {"a", "2"}};
        QCOMPARE(PublishDraft::fromJson(draft.toJson()), draft);
        QCOMPARE(PublishDraft::fromJson({}), PublishDraft());
    }

    void hexIsRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("isRight");
        QTest::newRow("empty") << QString() << QByteArray() << true;
        QTest::newRow("pairs") << QStringLiteral("0aFF") << QByteArray("\x0a\xff") << true;
        QTest::newRow("apart") << QStringLiteral("0x0a, 0xff:01\n02") << QByteArray("\x0a\xff\x01\x02") << true;
        QTest::newRow("zero") << QStringLiteral("00") << QByteArray(1, '\0') << true;
        QTest::newRow("half") << QStringLiteral("0a f") << QByteArray() << false;
        QTest::newRow("half in the middle") << QStringLiteral("0 aa") << QByteArray() << false;
        QTest::newRow("no digit") << QStringLiteral("0g") << QByteArray() << false;
    }
    void hexIsRead()
    {
        QFETCH(const QString, text);
        const auto read = bytesFromHex(text);
        QTEST(std::holds_alternative<QByteArray>(read), "isRight");
        if (const QByteArray *bytes = std::get_if<QByteArray>(&read))
            QTEST(*bytes, "bytes");
    }

    void whatClientsNameIsPlain()
    {
        QCOMPARE(plainLine(QByteArray("a\nb\x7f")), QStringLiteral("a\u240Ab\\u007f"));
        QCOMPARE(plainLine(QStringLiteral("x\u202Egnp.exe")), QStringLiteral("x\\u202egnp.exe")); // turns the line round
        QCOMPARE(plainLine(QByteArray("\xff")), QString(QChar::ReplacementCharacter));
        QCOMPARE(plainLine(QStringLiteral("abcdef"), 3), QStringLiteral("abc\u2026"));
    }

    void tipsAreNoHtml()
    {
        const QByteArray name = "<b>dev</b> & <img src=x>";
        const QString tip = QStringLiteral("&lt;b&gt;dev&lt;/b&gt; &amp; &lt;img src=x&gt;");
        QVERIFY(plainTip(QString::fromUtf8(name)).contains(tip));
        QVERIFY(plainTip(QStringLiteral("a & b")).contains(QStringLiteral("a &amp; b")));
        QCOMPARE(plainTip({}), QString());
        test::ScriptedSource source;
        source.snapshot.clientNames.push_back({1, name});
        source.snapshot.clients.push_back(client(1, 1));
        Capture capture;
        ClientsModel model(capture);
        capture.setSource(&source);
        source.attach();
        QTRY_COMPARE(model.rowCount(), 1);
        QVERIFY(model.index(0, ClientsModel::Id).data(Qt::ToolTipRole).toString().contains(tip));
    }

    void questionsAreNoHtml()
    {
        QTimer::singleShot(0, this, [] {
            auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
            QVERIFY(box);
            QCOMPARE(box->textFormat(), Qt::PlainText);
            box->button(QMessageBox::Yes)->click();
        });
        QVERIFY(ask(nullptr, QStringLiteral("title"), QStringLiteral("<b>dev</b>?")));
    }

    void failedPublishIsToldAndCanBeRepeated()
    {
        test::ScriptedSource source;
        source.answer.error = QStringLiteral("It may not publish there.");
        PublishPanel panel(source, nullptr);
        PublishDraft draft;
        draft.topic = QStringLiteral("a");
        panel.setDraft(draft);
        auto *send = panel.findChild<QPushButton *>(QStringLiteral("send"));
        panel.send();
        QTRY_VERIFY(std::ranges::any_of(panel.findChildren<QLabel *>(), [&](const QLabel *label) { return label->text() == source.answer.error; }));
        QTRY_VERIFY(send->isEnabled());
        panel.send();
        QCOMPARE(source.commands.size(), 2);
    }

    void relayAnswersWhatTheBrokerDidNot()
    {
        auto source = std::make_unique<test::ScriptedSource>();
        RelaySource relay;
        relay.setTarget(source.get());
        QStringList errors;
        relay.publish({}, {}, [&](const CommandAnswer &answer) { errors.append(answer.error); });
        relay.deleteRetained({"a"}, [&](const DeletedRetained &deleted) { errors.append(deleted.answer.error); });
        relay.setTarget(nullptr);
        QVERIFY(errors.isEmpty()); // never from inside a call
        QTRY_COMPARE(errors.size(), 2);
        QVERIFY(!errors[0].isEmpty() && !errors[1].isEmpty());
        QCoreApplication::processEvents(); // what the source answers after all comes to nobody
        QCOMPARE(errors.size(), 2);
        // What was answered is not answered again.
        relay.setTarget(source.get());
        int answers = 0;
        relay.publish({}, {}, [&](const CommandAnswer &) { ++answers; });
        QTRY_COMPARE(answers, 1);
        relay.setTarget(nullptr);
        QCoreApplication::processEvents();
        QCOMPARE(answers, 1);
    }

    void deletionIsUndoneWhenTheBrokerSaysSo()
    {
        test::ScriptedSource source;
        Capture capture;
        Wishes wishes;
        RetainedMessagesPage page(capture, source, nullptr, wishes);
        capture.setSource(&source);
        source.attach();
        QSignalSpy reset(&capture, &Capture::reset);
        QVERIFY(reset.wait());
        const QAction *undo = nullptr;
        for (const QAction *action : page.findChildren<QAction *>()) {
            if (action->shortcut() == QKeySequence(QKeySequence::Undo))
                undo = action;
        }
        QVERIFY(undo && !undo->isEnabled());
        source.deleted.messages = {test::message("a", "1")};
        page.deleteTopics({"a"});
        QTRY_VERIFY(undo->isEnabled());
        source.refresh(); // F5
        QVERIFY(reset.wait());
        QVERIFY(page.canUndo() && undo->isEnabled());
        source.answer.error = QStringLiteral("The disk is full.");
        page.undo();
        QVERIFY(!page.canUndo()); // it is being done
        QTRY_VERIFY(page.canUndo()); // not lost
        source.answer.error.clear();
        page.undo();
        QTRY_COMPARE(source.restored.size(), size_t(1));
        QTRY_VERIFY(!page.canUndo() && !undo->isEnabled());
        capture.clearTraffic();
        QVERIFY(!undo->isEnabled());
        page.deleteTopics({"a"});
        QTRY_VERIFY(page.canUndo());
        capture.setSource(nullptr); // the broker has stopped: it may come back
        QVERIFY(page.canUndo());
        test::ScriptedSource another;
        capture.setSource(&another);
        QVERIFY(!page.canUndo() && !undo->isEnabled());
    }

    void figuresAreShort()
    {
        QLocale::setDefault(QLocale::c());
        QCOMPARE(shortCountText(0), QStringLiteral("0"));
        QCOMPARE(shortCountText(999), QStringLiteral("999"));
        QCOMPARE(shortCountText(48'210), QStringLiteral("48.2k"));
        QCOMPARE(shortCountText(1'250'000), QStringLiteral("1.25M"));
        QCOMPARE(bytesText(1023), QStringLiteral("1023\u00A0B"));
        QCOMPARE(bytesText(2'200'000), QStringLiteral("2.10\u00A0MB"));
        QCOMPARE(latencyText(std::chrono::microseconds(1500)), QStringLiteral("1.50\u00A0ms"));
    }

    void coloursCanBeRead()
    {
        for (const Theme theme : {Theme::Light, Theme::Dark}) {
            applyTheme(theme);
            const QPalette palette = QApplication::palette();
            QCOMPARE(isDark(palette), theme == Theme::Dark);
            for (const QPalette::ColorRole ground : {QPalette::Base, QPalette::AlternateBase, QPalette::Window}) {
                QVERIFY(contrast(palette.color(QPalette::Text), palette.color(ground)) >= 7);
                for (const Tone tone : {Tone::Good, Tone::Warning, Tone::Bad, Tone::Accent, Tone::Quiet})
                    QVERIFY2(contrast(toneColor(tone, palette), palette.color(ground)) >= 4.5, qPrintable(toneColor(tone, palette).name()));
            }
            QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
        }
    }

    void iconsFollowThePalette()
    {
        QVERIFY(iconNames().size() > 40);
        for (const Theme theme : {Theme::Light, Theme::Dark}) {
            applyTheme(theme);
            for (const QString &name : iconNames()) {
                const QImage image = icon(name).pixmap(48).toImage();
                int drawn = 0;
                for (int y = 0; y < image.height(); ++y) {
                    for (int x = 0; x < image.width(); ++x) {
                        const QColor point = image.pixelColor(x, y);
                        drawn += point.alpha() > 200;
                        QVERIFY2(point.alpha() < 200 || (point.lightness() > 128) == (theme == Theme::Dark), qPrintable(name));
                    }
                }
                QVERIFY2(drawn > 20, qPrintable(name + QStringLiteral(" is empty")));
            }
        }
    }

    void keysStayWithTheirRows()
    {
        struct Change
        {
            enum class Kind { Added, Changed, Removed } kind;
            int row;
        };
        MirroredRows rows;
        rows.reset(3);
        const quint64 last = rows.keyAt(2);
        rows.apply(std::vector<Change>{{Change::Kind::Removed, 0}}); // the last row has moved there
        QCOMPARE(rows.count(), 2);
        QCOMPARE(rows.keyAt(0), last);
        QCOMPARE(rows.rowOf(last), 0);
        rows.apply(std::vector<Change>{{Change::Kind::Added, 2}, {Change::Kind::Removed, 2}});
        QCOMPARE(rows.count(), 2);
    }

    void selectionStaysWithItsClientWhileRowsAreSorted()
    {
        test::ScriptedSource source;
        for (ClientNumber number = 1; number <= 3; ++number) {
            source.snapshot.clientNames.push_back({number, "dev" + QByteArray::number(number)});
            source.snapshot.clients.push_back(client(number, number));
        }
        Capture capture;
        ClientsModel model(capture);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        capture.setSource(&source);
        source.attach();
        QTRY_COMPARE(model.rowCount(), 3);
        model.sort(ClientsModel::Queue, Qt::DescendingOrder);
        QCOMPARE(model.idAt(0), QByteArray("dev3"));
        const QPersistentModelIndex first = model.index(2, 0); // dev1
        MonitorBatch batch;
        batch.when = 1'000'000'000;
        batch.counts.push_back(client(1, 100).counts);
        source.push(batch);
        model.refresh();
        QCOMPARE(model.idAt(0), QByteArray("dev1"));
        QCOMPARE(first.row(), 0);
        model.setFilter(compileFilter(u"queue < 50", FilterView::Clients).program);
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(!first.isValid());
        QCOMPARE(model.storeCount(), 3);
    }

    void pluralsOfEnglishAreWhole()
    {
        const auto plurals = [](const QString &path) { // the sources, and all forms of them
            QFile file(path);
            std::pair<QStringList, QStringList> found;
            if (!file.open(QIODevice::ReadOnly))
                return found;
            QXmlStreamReader xml(&file);
            bool isPlural = false;
            while (!xml.atEnd()) {
                if (xml.readNext() != QXmlStreamReader::StartElement)
                    continue;
                if (xml.name() == QLatin1String("message"))
                    isPlural = xml.attributes().hasAttribute(QLatin1String("numerus"));
                else if (isPlural && xml.name() == QLatin1String("source"))
                    found.first.append(xml.readElementText());
                else if (isPlural && xml.name() == QLatin1String("numerusform"))
                    found.second.append(xml.readElementText());
            }
            return found;
        };
        const QString german = QStringLiteral(TRANSLATION);
        const auto [wanted, theirs] = plurals(german);
        const auto [sources, forms] = plurals(QString(german).replace(QStringLiteral("_de"), QStringLiteral("_en")));
        QVERIFY(wanted.size() > 10);
        QCOMPARE(sources, wanted);
        QCOMPARE(forms.size(), 2 * sources.size());
        for (const QString &form : forms)
            QVERIFY2(!form.isEmpty() && !form.contains(QStringLiteral("(s)")), qPrintable(form));
    }

    void germanIsWhole()
    {
        QFile file(QStringLiteral(TRANSLATION));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(&file);
        int translated = 0;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement || xml.name() != QLatin1String("translation"))
                continue;
            QVERIFY2(xml.attributes().value(QLatin1String("type")) != QLatin1String("unfinished"),
                qPrintable(QStringLiteral("line %1").arg(xml.lineNumber())));
            ++translated;
        }
        QVERIFY(!xml.hasError());
        QVERIFY(translated > 900);
    }
};

QTEST_MAIN(TestWindowParts)
#include "tst_windowparts.moc"
