#include "filterrows.h"

#include "filter/filtertest.h"

#include <QElapsedTimer>
#include <QTest>

using namespace pigeon;

namespace {

MadeRow aMessage()
{
    MadeRow row;
    row.numbers = {{FieldId::QoS, 1}, {FieldId::Retain, 1}, {FieldId::Duplicate, 0}, {FieldId::Size, 2048},
        {FieldId::Latency, 150}, {FieldId::Age, 60'000}, {FieldId::Receivers, 3}, {FieldId::Number, 12}};
    row.texts = {{FieldId::Topic, "site/hall/temp"}, {FieldId::From, "dev7"},
        {FieldId::Payload, R"({"temp": 31.5, "unit": "C", "ok": true, "error": null, "list": [1, {"name": "Überlauf"}]})"}};
    return row;
}

/// A million messages over ten thousand topics and a thousand clients, as the window keeps them.
class ManyMessages : public FilterRow
{
public:
    static constexpr quint32 rows = 1'000'000;
    static constexpr quint32 topics = 10'000;
    static constexpr quint32 clients = 1'000;

    ManyMessages()
    {
        for (quint32 i = 0; i < topics; ++i)
            m_topics.push_back("site/" + QByteArray::number(i) + (i % 10 == 0 ? "/temp" : "/other"));
        for (quint32 i = 0; i < clients; ++i)
            m_clients.push_back("dev" + QByteArray::number(i));
        for (int i = 0; i < 100; ++i)
            m_payloads.push_back(R"({"id": 4711, "unit": "celsius", "temp": )" + QByteArray::number(i) + "}");
    }
    void goTo(quint32 row) { m_row = row; }

    double number(FieldId field) const override { return field == FieldId::Size ? m_row % 4096 : absent; }
    QByteArrayView text(FieldId field) const override
    {
        if (field == FieldId::Topic)
            return m_topics[m_row % topics];
        return field == FieldId::From ? m_clients[m_row % clients] : m_payloads[m_row % 100];
    }
    quint32 nameOf(FieldId field) const override
    {
        return field == FieldId::Topic ? m_row % topics : field == FieldId::From ? m_row % clients : noName;
    }

private:
    std::vector<QByteArray> m_topics;
    std::vector<QByteArray> m_clients;
    std::vector<QByteArray> m_payloads;
    quint32 m_row = 0;
};

} // namespace

class TestFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passes_data();
    void passes();
    void packets_data();
    void packets();
    void isRefused_data();
    void isRefused();
    void nestingIsBounded();
    void lengthIsBounded();
    void sharedTextIsAskedOnce();
    void payloadIsAskedLast();
    void knowsWhetherRowsChangeLater();
    void everyFieldHasATestThatParses();
    void aMillionRows_data();
    void aMillionRows();
};

void TestFilter::passes_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("passes");

    QTest::newRow("nothing") << "" << true;
    QTest::newRow("space") << "   " << true;
    QTest::newRow("the whole of it")
        << R"(topic ~ "site/+/temp" and from == "dev7" and size > 1k and json.temp > 30)" << true;
    QTest::newRow("one of it is not so")
        << R"(topic ~ "site/+/temp" and from == "dev8" and size > 1k and json.temp > 30)" << false;

    QTest::newRow("topic filter plus") << "topic ~ site/+/temp" << true;
    QTest::newRow("topic filter hash") << "topic ~ site/#" << true;
    QTest::newRow("topic filter, other level") << "topic ~ site/+" << false;
    QTest::newRow("topic filter denied") << "topic !~ site/+" << true;
    QTest::newRow("topic is") << R"(topic == "site/hall/temp")" << true;
    QTest::newRow("topic is with one sign") << R"(topic = "site/hall/temp")" << true;
    QTest::newRow("topic is not") << R"(topic != "site/hall/temp")" << false;
    QTest::newRow("topic contains") << "topic contains HALL" << true;
    QTest::newRow("topic matches") << R"(topic matches "^site/.*/te?mp$")" << true;
    QTest::newRow("topic matches minds large letters") << R"(topic matches "^Site")" << false;
    QTest::newRow("topic matches on demand") << R"(topic matches "(?i)^Site")" << true;

    QTest::newRow("text like") << R"(from ~ "^dev[0-9]$")" << true;
    QTest::newRow("text unlike") << R"(from !~ "^dev[0-9]$")" << false;
    QTest::newRow("client is from") << "client == dev7" << true;
    QTest::newRow("texts have an order") << "from > dev6 and from < dev8" << true;

