#pragma once

#include "config/configkey.h"

namespace pigeon {

// The keys of a listener whose values must be looked at, or that share a member: how each is put in and shown.

std::optional<QString> applyCiphers13(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyCurves(ConfigTarget &target, const ConfigValue &value);
std::vector<ConfigValue> showCurves(const ConfigView &view);
std::optional<QString> applyTrustedProxy(ConfigTarget &target, const ConfigValue &value);
std::vector<ConfigValue> showTrustedProxies(const ConfigView &view);
/// Nothing where the whole broker's bound is the only one.
std::vector<ConfigValue> showMaximumConnections(const ConfigView &view);
std::optional<QString> applyVersions(ConfigTarget &target, const ConfigValue &value);
std::vector<ConfigValue> showVersions(const ConfigView &view);
std::optional<QString> applyMountPoint(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyIdPrefix(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyListenerIdPrefix(ConfigTarget &target, const ConfigValue &value);
std::optional<QString> applyRequiredIdPrefix(ConfigTarget &target, const ConfigValue &value);

/// The keys that say where the user name comes from are flags of which one may be true.
std::optional<QString> applyUserNameSource(ConfigTarget &target, UserNameSource source, bool isWanted);

template <UserNameSource Source>
std::optional<QString> applyUserName(ConfigTarget &target, const ConfigValue &value)
{
    return applyUserNameSource(target, Source, value.number != 0);
}

template <UserNameSource Source>
std::vector<ConfigValue> showUserName(const ConfigView &view)
{
    return {{{}, view.listener.tls.userName == Source ? 1 : 0, {}}};
}

} // namespace pigeon
