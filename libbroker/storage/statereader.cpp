#include "storage/statereader.h"

#include "base/logging.h"
#include "storage/deliverysequence.h"
#include "storage/packwriter.h"
#include "storage/rowcodec.h"
#include "storage/schema.h"

namespace pigeon {

namespace {

// A delivery that is under way is finished even if its message has expired meanwhile [MQTT-3.3.2-5].
constexpr char isLive[] = "(stage <> 0 OR expires_at IS NULL OR expires_at > ?)";
constexpr char hasExpired[] = "(stage = 0 AND expires_at IS NOT NULL AND expires_at <= ?)";

/// Nothing when the row, as readWills selects it, is damaged.
std::optional<StoredWill> willOf(const Statement &row)
{
    std::optional<Properties> properties = readWillProperties(row.bytes(6));
    if (!properties || row.integer(4) < 0 || row.integer(4) > 2)
        return std::nullopt;
    StoredWill will;
    will.userName = row.bytes(1);
    will.address = row.bytes(2);
    will.dueAt = row.optional<Milliseconds>(3);
    will.fields.qos = static_cast<QoS>(row.integer(4));
    will.fields.retain = row.integer(5) != 0;
    will.fields.properties = std::move(*properties);
    will.fields.topic = row.bytes(7);
    will.fields.payload = row.bytes(8);
    return will;
}

} // namespace

StateReader::StateReader(Database &database, const LoadBounds &bounds, Milliseconds now, ProgressClock &progress)
    : m_database(database)
    , m_bounds(bounds)
    , m_now(now)
    , m_progress(progress)
    , m_deliveries(database)
    , m_packs(database)
    , m_firstDeliveries(database,
          sql("SELECT", DeliveryReader::columns(), ",", column::bytes, "FROM",
              table::deliveries, "WHERE", column::session, "= ? AND", isLive, "ORDER BY", column::number))
    , m_underWayAbove(database,
          sql("SELECT", DeliveryReader::columns(), ",", column::bytes, "FROM",
              table::deliveries, "WHERE", column::session, "= ? AND", column::number, "> ? AND", column::stage,
              "<> 0 ORDER BY", column::number))
    , m_hasShared(database,
          sql("SELECT 1 FROM", table::deliveries, "WHERE", column::session, "= ? AND", column::sharedFilter,
              "IS NOT NULL LIMIT 1"))
{
}

StoredState StateReader::read()
{
    m_progress.begin(StoreProgress::Step::Loading);
    readSessions();
    readWills();
    passOverEnded();
    readSubscriptions();
    readInboundIds();
    readQueues();
    for (KeyedSession &session : m_sessions)
        m_state.sessions.push_back(std::move(session.restored));
    readRetained();
    return std::move(m_state);
}

void StateReader::readSessions()
{
    Statement row(m_database,
        sql("SELECT", column::id, ",", column::clientId, ",", column::userName, ",", column::expirySeconds, ",",
            column::endsAt, ",", column::lastNumber, "FROM", table::sessions));
    row.start();
    while (row.next()) {
        KeyedSession session;
        session.key = row.integer(0);
        session.restored.session.clientId = row.bytes(1);
        session.restored.session.userName = row.bytes(2);
        session.restored.session.expirySeconds = static_cast<quint32>(row.integer(3));
        session.restored.session.endsAt = row.optional<Milliseconds>(4);
        session.restored.unloaded.lastNumber = static_cast<quint64>(row.integer(5));
        m_sessions.push_back(std::move(session));
        m_progress.countRow();
    }
}

void StateReader::readWills()
{
    QHash<QByteArray, size_t> places;
    for (size_t i = 0; i < m_sessions.size(); ++i)
        places.insert(m_sessions[i].restored.session.clientId, i);
    Statement row(m_database,
        sql("SELECT", column::clientId, ",", column::userName, ",", column::address, ",", column::dueAt, ",",
            column::qos, ",", column::retain, ",", column::properties, ",", column::topic, ",", column::payload,
            "FROM", table::wills));
    row.start();
    while (row.next()) {
        std::optional<StoredWill> will = willOf(row);
        if (will)
            sessionWithWill(row.bytes(0), places).will = std::move(will);
        else
            ++m_state.damagedRows;
    }
}

/// The session of `clientId`, or a new entry: a will may be all there is.
RestoredSession &StateReader::sessionWithWill(const QByteArray &clientId, const QHash<QByteArray, size_t> &places)
{
    if (const auto place = places.constFind(clientId); place != places.cend())
        return m_sessions[*place].restored;
    RestoredSession &onlyAWill = m_sessions.emplace_back().restored; // no row of a table has the key 0
    onlyAWill.session.clientId = clientId;
    return onlyAWill;
}

void StateReader::passOverEnded()
{
    std::erase_if(m_sessions, [this](const KeyedSession &session) {
        const bool isOver = !mustBeTold(session);
        if (isOver)
            m_ended.push_back(session.key);
        return isOver;
    });
    for (size_t i = 0; i < m_sessions.size(); ++i)
        m_places.insert(m_sessions[i].key, i);
}

bool StateReader::mustBeTold(const KeyedSession &session)
{
    const std::optional<Milliseconds> endsAt = session.restored.session.endsAt;
    if (!endsAt || *endsAt > m_now || session.restored.will)
        return true;
    m_hasShared.start(session.key);
    const bool hasShared = m_hasShared.next();
    m_hasShared.finish();
    return hasShared;
}

RestoredSession *StateReader::sessionOf(qint64 key)
{
    m_progress.countRow();
    const auto place = m_places.constFind(key);
    return place == m_places.cend() ? nullptr : &m_sessions[*place].restored;
}

void StateReader::readSubscriptions()
{
    Statement row(m_database,
        sql("SELECT", column::session, ",", column::filter, ",", column::maximumQoS, ",", column::noLocal, ",",
            column::retainAsPublished, ",", column::identifier, "FROM", table::subscriptions));
    row.start();
    while (row.next()) {
        RestoredSession *session = sessionOf(row.integer(0));
        if (session && row.integer(2) >= 0 && row.integer(2) <= 2)
            session->subscriptions.push_back({row.bytes(1), static_cast<QoS>(row.integer(2)), row.integer(3) != 0,
                row.integer(4) != 0, static_cast<quint32>(row.integer(5))});
    }
}

void StateReader::readInboundIds()
{
    Statement row(m_database, sql("SELECT", column::session, ",", column::packetId, "FROM", table::inboundIds));
    row.start();
    while (row.next()) {
        if (RestoredSession *session = sessionOf(row.integer(0)))
            session->inboundIds.push_back(static_cast<quint16>(row.integer(1)));
    }
}

/// All queues are counted first; most of their messages may stay where they are.
void StateReader::readQueues()
{
    QHash<qint64, Queue> queues;
    countRows(queues);
    countPacks(queues);
    leaveOutExpired(queues);
    for (auto each = queues.cbegin(); each != queues.cend(); ++each) {
        if (const auto place = m_places.constFind(each.key()); place != m_places.cend())
            readDeliveries(m_sessions[*place], each.value());
    }
}

void StateReader::countRows(QHash<qint64, Queue> &queues)
{
    Statement row(m_database,
        sql("SELECT", column::session, ", count(*) FILTER (WHERE stage = 0 AND", isLive, "), sum(", column::bytes,
            ") FILTER (WHERE stage = 0 AND", isLive, "), count(*) FILTER (WHERE stage <> 0), max(", column::number,
            "), count(*) FILTER (WHERE", hasExpired, ") FROM", table::deliveries, "GROUP BY", column::session));
    row.start(m_now, m_now, m_now);
    while (row.next()) {
        m_hasExpired = m_hasExpired || row.integer(5) > 0;
        const auto count = [&row](int column) { return static_cast<quint64>(row.integer(column)); };
        queues.insert(row.integer(0), {count(1), count(2), count(3), count(4)});
    }
}

void StateReader::countPacks(QHash<qint64, Queue> &queues)
{
    Statement row(m_database,
        sql("SELECT", column::session, ", sum(", column::count, "), sum(", column::bytes, "), max(", column::last,
            ") FROM", table::packs, "GROUP BY", column::session));
    row.start();
    while (row.next()) {
        Queue &queue = queues[row.integer(0)];
        queue.queued += static_cast<quint64>(row.integer(1));
        queue.queuedBytes += static_cast<quint64>(row.integer(2));
        queue.lastNumber = std::max(queue.lastNumber, static_cast<quint64>(row.integer(3)));
    }
}

/// Only packs in which something has expired are looked into.
void StateReader::leaveOutExpired(QHash<qint64, Queue> &queues)
{
    OriginPool origins;
    Statement row(m_database,
        sql("SELECT", column::session, ",", column::content, "FROM", table::packs, "WHERE", column::expiresAt, "<= ?"));
    row.start(m_now);
    while (row.next()) {
        const QByteArray content = row.bytes(1);
        std::vector<StoredDelivery> deliveries;
        (void)readPack(content, origins, deliveries); // damage is counted where they are told
        for (const StoredDelivery &each : deliveries) {
            const auto expiry = expiresAt(*each.message);
            if (!expiry || *expiry > m_now)
                continue;
            Queue &queue = queues[row.integer(0)];
            --queue.queued;
            queue.queuedBytes -= static_cast<quint64>(each.message->memoryBytes());
            m_expiredInPacks[row.integer(0)].push_back(each.number);
        }
    }
    m_hasExpired = m_hasExpired || !m_expiredInPacks.isEmpty();
}

void StateReader::readDeliveries(KeyedSession &session, const Queue &queue)
{
    quint64 queued = 0;
    quint64 underWay = 0;
    quint64 last = 0;
    quint64 bytes = 0;
    m_packs.start(session.key, 0, m_now);
    m_firstDeliveries.start(session.key, m_now);
    using From = DeliverySequence::From;
    std::optional<DeliverySequence> sequence(std::in_place, m_firstDeliveries, m_packs);
    while (queued < m_bounds.queuedPerSession && bytes < m_bounds.queuedBytesPerSession) {
        const From from = sequence->next();
        if (from == From::End)
            break;
        if (from == From::Row) {
            const bool isQueued = m_firstDeliveries.integer(1) == 0;
            queued += isQueued;
            underWay += !isQueued;
            last = static_cast<quint64>(m_firstDeliveries.integer(0));
            bytes += isQueued ? quint64(m_firstDeliveries.integer(DeliveryReader::columnCount)) : 0;
            take(session, m_firstDeliveries);
        } else {
            m_progress.countRow();
            const StoredDelivery &packed = session.restored.deliveries.emplace_back(m_packs.take());
            ++queued;
            last = packed.number;
            bytes += static_cast<quint64>(packed.message->memoryBytes());
        }
    }
    sequence.reset();
    const quint64 damaged = m_packs.takeDamaged();
    m_state.damagedRows += damaged;
    if (underWay < queue.underWay)
        readUnderWay(session, last);
    UnloadedDeliveries &unloaded = session.restored.unloaded;
    unloaded.count = queue.queued - std::min(queue.queued, queued + damaged);
    unloaded.bytes = queue.queuedBytes - std::min(queue.queuedBytes, bytes);
    unloaded.lastNumber = std::max(unloaded.lastNumber, queue.lastNumber);
}

/// What is under way behind queued deliveries that stay in the store.
void StateReader::readUnderWay(KeyedSession &session, quint64 after)
{
    m_underWayAbove.start(session.key, after);
    while (m_underWayAbove.next())
        take(session, m_underWayAbove);
}

void StateReader::take(KeyedSession &session, const Statement &row)
{
    m_progress.countRow();
    if (std::optional<StoredDelivery> delivery = m_deliveries.read(row))
        session.restored.deliveries.push_back(std::move(*delivery));
    else
        ++m_state.damagedRows;
}

void StateReader::readRetained()
{
    MessageReader messages;
    Statement row(m_database, sql("SELECT", messageColumns, "FROM", table::retained));
    row.start();
    while (row.next()) {
        m_progress.countRow();
        if (!row.isNull(0) && Milliseconds(row.integer(0)) <= m_now) {
            m_hasExpired = true;
            continue;
        }
        if (MessagePtr message = messages.read(row, 0))
            m_state.retained.push_back(std::move(message));
        else
            ++m_state.damagedRows;
    }
}

void StateReader::removeOvertaken()
{
    if (m_ended.empty() && !m_hasExpired)
        return;
    try {
        Transaction transaction(m_database);
        for (const qint64 key : m_ended)
            removeSession(key);
        const int messages = m_hasExpired ? removeExpired() : 0;
        transaction.commit();
        qCInfo(logStore, "%zu sessions and %d messages have expired while the store was closed", m_ended.size(),
            messages);
    } catch (const SqlError &error) {
        qCWarning(logStore, "What has expired is not removed from the store yet: %s", error.text.constData());
    }
}

void StateReader::removeSession(qint64 key)
{
    Statement(m_database, sql("INSERT INTO", table::ended, "(", column::session, ") VALUES (?)")).run(key);
    for (const char *table : {table::subscriptions, table::inboundIds})
        Statement(m_database, sql("DELETE FROM", table, "WHERE", column::session, "= ?")).run(key);
    Statement(m_database, sql("DELETE FROM", table::sessions, "WHERE", column::id, "= ?")).run(key);
}

int StateReader::removeExpired()
{
    // Their numbers are not used again.
    Statement(m_database,
        sql("UPDATE", table::sessions, "SET", column::lastNumber, "= max(", column::lastNumber,
            ", (SELECT max(number) FROM deliveries WHERE session = sessions.id)) WHERE", column::id,
            "IN (SELECT", column::session, "FROM", table::deliveries, "WHERE", hasExpired, ")"))
        .run(m_now);
    const int queued = Statement(m_database, sql("DELETE FROM", table::deliveries, "WHERE", hasExpired)).run(m_now);
    Statement removeRetained(m_database, sql("DELETE FROM", table::retained, "WHERE", column::expiresAt, "<= ?"));
    return queued + removeExpiredFromPacks() + removeRetained.run(m_now);
}

int StateReader::removeExpiredFromPacks()
{
    Statement raiseLastNumber(m_database,
        sql("UPDATE", table::sessions, "SET", column::lastNumber, "= max(", column::lastNumber, ", ?) WHERE", column::id,
            "= ?"));
    PackWriter packs(m_database);
    int removed = 0;
    for (auto session = m_expiredInPacks.cbegin(); session != m_expiredInPacks.cend(); ++session) {
        packs.begin(session.key());
        raiseLastNumber.run(packs.highest(), session.key());
        for (const quint64 number : session.value())
            removed += packs.take(number).has_value();
        packs.close();
    }
    return removed;
}

} // namespace pigeon