    QTest::newRow("word in topic") << "hall" << true;
    QTest::newRow("word in client") << "DEV7" << true;
    QTest::newRow("word in payload") << "celsius or \"unit\"" << true;
    QTest::newRow("word beyond ASCII") << "Überlauf" << true;
    QTest::newRow("word nowhere") << "basement" << false;
    QTest::newRow("words side by side") << "hall dev7" << true;
    QTest::newRow("words side by side, one missing") << "hall dev8" << false;
    QTest::newRow("quoted word") << R"("site/hall")" << true;

    QTest::newRow("size k") << "size == 2k" << true;
    QTest::newRow("size KiB") << "size == 2KiB" << true;
    QTest::newRow("size apart") << "size >= 2 kb and hall" << true;
    QTest::newRow("size M") << "size < 2M" << true;
    QTest::newRow("size not less") << "size < 2048" << false;
    QTest::newRow("hexadecimal") << "size == 0x800" << true;
    QTest::newRow("fraction") << "size < 2.5k and size > 1.5k" << true;
    QTest::newRow("duration together") << "latency > 100ms" << true;
    QTest::newRow("duration apart") << "latency > 100 ms" << true;
    QTest::newRow("duration goes on") << "latency > 100 ms and hall" << true;
    QTest::newRow("duration in us") << "latency == 150000us" << true;
    QTest::newRow("duration zero needs no unit") << "latency > 0" << true;
    QTest::newRow("age") << "age < 5 min" << true;
    QTest::newRow("age too old") << "age < 59 s" << false;

    QTest::newRow("flag alone") << "retain" << true;
    QTest::newRow("flag denied") << "not retain" << false;
    QTest::newRow("flag denied by sign") << "!dup" << true;
    QTest::newRow("flag compared") << "retain == yes and dup == false" << true;
    QTest::newRow("flag is not") << "dup != true" << true;

    QTest::newRow("or") << "from == x or from == dev7" << true;
    QTest::newRow("and before or") << "hall or nowhere and nothing" << true;
    QTest::newRow("parentheses") << "(hall or nowhere) and nothing" << false;
    QTest::newRow("not before and") << "not nowhere and hall" << true;
    QTest::newRow("not of a group") << "not (hall and dev7)" << false;
    QTest::newRow("not of an or") << "not (nowhere or nothing)" << true;
    QTest::newRow("signs") << "hall && !nowhere || nothing" << true;
    QTest::newRow("keywords may be large") << "hall AND NOT nowhere" << true;

    QTest::newRow("json number") << "json.temp >= 31.5" << true;
    QTest::newRow("json text") << R"(json.unit == "C")" << true;
    QTest::newRow("json text that is none") << R"(json.temp == "31.5")" << false;
    QTest::newRow("json is not") << "json.unit != F" << true;
    QTest::newRow("json is not, without a value") << "json.missing != F" << false;
    QTest::newRow("json true") << "json.ok == true" << true;
    QTest::newRow("json false") << "json.ok == false" << false;
    QTest::newRow("json null") << "json.error == null" << true;
    QTest::newRow("json exists") << "json.list" << true;
    QTest::newRow("json does not exist") << "json.missing" << false;
    QTest::newRow("json index") << "json.list[0] == 1" << true;
    QTest::newRow("json nested") << R"(json.list[1].name contains "überlauf" or json.list[1].name contains "Überlauf")" << true;
    QTest::newRow("json matches") << R"(json.unit matches "^[CF]$")" << true;

    QTest::newRow("absent number") << "dropped == 0" << false;
    QTest::newRow("absent number is not different") << "dropped != 0" << false;
    QTest::newRow("escape") << R"(from != "a\"b\\c\x07\n")" << true;
    QTest::newRow("k of a count") << "receivers < 1k" << true;
}

void TestFilter::passes()
{
    QFETCH(QString, filter);
    const CompiledFilter compiled = compileFilter(filter, FilterView::Messages);
    QVERIFY2(compiled.program, compiled.error ? qPrintable(compiled.error->sentence) : "");
    QTEST(FilterRun(compiled.program).passes(aMessage()), "passes");
}

void TestFilter::packets_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("passes");

    QTest::newRow("type") << "type == PUBACK" << true;
    QTest::newRow("type in small letters") << "type == puback" << true;
    QTest::newRow("type is not") << "type != PUBACK" << false;
    QTest::newRow("direction") << "direction == out" << true;
    QTest::newRow("failed") << "code >= 0x80" << true;
    QTest::newRow("id") << "id == 17 and client == dev7" << true;
}

