#include "filter/filterparser.h"

#include "filter/filtertest.h"
#include "filter/filtervalue.h"

#include <QCoreApplication>

#include <algorithm>

namespace pigeon {

namespace {

using Kind = FilterToken::Kind;

constexpr int maximumDepth = 100; // of parentheses and nots: the parser calls itself

class Parser
{
    Q_DECLARE_TR_FUNCTIONS(Filter)

public:
    Parser(QStringView text, FilterView view)
        : m_tokens(tokensOfFilter(text))
        , m_view(view)
    {
    }

    std::variant<FilterNode, FilterError> parse()
    {
        FilterNode root{FilterNode::Kind::And, {}, {}};
        if (token().kind != Kind::End)
            root = parseOr();
        if (!m_error && token().kind != Kind::End)
            refuse(token(), token().kind == Kind::Close ? tr("There is no ( for this )." ) : sentenceOf(token()));
        if (m_error)
            return *m_error;
        return root;
    }

private:
    const FilterToken &token() const { return m_tokens[m_at]; }
    bool take(Kind kind)
    {
        if (token().kind != kind)
            return false;
        ++m_at;
        return true;
    }
    FilterToken takeAny() { return m_tokens[m_at + 1 < m_tokens.size() ? m_at++ : m_at]; }

    /// The first thing that is wrong counts; what comes of it later does not.
    FilterNode refuse(const FilterToken &where, const QString &sentence)
    {
        if (!m_error)
            m_error = FilterError{where.position, where.length, sentence};
        return {};
    }

    FilterNode parseOr()
    {
        return parseParts(FilterNode::Kind::Or, [this] { return take(Kind::Or); }, [this] { return parseAnd(); });
    }
    FilterNode parseAnd()
    {
        // Terms side by side are joined as if there were an "and" between them.
        const auto goesOn = [this] { return take(Kind::And) || beginsTerm(); };
        return parseParts(FilterNode::Kind::And, goesOn, [this] { return parseTerm(); });
    }
    bool beginsTerm() const
    {
        const Kind kind = token().kind;
        return kind == Kind::Word || kind == Kind::Quoted || kind == Kind::Not || kind == Kind::Open;
    }
    template <typename GoesOn, typename Part>
    FilterNode parseParts(FilterNode::Kind kind, GoesOn goesOn, Part part)
    {
        FilterNode all{kind, {}, {}};
        do {
            all.parts.push_back(part());
        } while (!m_error && goesOn());
        return all.parts.size() == 1 ? std::move(all.parts.front()) : std::move(all);
    }

    FilterNode parseTerm()
    {
        if (++m_depth > maximumDepth)
            return refuse(token(), tr("The filter is nested too deeply."));
        FilterNode term = parseOpenTerm();
        --m_depth;
        return term;
    }
    FilterNode parseOpenTerm()
    {
        if (take(Kind::Not))
            return {FilterNode::Kind::Not, {}, {parseTerm()}};
        const FilterToken open = token();
        if (take(Kind::Open)) {
            FilterNode inner = parseOr();
            return take(Kind::Close) ? inner : refuse(open, tr("The ) for this ( is missing."));
        }
        return parseTest();
    }

    FilterNode parseTest()
    {
        const FilterToken subject = token();
        if (subject.kind != Kind::Word && subject.kind != Kind::Quoted)
            return refuse(subject, sentenceOf(subject));
        takeAny();
        const FilterField *field = subject.kind == Kind::Word ? findFilterField(subject.text, m_view) : nullptr;
        if (token().kind != Kind::Compare)
            return field ? parseLoneField(subject, *field) : anywhere(subject.text);
        if (!field)
            return refuse(subject, noSuchField(subject));
        return parseComparison(subject, *field);
    }

    FilterNode parseLoneField(const FilterToken &name, const FilterField &field)
    {
        if (field.type == FieldType::Flag)
            return test(flagTest(field, true));
        if (field.type == FieldType::Json && name.text.size() > qsizetype(qstrlen(field.name)))
            return withPath(name, field, [](JsonTest &) { });
        return refuse(name, tr("%1 needs a comparison, such as %2. To look for the word, write it in quotes.")
            .arg(name.text, filterExample(field)));
    }

