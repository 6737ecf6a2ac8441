#pragma once

#include "filter/filterprogram.h"

#include <map>

namespace pigeon {

/// A row for tests of filters: what is not set is absent. Counts what it is asked for.
class MadeRow : public FilterRow
{
public:
    std::map<FieldId, double> numbers;
    std::map<FieldId, QByteArray> texts;
    std::map<FieldId, quint32> names;
    mutable std::map<FieldId, int> asked;

    double number(FieldId field) const override
    {
        ++asked[field];
        const auto found = numbers.find(field);
        return found == numbers.end() ? absent : found->second;
    }
    QByteArrayView text(FieldId field) const override
    {
        ++asked[field];
        const auto found = texts.find(field);
        return found == texts.end() ? QByteArrayView() : QByteArrayView(found->second);
    }
    quint32 nameOf(FieldId field) const override
    {
        const auto found = names.find(field);
        return found == names.end() ? noName : found->second;
    }
};

} // namespace pigeon
