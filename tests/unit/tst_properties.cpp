#include "protocol/properties.h"
#include "protocol/reasoncodes.h"
#include "support/decodebytes.h"
#include "support/packetcatalogue.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

const auto V5 = ProtocolVersion::Mqtt5;

/// A place where a property block stands, with a right packet around it; % is the block's content.
struct Place
{
    const char *name;
    Sender sender;
    const char *packet;
};

constexpr Place places[] = {
    {"CONNECT", Sender::Client, "10 ('MQTT' 05 06 003C (%) 'c' () 'w' 'p')"},
    {"will", Sender::Client, "10 ('MQTT' 05 06 003C () 'c' (%) 'w' 'p')"},
    {"CONNACK", Sender::Server, "20 (00 00 (%))"},
    {"PUBLISH c", Sender::Client, "30 ('t' (%))"},
    {"PUBLISH s", Sender::Server, "30 ('t' (%))"},
    {"PUBACK", Sender::Client, "40 (0001 00 (%))"},
    {"PUBACK s", Sender::Server, "40 (0001 00 (%))"},
    {"PUBREC", Sender::Client, "50 (0001 00 (%))"},
    {"PUBREL", Sender::Client, "62 (0001 00 (%))"},
    {"PUBCOMP", Sender::Server, "70 (0001 00 (%))"},
    {"SUBSCRIBE", Sender::Client, "82 (0001 (%) 't' 00)"},
    {"SUBACK", Sender::Server, "90 (0001 (%) 00)"},
    {"UNSUBSCRIBE", Sender::Client, "A2 (0001 (%) 't')"},
    {"UNSUBACK", Sender::Server, "B0 (0001 (%) 00)"},
    {"DISCONNECT c", Sender::Client, "E0 (00 (%))"},
    {"DISCONNECT s", Sender::Server, "E0 (00 (%))"},
    {"AUTH c", Sender::Client, "F0 (18 (15 'm' %))"},
    {"AUTH s", Sender::Server, "F0 (18 (15 'm' %))"},
};

constexpr const char *acknowledges = "PUBACK,PUBACK s,PUBREC,PUBREL,PUBCOMP";

/// Table 2.4 and the sections of chapter 3, written down a second time.
struct PropertyRow
{
    int id;
    const char *name;
    const char *encoded;
    QByteArray allowed; ///< names of places, comma separated
    QByteArray wrongSender; ///< places in which only the other side may send it
};

const QList<PropertyRow> &propertyRows()
{
    static const QByteArray message = "PUBLISH c,PUBLISH s,will";
    static const QByteArray reasons = QByteArray(acknowledges) + ",CONNACK,SUBACK,UNSUBACK,DISCONNECT c,DISCONNECT s,"
                                                                 "AUTH c,AUTH s";
    static const QList<PropertyRow> rows{
        {0x01, "Payload Format Indicator", "01 01", message, ""},
        {0x02, "Message Expiry Interval", "02 0000003C", message, ""},
        {0x03, "Content Type", "03 'text'", message, ""},
        {0x08, "Response Topic", "08 'r/t'", message, ""},
        {0x09, "Correlation Data", "09 0002 00FF", message, ""},
        {0x0B, "Subscription Identifier", "0B 8001", "SUBSCRIBE,PUBLISH s", "PUBLISH c"},
        {0x11, "Session Expiry Interval", "11 FFFFFFFF", "CONNECT,CONNACK,DISCONNECT c", "DISCONNECT s"},
        {0x12, "Assigned Client Identifier", "12 'id'", "CONNACK", ""},
        {0x13, "Server Keep Alive", "13 0000", "CONNACK", ""},
        {0x15, "Authentication Method", "15 'm'", "CONNECT,CONNACK", ""}, // AUTH: see the test
        {0x16, "Authentication Data", "16 0002 00FF", "CONNACK,AUTH c,AUTH s", ""}, // CONNECT: see the test
        {0x17, "Request Problem Information", "17 00", "CONNECT", ""},
        {0x18, "Will Delay Interval", "18 00000000", "will", ""},
        {0x19, "Request Response Information", "19 01", "CONNECT", ""},
        {0x1A, "Response Information", "1A 'r'", "CONNACK", ""},
        {0x1C, "Server Reference", "1C 's'", "CONNACK,DISCONNECT s", "DISCONNECT c"},
        {0x1F, "Reason String", "1F 'r'", reasons, ""},
        {0x21, "Receive Maximum", "21 FFFF", "CONNECT,CONNACK", ""},
        {0x22, "Topic Alias Maximum", "22 0000", "CONNECT,CONNACK", ""},
        {0x23, "Topic Alias", "23 FFFF", "PUBLISH c,PUBLISH s", ""},
        {0x24, "Maximum QoS", "24 01", "CONNACK", ""},
        {0x25, "Retain Available", "25 01", "CONNACK", ""},
        {0x26, "User Property", "26 'k' 'v'", reasons + ",CONNECT,SUBSCRIBE,UNSUBSCRIBE," + message, ""},
        {0x27, "Maximum Packet Size", "27 00000001", "CONNECT,CONNACK", ""},
        {0x28, "Wildcard Subscription Available", "28 00", "CONNACK", ""},
        {0x29, "Subscription Identifiers Available", "29 00", "CONNACK", ""},
        {0x2A, "Shared Subscription Available", "2A 01", "CONNACK", ""},
    };
    return rows;
}