    FilterNode parseComparison(const FilterToken &name, const FilterField &field)
    {
        const FilterToken sign = takeAny();
        const FilterToken value = token();
        if (value.kind == Kind::Bad)
            return refuse(value, value.text);
        if (value.kind != Kind::Word && value.kind != Kind::Quoted)
            return refuse(value, tr("After %1 comes a value, such as %2.").arg(sign.text, filterExample(field)));
        takeAny();
        const QString text = withUnit(field, value);
        const bool isNegated = sign.comparison == Comparison::Unlike
            || (sign.comparison == Comparison::NotEqual && !isNumeric(field.type));
        const Comparison comparison = isNegated ? opposite(sign.comparison) : sign.comparison;
        FilterNode node = field.type == FieldType::Json
            ? parseJsonWish(name, field, comparison, value, text)
            : madeTest(value, makeFilterTest(field, comparison, text));
        if (!isNegated)
            return node;
        node = FilterNode{FilterNode::Kind::Not, {}, {std::move(node)}};
        // What has no such value is not "different" either: nobody means all payloads that are no JSON.
        if (field.type == FieldType::Json)
            return {FilterNode::Kind::And, {}, {withPath(name, field, [](JsonTest &) { }), std::move(node)}};
        return node;
    }
    FilterNode madeTest(const FilterToken &value, std::variant<FilterTest, QString> made)
    {
        const QString *problem = std::get_if<QString>(&made);
        return problem ? refuse(value, *problem) : test(std::get<FilterTest>(std::move(made)));
    }
    FilterNode parseJsonWish(const FilterToken &name, const FilterField &field, Comparison comparison,
        const FilterToken &value, const QString &text)
    {
        return withPath(name, field, [&](JsonTest &json) {
            if (const QString problem = setJsonWish(json, comparison, text, value.kind == Kind::Quoted); !problem.isEmpty())
                refuse(value, problem);
        });
    }

    /// The unit may stand apart from its number: "100 ms".
    QString withUnit(const FilterField &field, const FilterToken &value)
    {
        const bool mayStandApart = field.type == FieldType::Duration || field.type == FieldType::Size;
        const bool isNumber = value.kind == Kind::Word && filterNumber(value.text, FieldType::Number);
        if (!mayStandApart || !isNumber || token().kind != Kind::Word || !isUnitOf(field.type, token().text))
            return value.text;
        return value.text + takeAny().text;
    }

    template <typename Set>
    FilterNode withPath(const FilterToken &name, const FilterField &field, Set set)
    {
        const std::optional<JsonPath> path = JsonPath::parse(QStringView(name.text).sliced(qstrlen(field.name)));
        if (!path)
            return refuse(name, tr("After json comes the path of a value, such as %1.").arg(filterExample(field)));
        JsonTest json{*path, {}};
        set(json);
        return test({field.id, field.type, std::move(json)});
    }

    /// A bare word: in any of the fields that are searched.
    FilterNode anywhere(const QString &word)
    {
        FilterNode any{FilterNode::Kind::Or, {}, {}};
        std::vector<FieldId> asked;
        for (const FilterField &field : filterFields()) {
            if (!field.isSearched || !field.isIn(m_view) || std::ranges::count(asked, field.id))
                continue;
            asked.push_back(field.id);
            any.parts.push_back(test({field.id, field.type, TextTest(ContainsTest{TextSearch(word.toUtf8())})}));
        }
        return any;
    }

    static FilterNode test(FilterTest test) { return {FilterNode::Kind::Test, std::move(test), {}}; }

    QString noSuchField(const FilterToken &name) const
    {
        const FilterField *near = nearestField(name.text, m_view);
        if (near)
            return tr("There is no field %1 here; is it %2?").arg(name.text, QLatin1StringView(near->name));
        return tr("There is no field %1 here. To look for the text, write all of it in quotes.").arg(name.text);
    }
    static QString sentenceOf(const FilterToken &found)
    {
        switch (found.kind) {
        case Kind::Bad:
            return found.text;
        case Kind::End:
            return tr("The filter ends too early: here comes a field, a word or ( .");
        case Kind::Compare:
            return tr("Before %1 comes a field.").arg(found.text);
        default:
            return tr("Here comes a field, a word or ( , not %1.").arg(found.text);
        }
    }

    std::vector<FilterToken> m_tokens;
    FilterView m_view;
    size_t m_at = 0;
    int m_depth = 0;
    std::optional<FilterError> m_error;
};

} // namespace

std::variant<FilterNode, FilterError> parseFilter(QStringView text, FilterView view)
{
    if (text.size() > maximumFilterLength) {
        return FilterError{maximumFilterLength, text.size() - maximumFilterLength,
            QCoreApplication::translate("Filter", "A filter has at most %1 characters.").arg(maximumFilterLength)};
    }
    return Parser(text, view).parse();
}

} // namespace pigeon
