#include "config/specialkeys.h"

#include "config/configkeys.h"

#include <QHostAddress>
#include <QStringList>

#include <algorithm>
#include <array>

namespace pigeon {

namespace {

/// The words of a value; a comment may follow them.
QStringList wordsOf(const QString &text)
{
    QStringList words = QString(text).replace(u'\t', u' ').split(u' ', Qt::SkipEmptyParts);
    const auto comment
        = std::find_if(words.begin(), words.end(), [](const QString &word) { return word.startsWith(u'#'); });
    words.erase(comment, words.end());
    return words;
}

std::optional<quint16> toPort(const QString &word)
{
    bool isPort = false;
    const quint16 port = word.toUShort(&isPort);
    return isPort ? std::optional(port) : std::nullopt;
}

bool isHostName(const QString &text)
{
    constexpr qsizetype longest = 253; // of a name in the DNS
    const auto isAllowed = [](QChar character) {
        return (character.unicode() < 128 && character.isLetterOrNumber()) || character == u'-' || character == u'.'
            || character == u'_';
    };
    const auto isOfNumber = [](QChar character) { return character.isDigit() || character == u'.'; };
    return !text.isEmpty() && text.size() <= longest && std::all_of(text.begin(), text.end(), isAllowed)
        && !std::all_of(text.begin(), text.end(), isOfNumber); // 10.0.0.256 is an address that went wrong
}

std::optional<QString> addressProblem(const QString &address)
{
    if (QHostAddress(address).isNull() && !isHostName(address))
        return QStringLiteral("%1 is neither an IP address nor a host name").arg(quoted(address));
    return std::nullopt;
}

struct NamedLogType
{
    const char *name;
    LogType type;
};

constexpr std::array logTypes = {NamedLogType{"error", LogType::Error}, NamedLogType{"warning", LogType::Warning},
    NamedLogType{"notice", LogType::Notice}, NamedLogType{"information", LogType::Information},
    NamedLogType{"subscribe", LogType::Subscribe}, NamedLogType{"unsubscribe", LogType::Unsubscribe},
    NamedLogType{"debug", LogType::Debug}};

void addLogType(ConfigTarget &target, LogTypes added)
{
    LogSettings &log = target.configuration.log;
    if (!target.configuration.isGiven(QStringLiteral("log_type")))
        log.types = {}; // the first one replaces what holds without any
    log.types |= added;
}

} // namespace

namespace {

/// A path stands where an address would, and its port is 0.
std::optional<QString> readListener(ListenerSettings &listener, const QStringList &words)
{
    listener.port = *toPort(words.first());
    if (words.size() < 2)
        return std::nullopt;
    if (!words[1].startsWith(u'/')) {
        listener.address = words[1];
        return addressProblem(words[1]);
    }
    if (listener.port != 0)
        return QStringLiteral("%1 is a local socket, which has no port: say `listener 0 %2`")
            .arg(quoted(words[1]), words[1]);
    listener.socketPath = words[1];
    return std::nullopt;
}

} // namespace

std::optional<QString> applyListener(ConfigTarget &target, const ConfigValue &value)
{
    const QStringList words = wordsOf(value.text);
    const std::optional<quint16> port = toPort(words.value(0));
    if (!port)
        return QStringLiteral("%1 is not a port: it must be a number from 0 to 65535 (0 = any free port)")
            .arg(quoted(words.value(0)));
    if (words.size() > 2)
        return QStringLiteral("%1 is more than a port and an address or a path").arg(quoted(value.text));
    ListenerSettings listener;
    listener.place = value.place;
    if (const std::optional<QString> problem = readListener(listener, words))
        return problem;
    target.openListener = target.configuration.listeners.size();
    target.configuration.listeners.push_back(std::move(listener));
    return std::nullopt;
}

std::optional<QString> applyPort(ConfigTarget &target, const ConfigValue &value)
{
    target.openListener.reset();
    target.configuration.defaultListener.port = static_cast<quint16>(value.number);
    target.configuration.defaultListener.place = value.place;
    return std::nullopt;
}

std::optional<QString> applyBindAddress(ConfigTarget &target, const ConfigValue &value)
{
    if (const std::optional<QString> problem = addressProblem(value.text))
        return problem;
    target.openListener.reset();
    target.configuration.defaultListener.address = value.text;
    target.configuration.defaultListener.place = value.place;
    return std::nullopt;
}

std::optional<QString> applyAllowAnonymous(ConfigTarget &target, const ConfigValue &value)
{
    if (target.configuration.isPerListener)
        target.listener().terms.allowAnonymous = value.number != 0;
    else
        target.configuration.allowAnonymous = value.number != 0;
    return std::nullopt;
}

/// mosquitto.conf(5): "must be the first" of the keys that it is about, else it would not be known whose they are.
std::optional<QString> applyPerListener(ConfigTarget &target, const ConfigValue &value)
{
    Configuration &configuration = target.configuration;
    configuration.isPerListener = value.number != 0;
    for (const ConfigKey &key : configKeys()) {
        const QString name = QLatin1String(key.name);
        if (configuration.isPerListener && key.isListenersOwn && configuration.isGiven(name))
            return QStringLiteral("it must stand before %1 (%2)")
                .arg(name, configuration.given.value(name).front().text());
    }
    return std::nullopt;
}

std::optional<QString> applyOrigin(ConfigTarget &target, const ConfigValue &value)
{
    target.listener().webSocket.allowedOrigins.append(value.text);
    return std::nullopt;
}

std::vector<ConfigValue> showOrigins(const ConfigView &view)
{
    std::vector<ConfigValue> shown;
    for (const QString &origin : view.listener.webSocket.allowedOrigins)
        shown.push_back({origin, 0, {}});
    return shown;
}

std::optional<QString> applyWebSocketPath(ConfigTarget &target, const ConfigValue &value)
{
    if (!value.text.startsWith(u'/'))
        return QStringLiteral("%1 is no path of a URL: it begins with /").arg(quoted(value.text));
    target.listener().webSocket.path = value.text;
    return std::nullopt;
}

/// Both keys for ciphers go into one list: the names of the versions differ.
std::optional<QString> applyCiphers(ConfigTarget &target, const ConfigValue &value)
{
    const QStringList names = value.text.split(u':', Qt::SkipEmptyParts);
    const auto isExpression = [](const QString &name) {
        return name.contains(u'!') || name.contains(u'+') || name.contains(u'@') || !name.contains(u'-');
    };
    const auto expression = std::find_if(names.begin(), names.end(), [&](const QString &name) {
        return isExpression(name) && !name.startsWith(QLatin1String("TLS_"));
    });
    if (expression != names.end())
        return QStringLiteral("%1 is not the name of a cipher: say names (`openssl ciphers` lists them), with : between "
                              "them; groups and exclusions are not taken")
            .arg(quoted(*expression));
    target.listener().tls.ciphers += names;
    return std::nullopt;
}

std::vector<ConfigValue> showCiphers(const ConfigView &view)
{
    const QString names = view.listener.tls.ciphers.join(u':');
    return names.isEmpty() ? std::vector<ConfigValue>() : std::vector<ConfigValue>{{names, 0, {}}};
}

std::optional<QString> applyIncludeFolder(ConfigTarget &target, const ConfigValue &value)
{
    target.folder = value.text;
    return std::nullopt;
}

std::optional<QString> applyBrokerId(ConfigTarget &target, const ConfigValue &value)
{
    BrokerOptions probe; // the rule is there, once
    probe.brokerId = value.text.toUtf8();
    if (!probe.problems().isEmpty())
        return QStringLiteral("%1 is not one level of a topic: 1 to 256 bytes without /, + and #, and not \"broker\"")
            .arg(quoted(value.text));
    target.configuration.broker.brokerId = probe.brokerId;
    return std::nullopt;
}

std::optional<QString> applyPersistenceFile(ConfigTarget &target, const ConfigValue &value)
{
    if (value.text.contains(u'/'))
        return QStringLiteral("%1 is not the name of a file: its folder goes into persistence_location")
            .arg(quoted(value.text));
    target.configuration.broker.persistenceFile = value.text;
    return std::nullopt;
}

std::optional<QString> applyLogDestination(ConfigTarget &target, const ConfigValue &value)
{
    const QString word = value.text.section(u' ', 0, 0);
    const QString rest = value.text.section(u' ', 1).trimmed();
    LogSettings log = target.configuration.log;
    if (!target.configuration.isGiven(QStringLiteral("log_dest")) || word == QLatin1String("none")) {
        log.toStandardError = false;
        log.toStandardOutput = false;
        log.toSyslog = false;
        log.file.clear();
    }
    if (word == QLatin1String("stderr"))
        log.toStandardError = true;
    else if (word == QLatin1String("stdout"))
        log.toStandardOutput = true;
    else if (word == QLatin1String("syslog"))
        log.toSyslog = true;
    else if (word == QLatin1String("file") && !rest.isEmpty() && log.file.isEmpty())
        log.file = rest;
    else if (word == QLatin1String("file"))
        return rest.isEmpty() ? QStringLiteral("the file is missing: log_dest file PATH")
                              : QStringLiteral("there is a file already (%1), and only one is written").arg(log.file);
    else if (word == QLatin1String("topic"))
        return QStringLiteral("topic is not offered, since a log that travels through the broker makes what it logs: say "
                              "stderr, stdout, syslog or file PATH");
    else if (word != QLatin1String("none"))
        return QStringLiteral("%1 is none of stderr, stdout, syslog, file PATH, none").arg(quoted(word));
    target.configuration.log = log;
    return std::nullopt;
}

std::vector<ConfigValue> showLogDestinations(const ConfigView &view)
{
    const LogSettings &log = view.configuration.log;
    std::vector<ConfigValue> shown;
    if (log.toStandardError)
        shown.push_back({QStringLiteral("stderr"), 0, {}});
    if (log.toStandardOutput)
        shown.push_back({QStringLiteral("stdout"), 0, {}});
    if (log.toSyslog)
        shown.push_back({QStringLiteral("syslog"), 0, {}});
    if (!log.file.isEmpty())
        shown.push_back({QStringLiteral("file ") + log.file, 0, {}});
    if (shown.empty())
        shown.push_back({QStringLiteral("none"), 0, {}});
    return shown;
}

std::optional<QString> applyLogType(ConfigTarget &target, const ConfigValue &value)
{
    const QString word = wordsOf(value.text).value(0);
    if (word == QLatin1String("none")) {
        target.configuration.log.types = {};
        return std::nullopt;
    }
    if (word == QLatin1String("all")) {
        addLogType(target, allLogTypes());
        return std::nullopt;
    }
    for (const NamedLogType &named : logTypes) {
        if (word == QLatin1String(named.name)) {
            addLogType(target, named.type);
            return std::nullopt;
        }
    }
    if (word == QLatin1String("websockets"))
        return QStringLiteral("libwebsockets is not used and logs nothing: leave the line out");
    return QStringLiteral(
        "%1 is none of error, warning, notice, information, subscribe, unsubscribe, debug, all, none")
        .arg(quoted(word));
}

std::vector<ConfigValue> showLogTypes(const ConfigView &view)
{
    const LogTypes types = view.configuration.log.types;
    if (types == allLogTypes())
        return {{QStringLiteral("all"), 0, {}}};
    std::vector<ConfigValue> shown;
    for (const NamedLogType &named : logTypes) {
        if (types.testFlag(named.type))
            shown.push_back({QString::fromLatin1(named.name), 0, {}});
    }
    if (shown.empty())
        shown.push_back({QStringLiteral("none"), 0, {}});
    return shown;
}

} // namespace pigeon
