#include "payload/binaryreaders.h"
#include "payload/charttab.h"
#include "payload/chartseries.h"
#include "payload/decoding.h"
#include "payload/difference.h"
#include "payload/imagereader.h"
#include "payload/jsonreader.h"
#include "payload/jsonruns.h"
#include "payload/numberreadings.h"
#include "payload/packetfields.h"
#include "payload/visibletext.h"

#include <QBuffer>
#include <QCborMap>
#include <QCborValue>
#include <QCborArray>
#include <QElapsedTimer>
#include <QTest>

using namespace pigeon;

namespace {

/// A tree in one line: name=text[begin+length], parts in braces.
QString drawn(const ValueTree &tree, ValueTree::Node node = ValueTree::root)
{
    QStringList parts;
    for (int row = 0; row < tree.childCount(node); ++row)
        parts << drawn(tree, tree.childAt(node, row));
    const QString inner = parts.isEmpty() ? QString() : u'{' + parts.join(u' ') + u'}';
    if (node == ValueTree::root)
        return parts.join(u' ');
    return QStringLiteral("%1=%2[%3+%4]%5").arg(tree.nameOf(node), tree.textOf(node)).arg(tree.beginOf(node)).arg(tree.lengthOf(node)).arg(inner);
}

/// Without the places, which have tests of their own.
QString drawnPlain(const ValueTree &tree) { return drawn(tree).remove(QRegularExpression(QStringLiteral("\\[\\d+\\+\\d+\\]"))); }

QByteArray packed(const char *hex) { return QByteArray::fromHex(hex); }

} // namespace

/// What payloads are made into before anything is shown.
class TestPayload : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void detects_data();
    void detects();
    void jsonTree();
    void jsonPretty_data();
    void jsonPretty();
    void jsonThatIsNone_data();
    void jsonThatIsNone();
    void linesOfJsonHaveRuns();
    void pathsAreThoseOfFilters();
    void nodesAreFoundByTheirBytes();
    void cbor_data();
    void cbor();
    void cborThatBreaksOff();
    void messagePack_data();
    void messagePack();
    void messagePackThatIsNone_data();
    void messagePackThatIsNone();
    void numbers();
    void images();
    void hugeImagesAreNotDecoded();
    void visible_data();
    void visible();
    void truncationIsSaid();
    void deadlinesEndTheWork();
    void layoutsAreBounded();
    void fieldsOfALargeValueAreFoundInTime();
    void namesAndNumbersArePlain();
    void packets_data();
    void packets();
    void cutPacketsShowWhatIsLeft();
    void lines_data();
    void lines();
    void linesAgreeWithTheirTexts();
    void bytes_data();
    void bytes();
    void peaksSurviveDecimation();
    void ticksAreRound();
    void chartFields();
    void fiveMegabytes();
};

void TestPayload::detects_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("contentType");
    QTest::addColumn<int>("format");
    const auto row = [](const char *name, const QByteArray &payload, PayloadFormat format, const QByteArray &type = {}) {
        QTest::newRow(name) << payload << type << int(format);
    };
    row("text", "hello", PayloadFormat::Text);
    row("number as text", "23.5", PayloadFormat::Text);
    row("UTF-8", "größe", PayloadFormat::Text);
    row("object", R"({"a":1})", PayloadFormat::Json);
    row("array with space around", " [1, 2]\r\n", PayloadFormat::Json);
    row("colours of a terminal", "\x1b[31mred\x1b[0m", PayloadFormat::Text);
    row("bytes", packed("00010203fffefdfc8081"), PayloadFormat::Hex);
    row("few bytes", packed("fffe"), PayloadFormat::Numbers);
    row("CBOR map", QCborMap({{QStringLiteral("temp"), 21.5}, {QStringLiteral("ok"), true}}).toCborValue().toCbor(), PayloadFormat::Cbor);
    row("MessagePack map", packed("82a474656d70cb4035800000000000a26f6bc3"), PayloadFormat::MessagePack);
    row("CBOR by its type", packed("8201f5"), PayloadFormat::Cbor, "application/cbor");
    row("PNG", packed("89504e470d0a1a0a0000000d49484452"), PayloadFormat::Image);
    row("two letters are no BMP", "BM is short for bench mark", PayloadFormat::Text);
    row("UTF-8 cut by the look", QByteArray(64 * 1024 - 1, 'a') + "ä and more", PayloadFormat::Text);
}

