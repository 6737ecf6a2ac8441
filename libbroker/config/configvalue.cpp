#include "config/configvalue.h"

#include <algorithm>
#include <array>
#include <span>

namespace pigeon {

namespace {

struct Unit
{
    const char *name;
    qint64 factor;
};

// From the largest: a duration is written in the largest unit that it is a whole number of.
constexpr std::array durationUnits = {Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"min", 60'000},
    Unit{"s", 1'000}, Unit{"ms", 1}};
// mosquitto's: a month has 30 days.
constexpr std::array periodUnits = {Unit{"y", 31'536'000}, Unit{"m", 2'592'000}, Unit{"w", 604'800},
    Unit{"d", 86'400}, Unit{"h", 3'600}, Unit{"s", 1}};

std::span<const Unit> unitsOf(const ConfigKey &key)
{
    if (key.type == ValueType::Period)
        return periodUnits;
    return durationUnits;
}

QStringList wordsOf(const ConfigKey &key)
{
    return QString::fromLatin1(key.words).split(u'|');
}

QString unitNames(const ConfigKey &key)
{
    QStringList names;
    for (const Unit &unit : unitsOf(key))
        names.prepend(QString::fromLatin1(unit.name));
    return names.join(QStringLiteral(", "));
}

/// "30s"; "0" needs no unit.
QString withUnit(const ConfigKey &key, qint64 number)
{
    if (number == 0)
        return QStringLiteral("0");
    for (const Unit &unit : unitsOf(key)) {
        if (number % unit.factor == 0)
            return QString::number(number / unit.factor) + QLatin1String(unit.name);
    }
    return {};
}

QString writtenNumber(const ConfigKey &key, qint64 number)
{
    if (key.unbounded && number == key.maximum)
        return QString::number(*key.unbounded);
    return key.type == ValueType::Number ? QString::number(number) : withUnit(key, number);
}

QString withoutComment(const QString &text)
{
    // Values of one word may be followed by a comment; in texts # is as good as any character.
    const qsizetype comment = text.indexOf(QLatin1String(" #"));
    return comment < 0 ? text : text.left(comment).trimmed();
}

/// "0 to 65535 seconds", "1024 bytes or more".
QString rangeOf(const ConfigKey &key)
{
    const bool isOpen = key.maximum == std::numeric_limits<qint64>::max();
    const auto written = [&key](qint64 number) {
        return key.type == ValueType::Number ? QString::number(number) : withUnit(key, number);
    };
    const QString unit = *key.unit ? u' ' + QString::fromLatin1(key.unit) : QString();
    QString range = isOpen ? QStringLiteral("%1%2 or more").arg(written(key.minimum), unit)
                           : QStringLiteral("%1 to %2%3").arg(written(key.minimum), written(key.maximum), unit);
    if (key.unbounded)
        range += isOpen ? QStringLiteral("; %1 = no bound").arg(*key.unbounded)
                        : QStringLiteral("; %1 = as much as possible").arg(*key.unbounded);
    return range;
}

std::optional<QString> checkRange(const ConfigKey &key, ConfigValue &value)
{
    if (key.unbounded && value.number == *key.unbounded)
        value.number = key.maximum;
    if (value.number >= key.minimum && value.number <= key.maximum)
        return std::nullopt;
    return QStringLiteral("%1 is out of range: it must be %2").arg(value.text, rangeOf(key));
}

std::optional<QString> readFlag(ConfigValue &value)
{
    if (value.text == QLatin1String("true") || value.text == QLatin1String("1"))
        value.number = 1;
    else if (value.text != QLatin1String("false") && value.text != QLatin1String("0"))
        return QStringLiteral("%1 is neither true nor false").arg(quoted(value.text));
    return std::nullopt;
}

std::optional<QString> readNumber(const ConfigKey &key, ConfigValue &value)
{
    bool isNumber = false;
    value.number = value.text.toLongLong(&isNumber);
    if (!isNumber)
        return QStringLiteral("%1 is not a whole number: it must be %2").arg(quoted(value.text), rangeOf(key));
    return checkRange(key, value);
}

std::optional<QString> readSpan(const ConfigKey &key, ConfigValue &value)
{
    const auto isDigit = [](QChar character) { return character >= u'0' && character <= u'9'; };
    const auto end = std::find_if_not(value.text.begin(), value.text.end(), isDigit);
    const QString name(end, value.text.end() - end);
    bool isNumber = false;
    const qint64 count = QStringView(value.text.begin(), end).toLongLong(&isNumber);
    if (isNumber && count == 0 && name.isEmpty())
        return checkRange(key, value);
    for (const Unit &unit : unitsOf(key)) {
        if (!isNumber || name != QLatin1String(unit.name))
            continue;
        if (count > std::numeric_limits<qint64>::max() / unit.factor)
            return QStringLiteral("%1 is out of range: it must be %2").arg(value.text, rangeOf(key));
        value.number = count * unit.factor;
        return checkRange(key, value);
    }
    return QStringLiteral("%1 is not a number with its unit (%2) behind it, as in %3")
        .arg(quoted(value.text), unitNames(key), withUnit(key, unitsOf(key)[1].factor * 2));
}

std::optional<QString> readChoice(const ConfigKey &key, ConfigValue &value)
{
    const QStringList words = wordsOf(key);
    value.number = words.indexOf(value.text);
    if (value.number >= 0)
        return std::nullopt;
    return QStringLiteral("%1 is none of %2").arg(quoted(value.text), words.join(QStringLiteral(", ")));
}

} // namespace

std::optional<QString> readValue(const ConfigKey &key, ConfigValue &value)
{
    if (value.text.isEmpty())
        return QStringLiteral("the value is missing: %1 %2").arg(QLatin1String(key.name), valueForm(key));
    if (key.type == ValueType::Text)
        return std::nullopt;
    value.text = withoutComment(value.text);
    switch (key.type) {
    case ValueType::Flag:
        return readFlag(value);
    case ValueType::Number:
        return readNumber(key, value);
    case ValueType::Duration:
    case ValueType::Period:
        return readSpan(key, value);
    case ValueType::Choice:
        return readChoice(key, value);
    case ValueType::Text:
        break;
    }
    return std::nullopt;
}

QString writtenValue(const ConfigKey &key, const ConfigValue &value)
{
    switch (key.type) {
    case ValueType::Flag:
        return value.number ? QStringLiteral("true") : QStringLiteral("false");
    case ValueType::Number:
    case ValueType::Duration:
    case ValueType::Period:
        return writtenNumber(key, value.number);
    case ValueType::Choice:
        return wordsOf(key).value(value.number);
    case ValueType::Text:
        break;
    }
    return value.text;
}

QString valueForm(const ConfigKey &key)
{
    if (key.standing == KeyStanding::OneValue)
        return QString::fromLatin1(key.words);
    if (key.form)
        return QString::fromLatin1(key.form);
    switch (key.type) {
    case ValueType::Flag:
        return QStringLiteral("true|false");
    case ValueType::Number:
    case ValueType::Duration:
    case ValueType::Period:
        return rangeOf(key);
    case ValueType::Choice:
        return QString::fromLatin1(key.words);
    case ValueType::Text:
        break;
    }
    return QStringLiteral("TEXT");
}

} // namespace pigeon
