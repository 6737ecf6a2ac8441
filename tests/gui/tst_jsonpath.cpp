#include "filter/jsonpath.h"
#include "filter/textsearch.h"

#include <QTest>

using namespace pigeon;

class TestJsonPath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void find_data();
    void find();
    void isNoPath_data();
    void isNoPath();
    void stepsAreWrittenSoThatTheyAreRead();
    void search_data();
    void search();
    void searchAgreesWithTheSlowWay();
};

void TestJsonPath::find_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("value"); // "-" = there is none

    const QByteArray nested = R"( { "a" : { "b" : [ 10 , [ 20, {"c": "deep"} ], 30 ] } , "last" : -1.5e3 } )";
    QTest::newRow("member") << ".last" << nested << "number -1500";
    QTest::newRow("object") << ".a" << nested << "container";
    QTest::newRow("first element") << ".a.b[0]" << nested << "number 10";
    QTest::newRow("last element") << ".a.b[2]" << nested << "number 30";
    QTest::newRow("through both") << ".a.b[1][1].c" << nested << "text deep";
    QTest::newRow("index beyond") << ".a.b[3]" << nested << "-";
    QTest::newRow("no such member") << ".a.x" << nested << "-";
    QTest::newRow("member of a number") << ".last.x" << nested << "-";
    QTest::newRow("index of an object") << ".a[0]" << nested << "-";
    QTest::newRow("array at the top") << "[1]" << QByteArray("[1,2,3]") << "number 2";
    QTest::newRow("empty array") << "[0]" << QByteArray("[]") << "-";
    QTest::newRow("empty object") << ".a" << QByteArray("{}") << "-";
    QTest::newRow("true") << ".a" << QByteArray(R"({"a":true})") << "true";
    QTest::newRow("false") << ".a" << QByteArray(R"({"a":false})") << "false";
    QTest::newRow("null") << ".a" << QByteArray(R"({"a":null})") << "null";
    QTest::newRow("no word of JSON") << ".a" << QByteArray(R"({"a":nan})") << "-";
    QTest::newRow("braces in a text") << ".b" << QByteArray(R"({"a":"}]{[\"", "b":1})") << "number 1";
    QTest::newRow("escapes") << ".a" << QByteArray(R"({"a":"x\n\u00e9\"\/"})") << QString::fromUtf8("text x\né\"/");
    QTest::newRow("surrogates") << ".a" << QByteArray(R"({"a":"\ud83d\ude00"})") << QString::fromUtf8("text 😀");
    QTest::newRow("escaped key") << ".ab" << QByteArray(R"({"\u0061b":7})") << "number 7";
    QTest::newRow("odd key") << R"(["a b"].c)" << QByteArray(R"({"a b":{"c":7}})") << "number 7";
    QTest::newRow("same start of key") << ".ab" << QByteArray(R"({"abc":1,"ab":2})") << "number 2";
    QTest::newRow("cut behind the value") << ".a" << QByteArray(R"({"a":5,"b":{"c")") << "number 5";
    QTest::newRow("cut in the value") << ".a" << QByteArray(R"({"a":"5)") << "-";
    QTest::newRow("cut before the value") << ".b" << QByteArray(R"({"a":5,"b":)") << "-";
    QTest::newRow("no JSON") << ".a" << QByteArray("hello") << "-";
    QTest::newRow("empty") << ".a" << QByteArray() << "-";
    QTest::newRow("missing colon") << ".a" << QByteArray(R"({"a" 5})") << "-";
    QTest::newRow("closed too often") << ".b" << QByteArray(R"({"a":],"b":1})") << "-";
    QTest::newRow("escape at the end") << ".a" << QByteArray("{\"a\":\"\\") << "-";
    QTest::newRow("very deep") << ".b" << QByteArray("{\"a\":" + QByteArray(100'000, '[') + QByteArray(100'000, ']') + ",\"b\":1}")
                               << "number 1";
}

void TestJsonPath::find()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, json);
    const std::optional<JsonPath> parsed = JsonPath::parse(path);
    QVERIFY(parsed);
    const std::optional<JsonScalar> value = parsed->find(json);
    constexpr const char *kinds[] = {"null", "false", "true", "number ", "text ", "container"};
    QString said = value ? QString::fromLatin1(kinds[size_t(value->kind)]) : QStringLiteral("-");
    if (value && value->kind == JsonScalar::Kind::Number)
        said += QString::number(value->number);
    if (value && value->kind == JsonScalar::Kind::Text)
        said += QString::fromUtf8(value->text);
    QTEST(said, "value");
}

void TestJsonPath::isNoPath_data()
{
    QTest::addColumn<QString>("path");
    for (const char *path : {"", "a", ".", ".a.", ".a..b", "[", "[]", "[x]", "[1", "[\"a]", "[-1]", ".a[1]b"})
        QTest::newRow(path) << QString::fromLatin1(path);
}

void TestJsonPath::isNoPath()
{
    QFETCH(QString, path);
    QVERIFY(!JsonPath::parse(path));
}

void TestJsonPath::stepsAreWrittenSoThatTheyAreRead()
{
    for (const QString &key : {QStringLiteral("temp"), QStringLiteral("a b"), QStringLiteral("a.b"), QStringLiteral("a[0]"),
             QStringLiteral("größe"), QStringLiteral("")}) {
        const std::optional<JsonPath> path = JsonPath::parse(JsonPath::textOfStep(key));
        QVERIFY2(path, qPrintable(key));
        QVERIFY(path->find("{\"" + key.toUtf8() + "\":1}"));
    }
}

void TestJsonPath::search_data()
{
    QTest::addColumn<QByteArray>("needle");
    QTest::addColumn<QByteArray>("haystack");
    QTest::addColumn<int>("place");
    QTest::newRow("first") << QByteArray("ab") << QByteArray("abcab") << 0;
    QTest::newRow("last") << QByteArray("ca") << QByteArray("abca") << 2;
    QTest::newRow("large letters") << QByteArray("CA") << QByteArray("abca") << 2;
    QTest::newRow("small letters") << QByteArray("ca") << QByteArray("ABCA") << 2;
    QTest::newRow("none") << QByteArray("x") << QByteArray("abca") << -1;
    QTest::newRow("longer") << QByteArray("abcab") << QByteArray("abca") << -1;
    QTest::newRow("empty needle") << QByteArray() << QByteArray("abca") << 0;
    QTest::newRow("empty both") << QByteArray() << QByteArray() << 0;
    QTest::newRow("zero byte") << QByteArray("\0b", 2) << QByteArray("a\0b", 3) << 1;
}

void TestJsonPath::search()
{
    QFETCH(QByteArray, needle);
    QFETCH(QByteArray, haystack);
    QTEST(int(TextSearch(needle).indexIn(haystack, 0)), "place");
}

void TestJsonPath::searchAgreesWithTheSlowWay()
{
    quint32 dice = 1;
    const auto letters = [&dice](int length) {
        QByteArray text;
        for (int i = 0; i < length; ++i) {
            dice = dice * 1664525 + 1013904223;
            text += "abAB"[dice >> 30];
        }
        return text;
    };
    for (int round = 0; round < 2000; ++round) {
        const QByteArray haystack = letters(40);
        const QByteArray needle = letters(1 + round % 6);
        QCOMPARE(TextSearch(needle).indexIn(haystack, 0), haystack.toLower().indexOf(needle.toLower()));
    }
}

QTEST_APPLESS_MAIN(TestJsonPath)
#include "tst_jsonpath.moc"
