#include "payload/bytestab.h"
#include "payload/charttab.h"
#include "payload/differencetab.h"
#include "payload/hexview.h"
#include "payload/inspector.h"
#include "payload/payloadtab.h"
#include "payload/stripchart.h"
#include "payload/textview.h"
#include "payload/valuetreemodel.h"
#include "look/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QTimer>
#include <QTreeView>

#include <cmath>

using namespace pigeon;

namespace {

template <typename View>
View *viewNamed(QWidget &parent, const char *name)
{
    for (View *view : parent.findChildren<View *>()) {
        if (view->accessibleName() == QString::fromLatin1(name))
            return view;
    }
    return nullptr;
}

InspectedMessage aMessage()
{
    InspectedMessage message;
    message.topic = QStringLiteral("site/hall/temp");
    message.payload = R"({"temp": 23.5, "unit": "C", "place": {"floor": 2, "room": "hall"}, "ok": true})";
    message.previous = R"({"temp": 21.5, "unit": "C", "place": {"floor": 2, "room": "hall"}, "ok": true})";
    message.previousName = QStringLiteral("12:03:04, dev7");
    message.facts = {{QStringLiteral("Publisher"), QStringLiteral("dev7")}, {QStringLiteral("QoS"), QStringLiteral("1")},
        {QStringLiteral("Content Type"), QStringLiteral("application/json")},
        {QStringLiteral("location\x1b[31m"), QStringLiteral("second\nfloor")}};
    message.deliveries = {{.receiver = QStringLiteral("dashboard"), .state = QStringLiteral("acknowledged"), .qos = 1,
                              .packetId = 7, .timesSent = 1, .queuedAfter = 12'000, .sentAfter = 80'000,
                              .acknowledgedAfter = 2'300'000},
        {.receiver = QStringLiteral("logger"), .state = QStringLiteral("dropped: queue full"), .qos = 1, .droppedAfter = 90'000}};
    message.packet = QByteArray::fromHex("320b0005612f622f6300076869");
    message.packetSize = message.packet.size();
    message.version = ProtocolVersion::Mqtt311;
    for (int i = 0; i < 600; ++i) {
        const double value = 21 + 3 * std::sin(i / 40.0) + (i % 97 == 0 ? 4 : 0);
        message.history.push_back({(1'790'000'000LL + i) * 1'000'000'000, "{\"temp\": " + QByteArray::number(value) + "}"});
    }
    return message;
}

QByteArray largeJson(qsizetype bytes)
{
    QByteArray json = "[";
    while (json.size() < bytes)
        json += R"({"id": 12345, "name": "sensor in the hall", "values": [1.5, 2.5, 3.5], "ok": true},)";
    json.chop(1);
    return json + "]";
}

/// The longest that the event loop did not turn.
class LoopProbe
{
public:
    LoopProbe()
    {
        m_timer.start(1);
        m_clock.start();
        QObject::connect(&m_timer, &QTimer::timeout, [this] { m_longest = std::max(m_longest, m_clock.restart()); });
    }
    qint64 longest() const { return m_longest; }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_longest = 0;
};

} // namespace

class TestInspector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void payloadIsShownInItsForm();
    void formsCanBeChosen();
    void treeModelIsSound();
    void manyPartsAreGivenInPieces();
    void textIsBrokenAndSelected();
    void longTextIsPaintedOnlyWhereItIsSeen();
    void findGoesRound();
    void hexIsSelectedAndCopied();
    void hexFindsBytes();
    void keysZoom();
    void fieldsAndBytesAreLinked();
    void tabsFillWhenTheyAreLookedAt();
    void differenceOfLines();
    void differenceOfBytes();
    void chartDrawsAField();
    void nothingToShowIsSaid();
    void theLastOfManyIsShown();
    void fiveMegabytesDoNotBlock();
    void pictures();
};

void TestInspector::payloadIsShownInItsForm()
{
    PayloadTab tab;
    QSignalSpy shown(&tab, &PayloadTab::shown);
    tab.setPayload(aMessage().payload, {});
    QVERIFY(shown.wait());
    QCOMPARE(tab.format(), PayloadFormat::Json);
    auto *text = viewNamed<TextView>(tab, "Payload as text");
    QVERIFY(text->text().contains(QStringLiteral("  \"temp\": 23.5,\n")));
    QCOMPARE(tab.findChild<QComboBox *>()->currentText(), QStringLiteral("Automatic (JSON)"));
    tab.setPayload("plain", {});
    QVERIFY(shown.wait());
    QCOMPARE(text->text(), QStringLiteral("plain"));
    tab.setPayload(QByteArray("{\"a\": }"), {});
    QVERIFY(shown.wait());
    QVERIFY2(tab.note().contains(QStringLiteral("at byte 6")), qPrintable(tab.note()));
    QCOMPARE(text->text(), QStringLiteral("{\"a\": }"));
}

void TestInspector::formsCanBeChosen()
{
    PayloadTab tab;
    tab.resize(600, 400);
    tab.show();
    QSignalSpy shown(&tab, &PayloadTab::shown);
    tab.setPayload("\x01\x80", {});
    QVERIFY(shown.wait());
    QCOMPARE(tab.format(), PayloadFormat::Numbers);
    tab.chooseFormat(PayloadFormat::Hex);
    QVERIFY(shown.wait());
    auto *hex = viewNamed<HexView>(tab, "Payload as bytes");
    QVERIFY(hex->isVisible());
    QCOMPARE(hex->bytes(), QByteArray("\x01\x80"));
    tab.setPayload("text", {});
    QVERIFY(shown.wait());
    QCOMPARE(tab.format(), PayloadFormat::Hex); // stays as it was chosen
    tab.chooseFormat(std::nullopt);
    QVERIFY(shown.wait());
    QCOMPARE(tab.format(), PayloadFormat::Text);
}

void TestInspector::treeModelIsSound()
{
    ValueTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const std::atomic<bool> isCancelled = false;
    model.setTree(decodePayload(aMessage().payload, PayloadFormat::Json, isCancelled).tree);
    const QModelIndex top = model.index(0, 0);
    QCOMPARE(model.rowCount(top), 4);
    const QModelIndex place = model.index(2, 0, top);
    QCOMPARE(place.data().toString(), QStringLiteral("place"));
    QCOMPARE(model.index(1, 1, place).data().toString(), QStringLiteral("hall"));
    QCOMPARE(model.indexOf(model.nodeOf(model.index(1, 0, place))), model.index(1, 0, place));
    model.setTree(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestInspector::manyPartsAreGivenInPieces()
{
    ValueTreeModel model; // the tester would ask for more by itself
    const std::atomic<bool> isCancelled = false;
    const QByteArray many = '[' + QByteArray("1,").repeated(2499) + "1]";
    model.setTree(decodePayload(many, PayloadFormat::Json, isCancelled).tree);
    const QModelIndex top = model.index(0, 0);
    QCOMPARE(model.rowCount(top), ValueTreeModel::rowsAtOnce);
    QVERIFY(model.canFetchMore(top));
    model.fetchMore(top);
    model.fetchMore(top);
    QCOMPARE(model.rowCount(top), 2500);
    QVERIFY(!model.canFetchMore(top));
}

void TestInspector::textIsBrokenAndSelected()
{
    TextView view(QStringLiteral("text"));
    view.resize(300, 200);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const QString text = QString(500, u'x') + QStringLiteral("\nlast größe");
    view.setText(text);
    QVERIFY(view.rowCount() > 5);
    const qsizetype narrow = view.rowCount();
    view.resize(600, 200);
    QVERIFY(view.rowCount() < narrow);
    view.selectAll();
    view.copySelected();
    QCOMPARE(QApplication::clipboard()->text(), text);
    QTest::keyClick(&view, Qt::Key_Home, Qt::ControlModifier);
    QVERIFY(!view.hasSelection());
    QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
    QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("xx"));
    QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
    QTest::keyClick(&view, Qt::Key_Home, Qt::ShiftModifier);
    QCOMPARE(view.textOf(view.selectionBegin(), view.selectionEnd()), QStringLiteral("last größe"));
    QTest::keyClick(&view, Qt::Key_Up);
    QVERIFY(view.selectionBegin() < 501);
    QTest::mouseDClick(view.viewport(), Qt::LeftButton, {}, {40, 5});
    QVERIFY(view.hasSelection());
    view.setText({});
    QCOMPARE(view.rowCount(), 0);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_End);
}

void TestInspector::longTextIsPaintedOnlyWhereItIsSeen()
{
    TextView view(QStringLiteral("text"));
    view.resize(600, 400);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QElapsedTimer clock;
    clock.start();
    view.setText(QString(5'000'000, u'x'));
    const qint64 set = clock.restart();
    view.grab();
    const qint64 first = clock.restart();
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum());
    view.grab();
    qInfo("5 M characters in one line: set in %lld ms, painted in %lld ms, its end in %lld ms", set, first, clock.elapsed());
    QVERIFY(set + first + clock.elapsed() < 1000);
}

void TestInspector::findGoesRound()
{
    TextView view(QStringLiteral("text"));
    view.resize(300, 200);
    view.setText(QStringLiteral("One two\none three"));
    QVERIFY(view.find(QStringLiteral("one"), false));
    QCOMPARE(view.selectionBegin(), 0);
    QVERIFY(view.find(QStringLiteral("one"), false));
    QCOMPARE(view.selectionBegin(), 8);
    QVERIFY(view.find(QStringLiteral("one"), false));
    QCOMPARE(view.selectionBegin(), 0);
    QVERIFY(view.find(QStringLiteral("one"), true));
    QCOMPARE(view.selectionBegin(), 8);
    QVERIFY(!view.find(QStringLiteral("four"), false));
}

void TestInspector::hexIsSelectedAndCopied()
{
    HexView view(QStringLiteral("hex"));
    view.resize(800, 200);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.setBytes(QByteArray::fromHex("00010aff41"));
    QSignalSpy moved(&view, &LineView::selectionMoved);
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
    QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(moved.size(), 3);
    view.copySelected();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("01 0a"));
    QTest::keyClick(&view, Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(view.selectionEnd(), 5);
    view.setBytes(QByteArray(50'000'000, 'x'));
    QElapsedTimer clock;
    clock.start();
    view.select(49'999'990, 49'999'999);
    view.grab();
    QVERIFY(clock.elapsed() < 500);
}

void TestInspector::hexFindsBytes()
{
    HexView view(QStringLiteral("hex"));
    view.setBytes(QByteArray::fromHex("00010aff41420a"));
    QVERIFY(view.find(QStringLiteral("0x0aff"), false));
    QCOMPARE(view.selectionBegin(), 2);
    QVERIFY(view.find(QStringLiteral("AB"), false));
    QCOMPARE(view.selectionBegin(), 4);
    QVERIFY(!view.find(QStringLiteral("0xzz"), false));
}

void TestInspector::keysZoom()
{
    TextView view(QStringLiteral("text"));
    view.resize(300, 200);
    view.show();
    view.setText(QString(300, u'x'));
    const qsizetype rows = view.rowCount();
    for (int i = 0; i < 4; ++i)
        QTest::keyClick(&view, Qt::Key_Plus, Qt::ControlModifier);
    QCOMPARE(view.zoom(), 4);
    QVERIFY(view.rowCount() > rows);
    QTest::keyClick(&view, Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(view.zoom(), 0);
    QCOMPARE(view.rowCount(), rows);
}

void TestInspector::fieldsAndBytesAreLinked()
{
    BytesTab tab;
    tab.resize(600, 500);
    tab.show();
    tab.setPacket(aMessage().packet, aMessage().packet.size(), ProtocolVersion::Mqtt311);
    QVERIFY(tab.note().isEmpty());
    const QAbstractItemModel *model = tab.fields()->model();
    const QModelIndex topic = model->index(2, 0);
    QCOMPARE(topic.data().toString(), QStringLiteral("Topic"));
    tab.fields()->setCurrentIndex(topic);
    QCOMPARE(tab.bytes()->selectionBegin(), 2);
    QCOMPARE(tab.bytes()->selectionEnd(), 9);
    tab.bytes()->setFocus();
    QTest::keyClick(tab.bytes(), Qt::Key_End, Qt::ControlModifier);
    QTest::keyClick(tab.bytes(), Qt::Key_Left);
    QCOMPARE(tab.fields()->currentIndex().data().toString(), QStringLiteral("Payload"));
    QCOMPARE(tab.bytes()->selectionBegin(), 12); // and it stays where it was put
    tab.setPacket(aMessage().packet.first(8), 13, ProtocolVersion::Mqtt311);
    QVERIFY2(tab.note().contains(QStringLiteral("Showing 8\u00A0B of 13\u00A0B")), qPrintable(tab.note()));
}

void TestInspector::tabsFillWhenTheyAreLookedAt()
{
    Inspector inspector;
    inspector.resize(500, 600);
    inspector.show();
    inspector.setMessage(aMessage());
    QSignalSpy shown(inspector.payloadTab(), &PayloadTab::shown);
    QVERIFY(shown.wait());
    auto *deliveries = viewNamed<QTableView>(inspector, "Receivers of the message");
    QCOMPARE(deliveries->model()->rowCount(), 0); // nobody has looked
    inspector.setCurrentIndex(Inspector::Delivery);
    QCOMPARE(deliveries->model()->rowCount(), 2);
    QAbstractItemModelTester tester(deliveries->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(deliveries->model()->index(1, DeliveryModel::State).data().toString(), QStringLiteral("dropped: queue full"));
    inspector.updateDeliveries({}, QStringLiteral("gone"));
    QCOMPARE(deliveries->model()->rowCount(), 0);
    inspector.setCurrentIndex(Inspector::Properties);
    auto *facts = viewNamed<QTreeView>(inspector, "Properties of the message");
    QCOMPARE(facts->model()->rowCount(), 4);
    const QString odd = facts->model()->index(3, 0).data().toString() + facts->model()->index(3, 1).data().toString();
    QVERIFY(!odd.contains(u'\x1b') && !odd.contains(u'\n'));
    inspector.setCurrentIndex(Inspector::Bytes);
    QCOMPARE(inspector.bytesTab()->bytes()->bytes(), aMessage().packet);
    inspector.clearMessage();
    QVERIFY(inspector.bytesTab()->bytes()->bytes().isEmpty());
    QCOMPARE(inspector.currentIndex(), int(Inspector::Bytes));
}

void TestInspector::differenceOfLines()
{
    DifferenceTab tab;
    QSignalSpy shown(&tab, &DifferenceTab::shown);
    tab.setValues(aMessage().previous, aMessage().payload, QStringLiteral("12:03"));
    QVERIFY(shown.wait());
    QCOMPARE(tab.headline(), QStringLiteral("1 lines added, 1 removed since 12:03."));
    const QString text = tab.findChild<TextView *>()->text();
    QVERIFY(text.contains(QStringLiteral("\"temp\": 21.5")) && text.contains(QStringLiteral("\"temp\": 23.5")));
    tab.setValues(aMessage().payload, aMessage().payload, QStringLiteral("12:03"));
    QVERIFY(shown.wait());
    QVERIFY(tab.headline().startsWith(QStringLiteral("The same")));
    tab.setValues({}, aMessage().payload, {});
    QVERIFY(tab.headline().contains(QStringLiteral("No earlier value")));
}

void TestInspector::differenceOfBytes()
{
    DifferenceTab tab;
    QSignalSpy shown(&tab, &DifferenceTab::shown);
    tab.setValues(QByteArray::fromHex("00ff8081"), QByteArray::fromHex("00fe808182"), QStringLiteral("12:03"));
    QVERIFY(shown.wait());
    QCOMPARE(tab.headline(), QStringLiteral("2\u00A0B differ since 12:03."));
}

void TestInspector::chartDrawsAField()
{
    ChartTab tab;
    tab.resize(500, 300);
    tab.show();
    tab.setHistory(QStringLiteral("site/hall/temp"), aMessage().history);
    QCOMPARE(tab.chart()->points().size(), size_t(600));
    QCOMPARE(tab.field(), QStringLiteral(".temp"));
    QTest::keyClick(tab.chart(), Qt::Key_Left);
    QVERIFY(!tab.chart()->accessibleDescription().isEmpty());
    tab.setHistory(QStringLiteral("other"), {{1, "text"}});
    QVERIFY(tab.chart()->points().empty());
    std::vector<TimedPayload> many;
    for (int i = 0; i < 100'000; ++i)
        many.push_back({i * 1'000'000LL, QByteArray::number(i % 100)});
    QElapsedTimer clock;
    clock.start();
    tab.setHistory(QStringLiteral("many"), many);
    const qint64 set = clock.restart();
    tab.chart()->grab();
    qInfo("100 000 values: read in %lld ms, painted in %lld ms", set, clock.elapsed());
    QVERIFY(clock.elapsed() < 300);
}

void TestInspector::nothingToShowIsSaid()
{
    Inspector inspector;
    InspectedMessage message;
    message.payloadMissing = QStringLiteral("The broker has let go of it.");
    inspector.setMessage(message);
    QVERIFY(viewNamed<QLabel>(inspector, "Payload")->text().contains(QStringLiteral("let go")));
    inspector.setCurrentIndex(Inspector::Bytes);
    QVERIFY(inspector.bytesTab()->note().contains(QStringLiteral("not recorded")));
    message = {};
    inspector.setCurrentIndex(Inspector::Payload);
    inspector.setMessage(message);
    QCOMPARE(viewNamed<QLabel>(inspector, "Payload")->text(), QStringLiteral("The payload is empty."));
}

void TestInspector::theLastOfManyIsShown()
{
    PayloadTab tab;
    QSignalSpy shown(&tab, &PayloadTab::shown);
    for (int i = 0; i < 50; ++i)
        tab.setPayload(largeJson(200'000), {});
    tab.setPayload("the last", {});
    QVERIFY(shown.wait());
    QCOMPARE(viewNamed<TextView>(tab, "Payload as text")->text(), QStringLiteral("the last"));
    QTest::qWait(0);
    QCOMPARE(shown.size(), 1);
}

void TestInspector::fiveMegabytesDoNotBlock()
{
    Inspector inspector;
    inspector.resize(500, 600);
    inspector.show();
    QVERIFY(QTest::qWaitForWindowExposed(&inspector));
    InspectedMessage message;
    message.payload = largeJson(5'000'000);
    LoopProbe probe;
    QSignalSpy shown(inspector.payloadTab(), &PayloadTab::shown);
    QElapsedTimer clock;
    clock.start();
    inspector.setMessage(message);
    inspector.grab();
    const qint64 painted = clock.elapsed();
    QVERIFY(inspector.payloadTab()->note().contains(QStringLiteral("64")));
    QVERIFY(viewNamed<TextView>(inspector, "Payload as text")->isVisible());
    QVERIFY(shown.wait());
    const qint64 read = clock.elapsed();
    inspector.grab();
    qInfo("5 MB of JSON: its beginning painted after %lld ms, all read after %lld ms, painted after %lld ms, longest turn of "
          "the loop %lld ms",
        painted, read, clock.elapsed(), probe.longest());
    QVERIFY(inspector.payloadTab()->note().isEmpty());
    QVERIFY(painted < 200);
    QVERIFY(probe.longest() < 300);
    QVERIFY(clock.elapsed() < 1500);
}

/// With PIGEON_PICTURES, a folder, it leaves pictures of each tab for eyes to look at.
void TestInspector::pictures()
{
    const QString folder = qEnvironmentVariable("PIGEON_PICTURES");
    for (const Theme theme : {Theme::Light, Theme::Dark}) {
        applyTheme(theme);
        Inspector inspector;
        inspector.resize(620, 520);
        inspector.show();
        QVERIFY(QTest::qWaitForWindowExposed(&inspector));
        QSignalSpy payloadShown(inspector.payloadTab(), &PayloadTab::shown);
        QSignalSpy differenceShown(inspector.differenceTab(), &DifferenceTab::shown);
        inspector.setMessage(aMessage());
        QVERIFY(payloadShown.wait());
        for (int tab = 0; tab < Inspector::TabCount; ++tab) {
            inspector.setCurrentIndex(tab);
            if (tab == Inspector::Difference && differenceShown.isEmpty())
                QVERIFY(differenceShown.wait());
            if (tab == Inspector::Bytes)
                inspector.bytesTab()->fields()->setCurrentIndex(inspector.bytesTab()->fields()->model()->index(2, 0));
            const QPixmap picture = inspector.grab();
            QVERIFY(!picture.isNull());
            if (!folder.isEmpty())
                picture.save(QStringLiteral("%1/inspector-%2-%3.png").arg(folder, theme == Theme::Dark ? QStringLiteral("dark") : QStringLiteral("light")).arg(tab));
        }
    }
    applyTheme(Theme::System);
}

QTEST_MAIN(TestInspector)
#include "tst_inspector.moc"
