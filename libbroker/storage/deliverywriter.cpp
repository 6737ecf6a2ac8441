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
constexpr int maximumPacksRemovedAtOnce = 100;

constexpr int uniqueViolation = 19; // SQLITE_CONSTRAINT

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
    , m_packs(database)
{
}

void DeliveryWriter::begin(Receivers receivers)
{
    m_receivers = std::move(receivers);
    m_messageRows.clear();
}

void DeliveryWriter::beginSession(qint64 session)
{
    m_packs.begin(session);
}

qint64 DeliveryWriter::endSession()
{
    m_packs.flush();
    return takeRows();
}

qint64 DeliveryWriter::removeAll(qint64 session)
{
    m_countSome.start(session, maximumRemovedAtOnce + 1);
    const bool areMany = (m_countSome.next() && m_countSome.integer(0) > maximumRemovedAtOnce)
        || m_packs.countSome(session, maximumPacksRemovedAtOnce + 1) > maximumPacksRemovedAtOnce;
    m_countSome.finish();
    if (areMany)
        return m_leaveForLater.run(session);
    m_packs.removeAll(session);
    m_rows += m_deleteAll.run(session);
    return takeRows();
}

/// In the order of numbers, so that each pack is opened once.
qint64 DeliveryWriter::takeStep(qint64 session, const FoldedBatch::Step &step, quint64 &highestRemoved)
{
    m_packs.begin(session);
    if (step.removeQueuedUpTo)
        removeQueued(session, *step.removeQueuedUpTo, highestRemoved);
    auto moved = step.progress.begin();
    auto removed = step.removed.begin();
    while (moved != step.progress.end() || removed != step.removed.end()) {
        const bool isMovedNext
            = removed == step.removed.end() || (moved != step.progress.end() && moved->first < *removed);
        if (isMovedNext) {
            moveOn(session, moved->first, moved->second);
            ++moved;
        } else {
            remove(session, *removed++, highestRemoved);
        }
    }
    m_packs.close();
    return takeRows();
}

void DeliveryWriter::moveOn(qint64 session, quint64 number, FoldedBatch::Progress progress)
{
    if (!m_packs.holds(number))
        m_rows += m_update.run(progress.stage, progress.packetId, session, number);
    else if (progress.stage != DeliveryStage::Queued) // else it is what it was
        insertRow(session, *m_packs.take(number), progress, true);
}

void DeliveryWriter::remove(qint64 session, quint64 number, quint64 &highestRemoved)
{
    const bool wasThere = m_packs.take(number).has_value();
    const int rows = wasThere ? 0 : m_delete.run(session, number);
    m_rows += rows;
    if (wasThere || rows > 0)
        highestRemoved = std::max(highestRemoved, number);
}

void DeliveryWriter::removeQueued(qint64 session, quint64 upTo, quint64 &highestRemoved)
{
    highestRemoved = std::max(highestRemoved, m_packs.removeUpTo(upTo));
    m_highestQueued.start(session, upTo);
    if (m_highestQueued.next())
        highestRemoved = std::max(highestRemoved, quint64(m_highestQueued.integer(0)));
    m_highestQueued.finish();
    m_rows += m_deleteQueued.run(session, upTo);
}

void DeliveryWriter::insert(qint64 session, const FoldedBatch::NewDelivery &added)
{
    const quint64 number = added.delivery->number;
    const bool mayLieInPack = m_packs.isAboveAll(number);
    if (!mayLieInPack && m_packs.holds(number)) // rows of their own are watched over by their key
        throw SqlError{uniqueViolation, "UNIQUE: a pack has delivery " + QByteArray::number(number) + " already"};
    if (mayLieInPack && liesInPack(added))
        m_packs.add(*added.delivery);
    else
        insertRow(session, *added.delivery, added.progress, liesInRow(*added.delivery->message));
}

void DeliveryWriter::insertRow(
    qint64 session, const StoredDelivery &delivery, FoldedBatch::Progress progress, bool inRow)
{
    const Message &message = *delivery.message;
    const QByteArray identifiers = writeIdentifiers(delivery.subscriptionIdentifiers);
    const qint64 shared = inRow ? 0 : sharedRow(message);
    Statement &insert = inRow ? m_insert : m_insertShared;
    insert.bind(session, delivery.number, progress.stage, progress.packetId, delivery.qos,
        writeDeliveryFlags(delivery), message.memoryBytes(), unlessEmpty(identifiers),
        unlessEmpty(delivery.sharedFilter));
    if (inRow)
        bindMessage(insert, message);
    else
        insert.bind(expiresAt(message), shared);
    insert.run();
    ++m_rows;
}

bool DeliveryWriter::isAnyAbove(qint64 session, quint64 number)
{
    m_isAnyAbove.start(session, number);
    const bool isAny = m_isAnyAbove.next();
    m_isAnyAbove.finish();
    return isAny || m_packs.highest() > number;
}

bool DeliveryWriter::liesInRow(const Message &message) const
{
    return m_receivers.value(&message, 1) == 1
        && message.topic().size() + message.properties().size() + message.payload().size() <= maximumBytesInRow;
}

/// What only waits: who is under way is changed soon, alone.
bool DeliveryWriter::liesInPack(const FoldedBatch::NewDelivery &added)
{
    return added.progress.stage == DeliveryStage::Queued && added.delivery->sharedFilter.isEmpty()
        && liesInRow(*added.delivery->message);
}

/// The row of a message, written once per batch for all its receivers in it.
qint64 DeliveryWriter::sharedRow(const Message &message)
{
    qint64 &row = m_messageRows[&message];
    if (row == 0) {
        m_insertMessage.bind(m_receivers.value(&message, 1));
        bindMessage(m_insertMessage, message);
        row = m_insertMessage.insert();
        ++m_rows;
    }
    return row;
}

} // namespace pigeon
