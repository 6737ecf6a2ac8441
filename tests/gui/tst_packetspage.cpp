#include "captured.h"

#include "filter/filterterm.h"
#include "models/cellroles.h"
#include "monitor/packethead.h"
#include "support/scriptedsource.h"
#include "views/exporting.h"
#include "views/livetable.h"
#include "views/packetspage.h"
#include "views/timeformbutton.h"

#include <QAction>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

/// The page of control packets.
class TestPacketsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timesAreWrittenAsChosen();
    void refusedSubscriptionsSaySo();
    void packetsSayWhatTheyAreAbout();
    void connectionsAreFoundAsSoonAsTheyAreKnown();
    void streamsKeepTheirAddress();
    void selectedRowIsInspectedAgain();
};

namespace {

/// The page with a source that tells packets, as the collector makes them of their bytes.
struct Scene
{
    ScriptedSource source;
    Capture capture;
    Wishes wishes;
    std::unique_ptr<PacketsPage> page;

    Scene()
    {
        source.snapshot.clientNames = {{1, "dev1"}};
        capture.setSource(&source);
        QSignalSpy reset(&capture, &Capture::reset);
        source.attach();
        [[maybe_unused]] const bool isTaken = reset.wait();
        page = std::make_unique<PacketsPage>(capture, nullptr, wishes);
    }
    void add(const QByteArray &bytes, PacketDirection direction, ProtocolVersion version, ClientNumber client = 1, quint64 connection = 7)
    {
        PacketRecord record;
        record.number = capture.packets().end() + 1;
        record.when = aMoment + static_cast<qint64>(record.number) * 1'000'000;
        record.connection = connection;
        record.client = client;
        record.size = record.keptBytes = static_cast<quint32>(bytes.size());
        record.direction = direction;
        record.version = version;
        readPacketHead(bytes, record);
        MonitorBatch batch;
        batch.when = record.when;
        batch.packets = {record};
        batch.packetBytes = bytes;
        source.push(batch);
        page->model().takeFrame();
    }
    void connected(ClientNumber client, quint64 connection, ConnectionEventKind kind = ConnectionEventKind::Connected)
    {
        ConnectionEvent event;
        event.when = aMoment;
        event.kind = kind;
        event.client = client;
        event.info.connection = connection;
        event.info.address = "192.0.2.1";
        event.info.port = 4711;
        event.info.listener = "tcp 127.0.0.1:1884";
        MonitorBatch batch;
        batch.when = aMoment;
        batch.events = {event};
        source.push(batch);
    }
    QString cell(int row, int column) const { return page->model().index(row, column).data().toString(); }
    int rowsThatPass(const QString &filter)
    {
        page->model().setFilter(compileFilter(filter, FilterView::Packets).program);
        const bool isOver = QTest::qWaitFor([this] { return !page->model().rows().isBuilding(); }, 5'000);
        page->model().takeFrame();
        return isOver ? page->model().rowCount() : -1;
    }
};

} // namespace

void TestPacketsPage::timesAreWrittenAsChosen()
{
    ScriptedSource source;
    Capture capture;
    capture.setSource(&source);
    QSignalSpy reset(&capture, &Capture::reset);
    source.attach();
    QVERIFY(reset.wait());
    MonitorBatch batch;
    batch.when = aMoment;
    PacketRecord packet;
    packet.type = PacketType::Pingreq;
    for (const qint64 when : {aMoment, aMoment + second}) {
        ++packet.number;
        packet.when = when;
        batch.packets.push_back(packet);
    }
    source.push(batch);

    Wishes wishes;
    PacketsPage page(capture, nullptr, wishes);
    QTRY_COMPARE(page.model().rowCount(), 2);
    const auto lastTime = [&page] { return page.model().index(1, PacketsModel::Time).data().toString(); };
    const QList<QAction *> choices = page.findChild<TimeFormButton *>()->menu()->actions();
    QCOMPARE(choices.size(), 3);
    choices.at(2)->trigger();
    QCOMPARE(lastTime(), timeText(aMoment + second, aMoment, TimeForm::SinceRowBefore));

    PacketsPage other(capture, nullptr, wishes);
    other.restore(page.saved());
    QCOMPARE(other.findChild<TimeFormButton *>()->form(), TimeForm::SinceRowBefore);
    QCOMPARE(other.model().index(1, PacketsModel::Time).data().toString(), lastTime());

    QVariantMap odd = page.saved();
    odd[QStringLiteral("time")] = 99; // a settings file of somebody's own
    page.restore(odd);
    QCOMPARE(page.findChild<TimeFormButton *>()->form(), TimeForm::SinceRowBefore);
}

void TestPacketsPage::refusedSubscriptionsSaySo()
{
    Scene scene;
    scene.add(QByteArray::fromHex("90 05 0009 00 02 01"), PacketDirection::ToClient, ProtocolVersion::Mqtt311);
    scene.add(QByteArray::fromHex("90 05 0009 02 80 01"), PacketDirection::ToClient, ProtocolVersion::Mqtt311);
    scene.add(QByteArray::fromHex("90 04 0009 00 87"), PacketDirection::ToClient, ProtocolVersion::Mqtt5);
    scene.add(QByteArray::fromHex("b0 05 0009 00 87 11"), PacketDirection::ToClient, ProtocolVersion::Mqtt5);
    scene.add(QByteArray::fromHex("b0 02 0009"), PacketDirection::ToClient, ProtocolVersion::Mqtt311);
    QTRY_COMPARE(scene.page->model().rowCount(), 5);
    const QStringList said{QStringLiteral("Granted QoS 2"), QStringLiteral("Unspecified error"), QStringLiteral("Not authorized"),
        QStringLiteral("Not authorized"), QString()};
    for (int row = 0; row < said.size(); ++row) {
        QCOMPARE(scene.cell(row, PacketsModel::About), said[row]);
        const bool isRed = scene.page->model().index(row, PacketsModel::About).data(Qt::ForegroundRole).isValid();
        QCOMPARE(isRed, row >= 1 && row <= 3);
    }
    QCOMPARE(scene.rowsThatPass(QStringLiteral("code >= 0x80")), 3);
}

void TestPacketsPage::packetsSayWhatTheyAreAbout()
{
    Scene scene;
    const QByteArray connect = QByteArray::fromHex("10 10 0004") + "MQTT" + QByteArray::fromHex("04 02 003c 0004") + "dev1";
    const QByteArray nameless = QByteArray::fromHex("10 0c 0004") + "MQTT" + QByteArray::fromHex("04 00 0000 0000");
    scene.add(connect, PacketDirection::FromClient, ProtocolVersion::Mqtt311, 0);
    scene.add(nameless, PacketDirection::FromClient, ProtocolVersion::Mqtt311, 0, 8);
    scene.add(QByteArray::fromHex("82 0a 0009 0001 61 00 0001 62 01"), PacketDirection::FromClient, ProtocolVersion::Mqtt311);
    scene.add(QByteArray::fromHex("a2 05 0009 0001 61"), PacketDirection::FromClient, ProtocolVersion::Mqtt311);
    QTRY_COMPARE(scene.page->model().rowCount(), 4);
    QCOMPARE(scene.cell(0, PacketsModel::Client), QStringLiteral("dev1"));
    QCOMPARE(scene.cell(0, PacketsModel::About), QStringLiteral("MQTT 3.1.1, keep alive 60 s, clean start"));
    QCOMPARE(scene.cell(1, PacketsModel::About), QStringLiteral("MQTT 3.1.1, no keep alive"));
    QCOMPARE(scene.cell(1, PacketsModel::Client), QString());
    QCOMPARE(scene.cell(2, PacketsModel::About), QStringLiteral("a and 1 more"));
    QCOMPARE(scene.cell(3, PacketsModel::About), QStringLiteral("a"));
    QCOMPARE(scene.rowsThatPass(QStringLiteral("client == \"dev1\"")), 3);
    QCOMPARE(scene.rowsThatPass(QStringLiteral("topic == a")), 2);

    // The broker gave it a name: then its CONNECT is of that client.
    scene.rowsThatPass({});
    QCOMPARE(scene.cell(1, PacketsModel::Peer), QString());
    scene.connected(1, 8);
    QCOMPARE(scene.cell(1, PacketsModel::Client), QStringLiteral("dev1"));
    QCOMPARE(scene.cell(1, PacketsModel::Peer), QStringLiteral("192.0.2.1:4711"));
    QCOMPARE(scene.page->model().clientOf(1), QByteArray("dev1"));
    QVERIFY(scene.page->table()->isColumnHidden(PacketsModel::Peer));
}

void TestPacketsPage::connectionsAreFoundAsSoonAsTheyAreKnown()
{
    Scene scene;
    const QByteArray nameless = QByteArray::fromHex("10 0c 0004") + "MQTT" + QByteArray::fromHex("04 02 0000 0000");
    scene.add(nameless, PacketDirection::FromClient, ProtocolVersion::Mqtt311, 0, 8);
    scene.add(nameless, PacketDirection::FromClient, ProtocolVersion::Mqtt311, 0, 9);
    scene.add(QByteArray::fromHex("c000"), PacketDirection::FromClient, ProtocolVersion::Mqtt311, 1, 7);
    const auto numbers = [&scene] {
        QStringList found;
        for (int row = 0; row < scene.page->model().rowCount(); ++row)
            found.append(scene.cell(row, PacketsModel::Number));
        return found.join(u' ');
    };
    // Their passwords are still being checked: nobody knows whose these connections will be.
    QCOMPARE(scene.rowsThatPass(QStringLiteral("client == \"dev1\"")), 1);
    QCOMPARE(numbers(), QStringLiteral("3"));
    scene.connected(1, 8);
    QTRY_COMPARE(numbers(), QStringLiteral("1 3"));
    scene.connected(0, 9, ConnectionEventKind::Refused);
    QCOMPARE(scene.rowsThatPass(QStringLiteral("client == \"dev1\"")), 2);

    QCOMPARE(scene.rowsThatPass(QStringLiteral("address == \"192.0.2.1\"")), 2);
    QCOMPARE(numbers(), QStringLiteral("1 2"));
    QCOMPARE(scene.rowsThatPass(QStringLiteral("peer == \"192.0.2.2\"")), 0);
    QCOMPARE(scene.rowsThatPass(QStringLiteral("192.0.2")), 2);
    QCOMPARE(scene.rowsThatPass(QStringLiteral("address != \"\"")), 2);
    scene.connected(1, 7);
    QTRY_COMPARE(numbers(), QStringLiteral("1 2 3"));

    // What a cell offers as a filter finds its row.
    const QModelIndex peer = scene.page->model().index(0, PacketsModel::Peer);
    QCOMPARE(peer.data(FilterFieldRole).toInt(), static_cast<int>(FieldId::Address));
    const QString offered = filterTerm(FieldId::Address, FilterView::Packets, peer.data(FilterValueRole).toString());
    QCOMPARE(scene.rowsThatPass(offered), 3);
}

void TestPacketsPage::streamsKeepTheirAddress()
{
    Scene scene;
    const QByteArray connect = QByteArray::fromHex("10 10 0004") + "MQTT" + QByteArray::fromHex("04 02 003c 0004") + "dev1";
    scene.add(connect, PacketDirection::FromClient, ProtocolVersion::Mqtt311, 0);
    scene.add(QByteArray::fromHex("20 02 00 00"), PacketDirection::ToClient, ProtocolVersion::Mqtt311);
    scene.connected(1, 7);
    scene.connected(1, 9); // it is there again, by another connection
    for (const quint64 row : {0, 1}) {
        const std::optional<ExportedPacket> packet = exportedPacket(scene.capture, row);
        QVERIFY(packet);
        QCOMPARE(packet->client, QByteArray("dev1"));
        QCOMPARE(packet->clientAddress, QByteArray("192.0.2.1"));
        QCOMPARE(packet->clientPort, quint16(4711));
        QCOMPARE(packet->brokerPort, quint16(1884));
    }
}

void TestPacketsPage::selectedRowIsInspectedAgain()
{
    Scene scene;
    scene.page->resize(900, 400);
    scene.page->show();
    scene.add(QByteArray::fromHex("c000"), PacketDirection::FromClient, ProtocolVersion::Mqtt5);
    scene.add(QByteArray::fromHex("d000"), PacketDirection::ToClient, ProtocolVersion::Mqtt5);
    QTRY_COMPARE(scene.page->model().rowCount(), 2);
    const QSignalSpy wanted(&scene.wishes, &Wishes::packetWanted);
    QTableView *table = scene.page->table();
    const auto click = [table] {
        const QPoint place = table->visualRect(table->model()->index(1, PacketsModel::Type)).center();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, place);
    };
    click();
    QCOMPARE(wanted.size(), 1);
    click(); // it was looked at before something else was
    QCOMPARE(wanted.size(), 2);
    QCOMPARE(wanted.back().front().toULongLong(), quint64(1));
}

QTEST_MAIN(TestPacketsPage)
#include "tst_packetspage.moc"
