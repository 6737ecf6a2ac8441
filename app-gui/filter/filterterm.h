#pragma once

#include "filter/filterfield.h"
#include "filter/filterlexer.h"

#include <QString>

/// "Apply as filter": the text for a cell, and how it joins what is typed already. Pure.
namespace pigeon {

/// `from == "dev7"`; for a Flag its name or not and its name. Empty where the view has no such field.
QString filterTerm(FieldId field, FilterView view, const QString &value, Comparison comparison = Comparison::Equal);
/// The same for a number in the unit that rows answer in: bytes, milliseconds, the place among the words.
QString filterTerm(FieldId field, FilterView view, double value, Comparison comparison = Comparison::Equal);
/// `topic ~ "site/#"`: a topic and all below it.
QString subtreeTerm(FilterView view, const QString &topic);

/// How a term joins a filter that is there.
enum class FilterJoin : quint8 { Replace, And, Or, AndNot };
/// Both in one text, with parentheses where they are needed. A filter that is no filter is replaced.
QString joinFilter(const QString &filter, const QString &term, FilterJoin join, FilterView view);

} // namespace pigeon
