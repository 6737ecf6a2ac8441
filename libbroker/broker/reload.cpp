#include "broker/reload.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "broker/brokerprivate.h"
#include "protocol/topic.h"
#include "session/connection.h"
#include "session/session.h"

#include <algorithm>

namespace pigeon {

namespace {

bool isLocal(const ListenerOptions &options)
{
    return options.kind == ListenerKind::LocalSocket;
}

bool isSamePlace(const ListenerOptions &left, const ListenerOptions &right)
{
    if (isLocal(left) || isLocal(right))
        return isLocal(left) && isLocal(right) && left.socketPath == right.socketPath;
    return left.port == right.port && left.address == right.address;
}

/// Shared ones are compared by what they say.
bool areSameTerms(const ListenerOptions &left, const ListenerOptions &right)
{
    const auto termsOf = [](const ListenerOptions &options) { return options.terms ? *options.terms : ListenerTerms(); };
    return termsOf(left) == termsOf(right);
}

bool isSame(ListenerOptions left, const ListenerOptions &right)
{
    left.listeningSocket = right.listeningSocket; // how a socket was come by says nothing about who may come in
    const bool isSameTerms = areSameTerms(left, right);
    left.terms = right.terms;
    return isSameTerms && left == right;
}

/// It asks for a proof that it did not ask for: who came in on the old terms could not do so on the new ones.
bool isStricter(const ListenerOptions &now, const ListenerOptions &before)
{
    const bool hasNewKeys = !now.tls.presharedKeyFile.isEmpty() && before.tls.presharedKeyFile.isEmpty();
    const bool hasNewProxy
        = now.proxyProtocol != ProxyProtocol::None && before.proxyProtocol == ProxyProtocol::None;
    return hasNewKeys || hasNewProxy || (now.proxyRequiresTls && !before.proxyRequiresTls)
        || (now.tls.requireCertificate && !before.tls.requireCertificate)
        || (now.tls.userName != UserNameSource::Connect && now.tls.userName != before.tls.userName);
}

/// What a listener says stands above what all of them have.
bool isAnonymousAllowed(const ListenerTerms *terms, const BrokerOptions &options)
{
    return terms ? terms->allowAnonymous.value_or(options.allowAnonymous) : options.allowAnonymous;
}

/// What cannot change while a broker lives.
void keepFixed(BrokerOptions &options, const BrokerOptions &before)
{
    options.brokerId = before.brokerId;
    options.persistence = before.persistence;
    options.persistenceLocation = before.persistenceLocation;
    options.persistenceFile = before.persistenceFile;
    options.durability = before.durability;
    options.storeRetryLimit = before.storeRetryLimit;
}

} // namespace

Reload::Reload(BrokerPrivate &broker, BrokerOptions options, const std::vector<ListenerOptions> &listeners)
    : m_broker(broker)
    , m_options(std::move(options))
    , m_optionsBefore(broker.options)
{
    keepFixed(m_options, m_optionsBefore);
    findPlaces(listeners);
}

void Reload::findPlaces(const std::vector<ListenerOptions> &listeners)
{
    for (const ListenerOptions &wanted : listeners) {
        const auto isFree = [&](const std::unique_ptr<Door> &door) {
            return isSamePlace(door->options(), wanted) && !isStaying(door.get());
        };
        const auto found = std::find_if(m_broker.doors.begin(), m_broker.doors.end(), isFree);
        m_places.push_back({wanted, found == m_broker.doors.end() ? nullptr : found->get(), nullptr});
        keepTerms(m_places.back());
    }
}

/// Terms that say what they said stay the same ones: by them those are counted who are here.
void Reload::keepTerms(Place &place)
{
    if (place.before && areSameTerms(place.before->options(), place.wanted))
        place.wanted.terms = place.before->options().terms;
}

bool Reload::isStaying(const Door *door) const
{
    return std::any_of(
        m_places.begin(), m_places.end(), [door](const Place &place) { return place.before == door; });
}

// --- what may fail -------------------------------------------------------------------------------------------

QString Reload::prepare()
{
    QStringList problems = m_options.problems();
    QString rightsProblem;
    m_rights = loadRights(m_options.passwordFile, m_options.aclFile, rightsProblem);
    if (!rightsProblem.isEmpty())
        problems.append(rightsProblem);
    for (Place &place : m_places)
        openPlace(place, problems);
    if (problems.isEmpty())
        makeWay(problems); // at the end, since it is the only step that can be noticed from outside
    return problems.join(u' ');
}

/// Where a door is already a new one gets a copy of its socket: no connection that comes meanwhile is refused. With TLS it
/// gets one even if nothing differs, since it reads the certificates anew.
void Reload::openPlace(Place &place, QStringList &problems)
{
    if (place.before && isSame(place.before->options(), place.wanted) && !place.wanted.speaksTls())
        return;
    const auto isWayBlocked = [&](const std::unique_ptr<Door> &door) { return isInTheWay(*door, place); };
    if (!place.before && std::any_of(m_broker.doors.begin(), m_broker.doors.end(), isWayBlocked))
        return; // see makeWay
    OpenedDoor opened = m_broker.openFor(
        place.before ? withSocketOf(*place.before, place.wanted) : place.wanted);
    if (!opened.door)
        problems.append(opened.problem);
    place.door = std::move(opened.door);
}

/// A port may be listened on at 127.0.0.1 and is wanted at 0.0.0.0: the system allows no moment with both.
bool Reload::isInTheWay(const Door &door, const Place &place) const
{
    return !isStaying(&door) && !isLocal(door.options()) && !isLocal(place.wanted) && place.wanted.port != 0
        && door.port() == place.wanted.port;
}

void Reload::makeWay(QStringList &problems)
{
    std::vector<Door *> closed;
    for (Place &place : m_places) {
        if (place.before || place.door)
            continue;
        for (const std::unique_ptr<Door> &door : m_broker.doors) {
            if (isInTheWay(*door, place) && door->listeningSocket() >= 0) {
                door->close();
                closed.push_back(door.get());
            }
        }
        OpenedDoor opened = m_broker.openFor(place.wanted);
        if (!opened.door)
            problems.append(opened.problem);
        place.door = std::move(opened.door);
    }
    if (problems.isEmpty())
        return;
    for (Place &place : m_places)
        place.door.reset(); // they may be in the way of those that come back
    for (Door *door : closed)
        reopen(door, problems);
}

void Reload::reopen(Door *closed, QStringList &problems)
{
    OpenedDoor opened = m_broker.openFor(closed->options());
    if (!opened.door) {
        qCCritical(logBroker, "%s is lost: it cannot be listened on again. %s", closed->name().constData(),
            qUtf8Printable(opened.problem));
        problems.append(opened.problem);
        return;
    }
    const auto isIt = [closed](const std::unique_ptr<Door> &door) { return door.get() == closed; };
    const auto at = std::find_if(m_broker.doors.begin(), m_broker.doors.end(), isIt);
    m_broker.retiredDoors.push_back(std::exchange(*at, std::move(opened.door)));
}

// --- what may not --------------------------------------------------------------------------------------------

void Reload::putInForce()
{
    m_broker.options = m_options;
    m_broker.core->setOptions(m_options);
    m_broker.desk->setLimit(m_options.handlerTimeLimit);
    m_broker.policy.setConnectionBounds(connectionBounds(m_options));
    m_rights = m_broker.policy.users().replaceRights(std::move(m_rights));
    m_broker.systemTopics.optionsChanged();
    exchangeDoors();
    endLostHandshakes();
    endLostConnections();
    dropLostSubscriptions();
    m_broker.core->turn();
}

void Reload::exchangeDoors()
{
    for (const std::unique_ptr<Door> &door : m_broker.doors) {
        if (isStaying(door.get()))
            continue;
        door->close();
        m_gone.push_back(door->name());
        qCInfo(logBroker, "No longer listening on %s", door->name().constData());
    }
    std::vector<std::unique_ptr<Door>> doors;
    for (Place &place : m_places) {
        const auto isBefore = [&place](const std::unique_ptr<Door> &door) { return door.get() == place.before; };
        if (!place.door) {
            doors.push_back(std::move(*std::find_if(m_broker.doors.begin(), m_broker.doors.end(), isBefore)));
            continue;
        }
        if (place.before) {
            place.before->leaveTo(*place.door);
            if (place.before->name() != place.door->name() || isStricter(place.wanted, place.before->options()))
                m_gone.push_back(place.before->name());
        }
        if (!place.before || place.before->name() != place.door->name())
            qCInfo(logBroker, "Listening on %s", place.door->name().constData());
        doors.push_back(std::move(place.door));
    }
    // What stays behind ends when the last link that it has made does.
    for (std::unique_ptr<Door> &door : m_broker.doors) {
        if (door)
            m_broker.retiredDoors.push_back(std::move(door));
    }
    m_broker.doors = std::move(doors);
}

// --- what clients lose ---------------------------------------------------------------------------------------

/// A handshake goes on at the door that it began at, on the terms of then, however many reloads ago.
void Reload::endLostHandshakes()
{
    for (const std::unique_ptr<Door> &door : m_broker.retiredDoors) {
        if (!mayComeInAsBefore(*door))
            door->close();
    }
    std::erase_if(m_broker.retiredDoors, [](const std::unique_ptr<Door> &door) { return door->isDeserted(); });
}

bool Reload::mayComeInAsBefore(const Door &retired) const
{
    const Door *now = doorOf(retired.name());
    const bool admitsStrangers = isAnonymousAllowed(retired.options().terms.get(), m_options);
    return now && !isStricter(now->options(), retired.options())
        && !(admitsStrangers && isBarredToStrangers(retired.name()));
}

void Reload::endLostConnections()
{
    Connections &connections = m_broker.core->connections();
    const qsizetype places = connections.disconnectWhere([this](const Connection &each) { return hasLostItsPlace(each); },
        ReasonCode::AdministrativeAction, "the listener that it came in through is gone");
    const qsizetype users = connections.disconnectWhere([this](const Connection &each) { return hasLostItsUser(each); },
        ReasonCode::NotAuthorized, "its user may not come in any more, or its password has changed");
    if (places + users > 0)
        qCWarning(logSecurity, "%lld clients were disconnected with their listener, %lld with their user",
            static_cast<long long>(places), static_cast<long long>(users));
}

/// That listens now under that name; null = none.
const Door *Reload::doorOf(const QByteArray &listener) const
{
    const auto found = std::find_if(m_broker.doors.begin(), m_broker.doors.end(),
        [&listener](const std::unique_ptr<Door> &door) { return door->name() == listener; });
    return found == m_broker.doors.end() ? nullptr : found->get();
}

bool Reload::isBarredToStrangers(const QByteArray &listener) const
{
    const Door *door = doorOf(listener);
    return !isAnonymousAllowed(door ? door->options().terms.get() : nullptr, m_options);
}

bool Reload::hasLostItsPlace(const Connection &connection) const
{
    return std::find(m_gone.begin(), m_gone.end(), connection.peer().doorName()) != m_gone.end();
}

/// Only of those whom the password file, or the lack of one, has let in; a certificate, another exchange of AUTH packets or
/// a handler of the program has its own say.
bool Reload::hasLostItsUser(const Connection &connection) const
{
    const Session *session = connection.session();
    const QByteArray &method = connection.negotiated().authenticationMethod;
    if (!connection.peer().identity.isEmpty() || !(method.isEmpty() || method == "SCRAM-SHA-256"))
        return false;
    const QByteArray user = session ? session->userName() : QByteArray();
    if (user.isEmpty()) { // who has not come in yet may have been let in by half, or would be on the old terms
        const ListenerTerms *terms = connection.peer().terms.get();
        const bool wasAllowed
            = isAnonymousAllowed(terms, m_optionsBefore) || (!session && isAnonymousAllowed(terms, m_options));
        return wasAllowed && isBarredToStrangers(connection.peer().doorName());
    }
    const std::shared_ptr<const PasswordFile> &before = m_rights.users;
    return before && before->has(user) && !m_broker.policy.users().isUnchanged(user, *before);
}

void Reload::dropLostSubscriptions()
{
    std::vector<std::pair<QByteArray, std::vector<QByteArray>>> all; // first, since dropping changes the sessions
    m_broker.core->sessions().forEach([&](const Session &session) {
        std::vector<QByteArray> lost = lostSubscriptions(session);
        if (!lost.empty())
            all.emplace_back(session.clientId(), std::move(lost));
    });
    for (const auto &[clientId, filters] : all) {
        for (const QByteArray &filter : filters)
            qCWarning(logSecurity, "%s may not subscribe to %s any more: dropped",
                LogAbout(LogSubject{clientId, {}, {}, 0, {}}).text(), quotedName(filter).constData());
        m_broker.core->commands().unsubscribe(clientId, filters, {});
    }
}

std::vector<QByteArray> Reload::lostSubscriptions(const Session &session) const
{
    const OriginPtr origin = Origin::create(session.clientId(), session.userName(), {});
    std::vector<QByteArray> lost;
    for (auto each = session.subscriptions().cbegin(); each != session.subscriptions().cend(); ++each) {
        SubscribeEntry entry;
        entry.filter = each.key();
        entry.maximumQoS = each->maximumQoS;
        const bool isBarred = !m_options.allowSystemTopics && isSystemTopic(splitFilter(entry.filter).filter);
        if (isBarred || isFailure(m_broker.policy.maySubscribe(*origin, entry)))
            lost.push_back(entry.filter);
    }
    return lost;
}

} // namespace pigeon
