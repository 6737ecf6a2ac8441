#include "filter/filtercompletion.h"
#include "filter/filterhelp.h"
#include "filter/filterprogram.h"
#include "filter/filterterm.h"

#include <QTest>

using namespace pigeon;

namespace {

class SomeNames : public FilterNames
{
public:
    QStringList namesFor(FieldId field, const QString &prefix, int most) const override
    {
        const QStringList all = field == FieldId::Topic ? QStringList{QStringLiteral("site/a"), QStringLiteral("site/b c")}
            : field == FieldId::Json                    ? QStringList{QStringLiteral(".temp"), QStringLiteral(".time")}
                                                        : QStringList{QStringLiteral("dev7")};
        return all.filter(QRegularExpression(u'^' + QRegularExpression::escape(prefix))).mid(0, most);
    }
};

QStringList textsOf(const FilterCompletion &completion)
{
    QStringList texts;
    for (const FilterCompletion::Item &item : completion.items)
        texts << item.text;
    return texts;
}

} // namespace

/// What helps while a filter is typed: completion, "apply as filter", the help page.
class TestFilterTyping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void completes_data();
    void completes();
    void whatIsOfferedIsTaken();
    void term_data();
    void term();
    void anyTextFindsItself_data();
    void anyTextFindsItself();
    void joins_data();
    void joins();
    void helpNamesEveryField();
    void typicalFilterIsOne();
};

void TestFilterTyping::completes_data()
{
    QTest::addColumn<QString>("text"); // | = the cursor
    QTest::addColumn<QStringList>("has");
    QTest::addColumn<QStringList>("hasNot");
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("length");

    const auto list = [](const char *words) { return QString::fromUtf8(words).split(u' ', Qt::SkipEmptyParts); };
    QTest::newRow("at the start") << "|" << list("topic from size json. not") << list("and == type") << 0 << 0;
    QTest::newRow("field begun") << "to|" << list("topic") << list("from not") << 0 << 2;
    QTest::newRow("large letters") << "TO|" << list("topic") << list("from") << 0 << 2;
    QTest::newRow("in the middle of a word") << "to|pic == x" << list("topic") << list("from") << 0 << 5;
    QTest::newRow("comparison of a topic") << "topic |" << list("== != ~ !~ contains matches") << list("and topic") << 6 << 0;
    QTest::newRow("comparison of a number") << "qos |" << list("== != > >= < <=") << list("~ contains") << 4 << 0;
    QTest::newRow("comparison of a flag") << "retain |" << list("== != and or") << list("> ~") << 7 << 0;
    QTest::newRow("comparison begun") << "topic con|" << list("contains") << list("==") << 6 << 3;
    QTest::newRow("value of a topic") << "topic == |" << list("\"site/a\"") << list("and") << 9 << 0;
    QTest::newRow("value begun") << "topic == site/a|" << list("\"site/a\"") << list("and") << 9 << 6;
    QTest::newRow("value in quotes begun") << "topic == \"site/a|" << list("\"site/a\"") << list("and") << 9 << 7;
    QTest::newRow("value of a flag") << "retain == |" << list("yes no") << list("and") << 10 << 0;
    QTest::newRow("unit") << "size > 10|" << list("10k 10M") << list("10ms") << 7 << 2;
    QTest::newRow("unit of time") << "age < 5|" << list("5s 5min 5ms") << list("5k") << 6 << 1;
    QTest::newRow("after a term") << "size > 1k |" << list("and or topic") << list("== not_there") << 10 << 0;
    QTest::newRow("after a term, begun") << "size > 1k a|" << list("and age") << list("or") << 10 << 1;
    QTest::newRow("after and") << "size > 1k and |" << list("topic not") << list("and ==") << 14 << 0;
    QTest::newRow("after a parenthesis") << "(|" << list("topic not") << list("and") << 1 << 0;
    QTest::newRow("members of JSON") << "json.t|" << list("json.temp json.time") << list("topic") << 0 << 6;
    QTest::newRow("a value that is called like a field") << "from == topic |" << list("and or") << list("==") << 14 << 0;
}

void TestFilterTyping::completes()
{
    QFETCH(QString, text);
    const qsizetype cursor = text.indexOf(u'|');
    text.remove(cursor, 1);
    const SomeNames names;
    const FilterCompletion completion = completeFilter(text, cursor, FilterView::Messages, &names);
    const QStringList texts = textsOf(completion);
    QFETCH(QStringList, has);
    QFETCH(QStringList, hasNot);
    for (const QString &wanted : has)
        QVERIFY2(texts.contains(wanted), qPrintable(wanted + QStringLiteral(" is not in ") + texts.join(u' ')));
    for (const QString &unwanted : hasNot)
        QVERIFY2(!texts.contains(unwanted), qPrintable(unwanted + QStringLiteral(" is in ") + texts.join(u' ')));
    QTEST(int(completion.position), "position");
    QTEST(int(completion.length), "length");
}

void TestFilterTyping::whatIsOfferedIsTaken()
{
    const FilterCompletion types = completeFilter(QStringLiteral("type == "), 8, FilterView::Packets, nullptr);
    QCOMPARE(types.items.size(), size_t(15));
    for (const FilterCompletion::Item &item : types.items)
        QVERIFY(compileFilter(QStringLiteral("type == ") + item.text, FilterView::Packets).program);
}

