#include "storage/rowwriter.h"

#include "base/logging.h"
#include "storage/messagerow.h"
#include "storage/rowcodec.h"
#include "storage/schema.h"

#include <algorithm>

namespace pigeon {

RowWriter::RowWriter(Database &database)
    : m_deliveries(database)
    , m_findSession(database, sql("SELECT", column::id, "FROM", table::sessions, "WHERE", column::clientId, "= ?"))
    , m_insertSession(database,
          sql("INSERT INTO", table::sessions, "(", column::clientId, ",", column::userName, ",",
              column::expirySeconds, ",", column::endsAt, ") VALUES (?, ?, ?, ?)"))
    , m_updateSession(database,
          sql("UPDATE", table::sessions, "SET", column::userName, "= ?,", column::expirySeconds, "= ?,",
              column::endsAt, "= ? WHERE", column::id, "= ?"))
    , m_raiseLastNumber(database,
          sql("UPDATE", table::sessions, "SET", column::lastNumber, "= ? WHERE", column::id, "= ? AND",
              column::lastNumber, "< ?"))
    , m_deleteSession(database, sql("DELETE FROM", table::sessions, "WHERE", column::id, "= ?"))
    , m_putSubscription(database,
          sql("INSERT OR REPLACE INTO", table::subscriptions, "(", column::session, ",", column::filter, ",",
              column::maximumQoS, ",", column::noLocal, ",", column::retainAsPublished, ",", column::identifier,
              ") VALUES (?, ?, ?, ?, ?, ?)"))
    , m_deleteSubscription(database,
          sql("DELETE FROM", table::subscriptions, "WHERE", column::session, "= ? AND", column::filter, "= ?"))
    , m_deleteSubscriptions(database, sql("DELETE FROM", table::subscriptions, "WHERE", column::session, "= ?"))
    , m_putInboundId(database,
          sql("INSERT OR IGNORE INTO", table::inboundIds, "(", column::session, ",", column::packetId,
              ") VALUES (?, ?)"))
    , m_deleteInboundId(database,
          sql("DELETE FROM", table::inboundIds, "WHERE", column::session, "= ? AND", column::packetId, "= ?"))
    , m_deleteInboundIds(database, sql("DELETE FROM", table::inboundIds, "WHERE", column::session, "= ?"))
    , m_putRetained(database,
          sql("INSERT OR REPLACE INTO", table::retained, "(", messageColumns, ") VALUES (", messageMarks, ")"))
    , m_deleteRetained(database, sql("DELETE FROM", table::retained, "WHERE", column::topic, "= ?"))
    , m_putWill(database,
          sql("INSERT OR REPLACE INTO", table::wills, "(", column::clientId, ",", column::userName, ",",
              column::address, ",", column::dueAt, ",", column::qos, ",", column::retain, ",", column::properties, ",",
              column::topic, ",", column::payload, ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"))
    , m_deleteWill(database, sql("DELETE FROM", table::wills, "WHERE", column::clientId, "= ?"))
{
}

qint64 RowWriter::write(const FoldedBatch &batch)
{
    m_rows = 0;
    std::vector<Target> targets;
    targets.reserve(static_cast<size_t>(batch.sessions().size()));
    for (auto each = batch.sessions().cbegin(); each != batch.sessions().cend(); ++each)
        remove(targets.emplace_back(Target{each.key(), each.value(), keyOf(each.key())}));
    removeNamed(batch);
    putNamed(batch);
    m_deliveries.begin(receiversIn(targets));
    for (Target &target : targets)
        put(target);
    return m_rows;
}

DeliveryWriter::Receivers RowWriter::receiversIn(const std::vector<Target> &targets)
{
    DeliveryWriter::Receivers receivers;
    const auto adds = [](const Target &target) { return target.willBeThere() && !target.changes.added.isEmpty(); };
    if (std::count_if(targets.begin(), targets.end(), adds) <= 1)
        return receivers; // no message can have two
    size_t most = 0;
    for (const Target &target : targets)
        most += target.changes.added.size();
    receivers.reserve(static_cast<qsizetype>(most));
    for (const Target &target : targets) {
        if (!adds(target))
            continue;
        target.changes.added.forEach([&receivers](quint64, const FoldedBatch::NewDelivery &added) {
            ++receivers[added.delivery->message.get()];
        });
    }
    return receivers;
}

std::optional<qint64> RowWriter::keyOf(const QByteArray &clientId)
{
    m_findSession.start(clientId);
    if (!m_findSession.next())
        return std::nullopt;
    const qint64 key = m_findSession.integer(0);
    m_findSession.finish();
    return key;
}

void RowWriter::remove(Target &target)
{
    if (!target.key)
        return; // a late change of a session that is gone with all that it had, or one that is yet to come
    if (target.changes.isRemoved) {
        removeSession(target);
        return;
    }
    for (const FoldedBatch::Step &step : target.changes.steps)
        count(m_deliveries.takeStep(*target.key, step, target.highestRemoved));
    removeParts(target);
}

void RowWriter::removeSession(Target &target)
{
    count(m_deliveries.removeAll(*target.key));
    for (Statement *each : {&m_deleteSubscriptions, &m_deleteInboundIds, &m_deleteSession})
        count(each->run(*target.key));
    target.key.reset();
}

void RowWriter::removeParts(const Target &target)
{
    const SessionChanges &changes = target.changes;
    for (auto each = changes.subscriptions.cbegin(); each != changes.subscriptions.cend(); ++each) {
        if (!each.value())
            count(m_deleteSubscription.run(*target.key, each.key()));
    }
    for (auto each = changes.inboundIds.cbegin(); each != changes.inboundIds.cend(); ++each) {
        if (!each.value())
            count(m_deleteInboundId.run(*target.key, each.key()));
    }
}

void RowWriter::put(Target &target)
{
    if (!target.willBeThere()) {
        // The commit that was to put the session failed. What the batch holds for others is sound all the same.
        if (!target.changes.added.isEmpty())
            qCWarning(logStore, "Messages for client \"%s\" are not kept: its session is not in the store",
                target.clientId.constData());
        return;
    }
    putSession(target);
    putParts(target);
    keepLastNumber(target);
}

void RowWriter::putSession(Target &target)
{
    const StoredSession *session = target.changes.put;
    if (!session)
        return;
    if (target.key) {
        count(m_updateSession.run(session->userName, session->expirySeconds, session->endsAt, *target.key));
        return;
    }
    target.key = m_insertSession.insert(session->clientId, session->userName, session->expirySeconds, session->endsAt);
    count(1);
}

void RowWriter::putParts(const Target &target)
{
    const SessionChanges &changes = target.changes;
    for (const StoredSubscription *each : changes.subscriptions) {
        if (each)
            count(m_putSubscription.run(*target.key, each->filter, each->maximumQoS, each->noLocal,
                each->retainAsPublished, each->identifier));
    }
    for (auto each = changes.inboundIds.cbegin(); each != changes.inboundIds.cend(); ++each) {
        if (each.value())
            count(m_putInboundId.run(*target.key, each.key()));
    }
    m_deliveries.beginSession(*target.key);
    changes.added.forEach([this, &target](quint64, const FoldedBatch::NewDelivery &added) {
        m_deliveries.insert(*target.key, added);
    });
    count(m_deliveries.endSession());
}

/// The highest number of a session is that of its last delivery; when that one goes, the number is written down. It is
/// not when the delivery was struck: then nothing on the disk ever had it.
void RowWriter::keepLastNumber(const Target &target)
{
    const quint64 highest = target.highestRemoved;
    if (highest > 0 && !m_deliveries.isAnyAbove(*target.key, highest))
        count(m_raiseLastNumber.run(highest, *target.key, highest));
}

/// Retained messages and wills, which belong to no session.
void RowWriter::removeNamed(const FoldedBatch &batch)
{
    for (auto each = batch.retained().cbegin(); each != batch.retained().cend(); ++each) {
        if (!each.value())
            count(m_deleteRetained.run(each.key()));
    }
    for (auto each = batch.wills().cbegin(); each != batch.wills().cend(); ++each) {
        if (!each.value())
            count(m_deleteWill.run(each.key()));
    }
}

void RowWriter::putNamed(const FoldedBatch &batch)
{
    for (const Message *message : batch.retained()) {
        if (message)
            putRetained(*message);
    }
    for (auto each = batch.wills().cbegin(); each != batch.wills().cend(); ++each) {
        if (each.value())
            putWill(each.key(), *each.value());
    }
}

void RowWriter::putRetained(const Message &message)
{
    bindMessage(m_putRetained, message);
    count(m_putRetained.run());
}

void RowWriter::putWill(const QByteArray &clientId, const StoredWill &will)
{
    const WillFields &fields = will.fields;
    count(m_putWill.run(clientId, will.userName, will.address, will.dueAt, fields.qos, fields.retain,
        writeWillProperties(fields.properties), fields.topic, fields.payload));
}

} // namespace pigeon
