#include "storage/deliverywriter.h"

#include "storage/messagerow.h"
#include "storage/rowcodec.h"
#include "storage/schema.h"

namespace pigeon {

namespace {

// A message with one receiver lies in the row of its delivery up to this size, in bytes: such a row fits into its tree
// without pages of its own, and rewriting it when the delivery moves on stays cheap.
constexpr qsizetype maximumBytesInRow = 768;

// How many deliveries of a session that ends are removed at once: some milliseconds, which all commits that come
// meanwhile wait for.
constexpr int maximumRemovedAtOnce = 1'000;

constexpr char deliveryColumns[] = "session, number, stage, packet_id, qos, flags, bytes, identifiers, shared_filter";
constexpr char deliveryMarks[] = "?, ?, ?, ?, ?, ?, ?, ?, ?";

std::optional<QByteArrayView> unlessEmpty(QByteArrayView bytes)
{
    return bytes.isEmpty() ? std::nullopt : std::optional(bytes);
}

} // namespace

DeliveryWriter::DeliveryWriter(Database &database)
    : m_insert(database,
          sql("INSERT INTO", table::deliveries, "(", deliveryColumns, ",", messageColumns, ") VALUES (", deliveryMarks,
              ",", messageMarks, ")"))
    , m_insertShared(database,
          sql("INSERT INTO", table::deliveries, "(", deliveryColumns, ",", column::expiresAt, ",", column::message,
              ") VALUES (", deliveryMarks, ", ?, ?)"))
    , m_update(database,
          sql("UPDATE", table::deliveries, "SET", column::stage, "= ?,", column::packetId, "= ? WHERE",
              column::session, "= ? AND", column::number, "= ?"))
    , m_delete(database,
          sql("DELETE FROM", table::deliveries, "WHERE", column::session, "= ? AND", column::number, "= ?"))
    , m_deleteAll(database, sql("DELETE FROM", table::deliveries, "WHERE", column::session, "= ?"))
    , m_countSome(database,
          sql("SELECT count(*) FROM (SELECT 1 FROM", table::deliveries, "WHERE", column::session, "= ? LIMIT ?)"))
    , m_leaveForLater(database, sql("INSERT INTO", table::ended, "(", column::session, ") VALUES (?)"))
    , m_highestQueued(database,
          sql("SELECT max(", column::number, ") FROM", table::deliveries, "WHERE", column::session, "= ? AND",
              column::number, "<= ? AND", column::stage, "= 0"))
    , m_deleteQueued(database,
          sql("DELETE FROM", table::deliveries, "WHERE", column::session, "= ? AND", column::number, "<= ? AND",
              column::stage, "= 0"))
    , m_isAnyAbove(database,
          sql("SELECT 1 FROM", table::deliveries, "WHERE", column::session, "= ? AND", column::number, "> ? LIMIT 1"))
    , m_insertMessage(database,
          sql("INSERT INTO", table::messages, "(", column::receivers, ",", messageColumns, ") VALUES (?,",
              messageMarks, ")"))
{
}

void DeliveryWriter::begin(Receivers receivers)
{
    m_receivers = std::move(receivers);
    m_messageRows.clear();
}

qint64 DeliveryWriter::removeAll(qint64 session)
{
    m_countSome.start(session, maximumRemovedAtOnce + 1);
    const bool areMany = m_countSome.next() && m_countSome.integer(0) > maximumRemovedAtOnce;
    m_countSome.finish();
    return areMany ? m_leaveForLater.run(session) : m_deleteAll.run(session);
}

qint64 DeliveryWriter::takeStep(qint64 session, const FoldedBatch::Step &step, quint64 &highestRemoved)
{
    qint64 rows = 0;
    if (step.removeQueuedUpTo)
        rows += removeQueued(session, *step.removeQueuedUpTo, highestRemoved);
    for (const auto &[number, progress] : step.progress)
        rows += m_update.run(progress.stage, progress.packetId, session, number);
    for (const quint64 number : step.removed) {
        const int removed = m_delete.run(session, number);
        rows += removed;
        if (removed > 0)
            highestRemoved = std::max(highestRemoved, number);
    }
    return rows;
}

qint64 DeliveryWriter::removeQueued(qint64 session, quint64 upTo, quint64 &highestRemoved)
{
    m_highestQueued.start(session, upTo);
    if (m_highestQueued.next())
        highestRemoved = std::max(highestRemoved, quint64(m_highestQueued.integer(0)));
    m_highestQueued.finish();
    return m_deleteQueued.run(session, upTo);
}

qint64 DeliveryWriter::insert(qint64 session, const FoldedBatch::NewDelivery &added)
{
    const StoredDelivery &delivery = *added.delivery;
    const Message &message = *delivery.message;
    const QByteArray identifiers = writeIdentifiers(delivery.subscriptionIdentifiers);
    m_rows = 1;
    const bool inRow = liesInRow(message);
    const qint64 shared = inRow ? 0 : sharedRow(message);
    Statement &insert = inRow ? m_insert : m_insertShared;
    insert.bind(session, delivery.number, added.progress.stage, added.progress.packetId, delivery.qos,
        writeDeliveryFlags(delivery), message.memoryBytes(), unlessEmpty(identifiers),
        unlessEmpty(delivery.sharedFilter));
    if (inRow)
        bindMessage(insert, message);
    else
        insert.bind(expiresAt(message), shared);
    insert.run();
    return m_rows;
}

bool DeliveryWriter::isAnyAbove(qint64 session, quint64 number)
{
    m_isAnyAbove.start(session, number);
    const bool isAny = m_isAnyAbove.next();
    m_isAnyAbove.finish();
    return isAny;
}

bool DeliveryWriter::liesInRow(const Message &message) const
{
    return m_receivers.value(&message) == 1
        && message.topic().size() + message.properties().size() + message.payload().size() <= maximumBytesInRow;
}

/// The row of a message, written once per batch for all its receivers in it.
qint64 DeliveryWriter::sharedRow(const Message &message)
{
    qint64 &row = m_messageRows[&message];
    if (row == 0) {
        m_insertMessage.bind(m_receivers.value(&message));
        bindMessage(m_insertMessage, message);
        row = m_insertMessage.insert();
        ++m_rows;
    }
    return row;
}

} // namespace pigeon
