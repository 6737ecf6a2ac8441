#include "filter/filterterm.h"

#include "filter/filterparser.h"
#include "filter/filtervalue.h"

namespace pigeon {

namespace {

QString comparisonOf(const FilterField &field, Comparison comparison, const QString &value)
{
    return QString::fromLatin1(field.name) + u' ' + comparisonText(comparison) + u' ' + value;
}

std::optional<FilterNode> parsed(const QString &text, FilterView view)
{
    const std::variant<FilterNode, FilterError> result = parseFilter(text, view);
    const FilterNode *node = std::get_if<FilterNode>(&result);
    return node ? std::optional<FilterNode>(*node) : std::nullopt;
}

/// True where the text needs parentheses when it becomes a part of an And. A word alone is an Or of fields, without
/// any sign of it in the text.
bool isLoose(const QString &text)
{
    int depth = 0;
    for (const FilterToken &token : tokensOfFilter(text)) {
        depth += token.kind == FilterToken::Kind::Open ? 1 : token.kind == FilterToken::Kind::Close ? -1 : 0;
        if (depth == 0 && token.kind == FilterToken::Kind::Or)
            return true;
    }
    return false;
}
QString asPart(const QString &text) { return isLoose(text) ? u'(' + text + u')' : text; }

bool isOneTerm(const QString &text)
{
    for (const FilterToken &token : tokensOfFilter(text)) {
        if (token.kind == FilterToken::Kind::And || token.kind == FilterToken::Kind::Or)
            return false;
    }
    return true;
}

} // namespace

QString filterTerm(FieldId id, FilterView view, const QString &value, Comparison comparison)
{
    const FilterField *field = findFilterField(id, view);
    if (!field)
        return {};
    const bool isText = field->type == FieldType::Topic || field->type == FieldType::Text
        || field->type == FieldType::Payload;
    return comparisonOf(*field, comparison, isText ? quotedForFilter(value) : quotedForFilterIfNeeded(value));
}

QString filterTerm(FieldId id, FilterView view, double value, Comparison comparison)
{
    const FilterField *field = findFilterField(id, view);
    if (!field)
        return {};
    const QString name = QString::fromLatin1(field->name);
    if (field->type == FieldType::Flag)
        return value != 0 ? name : QStringLiteral("not ") + name;
    const std::vector<QByteArrayView> words = field->choices();
    if (field->type == FieldType::Choice) {
        const auto place = static_cast<size_t>(value);
        return place < words.size() ? comparisonOf(*field, comparison, QString::fromLatin1(words[place])) : QString();
    }
    return comparisonOf(*field, comparison, filterNumberText(value, field->type));
}

QString subtreeTerm(FilterView view, const QString &topic)
{
    return filterTerm(FieldId::Topic, view, topic.isEmpty() ? QStringLiteral("#") : topic + QStringLiteral("/#"),
        Comparison::Like);
}

QString joinFilter(const QString &filter, const QString &term, FilterJoin join, FilterView view)
{
    const std::optional<FilterNode> there = parsed(filter, view);
    const bool isNothing = !there || filter.trimmed().isEmpty();
    const QString denied = isOneTerm(term) ? QStringLiteral("not ") + term : QStringLiteral("not (") + term + u')';
    if (join == FilterJoin::Replace || isNothing)
        return join == FilterJoin::AndNot ? denied : term;
    if (join == FilterJoin::Or)
        return filter.trimmed() + QStringLiteral(" or ") + term;
    return asPart(filter.trimmed()) + QStringLiteral(" and ") + (join == FilterJoin::AndNot ? denied : asPart(term));
}

} // namespace pigeon
