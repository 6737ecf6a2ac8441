#include "config/settle.h"

#include "config/configkeys.h"
#include "config/configvalue.h"

#include <QStringList>

#include <algorithm>
#include <array>

namespace pigeon {

namespace {

using Severity = Diagnostic::Severity;

/// The rules, each a function; all are asked.
class Settlement
{
public:
    Settlement(Configuration &configuration, const Invocation &invocation, Diagnostics &diagnostics)
        : m_configuration(configuration)
        , m_broker(configuration.broker)
        , m_invocation(invocation)
        , m_diagnostics(diagnostics)
    {
    }

    void chooseListeners();
    void checkListenersAreDifferent();
    void checkTls();
    void checkKinds();
    void settlePerListener();
    void checkWhoMayComeIn();
    void settleConnections();
    void settleAliases();
    void settleRetained();
    void checkPersistence();
    void checkRights();
    void settleLog();
    void checkUser();
    void checkBounds();

private:
    void openOnThisMachine();
    void checkKeysBeforeListeners();
    bool isUntouched(const QString &name) const;
    bool hasUsers() const { return !m_broker.passwordFile.isEmpty(); }
    bool isAnonymousAllowed(const ListenerSettings &listener) const;
    void sayListenersDiffer(const QString &name, const ListenerSettings &first, const ListenerSettings &other);
    void settleAnonymous();
    void checkSomebodyMayComeIn();
    void refuseStrangers(const ListenerSettings &listener);
    void settleForAll(std::optional<quint16> ListenerSettings::*wanted, const char *key, quint16 &broker);
    void say(Severity severity, const Place &place, const QString &text)
    {
        m_diagnostics.push_back({severity, place, text});
    }
    Place placeOf(const char *key) const
    {
        const std::vector<Place> places = m_configuration.given.value(QLatin1String(key));
        return places.empty() ? Place() : places.front();
    }

