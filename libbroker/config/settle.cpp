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
    void settlePrefixes();
    void settlePresharedKeys();
    void checkProxies();
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
    void settlePerListener(const ConfigKey &key);
    void sayListenersDiffer(const QString &name, const ListenerSettings &first, const ListenerSettings &other);
    void settleAnonymous();
    void checkSomebodyMayComeIn();
    void refuseStrangers(const ListenerSettings &listener);
    void checkCertificates(const ListenerSettings &listener);
    static bool isNamedByTransport(const ListenerSettings &listener);
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
        if (!listener.isTls())
            continue;
        if (!listener.usesKeys())
            checkCertificates(listener);
        else if (!tls.certificateChainFile.isEmpty() || !tls.privateKeyFile.isEmpty())
            say(Severity::Error, placeIn(listener, "psk_hint"),
                QStringLiteral("a listener has a certificate or pre-shared keys, not both, as in mosquitto: make two "
                               "listeners of it."));
        if (!tls.revocationFile.isEmpty() && !tls.requireCertificate)
            say(Severity::Error, placeIn(listener, "crlfile"),
                QStringLiteral("crlfile needs `require_certificate true`: there is no certificate to look for."));
    }
}

void Settlement::checkCertificates(const ListenerSettings &listener)
{
    const TlsOptions &tls = listener.tls;
    if (tls.certificateChainFile.isEmpty() || tls.privateKeyFile.isEmpty())
        say(Severity::Error, placeIn(listener, tls.privateKeyFile.isEmpty() ? "certfile" : "keyfile"),
            QStringLiteral("TLS needs both, certfile and keyfile: name the other one under the same listener."));
    if (tls.requireCertificate && tls.authoritiesFile.isEmpty() && tls.authoritiesFolder.isEmpty())
        say(Severity::Error, placeIn(listener, "require_certificate"),
            QStringLiteral("require_certificate needs cafile or capath: the authorities that certificates come from."));
    if (tls.userName == UserNameSource::Connect || tls.requireCertificate)
        return;
    for (const char *key : {"use_identity_as_username", "use_subject_as_username", "use_dns_name_as_username",
             "use_email_as_username"}) {
        if (listener.given.contains(QLatin1String(key)))
            say(Severity::Error, placeIn(listener, key),
                QStringLiteral("%1 needs `require_certificate true`.").arg(QLatin1String(key)));
    }
}

void Settlement::settlePresharedKeys()
{
    const QString &file = m_configuration.presharedKeyFile;
    bool isUsed = false;
    for (ListenerSettings &listener : m_configuration.listeners) {
        if (!listener.usesKeys())
            continue;
        isUsed = true;
        listener.tls.presharedKeyFile = file;
        if (file.isEmpty())
            say(Severity::Error, placeIn(listener, "psk_hint"),
                QStringLiteral("psk_hint needs psk_file: the keys that clients share with the broker."));
    }
    if (!file.isEmpty() && !isUsed)
        say(Severity::Notice, placeOf("psk_file"),
            QStringLiteral("psk_file has no effect without a listener with psk_hint."));
}

/// A listener's own way of beginning client ids stands above that of all.
void Settlement::settlePrefixes()
{
    for (ListenerSettings &listener : m_configuration.listeners) {
        if (!listener.terms.clientIdPrefix)
            listener.terms.clientIdPrefix = m_configuration.clientIdPrefix;
        listener.terms.requiredClientIdPrefix = m_configuration.requiredClientIdPrefix;
        if (listener.terms.userNameAsClientId && !m_configuration.requiredClientIdPrefix.isEmpty())
            say(Severity::Error, placeIn(listener, "use_username_as_clientid"),
                QStringLiteral("use_username_as_clientid leaves nobody a client id to choose, so that clientid_prefixes "
                               "could do nothing: leave one of the two out."));
    }
}

