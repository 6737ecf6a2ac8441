#include "capture/retainedstore.h"

#include "capture/rowlog.h"

namespace pigeon {

namespace {

constexpr double millisecondsPerSecond = 1000;

bool isSystem(const QByteArray &topic) { return topic.startsWith("$SYS/"); }
qint64 bytesOf(const MessagePtr &message) { return message ? message->payload().size() : 0; }

} // namespace

void RetainedStore::clear()
{
    m_rows.clear();
    m_rowOf.clear();
    m_changed.clear();
    m_hasAllPages = false;
    m_bytes = 0;
    m_systemCount = 0;
    ++m_shape;
}

void RetainedStore::endPages()
{
    m_changed = {};
    m_hasAllPages = true;
}

std::vector<RetainedStore::Change> RetainedStore::addPage(const std::vector<MessagePtr> &page)
{
    std::vector<Change> done;
    for (const MessagePtr &message : page) {
        const QByteArray topic = message->topic().toByteArray();
        // A change whose payload was left out says less than the page does.
        const int row = rowOf(topic);
        const bool isNewer = m_changed.contains(topic) && (row < 0 || at(row).message);
        if (!isNewer)
            done.push_back(put(topic, message, std::chrono::nanoseconds(message->arrival()).count()));
    }
    return done;
}

std::vector<RetainedStore::Change> RetainedStore::apply(const std::vector<RetainedChange> &changes)
{
    std::vector<Change> done;
    for (const RetainedChange &change : changes) {
        if (!m_hasAllPages)
            m_changed.insert(change.topic);
        const bool isSet = change.message || change.isPayloadLeftOut;
        const std::optional<Change> each
            = isSet ? put(change.topic, change.message, change.when) : remove(change.topic);
        if (each)
            done.push_back(*each);
    }
    return done;
}

RetainedStore::Change RetainedStore::put(const QByteArray &topic, const MessagePtr &message, qint64 when)
{
    const int known = rowOf(topic);
    const int row = known < 0 ? count() : known;
    if (known < 0) {
        m_rows.emplace_back();
        m_rowOf.insert(topic, row);
        m_systemCount += isSystem(topic) ? 1 : 0;
    }
    SeenRetained &seen = m_rows[static_cast<size_t>(row)];
    m_bytes += bytesOf(message) - bytesOf(seen.message);
    seen = {topic, message, when};
    return {known < 0 ? Change::Kind::Added : Change::Kind::Changed, row};
}

std::optional<RetainedStore::Change> RetainedStore::remove(const QByteArray &topic)
{
    const int row = m_rowOf.value(topic, -1);
    if (row < 0)
        return std::nullopt;
    m_rowOf.remove(topic);
    m_systemCount -= isSystem(topic) ? 1 : 0;
    m_bytes -= bytesOf(at(row).message);
    if (row + 1 < count()) {
        m_rows[static_cast<size_t>(row)] = std::move(m_rows.back());
        m_rowOf[at(row).topic] = row;
    }
    m_rows.pop_back();
    return Change{Change::Kind::Removed, row};
}

double RetainedRow::number(FieldId field) const
{
    const SeenRetained &seen = m_store.at(m_row);
    if (field == FieldId::Age)
        return asMilliseconds(m_now - seen.setAt);
    if (!seen.message)
        return absent;
    switch (field) {
    case FieldId::QoS:
        return static_cast<double>(seen.message->qos());
    case FieldId::Size:
        return static_cast<double>(seen.message->payload().size());
    case FieldId::Expiry: {
        const std::optional<qint64> left
            = seen.message->secondsLeft(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(m_now)));
        return left ? static_cast<double>(*left) * millisecondsPerSecond : absent;
    }
    default:
        return absent;
    }
}

QByteArrayView RetainedRow::text(FieldId field) const
{
    const SeenRetained &seen = m_store.at(m_row);
    if (field == FieldId::Topic)
        return seen.topic;
    if (!seen.message)
        return {};
    if (field == FieldId::From)
        return seen.message->origin() ? QByteArrayView(seen.message->origin()->clientId) : QByteArrayView();
    return field == FieldId::Payload ? seen.message->payload() : QByteArrayView();
}

} // namespace pigeon