void TestPayload::detects()
{
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, contentType);
    QTEST(int(detectFormat(payload, contentType)), "format");
}

void TestPayload::jsonTree()
{
    Stop stop;
    const QByteArray text = R"({"a": [1, {"b": "x\ny"}], "c": null, "d\u0020e": true})";
    const ReadJson json = readJson(text, stop);
    QVERIFY(json.isWhole);
    QVERIFY(json.tree->problem().isEmpty());
    const QString tree = drawn(*json.tree);
    QVERIFY2(tree.contains(QStringLiteral("a=2 item(s)[6+18]{[0]=1[7+1] [1]=1 item(s)[10+13]{b=")), qPrintable(tree));
    QVERIFY2(tree.contains(QStringLiteral("c=null[")), qPrintable(tree));
    QVERIFY2(tree.contains(QStringLiteral("d e=true[")), qPrintable(tree));
}

void TestPayload::jsonPretty_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("pretty");
    QTest::newRow("object") << QByteArray(R"({"a":1,"b":[true,null]})")
                            << QByteArray("{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}");
    QTest::newRow("empty") << QByteArray("[{},[]]") << QByteArray("[\n  {},\n  []\n]");
    QTest::newRow("number") << QByteArray(" 1.50 ") << QByteArray("1.50"); // as it was sent
    QTest::newRow("keys keep their order") << QByteArray(R"({"z":1,"a":2,"z":3})")
                                           << QByteArray("{\n  \"z\": 1,\n  \"a\": 2,\n  \"z\": 3\n}");
}

void TestPayload::jsonPretty()
{
    QFETCH(QByteArray, json);
    Stop stop;
    QTEST(readJson(json, stop).pretty, "pretty");
}

void TestPayload::jsonThatIsNone_data()
{
    QTest::addColumn<QByteArray>("json");
    for (const char *json : {"", "{", "[1,", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "[01x]", "\"open", "[1]]", "{\"a\":1,}", "nul", "[}"})
        QTest::newRow(json) << QByteArray(json);
    QTest::newRow("deep and open") << QByteArray(1'000'000, '[');
}

void TestPayload::jsonThatIsNone()
{
    QFETCH(QByteArray, json);
    const std::atomic<bool> isCancelled = false;
    Stop stop(isCancelled, std::chrono::seconds(1));
    const ReadJson read = readJson(json, stop);
    QVERIFY(!read.isWhole);
    QVERIFY(!read.tree->problem().isEmpty());
    QVERIFY(read.pretty.size() < 2'000'000'000);
}

void TestPayload::linesOfJsonHaveRuns()
{
    using Kind = JsonRun::Kind;
    QCOMPARE(jsonRuns(u"  \"a\\\"b\": -1.5e+3,"), (std::vector<JsonRun>{{Kind::Key, 2, 6}, {Kind::Number, 10, 7}}));
    QCOMPARE(jsonRuns(u"[\"x\", true]"), (std::vector<JsonRun>{{Kind::Text, 1, 3}, {Kind::Word, 6, 4}}));
    QCOMPARE(jsonRuns(u"\"open \\"), (std::vector<JsonRun>{{Kind::Text, 0, 7}}));
    QVERIFY(jsonRuns(u"  },").empty());
}

void TestPayload::pathsAreThoseOfFilters()
{
    Stop stop;
    const ReadJson json = readJson(R"({"a": [1, {"odd name": 7}]})", stop);
    QCOMPARE(json.tree->pathOf(ValueTree::Node(json.tree->size() - 1)), QStringLiteral(".a[1][\"odd name\"]"));
    QCOMPARE(numericPaths(R"({"a": [1, {"odd name": 7}], "t": "x", "f": false})"),
        (QStringList{QStringLiteral(".a[0]"), QStringLiteral(".a[1][\"odd name\"]"), QStringLiteral(".f")}));
    QCOMPARE(numericPaths(" 21.5 "), QStringList{QString()});
    QCOMPARE(numericPaths("hello"), QStringList());
}

void TestPayload::nodesAreFoundByTheirBytes()
{
    Stop stop;
    const ReadJson json = readJson(R"({"a": [10, 20], "b": 3})", stop);
    const auto at = [&](qsizetype position) { return json.tree->nameOf(json.tree->nodeAt(position)); };
    QCOMPARE(at(7), QStringLiteral("[0]"));
    QCOMPARE(at(12), QStringLiteral("[1]"));
    QCOMPARE(at(9), QStringLiteral("a"));
    QCOMPARE(at(21), QStringLiteral("b"));
    QCOMPARE(json.tree->nodeAt(1000), ValueTree::root);
}

void TestPayload::cbor_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("tree");
    QTest::newRow("numbers") << packed("8501203903e7fb3ff8000000000000f93e00")
                             << "=5 item(s){[0]=1 [1]=-1 [2]=-1000 [3]=1.5 [4]=1.5}";
    QTest::newRow("largest negative") << packed("3bffffffffffffffff") << "=-18446744073709551616";
    QTest::newRow("map") << packed("a2616101616282f5f6") << "=2 item(s){a=1 b=2 item(s){[0]=true [1]=null}}";
    QTest::newRow("number as a key") << packed("a1182a6178") << "=1 item(s){42=x}";
    QTest::newRow("bytes") << packed("43010203") << "=01 02 03 (3 byte(s))";
    QTest::newRow("in parts") << packed("7f61616162ff") << "=ab";
    QTest::newRow("open map") << packed("bf616101ff") << "=1 item(s){a=1}";
    QTest::newRow("tag") << packed("c11a514b67b0") << "=tag 1{=1363896240}";
    QTest::newRow("simple") << packed("82f7f0") << "=2 item(s){[0]=undefined [1]=simple value 16}";
}

