#include "storage/deliveryreader.h"

#include "storage/deliverysequence.h"
#include "storage/rowcodec.h"
#include "storage/schema.h"

#include <limits>

namespace pigeon {

namespace {

// In the order of columns().
enum Column { Number, Stage, PacketId, QoSColumn, Flags, Identifiers, SharedFilter, MessageRow, FirstOfMessage };

bool isSound(const Statement &row)
{
    const auto isUpTo2 = [&row](int column) { return row.integer(column) >= 0 && row.integer(column) <= 2; };
    return isUpTo2(Stage) && isUpTo2(QoSColumn) && row.integer(Number) > 0;
}

} // namespace

QString DeliveryReader::columns()
{
    return sql(column::number, ",", column::stage, ",", column::packetId, ",", column::qos, ",", column::flags, ",",
        column::identifiers, ",", column::sharedFilter, ",", column::message, ",", messageColumns);
}

DeliveryReader::DeliveryReader(Database &database)
    : m_findSession(database, sql("SELECT", column::id, "FROM", table::sessions, "WHERE", column::clientId, "= ?"))
    , m_queuedAbove(database,
          sql("SELECT", columns(), "FROM", table::deliveries, "WHERE", column::session, "= ? AND", column::number,
              "> ? AND", column::stage, "= 0 ORDER BY", column::number, "LIMIT ?"))
    , m_packs(database)
    , m_findMessage(database, sql("SELECT", messageColumns, "FROM", table::messages, "WHERE", column::id, "= ?"))
{
}

std::optional<StoredDelivery> DeliveryReader::read(const Statement &row)
{
    if (!isSound(row))
        return std::nullopt;
    StoredDelivery delivery;
    delivery.message = messageOf(row);
    if (!delivery.message)
        return std::nullopt;
    delivery.number = static_cast<quint64>(row.integer(Number));
    delivery.qos = static_cast<QoS>(row.integer(QoSColumn));
    readDeliveryFlags(row.integer(Flags), delivery);
    delivery.subscriptionIdentifiers = readIdentifiers(row.bytes(Identifiers));
    delivery.sharedFilter = row.bytes(SharedFilter);
    delivery.stage = static_cast<DeliveryStage>(row.integer(Stage));
    delivery.packetId = static_cast<quint16>(row.integer(PacketId));
    return delivery;
}

MessagePtr DeliveryReader::messageOf(const Statement &row)
{
    return row.isNull(MessageRow) ? m_messages.read(row, FirstOfMessage) : sharedMessage(row.integer(MessageRow));
}

MessagePtr DeliveryReader::sharedMessage(qint64 id)
{
    MessagePtr &message = m_shared[id];
    if (!message) {
        m_findMessage.start(id);
        if (m_findMessage.next())
            message = m_messages.read(m_findMessage, 0);
        m_findMessage.finish();
    }
    return message;
}

std::vector<StoredDelivery> DeliveryReader::queuedAbove(const QByteArray &clientId, quint64 after, size_t count)
{
    m_findSession.start(clientId);
    if (!m_findSession.next())
        return {};
    const qint64 session = m_findSession.integer(0);
    m_findSession.finish();

    std::vector<StoredDelivery> found;
    m_packs.start(session, after);
    m_queuedAbove.start(session, after, std::min(count, static_cast<size_t>(std::numeric_limits<qint64>::max())));
    DeliverySequence sequence(m_queuedAbove, m_packs);
    while (found.size() < count) {
        const auto from = sequence.next();
        if (from == DeliverySequence::From::End)
            break;
        if (from == DeliverySequence::From::Pack)
            found.push_back(m_packs.take());
        else if (std::optional<StoredDelivery> delivery = read(m_queuedAbove))
            found.push_back(std::move(*delivery));
    }
    m_shared.clear(); // or messages would live as long as the reader
    m_messages = MessageReader();
    return found;
}

} // namespace pigeon
