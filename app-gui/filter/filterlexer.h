#pragma once

#include <QString>

#include <vector>

namespace pigeon {

/// How two values are compared.
enum class Comparison : quint8 { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, Like, Unlike, Contains, Matches };

/// How the comparison is written.
QLatin1StringView comparisonText(Comparison comparison);
/// All of them, in the order in which completion offers them.
std::vector<Comparison> allComparisons();

/// One piece of a filter's text.
struct FilterToken
{
    enum class Kind : quint8 { Word, Quoted, Compare, And, Or, Not, Open, Close, Bad, End };
    Kind kind = Kind::End;
    qsizetype position = 0; ///< where it begins, in QChars
    qsizetype length = 0;
    QString text; ///< Word: as it stands; Quoted: without quotes and escapes; Bad: a sentence
    Comparison comparison = Comparison::Equal;

    qsizetype end() const { return position + length; }
};

/// Cuts a filter into pieces, of which the last is End; what follows a Bad one is not looked at. Pure.
std::vector<FilterToken> tokensOfFilter(QStringView text);

/// `text` between quotes, so that it is read as one value again.
QString quotedForFilter(const QString &text);
/// The same, without quotes where it is read as one value all the same.
QString quotedForFilterIfNeeded(const QString &text);

} // namespace pigeon