void TestFilter::packets()
{
    QFETCH(QString, filter);
    MadeRow row;
    row.numbers = {{FieldId::Type, 3}, {FieldId::Direction, 1}, {FieldId::PacketId, 17}, {FieldId::ReasonCode, 0x87}};
    row.texts = {{FieldId::Client, "dev7"}};
    const CompiledFilter compiled = compileFilter(filter, FilterView::Packets);
    QVERIFY2(compiled.program, compiled.error ? qPrintable(compiled.error->sentence) : "");
    QTEST(FilterRun(compiled.program).passes(row), "passes");
}

void TestFilter::isRefused_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("words"); // that the sentence must have in it

    QTest::newRow("no such field") << "tpoic == a" << 0 << 5 << "is it topic?";
    QTest::newRow("nothing like a field") << "hall and colour == red" << 9 << 6 << "in quotes";
    QTest::newRow("field of another view") << "type == PUBACK" << 0 << 4 << "no field type";
    QTest::newRow("no value") << "size >" << 6 << 0 << "size > 1k";
    QTest::newRow("no comparison") << "size" << 0 << 4 << "needs a comparison";
    QTest::newRow("no size") << "size > big" << 7 << 3 << "no size";
    QTest::newRow("no unit") << "latency > 100" << 10 << 3 << "Say the unit";
    QTest::newRow("wrong unit") << "latency > 100 kb" << 10 << 3 << "Say the unit";
    QTest::newRow("no time") << "latency > soon" << 10 << 4 << "no time";
    QTest::newRow("no number") << "qos == two" << 7 << 3 << "no number";
    QTest::newRow("infinity") << "qos == inf" << 7 << 3 << "no number";
    QTest::newRow("neither yes nor no") << "retain == maybe" << 10 << 5 << "yes or no";
    QTest::newRow("number like") << "qos ~ 1" << 6 << 1 << "cannot be compared by ~";
    QTest::newRow("flag ordered") << "retain > no" << 9 << 2 << "cannot be compared by >";
    QTest::newRow("topic filter hash inside") << "topic ~ a/#/b" << 8 << 5 << "last one";
    QTest::newRow("topic filter hash in a level") << "topic ~ a#" << 8 << 2 << "last one";
    QTest::newRow("topic filter plus in a level") << "topic ~ a/b+" << 8 << 4 << "level of its own";
    QTest::newRow("topic filter empty") << R"(topic ~ "")" << 8 << 2 << "at least one";
    QTest::newRow("regular expression") << R"(from ~ "(")" << 7 << 3 << "No regular expression";
    QTest::newRow("quote open") << R"(from == "dev)" << 8 << 4 << "closing quote";
    QTest::newRow("quote ends in a backslash") << "from == \"dev\\" << 8 << 5 << "closing quote";
    QTest::newRow("escape") << R"(from == "\q")" << 9 << 2 << "backslash";
    QTest::newRow("escape x") << R"(from == "\xZZ")" << 9 << 4 << "backslash";
    QTest::newRow("one ampersand") << "hall & dev7" << 5 << 1 << "&&";
    QTest::newRow("parenthesis open") << "hall and (dev7" << 9 << 1 << "is missing";
    QTest::newRow("parenthesis closed") << "hall)" << 4 << 1 << "no ( for this )";
    QTest::newRow("ends after and") << "hall and" << 8 << 0 << "too early";
    QTest::newRow("ends after not") << "not" << 3 << 0 << "too early";
    QTest::newRow("begins with and") << "and hall" << 0 << 3 << "not and";
    QTest::newRow("begins with a comparison") << "== 3" << 0 << 2 << "Before ==";
    QTest::newRow("two comparisons") << "size > > 3" << 7 << 1 << "comes a value";
    QTest::newRow("json without a path") << "json > 3" << 0 << 4 << "path";
    QTest::newRow("json path ends in a dot") << "json.a. > 3" << 0 << 7 << "path";
    QTest::newRow("json bracket open") << "json.a[3 > 3" << 0 << 8 << "path";
    QTest::newRow("json index is none") << "json.a[-1] > 3" << 0 << 10 << "path";
}

void TestFilter::isRefused()
{
    QFETCH(QString, filter);
    QFETCH(QString, words);
    const CompiledFilter compiled = compileFilter(filter, FilterView::Messages);
    QVERIFY(!compiled.program);
    QVERIFY(compiled.error);
    QTEST(int(compiled.error->position), "position");
    QTEST(int(compiled.error->length), "length");
    QVERIFY2(compiled.error->sentence.contains(words), qPrintable(compiled.error->sentence));
}