void TestFilterTyping::term_data()
{
    QTest::addColumn<QString>("term");
    QTest::addColumn<QString>("text");
    using enum FilterView;
    QTest::newRow("text") << filterTerm(FieldId::From, Messages, QStringLiteral("dev7")) << R"(from == "dev7")";
    QTest::newRow("text, other view") << filterTerm(FieldId::Client, Clients, QStringLiteral("dev7")) << R"(client == "dev7")";
    QTest::newRow("no field of the view") << filterTerm(FieldId::From, Clients, QStringLiteral("dev7")) << "";
    QTest::newRow("other comparison") << filterTerm(FieldId::From, Messages, QStringLiteral("d"), Comparison::Contains)
                                      << R"(from contains "d")";
    QTest::newRow("number") << filterTerm(FieldId::QoS, Messages, 2.0) << "qos == 2";
    QTest::newRow("size is exact") << filterTerm(FieldId::Size, Messages, 2049.0, Comparison::GreaterEqual) << "size >= 2049";
    QTest::newRow("duration") << filterTerm(FieldId::Latency, Messages, 1500.0, Comparison::Greater) << "latency > 1.5 s";
    QTest::newRow("short duration") << filterTerm(FieldId::Latency, Messages, 0.25) << QString::fromUtf8("latency == 250 µs");
    QTest::newRow("flag") << filterTerm(FieldId::Retain, Messages, 1.0) << "retain";
    QTest::newRow("flag not set") << filterTerm(FieldId::Retain, Messages, 0.0) << "not retain";
    QTest::newRow("choice") << filterTerm(FieldId::Type, Packets, 3.0) << "type == PUBACK";
    QTest::newRow("subtree") << subtreeTerm(Messages, QStringLiteral("site/a b")) << R"(topic ~ "site/a b/#")";
    QTest::newRow("everything") << subtreeTerm(Messages, QString()) << R"(topic ~ "#")";
}

void TestFilterTyping::term()
{
    QFETCH(QString, term);
    QTEST(term, "text");
}

void TestFilterTyping::anyTextFindsItself_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "dev7", "a b", "a\"b", "a\\b", "line\nbreak", "\x01\x1b[31m", "and", "(", "größe", "\\n"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestFilterTyping::anyTextFindsItself()
{
    QFETCH(QString, text);
    const QString term = filterTerm(FieldId::From, FilterView::Messages, text);
    const auto parsed = parseFilter(term, FilterView::Messages);
    const FilterNode *node = std::get_if<FilterNode>(&parsed);
    QVERIFY2(node, qPrintable(term));
    QCOMPARE(std::get<EqualTest>(std::get<TextTest>(node->test.question)).text, text.toUtf8());
    const auto alone = tokensOfFilter(quotedForFilterIfNeeded(text));
    QCOMPARE(alone.size(), size_t(2));
    QCOMPARE(alone.front().text, text);
}

void TestFilterTyping::joins_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("join");
    QTest::addColumn<QString>("text");
    QTest::newRow("replace") << "hall" << int(FilterJoin::Replace) << "from == a";
    QTest::newRow("and nothing") << " " << int(FilterJoin::And) << "from == a";
    QTest::newRow("and") << "hall" << int(FilterJoin::And) << "hall and from == a";
    QTest::newRow("and an or") << "hall or cellar" << int(FilterJoin::And) << "(hall or cellar) and from == a";
    QTest::newRow("and an or in parentheses") << "(hall or cellar)" << int(FilterJoin::And) << "(hall or cellar) and from == a";
    QTest::newRow("or") << "hall" << int(FilterJoin::Or) << "hall or from == a";
    QTest::newRow("and not") << "hall" << int(FilterJoin::AndNot) << "hall and not from == a";
    QTest::newRow("not of nothing") << "" << int(FilterJoin::AndNot) << "not from == a";
    QTest::newRow("what is no filter goes") << "size >" << int(FilterJoin::And) << "from == a";
}

void TestFilterTyping::joins()
{
    QFETCH(QString, filter);
    QFETCH(int, join);
    const QString joined = joinFilter(filter, QStringLiteral("from == a"), FilterJoin(join), FilterView::Messages);
    QTEST(joined, "text");
    QVERIFY(compileFilter(joined, FilterView::Messages).program);
}

void TestFilterTyping::helpNamesEveryField()
{
    const QString page = filterHelpPage();
    for (const FilterField &field : filterFields())
        QVERIFY2(page.contains(QLatin1StringView(field.name)), field.name);
    QVERIFY(page.contains(QStringLiteral("UNSUBSCRIBE")));
}

void TestFilterTyping::typicalFilterIsOne()
{
    for (const FilterView view : {FilterView::Messages, FilterView::Packets, FilterView::Clients, FilterView::Subscriptions,
             FilterView::Topics, FilterView::Retained, FilterView::Log}) {
        const CompiledFilter filter = compileFilter(typicalFilter(view), view);
        QVERIFY2(filter.program, qPrintable(typicalFilter(view) + (filter.error ? filter.error->sentence : QString())));
        QVERIFY(!filter.program->isEverything());
    }
}

QTEST_APPLESS_MAIN(TestFilterTyping)
#include "tst_filtertyping.moc"
