#include "config/listenerkeys.h"

#include "base/literaladdress.h"

#include <QStringList>

namespace pigeon {

std::optional<QString> applyCiphers13(ConfigTarget &target, const ConfigValue &value)
{
    const QStringList names = value.text.split(u':', Qt::SkipEmptyParts);
    for (const QString &name : names) {
        if (!name.startsWith(QLatin1String("TLS_")))
            return QStringLiteral("%1 is not the name of a cipher of TLS 1.3: they begin with TLS_ (`openssl ciphers -s "
                                  "-tls1_3` lists them)")
                .arg(quoted(name));
    }
    target.listener().tls.ciphers += names;
    return std::nullopt;
}

std::optional<QString> applyCurves(ConfigTarget &target, const ConfigValue &value)
{
    target.listener().tls.curves = value.text.split(u':', Qt::SkipEmptyParts);
    return std::nullopt;
}

std::vector<ConfigValue> showCurves(const ConfigView &view)
{
    const QStringList &curves = view.listener.tls.curves;
    return curves.isEmpty() ? std::vector<ConfigValue>()
                            : std::vector<ConfigValue>{{curves.join(u':'), 0, {}}};
}

std::optional<QString> applyTrustedProxy(ConfigTarget &target, const ConfigValue &value)
{
    const QHostAddress address = literalAddress(value.text.section(u'/', 0, 0));
    if (address.isNull() || (value.text.contains(u'/') && QHostAddress::parseSubnet(value.text).second < 0))
        return QStringLiteral("%1 is neither an address nor a network: say 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32")
            .arg(quoted(value.text));
    target.listener().trustedProxies.append(value.text);
    return std::nullopt;
}

std::vector<ConfigValue> showTrustedProxies(const ConfigView &view)
{
    std::vector<ConfigValue> shown;
    for (const QString &each : view.listener.trustedProxies)
        shown.push_back({each, 0, {}});
    return shown;
}

std::vector<ConfigValue> showMaximumConnections(const ConfigView &view)
{
    const quint32 most = view.listener.terms.maximumConnections;
    return most > 0 ? std::vector<ConfigValue>{{{}, most, {}}} : std::vector<ConfigValue>();
}

std::optional<QString> applyVersions(ConfigTarget &target, const ConfigValue &value)
{
    QList<ProtocolVersion> versions;
    for (const QString &each : value.text.split(u',')) {
        const int number = each.trimmed().toInt();
        if (number < 3 || number > 5)
            return QStringLiteral("%1 is no version of MQTT: it is one or more of 3 (3.1), 4 (3.1.1) and 5 (5.0), with "
                                  "commas between them")
                .arg(quoted(each.trimmed()));
        versions.append(static_cast<ProtocolVersion>(number));
    }
    target.listener().terms.versions = versions;
    return std::nullopt;
}

std::vector<ConfigValue> showVersions(const ConfigView &view)
{
    QStringList numbers;
    for (const ProtocolVersion each : view.listener.terms.versions)
        numbers.append(QString::number(static_cast<int>(each)));
    return numbers.isEmpty() ? std::vector<ConfigValue>()
                             : std::vector<ConfigValue>{{numbers.join(QStringLiteral(", ")), 0, {}}};
}

namespace {

/// The rule is the broker's.
std::optional<QString> prefixProblem(const QString &text)
{
    ListenerTerms probe;
    probe.clientIdPrefix = text.toUtf8();
    if (probe.problem().isEmpty())
        return std::nullopt;
    return QStringLiteral("%1 cannot begin a client id: at most 64 bytes, without /, + and #").arg(quoted(text));
}

template <typename Member>
std::optional<QString> applyPrefix(Member &to, const ConfigValue &value)
{
    std::optional<QString> problem = prefixProblem(value.text);
    if (!problem)
        to = value.text.toUtf8();
    return problem;
}

} // namespace

std::optional<QString> applyMountPoint(ConfigTarget &target, const ConfigValue &value)
{
    ListenerTerms probe; // the rule is there, once
    probe.mountPoint = value.text.toUtf8();
    if (!probe.problem().isEmpty())
        return QStringLiteral("%1 cannot begin topics: at most 1024 bytes, without + and #, and no $ at its begin")
            .arg(quoted(value.text));
    target.listener().terms.mountPoint = probe.mountPoint;
    return std::nullopt;
}

std::optional<QString> applyIdPrefix(ConfigTarget &target, const ConfigValue &value)
{
    return applyPrefix(target.configuration.clientIdPrefix, value);
}

std::optional<QString> applyListenerIdPrefix(ConfigTarget &target, const ConfigValue &value)
{
    return applyPrefix(target.listener().terms.clientIdPrefix, value);
}

std::optional<QString> applyRequiredIdPrefix(ConfigTarget &target, const ConfigValue &value)
{
    return applyPrefix(target.configuration.requiredClientIdPrefix, value);
}

std::optional<QString> applyUserNameSource(ConfigTarget &target, UserNameSource source, bool isWanted)
{
    UserNameSource &chosen = target.listener().tls.userName;
    if (isWanted && chosen != UserNameSource::Connect && chosen != source)
        return QStringLiteral("a user has one name, and another key says already where it comes from: leave one out");
    if (isWanted)
        chosen = source;
    else if (chosen == source)
        chosen = UserNameSource::Connect;
    return std::nullopt;
}

} // namespace pigeon
