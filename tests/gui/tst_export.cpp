#include "export/export.h"
#include "export/pcapngwriter.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

using namespace pigeon;

namespace {

ExportedMessage aMessage()
{
    ExportedMessage message;
    message.number = 7;
    message.when = 1'790'000'000'123'456'789;
    message.publisher = "dev7";
    message.topic = "site/hall, \"east\"";
    message.qos = 1;
    message.retain = true;
    message.payload = QByteArray("line\nbreak \"quoted\"");
    message.payloadBytes = 19;
    message.receivers = 2;
    message.delivered = 1;
    message.dropped = 1;
    message.latency = 1'234'500;
    message.properties = {{"Content Type", "text/plain"}, {"User Property", "a=b"}};
    return message;
}

/// Reads a file of RFC 4180 as the standard says, knowing nothing of how it was written.
QList<QByteArrayList> parsedCsv(const QByteArray &file)
{
    QList<QByteArrayList> rows;
    QByteArrayList row;
    QByteArray field;
    bool isQuoted = false;
    for (qsizetype i = 0; i < file.size(); ++i) {
        const char c = file[i];
        if (isQuoted && c == '"' && i + 1 < file.size() && file[i + 1] == '"') {
            field += '"';
            ++i;
        } else if (c == '"') {
            isQuoted = !isQuoted;
        } else if (!isQuoted && (c == ',' || c == '\r')) {
            row << std::exchange(field, {});
            if (c == '\r') {
                rows << std::exchange(row, {});
                ++i; // the line feed
            }
        } else {
            field += c;
        }
    }
    return rows;
}

ExportedPacket packet(quint64 connection, bool isFromClient, const char *hex, qint64 millisecond)
{
    ExportedPacket made;
    made.when = (1'790'000'000'000 + millisecond) * 1'000'000;
    made.connection = connection;
    made.isFromClient = isFromClient;
    made.clientAddress = connection == 2 ? "2001:db8::7" : connection == 3 ? "" : "192.0.2.7";
    made.clientPort = 50123;
    made.brokerPort = 8883;
    made.client = "dev7";
    made.bytes = QByteArray::fromHex(hex);
    made.size = static_cast<quint32>(made.bytes.size());
    return made;
}

} // namespace

class TestExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void csvRowsAreReadAgain();
    void csvField_data();
    void csvField();
    void payloadsThatAreNoText();
    void jsonLines();
    void times();
    void writesAFile();
    void whatWasThereStaysUntilAllIsWritten();
    void foldersThatAreNotThere();
    void aLotDoesNotBlock();
    void wiresharkReadsPackets();
    void cutPacketsTakeWhatWasKept();
    void checksumsAreSound();
};

void TestExport::csvRowsAreReadAgain()
{
    CsvWriter writer;
    ExportedMessage odd = aMessage();
    odd.topic = "=1+1";
    odd.payload = QByteArray();
    odd.latency = -1;
    const QList<QByteArrayList> rows = parsedCsv(writer.head() + writer.row(aMessage()) + writer.row(odd));
    QCOMPARE(rows.size(), 3);
    const auto field = [&](int row, const char *column) { return rows[row].value(rows[0].indexOf(column)); };
    for (int row = 1; row < 3; ++row)
        QCOMPARE(rows[row].size(), rows[0].size());
    QCOMPARE(field(1, "number"), QByteArray("7"));
    QCOMPARE(field(1, "topic"), QByteArray("site/hall, \"east\""));
    QCOMPARE(field(1, "payload"), *aMessage().payload);
    QCOMPARE(field(1, "payload_encoding"), QByteArray("text"));
    QCOMPARE(field(1, "latency_us"), QByteArray("1234.5"));
    QCOMPARE(field(1, "properties"), QByteArray("Content Type=text/plain; User Property=a=b"));
    QCOMPARE(field(2, "topic"), QByteArray("'=1+1"));
    QCOMPARE(field(2, "latency_us"), QByteArray());
}