void Settlement::checkProxies()
{
    for (const ListenerSettings &listener : m_configuration.listeners) {
        const bool knowsTls = listener.proxyProtocol == ProxyProtocol::Version2 && !listener.isTls();
        if (listener.proxyRequiresTls && !knowsTls)
            say(Severity::Error, placeIn(listener, "proxy_protocol_v2_require_tls"),
                QStringLiteral("proxy_protocol_v2_require_tls needs `enable_proxy_protocol 2` and a listener without TLS "
                               "of its own: nobody else would tell."));
        if (knowsTls && isNamedByTransport(listener) && !listener.tls.requireCertificate)
            say(Severity::Error, placeIn(listener, "use_identity_as_username"),
                QStringLiteral("use_identity_as_username needs `require_certificate true`."));
        if (!listener.trustedProxies.isEmpty() && listener.proxyProtocol == ProxyProtocol::None
            && !listener.speaksWebSocket())
            say(Severity::Error, placeIn(listener, "trusted_proxies"),
                QStringLiteral("trusted_proxies has no effect on this listener (%1): it needs enable_proxy_protocol, or "
                               "`protocol websockets` for X-Forwarded-For.")
                    .arg(listener.text()));
    }
}

/// A key that could do nothing on its listener is a misunderstanding, and with TLS a dangerous one.
void Settlement::checkKinds()
{
    constexpr std::array ofTls = {"cafile", "capath", "crlfile", "require_certificate", "use_identity_as_username",
        "use_subject_as_username", "use_dns_name_as_username", "use_email_as_username",
        "disable_client_cert_date_checks", "tls_version", "ciphers", "ciphers_tls1.3", "tls_curves", "dhparamfile",
        "tls_check_interval"};
    constexpr std::array ofCertificates = {"cafile", "capath", "crlfile", "require_certificate",
        "use_subject_as_username", "use_dns_name_as_username", "use_email_as_username",
        "disable_client_cert_date_checks"};
    // What the proxy tells of a certificate stands for one of our own.
    static constexpr std::array ofProxies = {"require_certificate", "use_identity_as_username"};
    constexpr std::array ofWebSocket = {"websockets_origin", "websockets_path", "websockets_max_frame_bytes"};
    constexpr std::array ofPorts
        = {"certfile", "keyfile", "psk_hint", "protocol", "enable_proxy_protocol", "bind_interface"};
    const auto refuse = [this](const ListenerSettings &listener, auto keys, const char *needed) {
        for (const char *key : keys) {
            const bool isOfProxy = listener.proxyProtocol == ProxyProtocol::Version2 && !listener.isTls()
                && std::any_of(ofProxies.begin(), ofProxies.end(),
                    [key](const char *each) { return QLatin1String(each) == QLatin1String(key); });
            if (listener.given.contains(QLatin1String(key)) && !isOfProxy)
                say(Severity::Error, placeIn(listener, key),
                    QStringLiteral("%1 has no effect on this listener (%2), which is none %3.")
                        .arg(QLatin1String(key), listener.text(), QLatin1String(needed)));
        }
    };
    for (const ListenerSettings &listener : m_configuration.listeners) {
        if (!listener.isTls())
            refuse(listener, ofTls, "with TLS: it needs certfile and keyfile");
        if (listener.usesKeys())
            refuse(listener, ofCertificates, "with certificates: it has psk_hint");
        if (!listener.speaksWebSocket())
            refuse(listener, ofWebSocket, "of WebSocket: say `protocol websockets`");
        if (!listener.socketPath.isEmpty())
            refuse(listener, ofPorts, "with a port: a local socket speaks MQTT as it is");
    }
}

/// What a key of the whole broker is where nobody says it.
QString untouchedValue(const ConfigKey &key)
{
    const std::vector<ConfigValue> shown = key.field.show({Configuration(), ListenerSettings()});
    return shown.empty() ? QString() : writtenValue(key, shown.front());
}

/// With per_listener_settings each listener says whose users and rights hold there. The broker has them once: what all
/// listeners say is its own, and where they differ it does not start.
void Settlement::settlePerListener()
{
    for (const ConfigKey &key : configKeys()) {
        const bool isTold = QLatin1String(key.name) == QLatin1String("allow_anonymous"); // by listeners apart
        if (m_configuration.isPerListener && key.isListenersOwn && !isTold)
            settlePerListener(key);
    }
}