    Configuration &m_configuration;
    BrokerOptions &m_broker;
    const Invocation &m_invocation;
    Diagnostics &m_diagnostics;
};

Place placeIn(const ListenerSettings &listener, const char *key)
{
    const std::vector<Place> places = listener.given.value(QLatin1String(key));
    return places.empty() ? listener.place : places.front();
}

/// The key that says whether strangers may come in at a listener.
const char *anonymousKey(const ListenerSettings &listener)
{
    return listener.given.contains(QStringLiteral("allow_anonymous")) ? "allow_anonymous" : "listener_allow_anonymous";
}

void Settlement::chooseListeners()
{
    std::vector<ListenerSettings> &listeners = m_configuration.listeners;
    const ListenerSettings &defaultListener = m_configuration.defaultListener;
    const bool isDefaultNamed = !defaultListener.place.file.isEmpty();
    if (!isDefaultNamed && listeners.empty()) {
        openOnThisMachine();
        return;
    }
    if (isDefaultNamed)
        listeners.insert(listeners.begin(), defaultListener);
    else
        checkKeysBeforeListeners();
    if (!m_invocation.ports.empty())
        say(Severity::Notice, listeners.front().place,
            QStringLiteral("the file says where to listen, so that -p has no effect, as in mosquitto 2."));
}

void Settlement::openOnThisMachine()
{
    ListenerSettings listener = m_configuration.defaultListener;
    listener.address = QStringLiteral("localhost");
    if (m_invocation.ports.empty())
        m_configuration.listeners.push_back(listener);
    for (const quint16 port : m_invocation.ports) {
        listener.port = port;
        listener.place.file = QStringLiteral("command line");
        m_configuration.listeners.push_back(listener);
    }
}

void Settlement::checkKeysBeforeListeners()
{
    const GivenKeys &given = m_configuration.defaultListener.given;
    for (auto each = given.begin(); each != given.end(); ++each) {
        if (isUntouched(each.key()))
            say(Severity::Notice, each->front(),
                QStringLiteral("%1 stands before the first listener, belongs to none and has no effect.").arg(each.key()));
        else
            say(Severity::Error, each->front(),
                QStringLiteral(
                    "%1 stands before the first listener and belongs to none: move it below the listener it is for.")
                    .arg(each.key()));
    }
}

/// Whether the listener that nobody opens has what it would have without a word: files begin with `protocol mqtt`.
bool Settlement::isUntouched(const QString &name) const
{
    const ConfigKey *key = findKey(name);
    if (!key->field.show || key->isListenersOwn)
        return false;
    const auto written = [&](const ListenerSettings &listener) {
        QStringList values;
        for (const ConfigValue &value : key->field.show({m_configuration, listener}))
            values.append(writtenValue(*key, value));
        return values;
    };
    return written(m_configuration.defaultListener) == written(ListenerSettings());
}

void Settlement::checkListenersAreDifferent()
{
    const std::vector<ListenerSettings> &listeners = m_configuration.listeners;
    for (auto each = listeners.begin(); each != listeners.end(); ++each) {
        const auto isSame = [&each](const ListenerSettings &other) {
            const bool isSamePort = other.port != 0 && other.port == each->port && other.address == each->address
                && other.domain == each->domain;
            return isSamePort || (!each->socketPath.isEmpty() && other.socketPath == each->socketPath);
        };
        const auto first = std::find_if(listeners.begin(), each, isSame);
        if (first != each)
            say(Severity::Error, each->place,
                QStringLiteral("%1 is listened on already (%2): leave one of the two out.")
                    .arg(each->text(), first->place.text()));
    }
}

void Settlement::checkTls()
{
    for (const ListenerSettings &listener : m_configuration.listeners) {
        const TlsOptions &tls = listener.tls;
        if (listener.isTls() && (tls.certificateChainFile.isEmpty() || tls.privateKeyFile.isEmpty()))
            say(Severity::Error, placeIn(listener, tls.privateKeyFile.isEmpty() ? "certfile" : "keyfile"),
                QStringLiteral("TLS needs both, certfile and keyfile: name the other one under the same listener."));
        if (tls.requireCertificate && tls.authoritiesFile.isEmpty())
            say(Severity::Error, placeIn(listener, "require_certificate"),
                QStringLiteral("require_certificate needs cafile: the authorities that certificates come from."));
        if (tls.identityAsUserName && !tls.requireCertificate)
            say(Severity::Error, placeIn(listener, "use_identity_as_username"),
                QStringLiteral("use_identity_as_username needs `require_certificate true`."));
    }
}

/// A key that could do nothing on its listener is a misunderstanding, and with TLS a dangerous one.
void Settlement::checkKinds()
{
    constexpr std::array ofTls = {"cafile", "require_certificate", "use_identity_as_username", "tls_version", "ciphers"};
    constexpr std::array ofWebSocket = {"websockets_origin", "websockets_path", "websockets_max_frame_bytes"};
    constexpr std::array ofPorts = {"certfile", "keyfile", "protocol"};
    const auto refuse = [this](const ListenerSettings &listener, auto keys, const char *needed) {
        for (const char *key : keys) {
            if (listener.given.contains(QLatin1String(key)))
                say(Severity::Error, placeIn(listener, key),
                    QStringLiteral("%1 has no effect on this listener (%2), which is none %3.")
                        .arg(QLatin1String(key), listener.text(), QLatin1String(needed)));
        }
    };
    for (const ListenerSettings &listener : m_configuration.listeners) {
        if (!listener.isTls())
            refuse(listener, ofTls, "with TLS: it needs certfile and keyfile");
        if (listener.protocol != ListenerProtocol::WebSockets)
            refuse(listener, ofWebSocket, "of WebSocket: say `protocol websockets`");
        if (!listener.socketPath.isEmpty())
            refuse(listener, ofPorts, "with a port: a local socket speaks MQTT as it is");
    }
}

/// With per_listener_settings each listener says whose users and rights hold there. The broker has them once: what all
/// listeners say is its own, and where they differ it does not start.
void Settlement::settlePerListener()
{
    const ListenerSettings &first = m_configuration.listeners.front();
    for (const ConfigKey &key : configKeys()) {
        const QString name = QLatin1String(key.name);
        const bool isTold = name == QLatin1String("allow_anonymous"); // by listeners apart
        if (!m_configuration.isPerListener || !key.isListenersOwn || isTold)
            continue;
        for (const ListenerSettings &listener : m_configuration.listeners) {
            if (listener.own.value(name) != first.own.value(name))
                sayListenersDiffer(name, first, listener);
        }
        if (first.own.contains(name))
            m_configuration.given[name] = first.given.value(name);
    }
}

void Settlement::sayListenersDiffer(
    const QString &name, const ListenerSettings &first, const ListenerSettings &other)
{
    const auto said = [&name](const ListenerSettings &listener) {
        return listener.own.contains(name) ? quoted(listener.own.value(name)) : QStringLiteral("none");
    };
    const QByteArray key = name.toLatin1();
    say(Severity::Error, placeIn(other, key.constData()),
        QStringLiteral("%1 is %2 for %3, but %4 for %5 (%6): users and rights are those of the whole broker. Say the same "
                       "below each listener, or let a second pigeond serve the other one.")
            .arg(name, said(other), other.text(), said(first), first.text(), placeIn(first, key.constData()).text()));
}

bool Settlement::isAnonymousAllowed(const ListenerSettings &listener) const
{
    // Who has made a password file means it, also where only this machine can come in: a proxy may stand there.
    const bool isOurs = !hasUsers() && listener.isLoopback();
    return listener.allowAnonymous.value_or(m_configuration.allowAnonymous.value_or(isOurs));
}

void Settlement::checkWhoMayComeIn()
{
    if (hasUsers())
        settleAnonymous();
    else
        checkSomebodyMayComeIn();
}

void Settlement::settleAnonymous()
{
    const std::vector<ListenerSettings> &listeners = m_configuration.listeners;
    m_broker.allowAnonymous = isAnonymousAllowed(listeners.front());
    for (const ListenerSettings &listener : listeners) {
        if (isAnonymousAllowed(listener) == m_broker.allowAnonymous)
            continue;
        const char *key = anonymousKey(listener);
        say(Severity::Error, placeIn(listener, key),
            QStringLiteral("%1 cannot be told apart by listeners yet where there is a password_file: say the same under "
                           "each of them, or allow_anonymous for all.")
                .arg(QLatin1String(key)));
        return;
    }
}

/// Without users, who may not come in without a name may not come in at all.
void Settlement::checkSomebodyMayComeIn()
{
    const bool isForbidden = m_configuration.allowAnonymous == false;
    const auto isOverruled = [](const ListenerSettings &each) {
        return each.allowAnonymous.has_value() || each.tls.identityAsUserName;
    };
    const std::vector<ListenerSettings> &listeners = m_configuration.listeners;
    if (isForbidden && !std::all_of(listeners.begin(), listeners.end(), isOverruled)) {
        say(Severity::Error, placeOf("allow_anonymous"),
            QStringLiteral(
                "allow_anonymous false lets nobody in without a password_file: make one with `pigeond passwd`, or say "
                "`allow_anonymous true`, and keep strangers out with `listener PORT 127.0.0.1` or a firewall."));
    }
    for (const ListenerSettings &listener : listeners) {
        if (listener.tls.identityAsUserName)
            continue; // there nobody is without a name
        if (!isAnonymousAllowed(listener) && !(isForbidden && !listener.allowAnonymous))
            refuseStrangers(listener);
    }
}

void Settlement::refuseStrangers(const ListenerSettings &listener)
{
    if (listener.allowAnonymous) {
        const char *key = anonymousKey(listener);
        say(Severity::Error, placeIn(listener, key),
            QStringLiteral("%1 false lets nobody in without a password_file: make one with `pigeond passwd`, leave the "
                           "listener out, or say `%1 true`.")
                .arg(QLatin1String(key)));
        return;
    }
    say(Severity::Error, listener.place,
        QStringLiteral(
            "a listener (%1) that others can reach lets in nobody without a name, and there is no password_file: make "
            "one with `pigeond passwd`, say `allow_anonymous true` to let every client in, or `listener %2 127.0.0.1` "
            "for this machine only.")
            .arg(listener.text())
            .arg(listener.port));
}

void Settlement::settleConnections()
{
    const ListenerSettings &first = m_configuration.listeners.front();
    if (m_configuration.listeners.size() == 1 && first.maximumConnections) {
        quint32 &connections = m_broker.maximumConnections;
        const bool isBounded = m_configuration.isGiven(QStringLiteral("global_max_connections"));
        if (isBounded && connections <= *first.maximumConnections)
            return;
        connections = *first.maximumConnections;
        m_configuration.given[QStringLiteral("global_max_connections")] = {placeIn(first, "max_connections")};
        return;
    }
    const qint64 unbounded = findKey(QStringLiteral("max_connections"))->maximum;
    for (const ListenerSettings &listener : m_configuration.listeners) {
        if (listener.maximumConnections && *listener.maximumConnections != unbounded)
            say(Severity::Error, placeIn(listener, "max_connections"),
                QStringLiteral(
                    "max_connections cannot be told apart by listeners yet: say global_max_connections, which "
                    "counts all of them."));
    }
}

void Settlement::settleAliases()
{
    settleForAll(&ListenerSettings::maximumInboundAliases, "max_topic_alias", m_broker.maximumInboundAliases);
    settleForAll(
        &ListenerSettings::maximumOutboundAliases, "max_topic_alias_broker", m_broker.maximumOutboundAliases);
}

/// What mosquitto knows for each listener and we for the broker: all must say the same.
void Settlement::settleForAll(std::optional<quint16> ListenerSettings::*wanted, const char *key, quint16 &broker)
{
    const std::optional<quint16> first = m_configuration.listeners.front().*wanted;
    for (const ListenerSettings &listener : m_configuration.listeners) {
        if (listener.*wanted != first) {
            say(Severity::Error, placeIn(listener, key),
                QStringLiteral("%1 cannot be told apart by listeners yet: say the same under each of them.")
                    .arg(QLatin1String(key)));
            return;
        }
    }
    broker = first.value_or(broker);
}

void Settlement::settleRetained()
{
    if (m_configuration.isRetainAvailable) {
        m_configuration.isRetainAvailable = m_broker.maximumRetained > 0;
        return;
    }
    const QString bound = QStringLiteral("max_retained_messages");
    if (m_configuration.isGiven(bound) && m_broker.maximumRetained > 0)
        say(Severity::Error, placeOf("max_retained_messages"),
            QStringLiteral(
                "max_retained_messages contradicts `retain_available false` (%1): leave one of the two out.")
                .arg(placeOf("retain_available").text()));
    m_broker.maximumRetained = 0;
    m_configuration.given[bound] = {placeOf("retain_available")};
}

void Settlement::checkPersistence()
{
    if (m_broker.persistence)
        return;
    for (const char *key :
        {"persistence_location", "persistence_file", "durability", "store_retry_limit", "max_store_bytes"}) {
        if (m_configuration.isGiven(QLatin1String(key)))
            say(Severity::Notice, placeOf(key),
                QStringLiteral("%1 has no effect without `persistence true`.").arg(QLatin1String(key)));
    }
}

void Settlement::checkRights()
{
    if (hasUsers())
        return;
    const auto isNamed = [](const ListenerSettings &listener) { return listener.tls.identityAsUserName; };
    const std::vector<ListenerSettings> &listeners = m_configuration.listeners;
    if (!m_broker.aclFile.isEmpty() && std::none_of(listeners.begin(), listeners.end(), isNamed))
        say(Severity::Notice, placeOf("acl_file"),
            QStringLiteral("without a password_file nobody has a user, whatever name a client gives: of the acl_file "
                           "only patterns and what stands before the first user have an effect."));
    for (const char *key : {"login_free_failures", "login_max_failures", "login_ban_time"}) {
        if (m_configuration.isGiven(QLatin1String(key)))
            say(Severity::Notice, placeOf(key),
                QStringLiteral("%1 has no effect without a password_file.").arg(QLatin1String(key)));
    }
}

void Settlement::settleLog()
{
    LogSettings &log = m_configuration.log;
    if (m_invocation.isVerbose)
        log.types = allLogTypes();
    if (m_invocation.isBackground && log.file.isEmpty() && !log.toSyslog && (log.toStandardError || log.toStandardOutput))
        say(Severity::Notice, placeOf("log_dest"),
            QStringLiteral("in the background nobody sees stderr and stdout: say `log_dest file PATH` or `log_dest syslog`."));
}

void Settlement::checkUser()
{
    const QString &user = m_configuration.user;
    if (!user.isEmpty() && !m_invocation.isRoot)
        say(Severity::Notice, placeOf("user"), QStringLiteral("user has no effect when the process is not root's."));
}

/// The table's ranges are the broker's; should they ever differ, this is where it shows.
void Settlement::checkBounds()
{
    for (const QString &problem : m_broker.problems())
        say(Severity::Error, {}, problem);
}

} // namespace

void settle(Configuration &configuration, const Invocation &invocation, Diagnostics &diagnostics)
{
    Settlement settlement(configuration, invocation, diagnostics);
    settlement.chooseListeners();
    settlement.checkListenersAreDifferent();
    settlement.checkTls();
    settlement.checkKinds();
    settlement.settlePerListener();
    settlement.checkWhoMayComeIn();
    settlement.settleConnections();
    settlement.settleAliases();
    settlement.settleRetained();
    settlement.checkPersistence();
    settlement.checkRights();
    settlement.settleLog();
    settlement.checkUser();
    settlement.checkBounds();
}

} // namespace pigeon
