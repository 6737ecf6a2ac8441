#pragma once

#include "config/configuration.h"

#include <QString>

#include <limits>
#include <optional>
#include <vector>

namespace pigeon {

/// What a value looks like.
enum class ValueType {
    Flag, ///< true or false (also 1 and 0)
    Number, ///< a whole number
    Duration, ///< a number with ms, s, min, h or d
    Period, ///< mosquitto's long spans: a number with s, h, d, w, m (months of 30 days) or y
    Choice, ///< one of a few words
    Text, ///< the rest of the line
};

/// What a key belongs to.
enum class KeyScope {
    Broker, ///< the whole broker
    Listener, ///< the `listener` above it
    Process, ///< the daemon: its log, its files, its user
    Bridge, ///< mosquitto's `connection` above it
};

/// Whether we do what a key asks for.
enum class KeyStanding {
    Works,
    OneValue, ///< one value works; others are refused with a reason
    Unneeded, ///< taken and without effect, for a reason that is told
    NotYet, ///< refused: a later version will have it
    Never, ///< refused: we do it in another way, or not at all
};

/// A value that has been read.
struct ConfigValue
{
    QString text;
    qint64 number = 0; ///< Flag: 0, 1; Duration: milliseconds; Period: seconds; Choice: its place in the list
    Place place;
};

/// Where the values go while a file is read.
struct ConfigTarget
{
    Configuration &configuration;
    std::optional<size_t> openListener; ///< the `listener` that is being described; none = the default one
    QString folder; ///< set by include_dir: the folder to be read now

    ListenerSettings &listener()
    {
        return openListener ? configuration.listeners[*openListener] : configuration.defaultListener;
    }
};

/// What a value that is in force is read from.
struct ConfigView
{
    const Configuration &configuration;
    const ListenerSettings &listener;
};

/// How the value of a key is put into a configuration and found in one.
struct KeyField
{
    /// Says why not when the value cannot be taken; nothing is changed then.
    std::optional<QString> (*apply)(ConfigTarget &, const ConfigValue &) = nullptr;
    /// As many values as are in force; usually one.
    std::vector<ConfigValue> (*show)(const ConfigView &) = nullptr;
};

/// All about one key of a configuration file: how it is read, what it is for and what becomes of it. Parser, help, the
/// reference page and the list of what is in force know no key by name; they read this.
struct ConfigKey
{
    const char *name = nullptr; ///< ending in * = every key that begins so
    ValueType type = ValueType::Text;
    KeyScope scope = KeyScope::Broker;
    KeyStanding standing = KeyStanding::Works;
    bool isOurs = false; ///< mosquitto does not know it
    bool mayRepeat = false;
    bool isListenersOwn = false; ///< after `per_listener_settings true` it belongs to the listener above it
    bool isReloadable = false; ///< a reload changes it at once
    bool isForNewConnections = false; ///< a reload changes it for who connects from then on, as all of a listener's
    qint64 minimum = 0; ///< of a number, in `unit`
    qint64 maximum = std::numeric_limits<qint64>::max();
    std::optional<qint64> unbounded = std::nullopt; ///< the number that stands for `maximum`
    const char *unit = ""; ///< of a Number
    const char *words = ""; ///< Choice: the words with | between them; OneValue: the value that works
    const char *form = nullptr; ///< how the value is written, where the type does not say it
    const char *defaultText = nullptr; ///< where it is not what an untouched configuration has
    const char *help = ""; ///< a sentence: what it is for
    const char *reason = ""; ///< sentences for what is refused or without effect: why, and what to do
    KeyField field = {};
};

} // namespace pigeon