void TestExport::csvField_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("plain") << QByteArray("a b") << QByteArray("a b");
    QTest::newRow("empty") << QByteArray() << QByteArray();
    QTest::newRow("comma") << QByteArray("a,b") << QByteArray("\"a,b\"");
    QTest::newRow("quote") << QByteArray("a\"b") << QByteArray("\"a\"\"b\"");
    QTest::newRow("line") << QByteArray("a\nb") << QByteArray("\"a\nb\"");
    QTest::newRow("formula") << QByteArray("=cmd|' /C calc'!A0") << QByteArray("'=cmd|' /C calc'!A0");
    QTest::newRow("plus") << QByteArray("+1") << QByteArray("'+1");
    QTest::newRow("minus") << QByteArray("-1") << QByteArray("'-1");
    QTest::newRow("at") << QByteArray("@SUM(A1)") << QByteArray("'@SUM(A1)");
    QTest::newRow("tab") << QByteArray("\t=1") << QByteArray("'\t=1");
    QTest::newRow("return") << QByteArray("\r=1") << QByteArray("\"'\r=1\"");
    QTest::newRow("formula in quotes") << QByteArray("=\"a\",1") << QByteArray("\"'=\"\"a\"\",1\"");
    QTest::newRow("line feed") << QByteArray("\n=1") << QByteArray("\"'\n=1\"");
    QTest::newRow("space") << QByteArray("  =1") << QByteArray("'  =1");
    QTest::newRow("space alone") << QByteArray(" a b ") << QByteArray(" a b ");
    QTest::newRow("behind a semicolon") << QByteArray("a;=1;b; +2") << QByteArray("a;'=1;b;' +2");
    QTest::newRow("apostrophe behind a semicolon") << QByteArray("a;'b") << QByteArray("a;''b");
    QTest::newRow("semicolons alone") << QByteArray("a;b;") << QByteArray("a;b;");
    QTest::newRow("apostrophe") << QByteArray("'tis") << QByteArray("''tis");
}

void TestExport::csvField()
{
    QFETCH(QByteArray, text);
    QTEST(pigeon::csvField(text), "field");
}

void TestExport::payloadsThatAreNoText()
{
    CsvWriter csv;
    JsonLinesWriter json;
    ExportedMessage message = aMessage();
    message.payload = QByteArray("\xFF\x00\x01", 3);
    QVERIFY(csv.row(message).endsWith(",base64,/wAB\r\n"));
    QCOMPARE(QJsonDocument::fromJson(json.row(message))[QStringLiteral("payload_base64")].toString(), QStringLiteral("/wAB"));
    message.payload = std::nullopt;
    QVERIFY(csv.row(message).endsWith(",missing,\r\n"));
    QVERIFY(!QJsonDocument::fromJson(json.row(message)).object().contains(QStringLiteral("payload")));
}

void TestExport::jsonLines()
{
    JsonLinesWriter writer;
    const QByteArray line = writer.row(aMessage());
    QCOMPARE(line.count('\n'), 1);
    QVERIFY(line.endsWith('\n'));
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    QCOMPARE(object[QStringLiteral("topic")].toString(), QStringLiteral("site/hall, \"east\""));
    QCOMPARE(object[QStringLiteral("payload")].toString().toUtf8(), *aMessage().payload);
    QCOMPARE(object[QStringLiteral("properties")][1][1].toString(), QStringLiteral("a=b"));
    QVERIFY(!object.contains(QStringLiteral("payload_json")));
    ExportedMessage message = aMessage();
    message.payload = R"({"temp": 21.5})";
    QCOMPARE(QJsonDocument::fromJson(writer.row(message))[QStringLiteral("payload_json")][QStringLiteral("temp")].toDouble(), 21.5);
}

void TestExport::times()
{
    QCOMPARE(utcTime(0), QByteArray("1970-01-01T00:00:00.000000000Z"));
    QCOMPARE(utcTime(1'790'000'000'000'000'042), QByteArray("2026-09-21T14:13:20.000000042Z"));
}