void TestFilter::nestingIsBounded()
{
    const QString deep = QString(4000, u'(') + u'a' + QString(4000, u')');
    const CompiledFilter compiled = compileFilter(deep, FilterView::Messages);
    QVERIFY(compiled.error);
    QVERIFY(compiled.error->sentence.contains(QStringLiteral("too deeply")));
    QVERIFY(compileFilter(QString(50, u'(') + u'a' + QString(50, u')'), FilterView::Messages).program);
}

void TestFilter::lengthIsBounded()
{
    QVERIFY(compileFilter(QString(maximumFilterLength, u'a'), FilterView::Messages).program);
    QVERIFY(compileFilter(QString(maximumFilterLength + 1, u'a'), FilterView::Messages).error);
}

void TestFilter::sharedTextIsAskedOnce()
{
    MadeRow row = aMessage();
    row.names = {{FieldId::Topic, 5}};
    FilterRun run(compileFilter(u"topic ~ site/#", FilterView::Messages).program);
    for (int i = 0; i < 10; ++i)
        QVERIFY(run.passes(row));
    QCOMPARE(row.asked[FieldId::Topic], 1);
    row.names = {{FieldId::Topic, 6}};
    row.texts[FieldId::Topic] = "other";
    QVERIFY(!run.passes(row));
}

void TestFilter::payloadIsAskedLast()
{
    const MadeRow row = aMessage();
    FilterRun run(compileFilter(u"json.temp > 30 and payload contains temp and size > 1M", FilterView::Messages).program);
    QVERIFY(!run.passes(row));
    QCOMPARE(row.asked[FieldId::Payload], 0);
    QCOMPARE(row.asked[FieldId::Size], 1);
    FilterRun either(compileFilter(u"json.temp > 30 or size > 1k", FilterView::Messages).program);
    QVERIFY(either.passes(row));
    QCOMPARE(row.asked[FieldId::Payload], 0);
}

void TestFilter::knowsWhetherRowsChangeLater()
{
    QVERIFY(compileFilter(u"hall or age < 5 s", FilterView::Messages).program->changesLater());
    QVERIFY(compileFilter(u"dropped > 0", FilterView::Messages).program->changesLater());
    QVERIFY(!compileFilter(u"hall", FilterView::Messages).program->changesLater());
    QVERIFY(compileFilter(u" ", FilterView::Messages).program->isEverything());
}

void TestFilter::everyFieldHasATestThatParses()
{
    for (const FilterField &field : filterFields()) {
        for (const FilterView view : {FilterView::Messages, FilterView::Packets, FilterView::Clients,
                 FilterView::Subscriptions, FilterView::Topics, FilterView::Retained, FilterView::Log}) {
            if (!field.isIn(view))
                continue;
            const QString example = filterExample(field);
            const CompiledFilter compiled = compileFilter(example, view);
            QVERIFY2(compiled.program, qPrintable(example + (compiled.error ? compiled.error->sentence : QString())));
        }
    }
}

void TestFilter::aMillionRows_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("found");

    QTest::newRow("topic") << "topic ~ site/+/temp" << 100'000;
    QTest::newRow("topic expression") << R"(topic matches "^site/[0-9]+0/temp$")" << 99'900;
    QTest::newRow("client and size") << "from == dev7 and size > 1k" << 750;
    QTest::newRow("all with json") << "topic ~ site/+/temp and size > 1k and json.temp > 30" << -1;
    QTest::newRow("word") << "temp" << 1'000'000;
    QTest::newRow("word of no topic") << "celsius and size < 100" << -1;
}

void TestFilter::aMillionRows()
{
    QFETCH(QString, filter);
    QFETCH(int, found);
    ManyMessages row;
    FilterRun run(compileFilter(filter, FilterView::Messages).program);
    QElapsedTimer clock;
    clock.start();
    int passed = 0;
    for (quint32 i = 0; i < ManyMessages::rows; ++i) {
        row.goTo(i);
        passed += run.passes(row);
    }
    const qint64 took = clock.elapsed();
    qInfo("%s: %d rows in %lld ms", qPrintable(filter), passed, took);
    QVERIFY(found < 0 ? passed > 0 : passed == found);
    QVERIFY2(took < 2000, "a million rows are to take less than half a second on a machine that has nothing else to do");
}

QTEST_APPLESS_MAIN(TestFilter)
#include "tst_filter.moc"
