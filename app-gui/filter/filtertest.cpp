#include "filter/filtertest.h"

#include "filter/filtervalue.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>

namespace pigeon {

namespace {

using enum Comparison;
using Made = std::variant<FilterTest, QString>;

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(Filter)
};

bool isOrder(Comparison comparison)
{
    return comparison == Less || comparison == LessEqual || comparison == Greater || comparison == GreaterEqual;
}
bool isForTexts(Comparison comparison)
{
    return comparison == Contains || comparison == Matches || comparison == Like || comparison == Unlike;
}

struct Word
{
    QLatin1StringView text;
    bool value;
};
constexpr std::array yesAndNo = {Word{QLatin1StringView("true"), true}, Word{QLatin1StringView("false"), false},
    Word{QLatin1StringView("yes"), true}, Word{QLatin1StringView("no"), false}, Word{QLatin1StringView("1"), true},
    Word{QLatin1StringView("0"), false}};

std::optional<bool> flagValue(const QString &text)
{
    const auto found = std::ranges::find_if(
        yesAndNo, [&](const Word &word) { return QStringView(text).compare(word.text, Qt::CaseInsensitive) == 0; });
    return found == yesAndNo.end() ? std::nullopt : std::optional<bool>(found->value);
}

Made numberTest(const FilterField &field, Comparison comparison, const QString &value)
{
    if (const std::optional<double> number = filterNumber(value, field.type))
        return FilterTest{field.id, field.type, NumberTest{comparison, *number}};
    if (lacksUnit(value, field.type))
        return Texts::tr("Say the unit: 100 ms, 5 s or 2 min.");
    if (field.type == FieldType::Duration)
        return Texts::tr("%1 is no time; write 100 ms, 5 s, 2 min, 1 h or 1 d.").arg(value);
    if (field.type == FieldType::Size)
        return Texts::tr("%1 is no size; write 100, 1k or 2M.").arg(value);
    return Texts::tr("%1 is no number.").arg(value);
}

Made flagComparison(const FilterField &field, Comparison comparison, const QString &value)
{
    const std::optional<bool> wanted = flagValue(value);
    if (!wanted)
        return Texts::tr("%1 is yes or no.").arg(QLatin1StringView(field.name));
    return FilterTest{field.id, field.type, NumberTest{comparison, *wanted ? 1.0 : 0.0}};
}

Made choiceTest(const FilterField &field, Comparison comparison, const QString &value)
{
    const std::vector<QByteArrayView> words = field.choices();
    const auto found = std::ranges::find_if(words,
        [&](QByteArrayView word) { return QStringView(value).compare(QLatin1StringView(word), Qt::CaseInsensitive) == 0; });
    if (found == words.end()) {
        return Texts::tr("%1 is one of %2.")
            .arg(QLatin1StringView(field.name),
                QString::fromLatin1(field.words).replace(u'|', QStringLiteral(", ")));
    }
    return FilterTest{field.id, field.type, NumberTest{comparison, static_cast<double>(found - words.begin())}};
}

std::variant<TextTest, QString> regularExpression(const QString &value)
{
    // Filters look at what devices send: letters are those of Unicode, and a dot takes line breaks too.
    QRegularExpression expression(
        value, QRegularExpression::UseUnicodePropertiesOption | QRegularExpression::DotMatchesEverythingOption);
    if (!expression.isValid())
        return Texts::tr("No regular expression: %1.").arg(expression.errorString());
    expression.optimize(); // compiled here, once, instead of in the middle of the rows
    return MatchTest{expression};
}

/// The rules of 4.7.1, told to somebody who types.
QString topicFilterProblem(const QString &filter)
{
    const QStringList levels = filter.split(u'/');
    for (qsizetype i = 0; i < levels.size(); ++i) {
        if (levels[i].contains(u'#') && (levels[i].size() > 1 || i + 1 < levels.size()))
            return Texts::tr("In a topic filter # is a level of its own, and the last one.");
        if (levels[i].contains(u'+') && levels[i].size() > 1)
            return Texts::tr("In a topic filter + is a level of its own.");
    }
    return filter.isEmpty() ? Texts::tr("A topic filter has at least one character.") : QString();
}

std::variant<TextTest, QString> textTest(FieldType type, Comparison comparison, const QString &value)
{
    if (comparison == Equal)
        return EqualTest{value.toUtf8()};
    if (comparison == Contains)
        return ContainsTest{TextSearch(value.toUtf8())};
    if (isOrder(comparison))
        return OrderTest{comparison, value.toUtf8()};
    if (comparison == Like && type == FieldType::Topic) {
        const QString problem = topicFilterProblem(value);
        return problem.isEmpty() ? std::variant<TextTest, QString>(TextTest(TopicTest{value.toUtf8()})) : problem;
    }
    return regularExpression(value);
}

Made fieldTextTest(const FilterField &field, Comparison comparison, const QString &value)
{
    std::variant<TextTest, QString> made = textTest(field.type, comparison, value);
    if (QString *problem = std::get_if<QString>(&made))
        return std::move(*problem);
    return FilterTest{field.id, field.type, std::get<TextTest>(std::move(made))};
}

std::optional<JsonScalar::Kind> jsonWord(const QString &value)
{
    if (value == u"null")
        return JsonScalar::Kind::Null;
    if (value == u"true")
        return JsonScalar::Kind::True;
    return value == u"false" ? std::optional<JsonScalar::Kind>(JsonScalar::Kind::False) : std::nullopt;
}

/// How many letters have to be changed, put in or taken out.
int slipsBetween(QStringView one, QStringView other)
{
    std::vector<int> row(static_cast<size_t>(other.size()) + 1);
    for (size_t i = 0; i < row.size(); ++i)
        row[i] = static_cast<int>(i);
    for (qsizetype i = 0; i < one.size(); ++i) {
        int corner = row[0]++;
        for (size_t j = 1; j < row.size(); ++j) {
            const bool isSame = one[i].toLower() == other[qsizetype(j) - 1].toLower();
            const int best = std::min({row[j] + 1, row[j - 1] + 1, corner + (isSame ? 0 : 1)});
            corner = std::exchange(row[j], best);
        }
    }
    return row.back();
}

constexpr const char *examples[] = {"~ \"site/+/temp\"", "== \"dev7\"", "contains \"error\"", ".temp > 30", "> 1", "> 1k",
    "> 100 ms", "== yes", "=="};

} // namespace