int refusalAt(const Place &place, const QByteArray &block)
{
    QByteArray notation(place.packet);
    notation.replace("%", block);
    return refusalOf(packetBytes(notation), V5, place.sender);
}

const Place &placeNamed(QByteArrayView name)
{
    for (const Place &place : places) {
        if (name == place.name)
            return place;
    }
    qFatal("no such place");
}

int expectedAt(const PropertyRow &row, const Place &place)
{
    const QByteArray name(place.name);
    if (row.allowed.split(',').contains(name))
        return 0;
    // AUTH has one already; data needs a method, which CONNECT lacks here.
    const bool isSecondMethod = row.id == 0x15 && name.startsWith("AUTH");
    const bool isDataWithoutMethod = row.id == 0x16 && name == "CONNECT";
    if (isSecondMethod || isDataWithoutMethod || row.wrongSender.split(',').contains(name))
        return 0x82;
    return 0x81;
}

bool mayRepeat(const PropertyRow &row, const Place &place)
{
    return row.id == 0x26 || (row.id == 0x0B && QByteArrayView(place.name) == "PUBLISH s");
}

} // namespace

class PropertiesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tableIsComplete();
    void everyPropertyInEveryPacket_data();
    void everyPropertyInEveryPacket();
    void unknownIdentifiers();
    void everyPropertyCutShort();
    void values_data();
    void values();
    void textsAreUtf8();
    void dataWithMethod();
    void errorsNameTheProperty();
};

void PropertiesTest::tableIsComplete()
{
    QCOMPARE(propertyTable().size(), size_t(27));
    for (const PropertyRow &row : propertyRows()) {
        const PropertySpec *spec = findProperty(static_cast<quint32>(row.id));
        QVERIFY(spec);
        QCOMPARE(spec->name, row.name);
        const bool isForwarded = QList<int>{0x01, 0x03, 0x08, 0x09, 0x26}.contains(row.id);
        QCOMPARE(spec->isForwarded(), isForwarded);
    }
}

void PropertiesTest::everyPropertyInEveryPacket_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < propertyRows().size(); ++i)
        QTest::addRow("2.2.2.2: 0x%02X %s", propertyRows()[i].id, propertyRows()[i].name) << i;
}

void PropertiesTest::everyPropertyInEveryPacket()
{
    QFETCH(int, index);
    const PropertyRow &row = propertyRows()[index];
    for (const Place &place : places) {
        const int expected = expectedAt(row, place);
        QVERIFY2(refusalAt(place, row.encoded) == expected, place.name);
        const QByteArray twice = QByteArray(row.encoded) + ' ' + row.encoded;
        const int expectedTwice = expected != 0 || mayRepeat(row, place) ? expected : 0x82;
        QVERIFY2(refusalAt(place, twice) == expectedTwice, place.name);
    }
}

