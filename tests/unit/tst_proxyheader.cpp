#include "transport/proxyheader.h"
#include "transport/trustedpeers.h"

#include <QTest>
#include <QtEndian>

using namespace pigeon;

/// The PROXY protocol, versions 1 and 2, and whose word is taken. Sections are those of HAProxy's proxy-protocol.txt.
class TestProxyHeader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lines_data();
    void lines();
    void blocks_data();
    void blocks();
    void everyPieceIsIncomplete_data();
    void everyPieceIsIncomplete();
    void networks_data();
    void networks();
    void forwardedFor_data();
    void forwardedFor();
};

using Status = ProxyHeaderCut::Status;
Q_DECLARE_METATYPE(Status)

void TestProxyHeader::lines_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Status>("status");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<quint16>("port");
    const auto good = [](const char *name, const QByteArray &bytes, const char *address, quint16 port) {
        QTest::newRow(name) << bytes << Status::Complete << QByteArray(address) << port;
    };
    const auto bad = [](const char *name, const QByteArray &bytes) {
        QTest::newRow(name) << bytes << Status::Bad << QByteArray() << quint16(0);
    };
    good("IPv4 (2.1)", "PROXY TCP4 192.0.2.7 10.0.0.1 56324 1883\r\n", "192.0.2.7", 56324);
    good("IPv6 (2.1)", "PROXY TCP6 2001:db8::7 ::1 1 65535\r\n", "[2001:db8::7]", 1);
    good("IPv4 within IPv6", "PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n", "192.0.2.7", 1);
    good("not known (2.1)", "PROXY UNKNOWN\r\n", "", 0);
    good("not known, with addresses that are left out (2.1)", "PROXY UNKNOWN ::1 ::1 1 1\r\n", "", 0);
    good("the longest (2.1)", "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535" + QByteArray(48, ' ') + "\r\n",
        "", 0);
    bad("too long", "PROXY UNKNOWN " + QByteArray(92, 'x') + "\r\n");
    bad("without an end", "PROXY UNKNOWN " + QByteArray(93, 'x'));
    bad("another family", "PROXY UDP4 192.0.2.7 10.0.0.1 1 2\r\n");
    bad("an address of another family", "PROXY TCP4 ::1 10.0.0.1 1 2\r\n");
    bad("a destination of another family", "PROXY TCP4 10.0.0.1 ::1 1 2\r\n");
    bad("no address", "PROXY TCP4 example 10.0.0.1 1 2\r\n");
    bad("half an address", "PROXY TCP4 10.0 10.0.0.1 1 2\r\n");
    bad("a zone", "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n");
    bad("a port too large", "PROXY TCP4 192.0.2.7 10.0.0.1 65536 2\r\n");
    bad("a port with a sign", "PROXY TCP4 192.0.2.7 10.0.0.1 +5 2\r\n");
    bad("a port with a zero before it", "PROXY TCP4 192.0.2.7 10.0.0.1 05 2\r\n");
    bad("two spaces", "PROXY TCP4  192.0.2.7 10.0.0.1 5 2\r\n");
    bad("too few words", "PROXY TCP4 192.0.2.7 10.0.0.1 5\r\n");
    bad("too many words", "PROXY TCP4 192.0.2.7 10.0.0.1 5 6 7\r\n");
    bad("nothing", "PROXY \r\n");
    bad("MQTT", QByteArray("\x10\x0c\x00\x04MQTT", 8));
    bad("TLS", "\x16\x03\x01");
    bad("small letters", "proxy TCP4 192.0.2.7 10.0.0.1 5 6\r\n");
    bad("version 2", QByteArray("\r\n\r\n\0\r\nQUIT\n", 12));
}

void TestProxyHeader::lines()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Status, status);
    QFETCH(QByteArray, address);
    QFETCH(quint16, port);
    const ProxyHeaderCut cut = cutProxyHeader(ProxyProtocol::Version1, bytes + (status == Status::Complete ? "\x10" : ""));
    QCOMPARE(cut.status, status);
    QCOMPARE(cut.header.address, address);
    QCOMPARE(cut.header.port, port);
    if (status == Status::Complete)
        QCOMPARE(cut.bytes, bytes.size()); // and not the byte behind it
    QCOMPARE(QByteArray(cut.problem).isEmpty(), status != Status::Bad);
}

// --- version 2 -------------------------------------------------------------------------------------------------

static QByteArray big(quint16 number)
{
    QByteArray bytes(2, '\0');
    qToBigEndian(number, bytes.data());
    return bytes;
}

static QByteArray block(char command, char family, const QByteArray &rest)
{
    return QByteArray("\r\n\r\n\0\r\nQUIT\n", 12) + command + family + big(static_cast<quint16>(rest.size())) + rest;
}

static QByteArray entry(char type, const QByteArray &value)
{
    return type + big(static_cast<quint16>(value.size())) + value;
}

