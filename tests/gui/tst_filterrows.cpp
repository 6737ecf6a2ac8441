#include "captured.h"

#include "capture/capture.h"
#include "support/scriptedsource.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

constexpr qint64 later = aMoment + 60 * second;

MonitorSnapshot aSnapshot()
{
    ClientFacts client;
    client.client = 1;
    client.info.connection = 9; // of its packets
    client.info.clientId = "dev1";
    client.info.userName = "user";
    client.info.address = "192.0.2.1";
    client.info.listener = "tcp 127.0.0.1:1883";
    client.info.tlsVersion = "TLSv1.3";
    client.info.tlsCipher = "TLS_AES_256_GCM_SHA384";
    client.isConnected = true;
    client.since = aMoment;
    client.lastText = "taken over";
    SubscriptionChange subscription;
    subscription.client = 1;
    subscription.entry.filter = "$share/group/site/+";
    subscription.identifier = 7;
    MonitorSnapshot made;
    made.when = aMoment;
    made.clientNames = {{1, "dev1"}};
    made.topicNames = {{1, "site/a"}};
    made.clients = {client};
    made.subscriptions = {subscription};
    return made;
}

/// A message with everything that one can have.
MessagePtr fullMessage()
{
    return Message::create({.topic = "site/a", .payload = "{}", .sharedPayload = {}, .properties = {}, .origin = Origin::create("dev1", "user", "192.0.2.1"),
        .arrival = std::chrono::milliseconds(aMoment / 1'000'000), .expirySeconds = 3600});
}

/// A PUBLISH and the PUBACK that answers it.
void addPackets(MonitorBatch &batch)
{
    PacketRecord packet;
    packet.number = 1;
    packet.when = aMoment;
    packet.connection = 9;
    packet.client = 1;
    packet.type = PacketType::Publish;
    packet.direction = PacketDirection::FromClient;
    packet.flags = 0x02;
    packet.packetId = 7;
    packet.size = packet.keptBytes = 12;
    batch.packets.push_back(packet);
    packet.number = 2;
    packet.when += 1'000'000;
    packet.type = PacketType::Puback;
    packet.direction = PacketDirection::ToClient;
    packet.bytesAt = 12;
    packet.size = packet.keptBytes = 4;
    batch.packets.push_back(packet);
    batch.packetBytes = QByteArray("\x32\x0A\x00\x06" "site/a" "\x00\x07", 12) + QByteArray("\x40\x02\x00\x07", 4);
}

bool gives(const FilterRow &row, FieldId field)
{
    const FieldId asked = field == FieldId::Json ? FieldId::Payload : field;
    return !row.text(asked).isEmpty() || !std::isnan(row.number(asked));
}

/// One of each: whatever can be known in a view is known of one of its rows.
struct Rows
{
    ScriptedSource source;
    Capture capture;

    Rows()
    {
        source.snapshot = aSnapshot();
        capture.setSource(&source);
        source.attach();
    }
    void fill()
    {
        MonitorBatch batch;
        batch.when = aMoment;
        batch.messages = {record(1, 1, 1, fullMessage())};
        batch.deliveries = {step(1, 1, DeliveryStep::Acknowledged, 5'000)};
        addPackets(batch);
        RetainedChange retained;
        retained.topic = "site/a";
        retained.message = fullMessage();
        retained.when = aMoment;
        batch.retained = {retained};
        batch.log = {LogLine{aMoment, QtWarningMsg, "pigeon.session", QStringLiteral("odd"), "dev1"}};
        source.push(batch);
    }
    bool give(FilterView view, FieldId field) const
    {
        switch (view) {
        case FilterView::Messages:
            return logGives(capture.messages(), field);
        case FilterView::Packets:
            return logGives(capture.packets(), field);
        case FilterView::Clients:
            return rowGives(ClientRow(capture.clients(), later), 1, field);
        case FilterView::Subscriptions:
            return rowGives(SubscriptionRow(capture.subscriptions(), capture.clientNameTable()), 0, field);
        case FilterView::Topics:
            return rowGives(TopicRow(capture.topics(), later), capture.topics().nodeOf("site/a"), field);
        case FilterView::Retained:
            return rowGives(RetainedRow(capture.retained(), later), 0, field);
        case FilterView::Log:
            return rowGives(LogRow(capture.log(), later), 0, field);
        }
        return false;
    }

private:
    template <typename Row, typename Place>
    static bool rowGives(Row row, Place place, FieldId field)
    {
        row.goTo(place);
        return gives(row, field);
    }
    static bool logGives(const RowLog &log, FieldId field)
    {
        const std::unique_ptr<RowCursor> cursor = log.cursor();
        for (quint64 row = log.begin(); row < log.end(); ++row) {
            cursor->goTo(row);
            if (gives(*cursor, field))
                return true;
        }
        return false;
    }
};

} // namespace

/// What the language of filters offers in a view, the rows of the view know, and they know no more than that.
class TestFilterRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsOfferedIsWhatRowsKnow_data();
    void whatIsOfferedIsWhatRowsKnow();
};

void TestFilterRows::whatIsOfferedIsWhatRowsKnow_data()
{
    QTest::addColumn<int>("view");
    QTest::newRow("messages") << int(FilterView::Messages);
    QTest::newRow("packets") << int(FilterView::Packets);
    QTest::newRow("clients") << int(FilterView::Clients);
    QTest::newRow("subscriptions") << int(FilterView::Subscriptions);
    QTest::newRow("topics") << int(FilterView::Topics);
    QTest::newRow("retained") << int(FilterView::Retained);
    QTest::newRow("log") << int(FilterView::Log);
}

void TestFilterRows::whatIsOfferedIsWhatRowsKnow()
{
    QFETCH(int, view);
    Rows rows;
    QTRY_COMPARE(rows.capture.clients().count(), 1);
    QTRY_VERIFY(!rows.capture.isFetchingRetained());
    rows.fill();
    QStringList differing;
    for (const FilterField &field : filterFields()) {
        const bool isOffered = findFilterField(field.id, FilterView(view));
        if (isOffered != rows.give(FilterView(view), field.id))
            differing.append(QString::fromLatin1(field.name) + (isOffered ? QStringLiteral(" is not known") : QStringLiteral(" is not offered")));
    }
    QCOMPARE(differing.join(QStringLiteral(", ")), QString());
}

QTEST_GUILESS_MAIN(TestFilterRows)
#include "tst_filterrows.moc"
