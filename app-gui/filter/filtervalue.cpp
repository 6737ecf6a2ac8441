#include "filter/filtervalue.h"

#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace pigeon {

namespace {

constexpr double kibi = 1024;
constexpr double second = 1000;

constexpr std::array countUnits = {FilterUnit{"k", 1e3}, FilterUnit{"M", 1e6}, FilterUnit{"G", 1e9}};
constexpr std::array sizeUnits = {FilterUnit{"B", 1}, FilterUnit{"k", kibi}, FilterUnit{"kB", kibi}, FilterUnit{"KiB", kibi},
    FilterUnit{"M", kibi * kibi}, FilterUnit{"MB", kibi * kibi}, FilterUnit{"MiB", kibi * kibi},
    FilterUnit{"G", kibi * kibi * kibi}, FilterUnit{"GB", kibi * kibi * kibi}, FilterUnit{"GiB", kibi * kibi * kibi}};
constexpr std::array durationUnits = {FilterUnit{"ns", 1e-6}, FilterUnit{"us", 1e-3}, FilterUnit{"µs", 1e-3},
    FilterUnit{"ms", 1}, FilterUnit{"s", second}, FilterUnit{"min", 60 * second}, FilterUnit{"h", 3600 * second},
    FilterUnit{"d", 86400 * second}};

std::optional<double> plainNumber(QStringView text)
{
    bool isNumber = false;
    if (text.startsWith(u"0x", Qt::CaseInsensitive)) {
        const qulonglong value = text.sliced(2).toULongLong(&isNumber, 16);
        return isNumber ? std::optional<double>(static_cast<double>(value)) : std::nullopt;
    }
    // QString takes "inf" and "nan" for numbers; nobody filters by them.
    if (text.isEmpty() || !(text.front().isDigit() || QStringView(u"+-.").contains(text.front())))
        return std::nullopt;
    const double value = text.toDouble(&isNumber);
    return isNumber && std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

/// The text is split before its unit: behind the last digit.
qsizetype beginOfUnit(QStringView text)
{
    qsizetype at = text.size();
    while (at > 0 && !text[at - 1].isDigit() && text[at - 1] != u'.')
        --at;
    return at;
}

const FilterUnit *findUnit(QStringView name, FieldType type)
{
    const std::span<const FilterUnit> units = unitsOf(type);
    const auto found = std::ranges::find_if(units, [&](const FilterUnit &unit) {
        return name.compare(QString::fromUtf8(unit.name), Qt::CaseInsensitive) == 0;
    });
    return found == units.end() ? nullptr : &*found;
}

/// The largest unit in which the number is not below one.
const FilterUnit &handyUnit(double number, std::span<const FilterUnit> units)
{
    const FilterUnit *best = &units.front();
    for (const FilterUnit &unit : units) {
        if (std::abs(number) >= unit.factor)
            best = &unit;
    }
    return *best;
}

} // namespace

std::span<const FilterUnit> unitsOf(FieldType type)
{
    switch (type) {
    case FieldType::Number:
    case FieldType::Json:
        return countUnits;
    case FieldType::Size:
        return sizeUnits;
    case FieldType::Duration:
        return durationUnits;
    default:
        return {};
    }
}

bool isUnitOf(FieldType type, QStringView name) { return findUnit(name, type) != nullptr; }

std::optional<double> filterNumber(QStringView text, FieldType type)
{
    text = text.trimmed();
    if (const std::optional<double> number = plainNumber(text)) {
        const bool needsUnit = type == FieldType::Duration && *number != 0;
        return needsUnit ? std::nullopt : number;
    }
    const qsizetype split = beginOfUnit(text);
    const FilterUnit *unit = findUnit(text.sliced(split), type);
    const std::optional<double> number = plainNumber(text.first(split).trimmed());
    return unit && number ? std::optional<double>(*number * unit->factor) : std::nullopt;
}

bool lacksUnit(QStringView text, FieldType type)
{
    return type == FieldType::Duration && plainNumber(text.trimmed()) && !filterNumber(text, type);
}

QString filterNumberText(double number, FieldType type)
{
    const QString digits = QString::number(number, 'g', 15);
    const std::span<const FilterUnit> units = unitsOf(type);
    if (units.empty() || type == FieldType::Number || type == FieldType::Json || number == 0)
        return digits;
    // Bytes are named exactly: a cell that is filtered by finds itself again.
    if (type == FieldType::Size)
        return digits;
    const FilterUnit &unit = handyUnit(number, units);
    return QString::number(number / unit.factor, 'g', 15) + u' ' + QString::fromUtf8(unit.name);
}

} // namespace pigeon