static QByteArray tls(char client, const QByteArray &verify, const QByteArray &entries)
{
    return entry('\x20', client + verify + entries);
}

static const QByteArray ipv4("\xC0\x00\x02\x07\x0A\x00\x00\x01\xDC\x04\x07\x5B", 12); // 192.0.2.7:56324, 10.0.0.1:1883
static const QByteArray verified(4, '\0');
static const QByteArray notVerified("\0\0\0\1", 4);

void TestProxyHeader::blocks_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Status>("status");
    QTest::addColumn<QByteArray>("shown"); // address, port, tls, certificate, common name
    const auto good = [](const char *name, const QByteArray &bytes, const char *shown) {
        QTest::newRow(name) << bytes << Status::Complete << QByteArray(shown);
    };
    const auto bad = [](const char *name, const QByteArray &bytes) {
        QTest::newRow(name) << bytes << Status::Bad << QByteArray(" 0 0 0 ");
    };
    const QByteArray ipv6 = QByteArray::fromHex("20010db8000000000000000000000007") + QByteArray(16, '\1')
        + QByteArray("\x00\x05\x00\x06", 4);
    const QByteArray name = entry('\x22', "alice");
    good("IPv4 (2.2)", block('\x21', '\x11', ipv4), "192.0.2.7 56324 0 0 ");
    good("IPv6 (2.2)", block('\x21', '\x21', ipv6), "[2001:db8::7] 5 0 0 ");
    good("a local socket (2.2)", block('\x21', '\x31', "/run/a" + QByteArray(210, '\0')), "/run/a 0 0 0 ");
    good("the proxy itself (2.2)", block('\x20', '\x00', {}), " 0 0 0 ");
    good("the proxy itself, with addresses that are left out (2.2)", block('\x20', '\x11', ipv4), " 0 0 0 ");
    good("not known (2.2)", block('\x21', '\x00', "whatever"), " 0 0 0 ");
    good("entries that are not known (2.2)", block('\x21', '\x11', ipv4 + entry('\x04', "noop") + entry('\xEA', {})),
        "192.0.2.7 56324 0 0 ");
    good("TLS (2.2.6)", block('\x21', '\x11', ipv4 + tls('\x01', verified, {})), "192.0.2.7 56324 1 0 ");
    good("a certificate of this connection (2.2.6)", block('\x21', '\x11', ipv4 + tls('\x03', verified, name)),
        "192.0.2.7 56324 1 1 alice");
    good("a certificate of this session (2.2.6)", block('\x21', '\x11', ipv4 + tls('\x05', verified, name)),
        "192.0.2.7 56324 1 1 alice");
    good("a certificate that is not verified (2.2.6)", block('\x21', '\x11', ipv4 + tls('\x03', notVerified, name)),
        "192.0.2.7 56324 1 0 alice");
    good("a certificate without TLS (2.2.6)", block('\x21', '\x11', ipv4 + tls('\x02', verified, name)),
        "192.0.2.7 56324 0 0 alice");
    good("a checksum (2.2.3)", block('\x21', '\x11', ipv4 + entry('\x03', QByteArray::fromHex("93fbe72d"))),
        "192.0.2.7 56324 0 0 "); // by another implementation of CRC-32C
    bad("a wrong checksum (2.2.3)", block('\x21', '\x11', ipv4 + entry('\x03', QByteArray(4, '\1'))));
    bad("a short checksum", block('\x21', '\x11', ipv4 + entry('\x03', QByteArray(3, '\1'))));
    bad("another version", block('\x31', '\x11', ipv4));
    bad("another command", block('\x22', '\x11', ipv4));
    bad("UDP", block('\x21', '\x12', ipv4));
    bad("addresses cut off", block('\x21', '\x11', ipv4.left(11)));
    bad("an entry cut off", block('\x21', '\x11', ipv4 + entry('\x04', "noop").chopped(1)));
    bad("the head of an entry cut off", block('\x21', '\x11', ipv4 + QByteArray("\x04\x00", 2)));
    bad("TLS cut off", block('\x21', '\x11', ipv4 + entry('\x20', QByteArray(4, '\1'))));
    bad("an entry within TLS cut off", block('\x21', '\x11', ipv4 + tls('\x03', verified, name.chopped(1))));
    bad("too long", block('\x21', '\x11', ipv4 + QByteArray(16'384, '\0')).left(16));
    bad("version 1", "PROXY TCP4 ");
    bad("MQTT", QByteArray("\x10\x0c\x00\x04MQTT", 8));
}

void TestProxyHeader::blocks()
{
    QFETCH(QByteArray, bytes);
    QFETCH(Status, status);
    QFETCH(QByteArray, shown);
    const ProxyHeaderCut cut = cutProxyHeader(ProxyProtocol::Version2, bytes + (status == Status::Complete ? "\x10" : ""));
    QCOMPARE(cut.status, status);
    const ProxyHeader &header = cut.header;
    if (status == Status::Complete) {
        QCOMPARE(header.address + ' ' + QByteArray::number(header.port) + ' ' + QByteArray::number(header.hasTls) + ' '
                + QByteArray::number(header.hasCertificate) + ' ' + header.commonName,
            shown);
        QCOMPARE(cut.bytes, bytes.size());
    }
    QCOMPARE(QByteArray(cut.problem).isEmpty(), status != Status::Bad);
}

void TestProxyHeader::everyPieceIsIncomplete_data()
{
    QTest::addColumn<ProxyProtocol>("version");
    QTest::addColumn<QByteArray>("whole");
    QTest::newRow("version 1") << ProxyProtocol::Version1 << QByteArray("PROXY TCP4 192.0.2.7 10.0.0.1 56324 1883\r\n");
    QTest::newRow("version 2") << ProxyProtocol::Version2
                               << block('\x21', '\x11', ipv4 + tls('\x03', verified, entry('\x22', "alice")));
}

void TestProxyHeader::everyPieceIsIncomplete()
{
    QFETCH(ProxyProtocol, version);
    QFETCH(QByteArray, whole);
    for (qsizetype size = 0; size < whole.size(); ++size)
        QCOMPARE(cutProxyHeader(version, whole.left(size)).status, Status::Incomplete);
    QCOMPARE(cutProxyHeader(version, whole).status, Status::Complete);
}

// --- whose word is taken ---------------------------------------------------------------------------------------

void TestProxyHeader::networks_data()
{
    QTest::addColumn<QStringList>("networks");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<bool>("isTrusted");
    const auto row = [](const char *network, const char *address, bool isTrusted) {
        QTest::addRow("%s, %s", network, address)
            << QString::fromLatin1(network).split(u' ', Qt::SkipEmptyParts) << QByteArray(address) << isTrusted;
    };
    row("", "127.0.0.1", false);
    row("127.0.0.1", "127.0.0.1", true);
    row("127.0.0.1", "127.0.0.2", false);
    row("10.0.0.0/8", "10.255.0.1", true);
    row("10.0.0.0/8", "11.0.0.1", false);
    row("10.0.0.0/8 192.0.2.7", "192.0.2.7", true);
    row("2001:db8::/32", "[2001:db8:1::1]", true);
    row("2001:db8::/32", "[2001:db9::1]", false);
    row("fe80::/10", "[fe80::1%eth0]", true); // a peer's own address may have a zone
    row("::1", "[::1]", true);
    row("::1", "127.0.0.1", false);
    row("0.0.0.0/0", "192.0.2.7", true);
    row("10.0.0.0/8", "/run/socket", false);
    row("10.0.0.0/8", "", false);
}

void TestProxyHeader::networks()
{
    QFETCH(QStringList, networks);
    QFETCH(QByteArray, address);
    QFETCH(bool, isTrusted);
    TrustedPeers peers;
    QCOMPARE(peers.read(networks), QString());
    QCOMPARE(peers.contains(address), isTrusted);
    for (const char *wrong : {"10.0", "10.0/8", "10.0.0.0/33", "::/129", "example.org", "10.0.0.1/x", ""})
        QVERIFY2(peers.read({QString::fromLatin1(wrong)}).contains(u"is no address and no network"), wrong);
}

void TestProxyHeader::forwardedFor_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("client");
    const auto row = [](const char *header, const char *client) {
        QTest::newRow(header) << QByteArray(header) << QByteArray(client);
    };
    row("192.0.2.7", "192.0.2.7");
    row("192.0.2.7, 10.0.0.2", "192.0.2.7"); // through two of ours
    row("198.51.100.1, 192.0.2.7", "192.0.2.7"); // the first was said by the client itself
    row("10.0.0.3, 192.0.2.7, 10.0.0.2", "192.0.2.7");
    row("10.0.0.3", "10.0.0.3"); // all are ours: the first has begun it
    row("10.0.0.4,10.0.0.3", "10.0.0.4");
    row("2001:db8::7", "[2001:db8::7]");
    row("[2001:db8::7]", "[2001:db8::7]");
    row("::ffff:192.0.2.7", "192.0.2.7");
    row("fe80::1%eth0", ""); // a zone of another host
    row("::%\x03" "ce:0101\n", ""); // what Qt takes for a zone
    row("unknown", "");
    row("192.0.2.7, nonsense", "");
    row("nonsense, 192.0.2.7", "192.0.2.7");
    row("", "");
}

void TestProxyHeader::forwardedFor()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, client);
    TrustedPeers peers;
    QCOMPARE(peers.read({QStringLiteral("10.0.0.0/8")}), QString());
    QCOMPARE(peers.clientOf(header), client);
}

QTEST_APPLESS_MAIN(TestProxyHeader)
#include "tst_proxyheader.moc"
