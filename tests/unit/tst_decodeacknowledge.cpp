#include "protocol/decoder.h"

#include <QTest>

using namespace pigeon;

Q_DECLARE_METATYPE(pigeon::ProtocolVersion)

/// decodeAcknowledge takes a short way; it must say what decodePacket says of the same frame, value or error.
class TestDecodeAcknowledge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithDecodePacket_data();
    void agreesWithDecodePacket();
};

void TestDecodeAcknowledge::agreesWithDecodePacket_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isTakenBy311"); // with the usual flags
    QTest::newRow("packet id alone") << QByteArray("\x12\x34", 2) << true;
    QTest::newRow("lowest packet id") << QByteArray("\x00\x01", 2) << true;
    QTest::newRow("highest packet id") << QByteArray("\xFF\xFF", 2) << true;
    QTest::newRow("MQTT-2.2.1-3 packet id 0") << QByteArray("\x00\x00", 2) << false;
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("half a packet id") << QByteArray("\x12", 1) << false;
    QTest::newRow("success said") << QByteArray("\x12\x34\x00", 3) << false;
    QTest::newRow("packet identifier not found") << QByteArray("\x12\x34\x92", 3) << false;
    QTest::newRow("no matching subscribers") << QByteArray("\x12\x34\x10", 3) << false;
    QTest::newRow("not authorized") << QByteArray("\x12\x34\x87", 3) << false;
    QTest::newRow("MQTT-3.4.2-1 a reason of no acknowledgement") << QByteArray("\x12\x34\x04", 3) << false;
    QTest::newRow("no properties") << QByteArray("\x12\x34\x00\x00", 4) << false;
    QTest::newRow("reason string") << QByteArray("\x12\x34\x00\x04\x1F\x00\x01n", 8) << false;
    QTest::newRow("user property") << QByteArray("\x12\x34\x00\x07\x26\x00\x01k\x00\x01v", 11) << false;
    QTest::newRow("a property of another packet") << QByteArray("\x12\x34\x00\x02\x01\x01", 6) << false;
    QTest::newRow("bytes left over") << QByteArray("\x12\x34\x00\x00\x00", 5) << false;
}

void TestDecodeAcknowledge::agreesWithDecodePacket()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, isTakenBy311);
    for (const auto type : {PacketType::Puback, PacketType::Pubrec, PacketType::Pubrel, PacketType::Pubcomp}) {
        for (unsigned flags = 0; flags < 16; ++flags) { // [MQTT-2.1.3-1] [MQTT-3.6.1-1]
            const Frame frame{static_cast<quint8>(static_cast<unsigned>(type) << 4 | flags), body};
            for (const auto version : {ProtocolVersion::Mqtt31, ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
                const auto direct = decodeAcknowledge(frame, version, {});
                const auto general = decodePacket(frame, version, Sender::Client, {});
                QCOMPARE(bool(direct), bool(general));
                if (!direct) {
                    QCOMPARE(direct.error().reason, general.error().reason);
                    QCOMPARE(direct.error().clause, general.error().clause);
                } else {
                    const auto &packet = std::get<AcknowledgePacket>(*general);
                    QCOMPARE(direct->type, type);
                    QCOMPARE(direct->packetId, packet.packetId);
                    QCOMPARE(direct->reason, packet.reason);
                }
                const bool areFlagsUsual = flags == (type == PacketType::Pubrel ? 2u : 0u);
                if (version == ProtocolVersion::Mqtt311)
                    QCOMPARE(bool(direct), isTakenBy311 && areFlagsUsual);
            }
        }
    }
}

QTEST_APPLESS_MAIN(TestDecodeAcknowledge)
#include "tst_decodeacknowledge.moc"
