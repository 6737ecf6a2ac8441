#include "session/handshake.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "protocol/reasoncodes.h"
#include "protocol/soundness.h"
#include "protocol/topic.h"
#include "session/connection.h"
#include "session/connections.h"
#include "session/services.h"
#include "session/session.h"
#include "session/sessionregistry.h"
#include "session/storebatch.h"

namespace pigeon {

namespace {

constexpr qsizetype longestTopic = 65'535; // 1.5.4
constexpr quint32 protocolMaximumPacketBytes = 268'435'460; // 2.1.4

/// What the client only asked for is left out before it is not let in at all [MQTT-3.1.2-24].
bool sendConnack(Connection &connection, ConnackPacket &connack)
{
    if (connection.send(connack))
        return true;
    connack.properties.responseInformation.reset();
    return connection.send(connack);
}

bool isMqtt5(const ConnectPacket &connect)
{
    return connect.version == ProtocolVersion::Mqtt5;
}

} // namespace

Handshake::Handshake(Connection &connection, Services &services)
    : m_connection(connection)
    , m_services(services)
{
}

Handshake::~Handshake() = default;

void Handshake::connect(ConnectPacket packet)
{
    m_connect = std::make_unique<ConnectPacket>(std::move(packet));
    if (m_services.policy.asksBeforeConnect())
        askBeforeConnect();
    else
        begin();
}

void Handshake::askBeforeConnect()
{
    m_connection.suspend(Connection::State::Deciding);
    ConnectPacket asked = *std::exchange(m_connect, nullptr); // as if it had not come yet: nobody has that client id
    m_services.policy.preConnect(m_connection.info(), std::move(asked),
        [this, lives = m_connection.stillLives()](PreConnectDecision decision) {
            if (lives())
                preConnected(std::move(decision));
        });
}

void Handshake::preConnected(PreConnectDecision decision)
{
    if (decision.connect && isSoundConnect(*decision.connect, m_connection.negotiated().version)) {
        m_connect = std::make_unique<ConnectPacket>(std::move(*decision.connect));
        begin();
    } else if (isFailure(decision.reason)) {
        m_connection.refuse(decision.reason, "3.1.4", decision.text, decision.serverReference);
    } else {
        m_connection.drop({ReasonCode::NotAuthorized, "3.1.4", "preConnect refused it"});
    }
}

void Handshake::begin()
{
    if (m_connect->will) // it is published by the broker, to whom the whole topic counts
        m_connect->will->topic.prepend(m_connection.terms().mountPoint);
    if (!isAcceptable() || isBarred({}))
        return;
    if (m_connect->properties.authenticationMethod)
        beginExchange(*m_connect->properties.authenticationMethod);
    else
        decide();
}

/// What the standard and our bounds say about a CONNECT before anybody is asked.
bool Handshake::isAcceptable()
{
    const ConnectPacket &packet = *m_connect;
    const BrokerOptions &options = m_services.options;
    const ListenerTerms &terms = m_connection.terms();
    const auto refuse = [this](ReasonCode reason, const char *clause, const char *text) {
        m_connection.refuse(reason, clause, text);
        return false;
    };
    if (!terms.versions.isEmpty() && !terms.versions.contains(packet.version)) // [MQTT-3.1.2-2] [MQTT3-3.1.2-2]
        return refuse(ReasonCode::UnsupportedProtocolVersion, "MQTT-3.1.2-2", "that version is not spoken on this listener");
    if (packet.clientId.isEmpty()) {
        if (packet.version == ProtocolVersion::Mqtt31)
            return refuse(ReasonCode::ClientIdentifierNotValid, "3.1 of 3.1", "a 3.1 client must have a client id");
        if (packet.version == ProtocolVersion::Mqtt311 && !packet.cleanStart)
            return refuse(ReasonCode::ClientIdentifierNotValid, "MQTT3-3.1.3-8", "an empty client id needs Clean Session");
        if (!options.allowEmptyClientId)
            return refuse(ReasonCode::ClientIdentifierNotValid, "MQTT-3.1.3-8", "an empty client id is not allowed here");
    }
    if (!packet.clientId.isEmpty() && !packet.clientId.startsWith(terms.requiredClientIdPrefix))
        return refuse(ReasonCode::ClientIdentifierNotValid, "MQTT-3.1.3-8", "the client id does not begin as it must here");
    const quint16 longest = packet.version == ProtocolVersion::Mqtt31 ? options.maximumClientIdBytes31
                                                                      : options.maximumClientIdBytes;
    if (packet.clientId.size() > longest)
        return refuse(ReasonCode::ClientIdentifierNotValid, "MQTT-3.1.3-8", "the client id is too long");
    if (!isMqtt5(packet) && options.maximumKeepAliveSeconds > 0
        && (packet.keepAliveSeconds == 0 || packet.keepAliveSeconds > options.maximumKeepAliveSeconds))
        return refuse(ReasonCode::ClientIdentifierNotValid, "MQTT3-3.1.4-2", "the keep alive is too long");
    const auto refuseWithoutReturnCode = [&](ReasonCode reason, const char *clause, const char *text) {
        if (isMqtt5(packet))
            return refuse(reason, clause, text);
        m_connection.drop({reason, "MQTT3-3.2.2-6", text}); // none of the return codes says it
        return false;
    };
    if (packet.will && packet.will->qos > terms.maximumQoS) // [MQTT-3.2.2-12]
        return refuseWithoutReturnCode(ReasonCode::QoSNotSupported, "MQTT-3.2.2-12", "the will's QoS is above the maximum");
    if (packet.will && packet.will->retain && options.maximumRetained == 0)
        return refuseWithoutReturnCode(ReasonCode::RetainNotSupported, "MQTT-3.2.2-13", "retain is not available");
    if (packet.will && packet.will->topic.size() > longestTopic)
        return refuseWithoutReturnCode(ReasonCode::TopicNameInvalid, "4.7.3", "the will's topic is too long");
    if (packet.will && hasMoreLevels(packet.will->topic, options.maximumTopicLevels))
        return refuseWithoutReturnCode(ReasonCode::TopicNameInvalid, "4.7.3", "the will's topic has too many levels");
    return true;
}

// --- who is it -----------------------------------------------------------------------------------------------

/// Who has proven by its certificate who it is, is that user, whatever the CONNECT says.
QByteArray Handshake::provenUser(const QByteArray &otherwise) const
{
    const QByteArray &identity = m_connection.peer().identity;
    return identity.isEmpty() ? otherwise : identity;
}

void Handshake::decide()
{
    if (const QByteArray &identity = m_connection.peer().identity; !identity.isEmpty()) {
        m_connect->userName = identity;
        m_connect->password.reset();
    }
    m_connection.suspend(Connection::State::Deciding); // what the client sends meanwhile waits
    m_services.policy.authenticate(*m_connect, m_connection.peer(),
        [this, lives = m_connection.stillLives()](const ConnectDecision &decision) {
            if (lives() && m_connect)
                decided(decision);
        });
}

void Handshake::decided(const ConnectDecision &decision)
{
    if (!decision.isAccepted()) {
        m_connection.refuse(decision.reason, "MQTT-3.1.4-2", decision.text, decision.serverReference);
        return;
    }
    m_userName = provenUser(decision.userName);
    accept();
}

void Handshake::beginExchange(QByteArrayView name)
{
    AuthenticationMethod *method = m_services.policy.method(name);
    if (!method) {
        m_connection.refuse(ReasonCode::BadAuthenticationMethod, "MQTT-4.12.0-1", "no such authentication method");
        return;
    }
    const ReasonCode barred = m_services.policy.mayBeginExchange(name, m_connection.peer());
    if (isFailure(barred)) {
        m_connection.refuse(barred, "MQTT-4.12.0-4", "too many failed logins of this address");
        return;
    }
    m_exchange = method->begin();
    advance(m_exchange->next(m_connect->properties.authenticationData));
}

void Handshake::authenticate(const AuthPacket &packet)
{
    const bool isConnected = m_connection.isConnected();
    const QByteArray &method = isConnected ? m_connection.negotiated().authenticationMethod
                                           : *m_connect->properties.authenticationMethod;
    if (method.isEmpty()) {
        m_connection.fail({ReasonCode::ProtocolError, "MQTT-4.12.0-7", "an AUTH without a method in the CONNECT"});
        return;
    }
    if (packet.properties.authenticationMethod != method) {
        m_connection.fail({ReasonCode::ProtocolError, "MQTT-4.12.0-5", "another authentication method than before"});
        return;
    }
    if (isConnected && packet.reason == ReasonCode::Reauthenticate) { // [MQTT-4.12.1-1]
        AuthenticationMethod *again = m_services.policy.method(method);
        if (!again) {
            m_connection.fail({ReasonCode::NotAuthorized, "MQTT-4.12.1-2", "the method is gone"});
            return;
        }
        m_exchange = again->begin();
    } else if (packet.reason != ReasonCode::ContinueAuthentication || !m_exchange) { // [MQTT-4.12.0-3]
        m_connection.fail({ReasonCode::ProtocolError, "MQTT-4.12.0-3", "an AUTH that continues nothing"});
        return;
    }
    const AuthenticationExchange::Step step = m_exchange->next(packet.properties.authenticationData);
    if (isConnected)
        reauthenticated(step);
    else
        advance(step);
}

void Handshake::advance(const AuthenticationExchange::Step &step)
{
    switch (step.kind) {
    case AuthenticationExchange::Step::Kind::Continue:
        if (sendAuth(ReasonCode::ContinueAuthentication, *m_connect->properties.authenticationMethod, step.data))
            m_connection.resume(Connection::State::Authenticating);
        break;
    case AuthenticationExchange::Step::Kind::Success:
        m_exchange.reset();
        m_services.policy.exchangeEnded(*m_connect->properties.authenticationMethod, m_connection.peer(), true);
        m_userName = provenUser(step.userName);
        m_authenticationData = step.data;
        m_connection.suspend(Connection::State::Deciding);
        accept();
        break;
    case AuthenticationExchange::Step::Kind::Failure:
        m_exchange.reset();
        m_services.policy.exchangeEnded(*m_connect->properties.authenticationMethod, m_connection.peer(), false);
        m_connection.refuse(step.reason, "MQTT-4.12.0-4", "authentication failed");
        break;
    }
}

/// False when the client takes no packet as large as that; it is closed then.
bool Handshake::sendAuth(ReasonCode reason, const QByteArray &method, const QByteArray &data)
{
    AuthPacket auth; // [MQTT-4.12.0-2]
    auth.reason = reason;
    auth.properties.authenticationMethod = method;
    if (!data.isNull())
        auth.properties.authenticationData = data;
    if (m_connection.send(std::move(auth)))
        return true;
    m_connection.fail({ReasonCode::PacketTooLarge, "MQTT-3.1.2-24",
        "the AUTH is larger than the client's Maximum Packet Size"});
    return false;
}

void Handshake::reauthenticated(const AuthenticationExchange::Step &step)
{
    const QByteArray method = m_connection.negotiated().authenticationMethod;
    if (step.kind == AuthenticationExchange::Step::Kind::Continue) {
        sendAuth(ReasonCode::ContinueAuthentication, method, step.data);
        return;
    }
    m_exchange.reset();
    // A session belongs to its user: proving to be somebody else does not carry it over.
    const bool isSameUser = provenUser(step.userName) == m_connection.session()->userName();
    if (step.kind == AuthenticationExchange::Step::Kind::Success && isSameUser)
        sendAuth(ReasonCode::Success, method, step.data);
    else
        m_connection.fail({step.kind == AuthenticationExchange::Step::Kind::Failure ? step.reason
                                                                                   : ReasonCode::NotAuthorized,
            "MQTT-4.12.1-2", "re-authentication failed"});
}

// --- what is agreed ------------------------------------------------------------------------------------------

quint32 Handshake::grantedExpiry() const
{
    const quint32 longest = m_services.options.maximumSessionExpirySeconds;
    if (isMqtt5(*m_connect))
        return std::min(m_connect->properties.sessionExpiryInterval.value_or(0), longest);
    return m_connect->cleanStart ? 0 : longest; // 3.1.2.4 of 3.1.1
}

ClientInfo Handshake::claimed() const
{
    ClientInfo client = m_connection.info();
    if (client.userName.isEmpty() && m_connect)
        client.userName = m_connect->userName.value_or(QByteArray());
    return client;
}

Negotiated Handshake::negotiate() const
{
    const Properties &asked = m_connect->properties;
    Negotiated agreed;
    agreed.version = m_connect->version;
    agreed.isBridge = m_connect->isBridge;
    agreed.cleanStart = m_connect->cleanStart;
    agreed.wantsProblemInformation = asked.requestProblemInformation.value_or(1) != 0;
    agreed.keepAliveSeconds = m_connect->keepAliveSeconds;
    const quint16 longest = m_services.options.maximumKeepAliveSeconds;
    if (longest > 0 && (agreed.keepAliveSeconds == 0 || agreed.keepAliveSeconds > longest))
        agreed.keepAliveSeconds = longest; // [MQTT-3.2.2-21]
    agreed.receiveMaximum = static_cast<quint16>(asked.receiveMaximum.value_or(65'535));
    agreed.maximumPacketBytes = asked.maximumPacketSize.value_or(0xFFFFFFFF);
    agreed.inboundPacketBytes = m_services.options.maximumPacketBytes;
    agreed.inboundWindow = m_services.options.maximumInboundInflight;
    agreed.isRetainAvailable = m_services.options.maximumRetained > 0;
    agreed.connectExpirySeconds = asked.sessionExpiryInterval.value_or(0);
    agreed.maximumQoS = m_connection.terms().maximumQoS;
    agreed.mountPoint = m_connection.terms().mountPoint;
    agreed.authenticationMethod = asked.authenticationMethod.value_or(QByteArray());
    return agreed;
}

ConnackPacket Handshake::makeConnack(const Negotiated &agreed, bool sessionPresent) const
{
    const BrokerOptions &options = m_services.options;
    const Properties &asked = m_connect->properties;
    ConnackPacket connack;
    connack.sessionPresent = sessionPresent; // [MQTT-3.2.2-2] [MQTT-3.2.2-3]
    Properties &told = connack.properties;
    if (grantedExpiry() != asked.sessionExpiryInterval.value_or(0))
        told.sessionExpiryInterval = grantedExpiry();
    if (options.maximumInboundInflight != 65'535)
        told.receiveMaximum = options.maximumInboundInflight;
    if (agreed.maximumQoS != QoS::ExactlyOnce)
        told.maximumQoS = static_cast<quint32>(agreed.maximumQoS); // [MQTT-3.2.2-9]
    if (options.maximumRetained == 0)
        told.retainAvailable = 0;
    if (options.maximumPacketBytes < protocolMaximumPacketBytes)
        told.maximumPacketSize = options.maximumPacketBytes;
    if (m_isIdAssigned)
        told.assignedClientIdentifier = m_connect->clientId; // [MQTT-3.2.2-16]
    const quint16 aliases = m_connection.terms().maximumInboundAliases.value_or(options.maximumInboundAliases);
    if (aliases > 0)
        told.topicAliasMaximum = aliases;
    if (agreed.keepAliveSeconds != m_connect->keepAliveSeconds)
        told.serverKeepAlive = agreed.keepAliveSeconds;
    if (asked.requestResponseInformation.value_or(0) != 0 && !options.responseInformation.isEmpty())
        told.responseInformation = options.responseInformation; // [MQTT-3.1.2-28]
    if (asked.authenticationMethod) { // [MQTT-4.12.0-5]
        told.authenticationMethod = asked.authenticationMethod;
        if (!m_authenticationData.isNull())
            told.authenticationData = m_authenticationData;
    }
    return connack;
}

// --- the session ---------------------------------------------------------------------------------------------

void Handshake::accept()
{
    SessionRegistry &sessions = m_services.sessions;
    if (m_connection.terms().userNameAsClientId && !takeUserNameAsClientId())
        return;
    if (m_connect->clientId.isEmpty()) { // [MQTT-3.1.3-6]
        m_connect->clientId = sessions.newClientId(m_connection.terms().clientIdPrefix.value_or("pigeon-"));
        m_isIdAssigned = true;
    }
    if (isBarred(m_userName))
        return;
    const Session *existing = sessions.find(m_connect->clientId);
    const bool isAsked = m_services.policy.asksBeforeSubscribe() && existing && existing->userName() == m_userName
        && existing->isDurable() && !m_connect->cleanStart;
    if (isAsked)
        askAboutResumed(*existing);
    else
        takeOver();
}

/// So that nobody can take over the session of another user. mosquitto.conf(5), use_username_as_clientid.
bool Handshake::takeUserNameAsClientId()
{
    const bool fits = !m_userName.isEmpty() && m_userName.size() <= m_services.options.maximumClientIdBytes;
    if (fits) {
        m_isIdAssigned = m_connect->clientId.isEmpty();
        m_connect->clientId = m_userName;
    } else {
        m_connection.refuse(ReasonCode::NotAuthorized, "MQTT-3.1.4-2",
            m_userName.isEmpty() ? "without a user name there is no client id here" : "the user name is no client id");
    }
    return fits;
}

bool Handshake::isBarred(const QByteArray &userName)
{
    const ReasonCode reason = m_services.policy.mayConnect(m_connect->clientId, userName, m_connection.peer());
    if (!isFailure(reason))
        return false;
    m_connection.refuse(reason, "MQTT-3.1.4-2", reason == ReasonCode::Banned ? "banned" : "not allowed to connect");
    return true;
}

/// The handler may think otherwise by now about what the session has subscribed to: it is asked before the CONNACK.
void Handshake::askAboutResumed(const Session &session)
{
    m_resumed.clear();
    std::vector<AskedEntry> entries;
    for (auto each = session.subscriptions().cbegin(); each != session.subscriptions().cend(); ++each) {
        const SubscribeEntry entry{
            each.key(), each->maximumQoS, each->noLocal, each->retainAsPublished, RetainHandling::SendAlways};
        m_resumed.push_back({each.key(), {entry}});
        entries.push_back({entry});
    }
    ClientInfo client = m_connection.info();
    client.clientId = m_connect->clientId;
    client.userName = m_userName;
    askAboutEntries(m_services.policy, client, std::move(entries), m_connection.stillLives(),
        [this](const std::vector<AskedEntry> &decided) {
            for (size_t i = 0; i < decided.size(); ++i)
                m_resumed[i].asked = decided[i];
            takeOver();
        });
}

void Handshake::takeOver()
{
    SessionRegistry &sessions = m_services.sessions;
    Session *existing = sessions.find(m_connect->clientId);
    if (existing && existing->userName() != m_userName) {
        m_connection.refuse(ReasonCode::NotAuthorized, "MQTT-3.1.4-2", "the client id belongs to another user");
        return;
    }
    if (existing && existing->connection()) // [MQTT-3.1.4-3]: gone before the CONNACK of the new one
        existing->connection()->disconnect(ReasonCode::SessionTakenOver, "the client id connected again");
    existing = sessions.find(m_connect->clientId);
    Before before = existing ? Before::Resumed : Before::Nothing;
    // [MQTT-3.1.2-4]; one of expiry 0 without a connection waits for nothing but its will (restored after a crash).
    if (existing && (m_connect->cleanStart || !existing->isDurable())) {
        before = existing->isStored() ? Before::EndedStored : Before::Nothing;
        sessions.end(*existing);
        existing = nullptr;
    }
    Session &session = existing ? *existing : sessions.create(m_connect->clientId, m_userName);
    enter(session, before);
}

void Handshake::enter(Session &session, Before before)
{
    const bool isResumed = before == Before::Resumed;
    const Negotiated agreed = negotiate();
    const quint16 clientAliases = static_cast<quint16>(m_connect->properties.topicAliasMaximum.value_or(0));
    const quint16 ourAliases
        = m_connection.terms().maximumOutboundAliases.value_or(m_services.options.maximumOutboundAliases);
    m_connection.setNegotiated(agreed, std::min(clientAliases, ourAliases));
    m_connection.setOrigin(Origin::create(session.clientId(), m_userName, m_connection.peer().address));
    ConnackPacket connack = makeConnack(agreed, isResumed);
    m_services.sessions.resumed(session);
    session.setExpirySeconds(grantedExpiry());
    m_connection.adopt(session.shared_from_this());
    if (m_services.events.wants(Events::ClientRegistered))
        m_services.events.clientRegistered(m_connection.info());

    StoreBatch batch(m_services.store);
    // A new one takes nothing over from its predecessor, even if the store has failed to remove that; a resumed one
    // that is to end with this connection is not kept any more, unless some of its queue is in the store alone.
    const bool isKept = session.isDurable() || session.outbox().isPartlyUnloaded();
    // Where one was kept so far the CONNACK waits until it is gone: it must not be found again after a crash.
    if (isKept != isResumed || before == Before::EndedStored)
        batch.add(change::RemoveSession{session.clientId()});
    if (isKept)
        batch.add(change::PutSession{session.stored(std::nullopt)}); // [MQTT-3.1.2-23]
    session.setStored(isKept);
    if (isResumed) {
        dropLostRights(session, batch);
        applyAnswers(session, batch);
    }
    rememberWill(session, batch);
    m_connect.reset();
    welcomeWhenDurable(session, std::move(connack), batch.commit());
}

/// A right may have been taken away while the session waited: what it subscribed to is asked again.
void Handshake::dropLostRights(Session &session, StoreBatch &batch)
{
    const QMap<QByteArray, SubscriptionOptions> subscriptions = session.subscriptions();
    for (auto each = subscriptions.cbegin(); each != subscriptions.cend(); ++each) {
        SubscribeEntry entry;
        entry.filter = each.key();
        entry.maximumQoS = each->maximumQoS;
        const bool isBarred
            = !m_services.options.allowSystemTopics && isSystemTopic(splitFilter(entry.filter).filter);
        if (!isBarred && !isFailure(m_services.policy.maySubscribe(*m_connection.origin(), entry)))
            continue;
        dropSubscription(session, each.key(), batch);
    }
}

void Handshake::dropSubscription(Session &session, const QByteArray &filter, StoreBatch &batch)
{
    qCWarning(logSecurity, "%s may not subscribe to %s any more: dropped", LogAbout(infoOf(session)).text(),
        quotedName(filter).constData());
    session.unsubscribe(filter);
    if (session.isDurable())
        batch.add(change::RemoveSubscription{session.clientId(), filter});
}

/// What the handler has said about the resumed subscriptions; those given up meanwhile stay so.
void Handshake::applyAnswers(Session &session, StoreBatch &batch)
{
    for (const ResumedFilter &each : std::exchange(m_resumed, {})) {
        const auto held = session.subscriptions().constFind(each.filter);
        if (held == session.subscriptions().cend())
            continue;
        SubscriptionOptions options = *held;
        const SubscribeEntry &entry = each.asked.entry;
        if (isFailure(each.asked.refused)) {
            dropSubscription(session, each.filter, batch);
            continue;
        }
        options.maximumQoS = entry.maximumQoS;
        options.noLocal = entry.noLocal;
        options.retainAsPublished = entry.retainAsPublished;
        if (entry.filter == each.filter && options == *held)
            continue;
        if (entry.filter != each.filter)
            dropSubscription(session, each.filter, batch);
        session.subscribe(entry.filter, options);
        if (session.isDurable())
            batch.add(change::PutSubscription{session.clientId(),
                {entry.filter, options.maximumQoS, options.noLocal, options.retainAsPublished, options.identifier}});
    }
}

void Handshake::rememberWill(Session &session, StoreBatch &batch)
{
    if (!m_connect->will)
        return;
    batch.add(change::PutWill{session.clientId(), {*m_connect->will, m_userName, m_connection.peer().address, std::nullopt}});
    session.setWill(Will{std::move(*m_connect->will), m_connection.origin()}); // [MQTT-3.1.2-7]
}

void Handshake::welcomeWhenDurable(Session &session, ConnackPacket connack, Ticket ticket)
{
    session.gate().run(ticket,
        [weak = session.weak_from_this(), serial = m_connection.serial(), services = &m_services,
            connack = std::move(connack)](StoreStatus status) mutable {
            const std::shared_ptr<Session> alive = weak.lock();
            Connection *connection = alive ? alive->connection(serial) : nullptr;
            if (!connection)
                return;
            if (status == StoreStatus::Failed) {
                connection->refuse(ReasonCode::QuotaExceeded, "MQTT-3.1.2-23", "the store could not keep the session");
                // Nobody was promised a new one: found later, it would be a session that its client has not [MQTT-3.2.2-4].
                if (!connack.sessionPresent && !alive->hasEnded())
                    services->sessions.end(*alive);
            } else if (!sendConnack(*connection, connack)) {
                connection->drop({ReasonCode::PacketTooLarge, "MQTT-3.1.2-24",
                    "the CONNACK is larger than the client's Maximum Packet Size"});
            } else {
                qCInfo(logConnection, "%s connected: MQTT %s, keep alive %u s%s", LogAbout(connection->info()).text(),
                    versionName(connection->negotiated().version),
                    static_cast<unsigned>(connection->negotiated().keepAliveSeconds),
                    connack.sessionPresent ? ", session resumed" : "");
                if (services->events.wants(Events::ConnackSent))
                    services->events.connackSent(connection->info(), connack);
                connection->welcome();
            }
        });
}

} // namespace pigeon
