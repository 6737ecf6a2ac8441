#include "protocol/frame.h"
#include "support/packetcatalogue.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

constexpr quint32 noLimit = 268'435'460;
using Status = FrameCut::Status;

} // namespace

class FrameTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cuts_data();
    void cuts();
    void acceptsFlagsOfTable22_data();
    void acceptsFlagsOfTable22();
    void knowsNothingOfPrefixes();
    void cutsOnePacketOfAStream();
    void appliesTheLimitToTheWholePacket_data();
    void appliesTheLimitToTheWholePacket();
};

void FrameTest::cuts_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Status>("status");
    QTest::addColumn<qsizetype>("size");

    const auto row = [](const char *name, const char *notation, Status status, qsizetype size = 0) {
        QTest::newRow(name) << packetBytes(notation) << status << size;
    };
    row("nothing", "", Status::Incomplete);
    row("one byte", "30", Status::Incomplete);
    row("remaining length not complete", "30 80", Status::Incomplete);
    row("remaining length of three bytes not complete", "30 8080", Status::Incomplete);
    row("remaining length of four bytes not complete", "30 FFFFFF", Status::Incomplete);
    row("MQTT-1.5.5-1: 80 00", "30 8000", Status::Bad);
    row("MQTT-1.5.5-1: 80 80 00", "30 808000", Status::Bad);
    row("MQTT-1.5.5-1: 81 80 80 00", "30 81808000", Status::Bad);
    row("2.1.4: five bytes", "30 8080808001", Status::Bad);
    row("2.1.4: a fifth byte is certain after four", "30 80808080", Status::Bad);
    row("2.1.4: the largest remaining length", "30 FFFFFF7F", Status::Incomplete, 268'435'460);
    row("empty body", "C000", Status::Complete, 2);
    row("empty body and more", "C000C0", Status::Complete, 2);
    row("body of one byte", "30 01 00", Status::Complete, 3);
    row("body not complete", "30 02 00", Status::Incomplete, 4);
    row("body of 127 bytes not complete", "30 7F 00", Status::Incomplete, 129);
    row("body of 128 bytes not complete", "30 8001 00", Status::Incomplete, 131);
    row("body of 16 383 bytes not complete", "30 FF7F 00", Status::Incomplete, 16'386);
    row("body of 16 384 bytes not complete", "30 808001 00", Status::Incomplete, 16'388);
    row("2.1.2: packet type 0", "00", Status::Bad);
    row("2.1.2: packet type 0 with flags", "0F", Status::Bad);
}

void FrameTest::cuts()
{
    QFETCH(QByteArray, bytes);
    const FrameCut cut = cutFrame(bytes, noLimit);
    QTEST(cut.status, "status");
    QTEST(cut.size, "size");
    if (cut.status == Status::Bad)
        QCOMPARE(cut.error.reason, ReasonCode::MalformedPacket);
}

// Table 2.2, and 3.1's DUP flag in PUBREL, SUBSCRIBE and UNSUBSCRIBE.
void FrameTest::acceptsFlagsOfTable22_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QList<int>>("flags");

    const QList<int> any{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    QTest::newRow("reserved") << 0 << QList<int>{};
    QTest::newRow("CONNECT") << 1 << QList<int>{0};
    QTest::newRow("CONNACK") << 2 << QList<int>{0};
    QTest::newRow("PUBLISH (the decoder looks)") << 3 << any;
    QTest::newRow("PUBACK") << 4 << QList<int>{0};
    QTest::newRow("PUBREC") << 5 << QList<int>{0};
    QTest::newRow("PUBREL [MQTT-3.6.1-1]") << 6 << QList<int>{2, 10};
    QTest::newRow("PUBCOMP") << 7 << QList<int>{0};
    QTest::newRow("SUBSCRIBE [MQTT-3.8.1-1]") << 8 << QList<int>{2, 10};
    QTest::newRow("SUBACK") << 9 << QList<int>{0};
    QTest::newRow("UNSUBSCRIBE [MQTT-3.10.1-1]") << 10 << QList<int>{2, 10};
    QTest::newRow("UNSUBACK") << 11 << QList<int>{0};
    QTest::newRow("PINGREQ") << 12 << QList<int>{0};
    QTest::newRow("PINGRESP") << 13 << QList<int>{0};
    QTest::newRow("DISCONNECT [MQTT-3.14.1-1]") << 14 << QList<int>{0};
    QTest::newRow("AUTH [MQTT-3.15.1-1]") << 15 << QList<int>{0};
}

void FrameTest::acceptsFlagsOfTable22()
{
    QFETCH(int, type);
    QFETCH(QList<int>, flags);
    for (int value = 0; value < 16; ++value) {
        const char bytes[] = {static_cast<char>(type << 4 | value), 1, 0};
        const Status expected = flags.contains(value) ? Status::Complete : Status::Bad;
        QCOMPARE(cutFrame(QByteArrayView(bytes, 3), noLimit).status, expected);
        // Refused from the first byte on, before the length is there.
        QCOMPARE(cutFrame(QByteArrayView(bytes, 1), noLimit).status == Status::Bad, expected == Status::Bad);
    }
}

void FrameTest::knowsNothingOfPrefixes()
{
    for (const CataloguedPacket &packet : packetCatalogue()) {
        if (!packet.isValid())
            continue;
        const QByteArray bytes = packet.bytes();
        for (qsizetype length = 0; length < bytes.size(); ++length)
            QVERIFY2(cutFrame(bytes.first(length), noLimit).status == Status::Incomplete, packet.name);
    }
}

void FrameTest::cutsOnePacketOfAStream()
{
    QByteArray stream;
    for (const CataloguedPacket &packet : packetCatalogue()) {
        if (packet.isValid())
            stream += packet.bytes();
    }
    QByteArrayView rest = stream;
    for (const CataloguedPacket &packet : packetCatalogue()) {
        if (!packet.isValid())
            continue;
        const QByteArray expected = packet.bytes();
        const FrameCut cut = cutFrame(rest, noLimit);
        QVERIFY2(cut.status == Status::Complete, packet.name);
        QCOMPARE(cut.size, expected.size());
        QCOMPARE(cut.frame.firstByte, static_cast<quint8>(expected.front()));
        QVERIFY2(expected.endsWith(cut.frame.body), packet.name);
        rest = rest.sliced(cut.size);
    }
    QVERIFY(rest.isEmpty());
}

void FrameTest::appliesTheLimitToTheWholePacket_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint32>("limit");
    QTest::addColumn<Status>("status");

    const auto row = [](const char *name, const char *notation, quint32 limit, Status status) {
        QTest::newRow(name) << packetBytes(notation) << limit << status;
    };
    row("as large as the limit", "30 03 000161", 5, Status::Complete);
    row("one byte over", "30 03 000161", 4, Status::Bad);
    row("over, known from the header alone", "30 03", 4, Status::Bad);
    row("at the limit, not there yet", "30 03", 5, Status::Incomplete);
    row("three bytes of header count too", "30 8001", 130, Status::Bad);
    row("128 bytes at the limit", "30 8001", 131, Status::Incomplete);
    row("the largest packet", "30 FFFFFF7F", 268'435'460, Status::Incomplete);
    row("the largest packet, one byte less allowed", "30 FFFFFF7F", 268'435'459, Status::Bad);
}

void FrameTest::appliesTheLimitToTheWholePacket()
{
    QFETCH(QByteArray, bytes);
    QFETCH(quint32, limit);
    const FrameCut cut = cutFrame(bytes, limit);
    QTEST(cut.status, "status");
    if (cut.status == Status::Bad)
        QCOMPARE(cut.error.reason, ReasonCode::PacketTooLarge);
}

QTEST_APPLESS_MAIN(FrameTest)
#include "tst_frame.moc"
