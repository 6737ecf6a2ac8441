#include "filter/filterprogram.h"

#include "monitor/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace pigeon {

namespace {

constexpr qsizetype matchedBytes = 1024 * 1024; // how far a regular expression looks into one payload

template <typename Value>
bool compare(const Value &left, Comparison comparison, const Value &right)
{
    using enum Comparison;
    switch (comparison) {
    case Equal:
        return left == right;
    case NotEqual:
        return left != right;
    case Less:
        return left < right;
    case LessEqual:
        return left <= right;
    case Greater:
        return left > right;
    case GreaterEqual:
        return left >= right;
    default:
        return false;
    }
}

bool holds(const NumberTest &test, double number)
{
    return !std::isnan(number) && compare(number, test.comparison, test.number);
}

struct TextAnswer
{
    QByteArrayView text;

    bool operator()(const EqualTest &test) const { return text == test.text; }
    bool operator()(const ContainsTest &test) const { return test.search.isIn(text); }
    bool operator()(const MatchTest &test) const
    {
        return test.expression.match(QString::fromUtf8(text.first(std::min(text.size(), matchedBytes)))).hasMatch();
    }
    bool operator()(const TopicTest &test) const { return words::matches(test.filter, text); }
    bool operator()(const OrderTest &test) const { return compare(text, test.comparison, QByteArrayView(test.text)); }
};

struct JsonAnswer
{
    const JsonScalar &value;

    bool operator()(std::monostate) const { return true; }
    bool operator()(const NumberTest &test) const
    {
        return value.kind == JsonScalar::Kind::Number && holds(test, value.number);
    }
    bool operator()(const TextTest &test) const
    {
        return value.kind == JsonScalar::Kind::Text && std::visit(TextAnswer{value.text}, test);
    }
    bool operator()(JsonScalar::Kind kind) const { return value.kind == kind; }
};

bool holds(const JsonTest &test, QByteArrayView payload)
{
    const std::optional<JsonScalar> value = test.path.find(payload);
    return value && std::visit(JsonAnswer{*value}, test.wanted);
}

/// What a test costs, roughly, against comparing two numbers. Texts other than payloads are mostly shared ones.
int costOf(const FilterTest &test)
{
    if (std::holds_alternative<NumberTest>(test.question))
        return 1;
    if (std::holds_alternative<JsonTest>(test.question))
        return 100;
    const bool isExpression = std::holds_alternative<MatchTest>(std::get<TextTest>(test.question));
    return (test.type == FieldType::Payload ? 50 : 2) * (isExpression ? 10 : 1);
}

int costOf(const FilterNode &node)
{
    if (node.kind == FilterNode::Kind::Test)
        return costOf(node.test);
    return std::accumulate(node.parts.begin(), node.parts.end(), 0,
        [](int sum, const FilterNode &part) { return sum + costOf(part); });
}

std::vector<const FilterNode *> cheapFirst(const std::vector<FilterNode> &parts)
{
    std::vector<const FilterNode *> order;
    for (const FilterNode &part : parts)
        order.push_back(&part);
    std::ranges::stable_sort(order, {}, [](const FilterNode *part) { return costOf(*part); });
    return order;
}

} // namespace

FilterProgram::FilterProgram(const FilterNode &root)
    : m_entry(add(root, pass, fail))
{
}

// From the last test to the first, so that the places to go on to are known. Gives where the node begins.
int FilterProgram::add(const FilterNode &node, int whenTrue, int whenFalse)
{
    if (node.kind == FilterNode::Kind::Not)
        return add(node.parts.front(), whenFalse, whenTrue);
    if (node.kind == FilterNode::Kind::Test) {
        m_steps.push_back({node.test, whenTrue, whenFalse});
        return static_cast<int>(m_steps.size()) - 1;
    }
    const bool isAnd = node.kind == FilterNode::Kind::And;
    int entry = isAnd ? whenTrue : whenFalse;
    const std::vector<const FilterNode *> order = cheapFirst(node.parts);
    for (auto part = order.rbegin(); part != order.rend(); ++part)
        entry = isAnd ? add(**part, entry, whenFalse) : add(**part, whenTrue, entry);
    return entry;
}

bool FilterProgram::changesLater() const
{
    constexpr std::array later = {FieldId::Age, FieldId::Latency, FieldId::Delivered, FieldId::Dropped};
    return std::ranges::any_of(m_steps, [&](const Step &step) { return std::ranges::count(later, step.test.field) > 0; });
}

FilterRun::FilterRun(FilterProgramPtr program)
    : m_program(std::move(program))
    , m_known(m_program->m_steps.size())
{
}

bool FilterRun::passes(const FilterRow &row)
{
    int at = m_program->m_entry;
    while (at >= 0) {
        const FilterProgram::Step &step = m_program->m_steps[static_cast<size_t>(at)];
        at = answer(static_cast<size_t>(at), row) ? step.whenTrue : step.whenFalse;
    }
    return at == FilterProgram::pass;
}

bool FilterRun::answer(size_t step, const FilterRow &row)
{
    const FilterTest &test = m_program->m_steps[step].test;
    if (const auto *number = std::get_if<NumberTest>(&test.question))
        return holds(*number, row.number(test.field));
    if (const auto *text = std::get_if<TextTest>(&test.question))
        return answerText(step, *text, test.field, row);
    return holds(std::get<JsonTest>(test.question), row.text(FieldId::Payload));
}

bool FilterRun::answerText(size_t step, const TextTest &test, FieldId field, const FilterRow &row)
{
    const quint32 name = row.nameOf(field);
    if (name == FilterRow::noName)
        return std::visit(TextAnswer{row.text(field)}, test);
    std::vector<Known> &known = m_known[step];
    if (known.size() <= name)
        known.resize(std::max<size_t>(name + 1, known.size() * 2), Known::Nothing);
    if (known[name] == Known::Nothing)
        known[name] = std::visit(TextAnswer{row.text(field)}, test) ? Known::Yes : Known::No;
    return known[name] == Known::Yes;
}

CompiledFilter compileFilter(QStringView text, FilterView view)
{
    const std::variant<FilterNode, FilterError> parsed = parseFilter(text, view);
    if (const auto *error = std::get_if<FilterError>(&parsed))
        return {nullptr, *error};
    return {std::make_shared<const FilterProgram>(std::get<FilterNode>(parsed)), std::nullopt};
}

} // namespace pigeon
