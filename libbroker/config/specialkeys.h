#pragma once

#include "config/configkey.h"

namespace pigeon {

// The keys whose values are more than one word, or must be looked at: how each is put into a configuration, and shown.

std::optional<QString> applyAllowAnonymous(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyBindAddress(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyBrokerId(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyOrigin(ConfigTarget &target, const ConfigValue &value);
std::vector<ConfigValue> showOrigins(const ConfigView &view);
std::optional<QString> applyWebSocketPath(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyCiphers(ConfigTarget &target, const ConfigValue &value);
std::vector<ConfigValue> showCiphers(const ConfigView &view);
std::optional<QString> applyIncludeFolder(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyListener(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyLogDestination(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyLogType(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyPerListener(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyPersistenceFile(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyPort(ConfigTarget &target, const ConfigValue &value);

std::vector<ConfigValue> showLogDestinations(const ConfigView &view);
std::vector<ConfigValue> showLogTypes(const ConfigView &view);

} // namespace pigeon
