#pragma once

#include "filter/filterexpression.h"

#include <variant>

/// How the tests of a filter are made of field, comparison and value, by the type of the field. Pure.
namespace pigeon {

/// True when rows answer with a number: Number, Size, Duration, Flag, Choice.
bool isNumeric(FieldType type);
/// Of Unlike and NotEqual the one that they deny.
Comparison opposite(Comparison comparison);
/// What the field may be compared by.
bool suits(FieldType type, Comparison comparison, bool isOrdered);
/// A test that the field takes, as an example for help and sentences: `size > 1k`.
QString filterExample(const FilterField &field);
/// The field of the view whose name is at most two slips away from `name`.
const FilterField *nearestField(QStringView name, FilterView view);

FilterTest flagTest(const FilterField &field, bool wanted);
/// The test, or a sentence saying why there is none. Not for Json.
std::variant<FilterTest, QString> makeFilterTest(const FilterField &field, Comparison comparison, const QString &value);
/// Puts what is wanted of the value into `test`; a sentence when that cannot be. `isQuoted`: it is a text, whatever it
/// looks like.
QString setJsonWish(JsonTest &test, Comparison comparison, const QString &value, bool isQuoted);

} // namespace pigeon
