#pragma once

// How the value of a key reaches the member it is for, and back: one overload for each type of member.

#include "config/configkey.h"

#include <chrono>
#include <concepts>
#include <type_traits>

namespace pigeon {

inline void store(bool &to, const ConfigValue &value) { to = value.number != 0; }
inline void store(QString &to, const ConfigValue &value) { to = value.text; }
inline void store(QByteArray &to, const ConfigValue &value) { to = value.text.toUtf8(); }
inline void store(std::chrono::milliseconds &to, const ConfigValue &value)
{
    to = std::chrono::milliseconds(value.number);
}
inline void store(std::chrono::seconds &to, const ConfigValue &value) { to = std::chrono::seconds(value.number); }
template <typename T>
    requires std::integral<T> || std::is_enum_v<T>
void store(T &to, const ConfigValue &value)
{
    to = static_cast<T>(value.number);
}
template <typename T>
void store(std::optional<T> &to, const ConfigValue &value)
{
    store(to.emplace(), value);
}

inline std::vector<ConfigValue> shown(const QString &value)
{
    return value.isEmpty() ? std::vector<ConfigValue>() : std::vector<ConfigValue>{{value, 0, {}}};
}
inline std::vector<ConfigValue> shown(const QByteArray &value) { return shown(QString::fromUtf8(value)); }
inline std::vector<ConfigValue> shown(std::chrono::milliseconds value) { return {{{}, value.count(), {}}}; }
inline std::vector<ConfigValue> shown(std::chrono::seconds value) { return {{{}, value.count(), {}}}; }
template <typename T>
    requires std::integral<T> || std::is_enum_v<T>
std::vector<ConfigValue> shown(T value)
{
    return {{{}, static_cast<qint64>(value), {}}};
}
template <typename T>
std::vector<ConfigValue> shown(const std::optional<T> &value)
{
    return value ? shown(*value) : std::vector<ConfigValue>();
}

// --- the field at the end of a path of members -------------------------------------------------------------

template <auto... Path>
std::optional<QString> applyToConfiguration(ConfigTarget &target, const ConfigValue &value)
{
    store((target.configuration .* ... .* Path), value);
    return std::nullopt;
}

template <auto... Path>
std::vector<ConfigValue> showOfConfiguration(const ConfigView &view)
{
    return shown((view.configuration .* ... .* Path));
}

/// A member of the configuration: configurationField<&Configuration::log, &LogSettings::timestamp>.
template <auto... Path>
constexpr KeyField configurationField{applyToConfiguration<Path...>, showOfConfiguration<Path...>};

/// A member of BrokerOptions.
template <auto Member>
constexpr KeyField brokerField = configurationField<&Configuration::broker, Member>;

template <auto... Path>
std::optional<QString> applyToListener(ConfigTarget &target, const ConfigValue &value)
{
    store((target.listener() .* ... .* Path), value);
    return std::nullopt;
}

template <auto... Path>
std::vector<ConfigValue> showOfListener(const ConfigView &view)
{
    return shown((view.listener .* ... .* Path));
}

/// A member of the listener that is being described.
template <auto... Path>
constexpr KeyField listenerField{applyToListener<Path...>, showOfListener<Path...>};

} // namespace pigeon