bool isNumeric(FieldType type)
{
    return type == FieldType::Number || type == FieldType::Size || type == FieldType::Duration || type == FieldType::Flag
        || type == FieldType::Choice;
}

Comparison opposite(Comparison comparison) { return comparison == Unlike ? Like : Equal; }

bool suits(FieldType type, Comparison comparison, bool isOrdered)
{
    if (type == FieldType::Flag || (type == FieldType::Choice && !isOrdered))
        return comparison == Equal || comparison == NotEqual;
    return !isNumeric(type) || !isForTexts(comparison);
}

QString filterExample(const FilterField &field)
{
    const QString name = QString::fromLatin1(field.name);
    if (field.type == FieldType::Json)
        return name + QLatin1StringView(examples[size_t(field.type)]);
    const QString example = name + u' ' + QLatin1StringView(examples[size_t(field.type)]);
    return field.type == FieldType::Choice ? example + u' ' + QLatin1StringView(field.choices().front()) : example;
}

const FilterField *nearestField(QStringView name, FilterView view)
{
    const FilterField *nearest = nullptr;
    int least = std::min(3, static_cast<int>(name.size()));
    for (const FilterField &field : filterFields()) {
        const int slips = field.isIn(view) ? slipsBetween(name, QString::fromLatin1(field.name)) : least;
        if (slips < least) {
            least = slips;
            nearest = &field;
        }
    }
    return nearest;
}

FilterTest flagTest(const FilterField &field, bool wanted)
{
    return {field.id, field.type, NumberTest{Equal, wanted ? 1.0 : 0.0}};
}

std::variant<FilterTest, QString> makeFilterTest(const FilterField &field, Comparison comparison, const QString &value)
{
    if (!suits(field.type, comparison, field.isOrdered)) {
        return Texts::tr("%1 cannot be compared by %2; write for example %3.")
            .arg(QLatin1StringView(field.name), comparisonText(comparison), filterExample(field));
    }
    switch (field.type) {
    case FieldType::Flag:
        return flagComparison(field, comparison, value);
    case FieldType::Choice:
        return choiceTest(field, comparison, value);
    case FieldType::Number:
    case FieldType::Size:
    case FieldType::Duration:
        return numberTest(field, comparison, value);
    default:
        return fieldTextTest(field, comparison, value);
    }
}

QString setJsonWish(JsonTest &test, Comparison comparison, const QString &value, bool isQuoted)
{
    const std::optional<JsonScalar::Kind> word = isQuoted ? std::nullopt : jsonWord(value);
    const std::optional<double> number = isQuoted ? std::nullopt : filterNumber(value, FieldType::Json);
    if (word && comparison == Equal) {
        test.wanted = *word;
        return {};
    }
    if (number && !isForTexts(comparison)) {
        test.wanted = NumberTest{comparison, *number};
        return {};
    }
    std::variant<TextTest, QString> made = textTest(FieldType::Text, comparison, value);
    if (QString *problem = std::get_if<QString>(&made))
        return *problem;
    test.wanted = std::get<TextTest>(std::move(made));
    return {};
}

} // namespace pigeon
