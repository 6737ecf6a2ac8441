#pragma once

#include "filter/filterfield.h"

#include <optional>

namespace pigeon {

/// A unit and what a number in it comes to in the unit that rows answer in.
struct FilterUnit
{
    const char *name;
    double factor;
};

/// The units that numbers of this type may have; empty for types without.
std::span<const FilterUnit> unitsOf(FieldType type);
bool isUnitOf(FieldType type, QStringView name);
/// "5", "1.5k", "0x80", "100ms" as a number in bytes, milliseconds or pieces; nothing when it is none of the type.
std::optional<double> filterNumber(QStringView text, FieldType type);
/// True for a number without a unit, where the type cannot do without: 100 of a duration.
bool lacksUnit(QStringView text, FieldType type);
/// "100 ms", "1.5 KiB": the number of a field as a filter would have it written.
QString filterNumberText(double number, FieldType type);

} // namespace pigeon