void Settlement::settlePerListener(const ConfigKey &key)
{
    const QString name = QLatin1String(key.name);
    const std::vector<ListenerSettings> &listeners = m_configuration.listeners;
    const auto first = std::find_if(
        listeners.begin(), listeners.end(), [&name](const ListenerSettings &each) { return each.own.contains(name); });
    if (first == listeners.end())
        return;
    m_configuration.given[name] = first->given.value(name);
    for (const ListenerSettings &listener : listeners) {
        const bool isUnsaid = !listener.own.contains(name);
        if (listener.own.value(name, untouchedValue(key)) == first->own.value(name))
            continue;
        if (isUnsaid && name == QLatin1String("password_file") && listener.terms.allowAnonymous == true)
            say(Severity::Notice, listener.place,
                QStringLiteral("clients may come in at %1 without a user, but who names one needs its password there, too: "
                               "the password_file (%2) is that of the whole broker.")
                    .arg(listener.text(), placeIn(*first, key.name).text()));
        else
            sayListenersDiffer(name, *first, listener);
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

/// There nobody is without a name, whatever the CONNECT says.
bool Settlement::isNamedByTransport(const ListenerSettings &listener)
{
    return listener.tls.userName != UserNameSource::Connect;
}

bool Settlement::isAnonymousAllowed(const ListenerSettings &listener) const
{
    // Who has made a password file means it, also where only this machine can come in: a proxy may stand there.
    const bool isOurs = !hasUsers() && listener.isLoopback();
    return listener.terms.allowAnonymous.value_or(m_configuration.allowAnonymous.value_or(isOurs));
}

void Settlement::checkWhoMayComeIn()
{
    if (hasUsers())
        settleAnonymous();
    else
        checkSomebodyMayComeIn();
}

/// Each listener has its own answer; the broker's is for connections that come through none.
void Settlement::settleAnonymous()
{
    m_broker.allowAnonymous = m_configuration.allowAnonymous.value_or(false);
    for (ListenerSettings &listener : m_configuration.listeners)
        listener.terms.allowAnonymous = isAnonymousAllowed(listener);
}

/// Without users, who may not come in without a name may not come in at all.
void Settlement::checkSomebodyMayComeIn()
{
    const bool isForbidden = m_configuration.allowAnonymous == false;
    const auto isOverruled = [](const ListenerSettings &each) {
        return each.terms.allowAnonymous.has_value() || isNamedByTransport(each);
    };
    const std::vector<ListenerSettings> &listeners = m_configuration.listeners;
    if (isForbidden && !std::all_of(listeners.begin(), listeners.end(), isOverruled)) {
        say(Severity::Error, placeOf("allow_anonymous"),
            QStringLiteral(
                "allow_anonymous false lets nobody in without a password_file: make one with `pigeond passwd`, or say "
                "`allow_anonymous true`, and keep strangers out with `listener PORT 127.0.0.1` or a firewall."));
    }
    for (const ListenerSettings &listener : listeners) {
        if (isNamedByTransport(listener))
            continue;
        if (!isAnonymousAllowed(listener) && !(isForbidden && !listener.terms.allowAnonymous))
            refuseStrangers(listener);
    }
}

void Settlement::refuseStrangers(const ListenerSettings &listener)
{
    if (listener.terms.allowAnonymous) {
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
    const std::vector<ListenerSettings> &listeners = m_configuration.listeners;
    if (!m_broker.aclFile.isEmpty() && std::none_of(listeners.begin(), listeners.end(), isNamedByTransport))
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
    settlement.checkProxies();
    settlement.settlePrefixes();
    settlement.settlePresharedKeys();
    settlement.settleRetained();
    settlement.checkPersistence();
    settlement.checkRights();
    settlement.settleLog();
    settlement.checkUser();
    settlement.checkBounds();
}

} // namespace pigeon
