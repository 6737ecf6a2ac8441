#pragma once

#include "filter/filterfield.h"
#include "filter/filterlexer.h"
#include "filter/jsonpath.h"
#include "filter/textsearch.h"

#include <QRegularExpression>

#include <variant>
#include <vector>

namespace pigeon {

/// A number of the row beside one of the filter.
struct NumberTest
{
    Comparison comparison = Comparison::Equal;
    double number = 0;
};
/// A text of the row is exactly this one.
struct EqualTest
{
    QByteArray text;
};
/// A text of the row has this one in it.
struct ContainsTest
{
    TextSearch search;
};
/// A text of the row, or a part of it, fits a regular expression.
struct MatchTest
{
    QRegularExpression expression;
};
/// A topic fits a topic filter of MQTT.
struct TopicTest
{
    QByteArray filter;
};
/// A text comes before or after another one, byte by byte.
struct OrderTest
{
    Comparison comparison = Comparison::Less;
    QByteArray text;
};
using TextTest = std::variant<EqualTest, ContainsTest, MatchTest, TopicTest, OrderTest>;

/// A value in JSON: there at all, or a number, or a text, or one of true, false and null.
struct JsonTest
{
    JsonPath path;
    std::variant<std::monostate, NumberTest, TextTest, JsonScalar::Kind> wanted;
};

/// One question about one field.
struct FilterTest
{
    FieldId field = FieldId::Number;
    FieldType type = FieldType::Number;
    std::variant<NumberTest, TextTest, JsonTest> question;
};

/// A filter as it was written: a tree of tests under and, or and not.
struct FilterNode
{
    enum class Kind : quint8 { Test, And, Or, Not };
    Kind kind = Kind::Test;
    FilterTest test; ///< Test
    std::vector<FilterNode> parts; ///< And, Or: any number; Not: one
};

} // namespace pigeon
