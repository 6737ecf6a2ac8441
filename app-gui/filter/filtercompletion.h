#pragma once

#include "filter/filterfield.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace pigeon {

/// What completion knows of the values that there are: topics, client ids, members of JSON.
class FilterNames
{
public:
    virtual ~FilterNames() = default;
    /// At most `most` values of the field that begin with `prefix`; of Json, paths without the word json.
    virtual QStringList namesFor(FieldId field, const QString &prefix, int most) const = 0;
};

/// What may stand at a place of a filter.
struct FilterCompletion
{
    struct Item
    {
        QString text; ///< put in place of what is there
        QString help; ///< a sentence; empty for values
    };
    qsizetype position = 0; ///< of what is replaced, in QChars
    qsizetype length = 0;
    std::vector<Item> items;
};

/// Never offers more than this: a list that is longer is not read.
inline constexpr int maximumCompletions = 50;

/// What may stand at `cursor`; `names` may be null. Pure.
FilterCompletion completeFilter(const QString &text, qsizetype cursor, FilterView view, const FilterNames *names);

} // namespace pigeon