void TestExport::writesAFile()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("messages.csv"));
    Export file(path);
    QSignalSpy finished(&file, &Export::finished);
    int row = 0;
    file.start<ExportedMessage>(std::make_unique<CsvWriter>(),
        [&]() { return row++ < 3 ? std::optional(aMessage()) : std::nullopt; }, 3);
    QVERIFY(file.isRunning());
    QVERIFY(finished.wait());
    QCOMPARE(finished.first().first().toString(), QString());
    QCOMPARE(file.written(), 3);
    QFile written(path);
    QVERIFY(written.open(QIODevice::ReadOnly));
    QCOMPARE(parsedCsv(written.readAll()).size(), 4);
}

void TestExport::whatWasThereStaysUntilAllIsWritten()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("messages.csv"));
    {
        QFile before(path);
        QVERIFY(before.open(QIODevice::WriteOnly));
        before.write("before");
    }
    Export file(path);
    QSignalSpy finished(&file, &Export::finished);
    QSignalSpy progressed(&file, &Export::progressed);
    file.start<ExportedMessage>(std::make_unique<CsvWriter>(), [] { return std::optional(aMessage()); }, 1'000'000'000);
    QVERIFY(progressed.wait());
    file.cancel();
    QCOMPARE(finished.size(), 1);
    QVERIFY(finished.first().first().toString().contains(QStringLiteral("given up")));
    QVERIFY(!file.isRunning());
    QFile after(path);
    QVERIFY(after.open(QIODevice::ReadOnly));
    QCOMPARE(after.readAll(), QByteArray("before"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

void TestExport::foldersThatAreNotThere()
{
    Export file(QStringLiteral("/nowhere/at/all.csv"));
    QSignalSpy finished(&file, &Export::finished);
    file.start<ExportedMessage>(std::make_unique<CsvWriter>(), [] { return std::optional(aMessage()); }, 1);
    QCOMPARE(finished.size(), 0);
    QVERIFY(finished.wait());
    QVERIFY(finished.first().first().toString().contains(QStringLiteral("/nowhere/at/all.csv")));
}

void TestExport::aLotDoesNotBlock()
{
    const QTemporaryDir folder;
    Export file(folder.filePath(QStringLiteral("messages.jsonl")));
    QSignalSpy finished(&file, &Export::finished);
    QElapsedTimer clock;
    QElapsedTimer turn;
    qint64 longest = 0;
    QTimer probe;
    connect(&probe, &QTimer::timeout, this, [&] { longest = std::max(longest, turn.restart()); });
    probe.start(0);
    turn.start();
    clock.start();
    int row = 0;
    file.start<ExportedMessage>(std::make_unique<CsvWriter>(),
        [&]() { return row++ < 200'000 ? std::optional(aMessage()) : std::nullopt; }, 200'000);
    QVERIFY(finished.wait(60'000));
    qInfo("200 000 rows in %lld ms, longest turn of the loop %lld ms", clock.elapsed(), longest);
    QVERIFY(longest < 200);
}

void TestExport::wiresharkReadsPackets()
{
    const QString tshark = QStandardPaths::findExecutable(QStringLiteral("tshark"));
    if (tshark.isEmpty())
        QSKIP("tshark is not installed");
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("packets.pcapng"));
    std::vector<ExportedPacket> packets;
    for (const quint64 connection : {1, 2, 3}) {
        packets.push_back(packet(connection, true, "101100044d5154540502003c00000464657637", 0));
        packets.push_back(packet(connection, false, "2003000000", 5));
        packets.push_back(packet(connection, true, "320c0005612f622f630007006869", 10));
        packets.push_back(packet(connection, false, "40020007", 12));
    }
    // A hundred thousand bytes, of which the first 100 were kept.
    ExportedPacket large = packet(1, true, "30a38d06" "0001" "78" "00", 20);
    large.bytes += QByteArray(92, 'x');
    large.size = 4 + 100'003;
    packets.push_back(large);
    packets.push_back(packet(1, false, "d000", 30));
    packets.push_back(packet(1, true, "c000", 40)); // behind the gap

    Export file(path);
    QSignalSpy finished(&file, &Export::finished);
    size_t next = 0;
    file.start<ExportedPacket>(std::make_unique<PcapngWriter>(),
        [&]() { return next < packets.size() ? std::optional(packets[next++]) : std::nullopt; }, qint64(packets.size()));
    QVERIFY(finished.wait());
    QCOMPARE(finished.first().first().toString(), QString());

    QProcess reader;
    reader.start(tshark, {QStringLiteral("-r"), path, QStringLiteral("-Y"), QStringLiteral("mqtt"), QStringLiteral("-o"),
        QStringLiteral("tcp.check_checksum:TRUE"), QStringLiteral("-o"), QStringLiteral("ip.check_checksum:TRUE"),
        QStringLiteral("-T"), QStringLiteral("fields"), QStringLiteral("-E"), QStringLiteral("separator=|"), QStringLiteral("-e"), QStringLiteral("tcp.stream"), QStringLiteral("-e"), QStringLiteral("mqtt.msgtype"),
        QStringLiteral("-e"), QStringLiteral("mqtt.clientid"), QStringLiteral("-e"), QStringLiteral("mqtt.topic"), QStringLiteral("-e"), QStringLiteral("mqtt.msgid"),
        QStringLiteral("-e"), QStringLiteral("tcp.checksum.status"), QStringLiteral("-e"), QStringLiteral("_ws.malformed")});
    QVERIFY(reader.waitForFinished(60'000));
    const QByteArrayList lines = reader.readAllStandardOutput().trimmed().split('\n');
    QVERIFY2(lines.size() == 15, lines.join('\n').constData());
    for (int stream = 0; stream < 3; ++stream) {
        const QByteArray number = QByteArray::number(stream);
        const int at = stream * 4;
        QCOMPARE(lines[at], number + "|1|dev7|||1|");
        QCOMPARE(lines[at + 1], number + "|2||||1|");
        QCOMPARE(lines[at + 2], number + "|3||a/b/c|7|1|");
        QCOMPARE(lines[at + 3], number + "|4|||7|1|");
    }
    QVERIFY2(lines[12].startsWith("0|3||x||"), lines[12].constData()); // as far as it was kept
    QCOMPARE(lines[13], QByteArray("0|13||||1|"));
    QCOMPARE(lines[14], QByteArray("0|12||||1|"));
}

void TestExport::cutPacketsTakeWhatWasKept()
{
    PcapngWriter writer;
    ExportedPacket large = packet(1, true, "30ffffff7f" "0001" "78" "00", 0);
    large.size = 256 * 1024 * 1024;
    QVERIFY(writer.row(large).size() < 1000);
    for (const qsizetype kept : {0, 64'999, 65'000, 65'001, 130'000}) { // where segments end
        large.bytes = QByteArray(kept, 'x');
        const QByteArray row = writer.row(large);
        QVERIFY2(row.size() > kept && row.size() < kept + 1000, qPrintable(QString::number(kept)));
    }
}

void TestExport::checksumsAreSound()
{
    PcapngWriter writer;
    const QByteArray file = writer.head() + writer.row(packet(1, true, "c000", 0));
    QCOMPARE(file.size() % 4, 0);
    QVERIFY(file.startsWith(QByteArray::fromHex("0a0d0d0a")));
    // Each block tells its length at both ends.
    qsizetype at = 0;
    int blocks = 0;
    while (at < file.size()) {
        const auto length = qFromLittleEndian<quint32>(file.constData() + at + 4);
        QVERIFY(length >= 12 && at + length <= file.size());
        QCOMPARE(qFromLittleEndian<quint32>(file.constData() + at + length - 4), length);
        at += length;
        ++blocks;
    }
    QCOMPARE(blocks, 2 + 3 + 1); // section, interface, handshake, packet
}

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