void PropertiesTest::unknownIdentifiers()
{
    QList<int> known;
    for (const PropertyRow &row : propertyRows())
        known.append(row.id);
    for (int id = 0; id < 0x80; ++id) {
        if (known.contains(id))
            continue;
        QVERIFY(!findProperty(static_cast<quint32>(id)));
        const QByteArray block = QByteArray::number(id + 0x100, 16).last(2) + " 00000000";
        for (const Place &place : places)
            QCOMPARE(refusalAt(place, block), 0x81);
    }
    QCOMPARE(refusalAt(placeNamed("CONNACK"), "FFFFFF7F 00"), 0x81);
    QVERIFY(!findProperty(0xFFFF'FFFF));
}

void PropertiesTest::everyPropertyCutShort()
{
    for (const PropertyRow &row : propertyRows()) {
        const QByteArray encoded = packetBytes(row.encoded);
        const Place &place = placeNamed(row.allowed.split(',').first());
        for (qsizetype length = 1; length < encoded.size(); ++length) {
            const QByteArray block = encoded.first(length).toHex();
            QVERIFY2(refusalAt(place, block) == 0x81, row.name);
        }
    }
}

void PropertiesTest::values_data()
{
    QTest::addColumn<QByteArray>("place");
    QTest::addColumn<QByteArray>("block");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *name, const char *place, const char *block, int expected) {
        QTest::newRow(name) << QByteArray(place) << QByteArray(block) << expected;
    };
    row("3.3.2.3.2: payload format 0", "PUBLISH c", "01 00", 0);
    row("3.3.2.3.2: payload format 1", "PUBLISH c", "01 01", 0);
    row("3.3.2.3.2: payload format 2", "PUBLISH c", "01 02", 0x82);
    row("3.1.3.2.3: payload format 255", "will", "01 FF", 0x82);
    row("3.8.2.1.2: subscription identifier 0", "SUBSCRIBE", "0B 00", 0x82);
    row("3.8.2.1.2: subscription identifier 1", "SUBSCRIBE", "0B 01", 0);
    row("3.8.2.1.2: largest subscription identifier", "SUBSCRIBE", "0B FFFFFF7F", 0);
    row("MQTT-1.5.5-1: overlong subscription identifier", "SUBSCRIBE", "0B 8100", 0x81);
    row("3.1.2.11.7: request problem information 1", "CONNECT", "17 01", 0);
    row("3.1.2.11.7: request problem information 2", "CONNECT", "17 02", 0x82);
    row("3.1.2.11.6: request response information 0", "CONNECT", "19 00", 0);
    row("3.1.2.11.6: request response information 2", "CONNECT", "19 02", 0x82);
    row("3.1.2.11.3: receive maximum 0", "CONNECT", "21 0000", 0x82);
    row("3.1.2.11.3: receive maximum 1", "CONNECT", "21 0001", 0);
    row("3.2.2.3.3: receive maximum 0", "CONNACK", "21 0000", 0x82);
    row("3.1.2.11.5: topic alias maximum 0", "CONNECT", "22 0000", 0);
    row("MQTT-3.3.2-8: topic alias 0 is for the session", "PUBLISH c", "23 0000", 0);
    row("3.2.2.3.4: maximum QoS 0", "CONNACK", "24 00", 0);
    row("3.2.2.3.4: maximum QoS 2", "CONNACK", "24 02", 0x82);
    row("3.2.2.3.5: retain available 2", "CONNACK", "25 02", 0x82);
    row("3.1.2.11.4: maximum packet size 0", "CONNECT", "27 00000000", 0x82);
    row("3.1.2.11.4: maximum packet size 1", "CONNECT", "27 00000001", 0);
    row("3.2.2.3.6: maximum packet size 0", "CONNACK", "27 00000000", 0x82);
    row("3.2.2.3.11: wildcard subscription available 2", "CONNACK", "28 02", 0x82);
    row("3.2.2.3.12: subscription identifiers available 2", "CONNACK", "29 02", 0x82);
    row("3.2.2.3.13: shared subscription available 2", "CONNACK", "2A 02", 0x82);
    row("MQTT-3.3.2-14: response topic with #", "PUBLISH c", "08 'a/#'", 0x82);
    row("MQTT-3.3.2-14: response topic with +", "will", "08 '+'", 0x82);
    row("MQTT-4.7.3-1: empty response topic", "PUBLISH c", "08 ''", 0x82);
    row("3.3.2.3.9: empty content type", "PUBLISH c", "03 ''", 0);
    row("2.2.2.2: empty user property", "PUBLISH c", "26 '' ''", 0);
}

void PropertiesTest::values()
{
    QFETCH(QByteArray, place);
    QFETCH(QByteArray, block);
    QTEST(refusalAt(placeNamed(place), block), "expected");
}

void PropertiesTest::textsAreUtf8()
{
    for (const char *bad : {"0001 FF", "0001 00", "0003 EDA080", "0002 C0AF", "0001 C3", "0004 F4908080"}) {
        for (const PropertySpec &spec : propertyTable()) {
            if (spec.type != PropertyType::Text && spec.type != PropertyType::TextPair)
                continue;
            const QByteArray id = QByteArray::number(spec.id + 0x100, 16).last(2);
            const QByteArray value = QByteArray(" ") + bad + (spec.type == PropertyType::TextPair ? " ''" : "");
            for (const Place &place : places) {
                const int refusal = refusalAt(place, id + value);
                QVERIFY2(refusal == 0x81 || refusal == 0x82, place.name); // never accepted [MQTT-1.5.4-1]
            }
        }
        QCOMPARE(refusalAt(placeNamed("PUBLISH c"), QByteArray("26 'k' ") + bad), 0x81); // [MQTT-1.5.7-1]
    }
}

void PropertiesTest::dataWithMethod()
{
    const Place &connect = placeNamed("CONNECT");
    QCOMPARE(refusalAt(connect, "15 'm' 16 0001 00"), 0);
    QCOMPARE(refusalAt(connect, "16 0001 00 15 'm'"), 0); // the order is free (2.2.2.2)
    QCOMPARE(refusalAt(connect, "16 0001 00"), 0x82); // 3.1.2.11.10
}

void PropertiesTest::errorsNameTheProperty()
{
    const auto text = [](const char *notation) {
        return QByteArray(decodeBytes(packetBytes(notation), V5, Sender::Client).error().text);
    };
    QCOMPARE(text("10 ('MQTT' 05 02 003C (21 0000) 'c')"), "Receive Maximum has a value that is not permitted");
    QCOMPARE(text("30 ('t' (18 00000000))"), "Will Delay Interval is no property of this packet");
    QCOMPARE(text("30 ('t' (0B 01))"), "Subscription Identifier may not be sent by this side");
    QCOMPARE(text("30 ('t' (01 01 01 01))"), "Payload Format Indicator is there more than once");
}

QTEST_APPLESS_MAIN(PropertiesTest)
#include "tst_properties.moc"