void TestPayload::cbor()
{
    QFETCH(QByteArray, bytes);
    Stop stop;
    const ReadBinary read = readCbor(bytes, stop);
    QVERIFY2(read.isWhole, qPrintable(read.tree->problem()));
    QTEST(drawnPlain(*read.tree), "tree");
    QCOMPARE(read.tree->lengthOf(read.tree->childAt(ValueTree::root, 0)), bytes.size());
}

void TestPayload::cborThatBreaksOff()
{
    Stop stop;
    for (const char *hex : {"", "a2616101", "8301", "5affffffff00", "9bffffffffffffffff", "ff", "1c", "a1a10102" "03", "010203"}) {
        const ReadBinary read = readCbor(packed(hex), stop);
        QVERIFY2(!read.isWhole, hex);
        QVERIFY2(!read.tree->problem().isEmpty(), hex);
    }
    const ReadBinary deep = readCbor(QByteArray(100'000, '\x81'), stop);
    QVERIFY(!deep.isWhole);
}

void TestPayload::messagePack_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("tree");
    QTest::newRow("small numbers") << packed("9300ff7f") << "=3 item(s){[0]=0 [1]=-1 [2]=127}";
    QTest::newRow("unsigned") << packed("94cc80cd0100ce00010000cf0000000100000000")
                              << "=4 item(s){[0]=128 [1]=256 [2]=65536 [3]=4294967296}";
    QTest::newRow("signed") << packed("94d080d18000d280000000d38000000000000000")
                            << "=4 item(s){[0]=-128 [1]=-32768 [2]=-2147483648 [3]=-9223372036854775808}";
    QTest::newRow("floating point") << packed("92ca3fc00000cb3ff8000000000000") << "=2 item(s){[0]=1.5 [1]=1.5}";
    QTest::newRow("texts") << packed("93a161d90162da000163") << "=3 item(s){[0]=a [1]=b [2]=c}";
    QTest::newRow("words") << packed("93c0c2c3") << "=3 item(s){[0]=null [1]=false [2]=true}";
    QTest::newRow("map") << packed("82a16101a16291c0") << "=2 item(s){a=1 b=1 item(s){[0]=null}}";
    QTest::newRow("number as a key") << packed("8107a178") << "=1 item(s){7=x}";
    QTest::newRow("empty texts") << packed("82a0a0a161a0") << "=2 item(s){= a=}";
    QTest::newRow("bytes") << packed("c403010203") << "=01 02 03 (3 byte(s))";
    QTest::newRow("extension") << packed("d4052a") << "=type 5: 2a (1 byte(s))";
    QTest::newRow("time") << packed("d6ff514b67b0") << "=2013-03-21T20:04:00Z";
    QTest::newRow("long array") << packed("dc00020102") << "=2 item(s){[0]=1 [1]=2}";
    QTest::newRow("long map") << packed("df00000001a16101") << "=1 item(s){a=1}";
}

void TestPayload::messagePack()
{
    QFETCH(QByteArray, bytes);
    Stop stop;
    const ReadBinary read = readMessagePack(bytes, stop);
    QVERIFY2(read.isWhole, qPrintable(read.tree->problem()));
    QTEST(drawnPlain(*read.tree), "tree");
    QCOMPARE(read.tree->lengthOf(read.tree->childAt(ValueTree::root, 0)), bytes.size());
}

void TestPayload::messagePackThatIsNone_data()
{
    QTest::addColumn<QByteArray>("bytes");
    for (const char *hex : {"", "c1", "92", "9201", "81", "81a161", "a5616263", "d9ff61", "dbffffffff", "ddffffffff", "dfffffffff01",
             "c6ffffffff", "c9ffffffff05", "cd01", "ca0000", "d6ff51", "0102", "81910102"})
        QTest::newRow(hex) << packed(hex);
    QTest::newRow("deep") << QByteArray(100'000, '\x91');
    QTest::newRow("deep in keys") << QByteArray(100'000, '\x81');
}

void TestPayload::messagePackThatIsNone()
{
    QFETCH(QByteArray, bytes);
    Stop stop;
    const ReadBinary read = readMessagePack(bytes, stop);
    if (bytes == packed("81910102")) // an odd key, and whole all the same
        return;
    QVERIFY(!read.isWhole);
    QVERIFY(!read.tree->problem().isEmpty());
}

void TestPayload::numbers()
{
    const std::vector<NumberReading> readings = numbersAt(packed("0180"), 0);
    QCOMPARE(readings[0].littleEndian, QStringLiteral("1"));
    QCOMPARE(readings[2].littleEndian, QStringLiteral("-32767"));
    QCOMPARE(readings[2].bigEndian, QStringLiteral("384"));
    QCOMPARE(readings[3].littleEndian, QStringLiteral("32769"));
    QVERIFY(readings[4].littleEndian.isEmpty());
    const std::vector<NumberReading> floats = numbersAt(packed("003fc00000"), 1);
    QCOMPARE(floats[8].bigEndian, QStringLiteral("1.5"));
    const std::vector<NumberReading> moment = numbersAt(packed("b0674b51"), 0);
    QCOMPARE(moment[10].littleEndian, QStringLiteral("2013-03-21T20:04:00.000Z"));
    QVERIFY(numbersAt(packed("01"), 5)[0].littleEndian.isEmpty());
}

void TestPayload::images()
{
    QImage picture(40, 30, QImage::Format_RGB32);
    picture.fill(Qt::red);
    QByteArray png;
    QBuffer buffer(&png);
    picture.save(&buffer, "PNG");
    const ReadImage read = readImage(png);
    QCOMPARE(read.image.size(), QSize(40, 30));
    QCOMPARE(read.text, QStringLiteral("PNG, 40 × 30"));
    const ReadImage cut = readImage(png.first(40));
    QVERIFY(cut.image.isNull());
    QVERIFY(!cut.text.isEmpty());
    QVERIFY(readImage("hello").image.isNull());
}

void TestPayload::hugeImagesAreNotDecoded()
{
    // A PNG that says it is 60 000 × 60 000.
    QByteArray png = packed("89504e470d0a1a0a0000000d494844520000ea600000ea600802000000");
    png += packed("00000000") + QByteArray(1000, 'x');
    QElapsedTimer clock;
    clock.start();
    const ReadImage read = readImage(png);
    QVERIFY(read.image.isNull());
    QVERIFY(clock.elapsed() < 500);
}

void TestPayload::visible_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("plain") << QByteArray("a b") << "a b";
    QTest::newRow("breaks") << QByteArray("a\r\nb\nc\rd") << QString::fromUtf8("a\nb\nc␍d");
    QTest::newRow("tab") << QByteArray("a\tb") << "a    b";
    QTest::newRow("controls") << QByteArray("\0\x1b[31m\x7f", 7) << QString::fromUtf8("␀␛[31m␡");
    QTest::newRow("no UTF-8") << QByteArray("a\xFFz") << QString::fromUtf8("a\uFFFDz");
    QTest::newRow("turned around") << QByteArray("a\xE2\x80\xAE"
                                                  "b")
                                   << QString::fromUtf8("a▯b");
}

void TestPayload::visible()
{
    QFETCH(QByteArray, bytes);
    QTEST(visibleText(bytes), "text");
}

void TestPayload::truncationIsSaid()
{
    QVERIFY(truncationNote(10, 10).isEmpty());
    const std::atomic<bool> isCancelled = false;
    const DecodedPayload text = decodePayload(QByteArray(shownTextBytes + 1000, 'x'), PayloadFormat::Text, isCancelled);
    QCOMPARE(text.text.size(), shownTextBytes);
    QVERIFY2(text.note.startsWith(QStringLiteral("Showing 8")), qPrintable(text.note));
    const DecodedPayload json
        = decodePayload("[\"" + QByteArray(shownTextBytes, 'x') + "\"]", PayloadFormat::Json, isCancelled);
    QVERIFY2(json.note.contains(QStringLiteral("Showing 8")), qPrintable(json.note));
}

void TestPayload::deadlinesEndTheWork()
{
    const std::atomic<bool> isCancelled = true;
    const QByteArray large = '[' + QByteArray("1,").repeated(400'000) + "1]";
    const DecodedPayload json = decodePayload(large, PayloadFormat::Json, isCancelled);
    QVERIFY2(json.note.contains(QStringLiteral("took too long")), qPrintable(json.note));
    QVERIFY(json.tree->size() < 100'000);
}

void TestPayload::layoutsAreBounded()
{
    const std::atomic<bool> isCancelled = false;
    Stop stop;
    // Each of half a million lines would begin with 2 000 spaces: a megabyte would become a gigabyte.
    const QByteArray deep = QByteArray(1000, '[') + QByteArray("1,").repeated(498'000);
    const ReadJson refused = readJson(deep, stop);
    QVERIFY(!refused.isWhole);
    QVERIFY2(refused.tree->problem().contains(QStringLiteral("nested too deeply")), qPrintable(refused.tree->problem()));
    QVERIFY(refused.pretty.size() < 100'000);
    QCOMPARE(decodePayload(deep, PayloadFormat::Json, isCancelled).text, visibleText(deep));
    const ReadJson allowed = readJson(QByteArray(maximumDepth, '[') + QByteArray(maximumDepth, ']'), stop);
    QVERIFY2(allowed.isWhole, qPrintable(allowed.tree->problem()));
    // Not too deep, but the layout is too large all the same.
    const ReadJson wide = readJson(QByteArray(maximumDepth, '[') + QByteArray("1,").repeated(400'000), stop);
    QVERIFY2(wide.tree->problem().contains(QStringLiteral("Laid out")), qPrintable(wide.tree->problem()));
    QVERIFY(wide.pretty.size() <= maximumLayoutBytes + 1000);
    // The same of a binary: 99 arrays in each other, the last of them with 400 000 numbers.
    const QByteArray arrays = QByteArray(maximumDepth - 1, '\x91') + packed("dd00061a80") + QByteArray(400'000, '\1');
    const DecodedPayload lines = decodePayload(arrays, PayloadFormat::MessagePack, isCancelled);
    QVERIFY(lines.text.size() * 2 <= maximumLayoutBytes + 1000);
    QVERIFY(lines.text.endsWith(QChar(0x2026)));
}

void TestPayload::fieldsOfALargeValueAreFoundInTime()
{
    // A long key with very many numbers below it: each path would be as long as the key.
    const QByteArray large = "{\"n\":1,\"" + QByteArray(100'000, 'k') + "\":[" + QByteArray("1,").repeated(70'000) + "1]}";
    QElapsedTimer clock;
    clock.start();
    const QStringList paths = numericPaths(large);
    QVERIFY(clock.elapsed() < 2000);
    QCOMPARE(paths, QStringList{QStringLiteral(".n")});
}

void TestPayload::namesAndNumbersArePlain()
{
    Stop stop;
    const ReadJson json = readJson("{\"a\\nb\u202E\": " + QByteArray(5000, '1') + ", \"" + QByteArray(5000, 'k') + "\": 2}", stop);
    QVERIFY(json.isWhole);
    const ValueTree &tree = *json.tree;
    const ValueTree::Node value = tree.childAt(ValueTree::root, 0);
    const ValueTree::Node odd = tree.childAt(value, 0);
    QCOMPARE(tree.nameOf(odd), QStringLiteral("a\u240Ab\\u202e"));
    QCOMPARE(tree.textOf(odd).size(), ValueTree::shownText + 1);
    const ValueTree::Node second = tree.childAt(value, 1);
    QCOMPARE(tree.nameOf(second).size(), ValueTree::shownText + 1);
    QVERIFY(tree.nameOf(second).endsWith(QChar(0x2026)));
    QCOMPARE(tree.pathOf(second), u'.' + QString(5000, u'k')); // a filter needs all of it
}

void TestPayload::packets_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isFive");
    QTest::addColumn<QString>("tree");
    QTest::newRow("PINGREQ") << packed("c000") << true << "Type=PINGREQ[0+1]{Flags=0x0[0+1]} Remaining length=0[1+1]";
    QTest::newRow("PUBLISH 3.1.1") << packed("320b0005612f622f6300076869") << false
                                   << "Type=PUBLISH[0+1]{Duplicate=no[0+1] QoS=1[0+1] Retain=no[0+1]} Remaining length=11[1+1] "
                                      "Topic=a/b/c[2+7] Packet identifier=7[9+2] Payload=hi[11+2]";
    QTest::newRow("PUBLISH 5.0") << packed("300a0001610502000000" "3c78") << true
                                 << "Type=PUBLISH[0+1]{Duplicate=no[0+1] QoS=0[0+1] Retain=no[0+1]} Remaining length=10[1+1] "
                                    "Topic=a[2+3] Properties=[5+6]{Length=5[5+1] Message Expiry Interval=[6+5]{Value=60[7+4]}} "
                                    "Payload=x[11+1]";
    QTest::newRow("PUBACK with a reason") << packed("4003000787") << true
                                          << "Type=PUBACK[0+1]{Flags=0x0[0+1]} Remaining length=3[1+1] "
                                             "Packet identifier=7[2+2] Reason code=0x87 Not authorized[4+1]";
    QTest::newRow("SUBSCRIBE") << packed("8207000100000161" "2d") << true
                               << "Type=SUBSCRIBE[0+1]{Flags=0x2[0+1]} Remaining length=7[1+1] Packet identifier=1[2+2] "
                                  "Properties=[4+1]{Length=0[4+1]} Filter=a[5+4]{Maximum QoS=1[8+1] No local=yes[8+1] "
                                  "Retain as published=yes[8+1] Retain handling=2[8+1]}";
    QTest::newRow("password is not shown") << packed("101300044d51545404c2003c000161000175000270" "77") << false
                                           << "Type=CONNECT[0+1]{Flags=0x0[0+1]} Remaining length=19[1+1] Protocol name=MQTT[2+6] "
                                              "Protocol level=4[8+1] Connect flags=0xc2[9+1]{User name=yes[9+1] Password=yes[9+1] "
                                              "Will retain=no[9+1] Will QoS=0[9+1] Will=no[9+1] Clean session=yes[9+1]} "
                                              "Keep alive=60 s[10+2] Client id=a[12+3] User name=u[15+3] Password=2 byte(s)[18+4]";
}

void TestPayload::packets()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, isFive);
    const auto tree = fieldsOfPacket(bytes, isFive ? ProtocolVersion::Mqtt5 : ProtocolVersion::Mqtt311);
    QTEST(drawn(*tree), "tree");
}

void TestPayload::cutPacketsShowWhatIsLeft()
{
    const QByteArray connect = packed("101300044d51545404c2003c000161000175000270" "77");
    for (qsizetype length = 0; length < connect.size(); ++length) {
        const auto tree = fieldsOfPacket(connect.first(length), ProtocolVersion::Mqtt5);
        QVERIFY2(!tree->problem().isEmpty(), qPrintable(QString::number(length)));
    }
    QVERIFY(fieldsOfPacket(packed("c00001"), ProtocolVersion::Mqtt5)->problem().contains(QStringLiteral("1 byte")));
    QVERIFY(!fieldsOfPacket(packed("30ffffffffff"), ProtocolVersion::Mqtt5)->problem().isEmpty());
    QVERIFY(fieldsOfPacket(packed("e0020001"), ProtocolVersion::Mqtt5)->size() > 2);
    QVERIFY(!fieldsOfPacket(packed("30060001610177" "00"), ProtocolVersion::Mqtt5)->problem().isEmpty()); // unknown property
}

void TestPayload::lines_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("difference"); // = same, - removed, + added, by the letters of the lines
    QTest::newRow("same") << "a\nb" << "a\nb" << "=a=b";
    QTest::newRow("changed") << "a\nb\nc" << "a\nx\nc" << "=a-b+x=c";
    QTest::newRow("added") << "a\nc" << "a\nb\nc" << "=a+b=c";
    QTest::newRow("removed") << "a\nb\nc" << "a\nc" << "=a-b=c";
    QTest::newRow("all others") << "a\nb" << "x\ny" << "-a-b+x+y";
    QTest::newRow("from nothing") << "" << "a" << "-+a";
    QTest::newRow("moved") << "a\nb\nc\nd" << "b\nc\nd\na" << "-a=b=c=d+a";
    QTest::newRow("two places") << "a\nb\nc\nd\ne" << "a\nx\nc\ne\nf" << "=a-b+x=c-d=e+f";
}

void TestPayload::lines()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    Stop stop;
    QString said;
    for (const DifferenceLine &line : lineDifference(before, after, stop))
        said += QStringLiteral("=-+")[int(line.kind)] + line.text;
    QTEST(said, "difference");
}

void TestPayload::linesAgreeWithTheirTexts()
{
    quint32 dice = 3;
    const auto text = [&dice](int lines) {
        QStringList all;
        for (int i = 0; i < lines; ++i) {
            dice = dice * 1664525 + 1013904223;
            all << QString(QChar(u'a' + (dice >> 29)));
        }
        return all.join(u'\n');
    };
    for (int round = 0; round < 300; ++round) {
        const QString before = text(1 + round % 17);
        const QString after = text(1 + round % 13);
        Stop stop;
        QStringList left;
        QStringList right;
        for (const DifferenceLine &line : lineDifference(before, after, stop)) {
            if (line.kind != DifferenceLine::Kind::Added)
                left << line.text;
            if (line.kind != DifferenceLine::Kind::Removed)
                right << line.text;
        }
        QCOMPARE(left.join(u'\n'), before);
        QCOMPARE(right.join(u'\n'), after);
    }
    // Too different to be compared line by line.
    QStringList one;
    QStringList other;
    for (int i = 0; i < 5000; ++i) {
        one << QStringLiteral("a%1").arg(i);
        other << QStringLiteral("b%1").arg(i);
    }
    Stop stop;
    QCOMPARE(lineDifference(one.join(u'\n'), other.join(u'\n'), stop).size(), size_t(10'000));
}

void TestPayload::bytes_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QString>("ranges");
    QTest::newRow("same") << QByteArray("abc") << QByteArray("abc") << "";
    QTest::newRow("one") << QByteArray("abc") << QByteArray("axc") << "1-2 ";
    QTest::newRow("two places") << QByteArray("abcde") << QByteArray("xbcxx") << "0-1 3-5 ";
    QTest::newRow("longer") << QByteArray("abc") << QByteArray("abcde") << "3-5 ";
    QTest::newRow("shorter and other") << QByteArray("abcde") << QByteArray("abx") << "2-5 ";
    QTest::newRow("from nothing") << QByteArray() << QByteArray("ab") << "0-2 ";
}

void TestPayload::bytes()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QString said;
    for (const ByteRange &range : changedBytes(before, after))
        said += QStringLiteral("%1-%2 ").arg(range.begin).arg(range.end);
    QTEST(said, "ranges");
    QVERIFY(changedBytes(QByteArray(1000, 'a'), QByteArray("ab").repeated(500), 10).size() == 10);
}

void TestPayload::peaksSurviveDecimation()
{
    std::vector<ChartPoint> points;
    for (int i = 0; i < 100'000; ++i)
        points.push_back({double(i), i == 54'321 ? 100.0 : i == 77'777 ? -50.0 : double(i % 7)});
    const std::vector<ChartPoint> seen = decimated(points, 0, 99'999, 800);
    QVERIFY(seen.size() <= 801 * 4);
    const auto has = [&](double value) { return std::ranges::any_of(seen, [=](const ChartPoint &point) { return point.value == value; }); };
    QVERIFY(has(100));
    QVERIFY(has(-50));
    QVERIFY(std::ranges::is_sorted(seen, {}, &ChartPoint::when));
    QCOMPARE(seen.front(), points.front());
    QCOMPARE(seen.back(), points.back());
}

void TestPayload::ticksAreRound()
{
    QCOMPARE(roundTicks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
    QCOMPARE(roundTicks(-0.3, 0.3, 3).size(), size_t(3));
    QCOMPARE(roundTicks(5, 5, 3), std::vector<double>{5});
    QVERIFY(!roundTicks(1e-12, 2e-12, 4).empty());
    QVERIFY(!roundTicks(-1e300, 1e300, 4).empty());
    QVERIFY(!roundTicks(-1.7e308, 1.7e308, 4).empty());
    // Steps that are lost in rounding come to an end.
    for (const auto &[low, high] : {std::pair(0.3, 0.1 + 0.2), std::pair(-(0.1 + 0.2), -0.3), std::pair(1e300, std::nextafter(1e300, 2e300)),
             std::pair(0.0, 5e-324), std::pair(1.0, 1 + 4e-16)}) {
        const std::vector<double> ticks = roundTicks(low, high, 5);
        QVERIFY(!ticks.empty() && ticks.size() <= 20);
    }
    QVERIFY(timeTicks(1e18, std::nextafter(1e18, 2e18), 4).size() <= 16);
    QVERIFY(timeTicks(0, 1e300, 4).size() <= 17);
    QVERIFY(isFlat(0.3, 0.1 + 0.2));
    QVERIFY(isFlat(0, 0));
    QVERIFY(!isFlat(0, 1e-300));
    QVERIFY(!isFlat(1, 1.000001));
    QCOMPARE(timeTicks(0, 60'000, 4), (std::vector<double>{0, 15'000, 30'000, 45'000, 60'000}));
}

void TestPayload::chartFields()
{
    const std::vector<TimedPayload> history = {{1'000'000, R"({"t": 1, "on": true})"}, {2'000'000, "no JSON"},
        {3'000'000, R"({"t": 2.5})"}, {4'000'000, R"({"t": "text"})"}};
    QCOMPARE(pointsOf(history, QStringLiteral(".t")), (std::vector<ChartPoint>{{1, 1}, {3, 2.5}}));
    QCOMPARE(pointsOf(history, QStringLiteral(".on")), (std::vector<ChartPoint>{{1, 1}}));
    QCOMPARE(pointsOf({{5'000'000, "21.5"}, {6'000'000, "nan"}}, QString()), (std::vector<ChartPoint>{{5, 21.5}}));
}

void TestPayload::fiveMegabytes()
{
    QByteArray json = "[";
    while (json.size() < 5'000'000)
        json += R"({"id": 12345, "name": "sensor in the hall", "values": [1.5, 2.5, 3.5], "ok": true},)";
    json.chop(1);
    json += "]";
    const std::atomic<bool> isCancelled = false;
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(detectFormat(json, {}), PayloadFormat::Json);
    const qint64 detected = clock.restart();
    const DecodedPayload decoded = decodePayload(json, PayloadFormat::Json, isCancelled);
    const qint64 read = clock.restart();
    const DecodedPayload text = decodePayload(json, PayloadFormat::Text, isCancelled);
    qInfo("5 MB of JSON: detected in %lld ms, tree of %zu and layout in %lld ms, text in %lld ms", detected,
        decoded.tree->size(), read, clock.elapsed());
    QVERIFY2(decoded.note.isEmpty(), qPrintable(decoded.note));
    QVERIFY(read < 1000);
}

QTEST_MAIN(TestPayload)
#include "tst_payload.moc"
