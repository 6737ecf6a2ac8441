#include "session/deliveryqueue.h"

#include "base/logging.h"
#include "session/services.h"
#include "session/session.h"

#include <algorithm>

namespace pigeon {

namespace {

constexpr Milliseconds fetchAgainAfter{1'000}; // a store that could not read may be able to a little later

} // namespace

qsizetype bytesOf(const MessageCopy &copy)
{
    qsizetype bytes = copy.message->memoryBytes();
    if (copy.extras) // a small message may carry many identifiers
        bytes += static_cast<qsizetype>(sizeof(CopyExtras) + copy.extras->subscriptionIdentifiers.size() * sizeof(quint32))
            + copy.extras->sharedFilter.size();
    return bytes;
}

MessageCopy copyOf(StoredDelivery delivery)
{
    MessageCopy copy;
    copy.message = std::move(delivery.message);
    copy.number = delivery.number;
    copy.qos = delivery.qos;
    copy.retain = delivery.retain;
    copy.isForwardAsked = delivery.isForwardAsked;
    if (!delivery.subscriptionIdentifiers.empty() || !delivery.sharedFilter.isEmpty()) {
        copy.extras = std::make_unique<CopyExtras>();
        copy.extras->subscriptionIdentifiers = std::move(delivery.subscriptionIdentifiers);
        copy.extras->sharedFilter = std::move(delivery.sharedFilter);
    }
    return copy;
}

bool DeliveryQueue::hasRoom(qsizetype bytes) const
{
    const BrokerOptions &options = m_services.options;
    return messages() < options.maximumQueuedMessages
        && this->bytes() + static_cast<quint64>(bytes) <= options.maximumQueuedBytes;
}

// --- in and out ----------------------------------------------------------------------------------------------

void DeliveryQueue::add(MessageCopy copy, bool isStored)
{
    if (isStored && belongsIntoStore(copy, bytesOf(copy)))
        unload(copy);
    else
        load(std::move(copy));
}

/// Behind what is in the store alone only more of that can come. What was held back while later ones were let in is not
/// found by a fetch of what is behind those.
bool DeliveryQueue::belongsIntoStore(const MessageCopy &copy, qsizetype bytes) const
{
    if (copy.isShared() || copy.number <= (m_unloaded ? m_unloaded->lastLoaded : m_highest))
        return false;
    const BrokerOptions &options = m_services.options;
    return m_unloaded || m_copies.size() >= options.queueMemoryMessages
        || (!m_copies.isEmpty() && m_bytes + static_cast<quint64>(bytes) > options.queueMemoryBytes);
}

void DeliveryQueue::makeUnloaded()
{
    m_unloaded = std::make_unique<Unloaded>([this] { refill(); });
    m_unloaded->lastLoaded = m_highest;
}

void DeliveryQueue::unload(const MessageCopy &copy)
{
    if (!m_unloaded)
        makeUnloaded();
    if (m_unloaded->isFetching)
        ++m_unloaded->addedSinceFetch;
    countUnloaded(1, bytesOf(copy));
}

void DeliveryQueue::load(MessageCopy copy)
{
    count(copy);
    m_highest = std::max(m_highest, copy.number);
    m_copies.pushBack(std::move(copy));
}

void DeliveryQueue::putBack(MessageCopy copy)
{
    count(copy);
    m_copies.pushFront(std::move(copy));
    for (size_t i = 0; i + 1 < m_copies.size() && m_copies[i].number > m_copies[i + 1].number; ++i)
        std::swap(m_copies[i], m_copies[i + 1]);
}

MessageCopy DeliveryQueue::takeNext()
{
    MessageCopy copy = m_copies.popFront();
    uncount(copy);
    return copy;
}

std::vector<MessageCopy> DeliveryQueue::takeShared(const std::function<bool(const MessageCopy &)> &wanted)
{
    std::vector<MessageCopy> taken;
    for (size_t left = m_copies.size(); left > 0; --left) {
        MessageCopy copy = m_copies.popFront();
        uncount(copy);
        if (copy.isShared() && wanted(copy))
            taken.push_back(std::move(copy));
        else
            load(std::move(copy));
    }
    return taken;
}

void DeliveryQueue::count(const MessageCopy &copy)
{
    const auto bytes = static_cast<quint64>(bytesOf(copy));
    m_bytes += bytes;
    m_shared += copy.isShared();
    ++m_services.counters.queuedMessages;
    m_services.counters.queuedBytes += bytes;
}

void DeliveryQueue::uncount(const MessageCopy &copy)
{
    const auto bytes = static_cast<quint64>(bytesOf(copy));
    m_bytes -= bytes;
    m_shared -= copy.isShared();
    --m_services.counters.queuedMessages;
    m_services.counters.queuedBytes -= bytes;
}

// --- what is in the store alone ------------------------------------------------------------------------------

void DeliveryQueue::countUnloaded(qint64 messages, qint64 bytes)
{
    m_unloaded->count += static_cast<quint64>(messages);
    m_unloaded->bytes += static_cast<quint64>(bytes);
    m_services.counters.queuedMessages += static_cast<quint64>(messages);
    m_services.counters.queuedBytes += static_cast<quint64>(bytes);
}

void DeliveryQueue::loseUnloaded(quint64 messages)
{
    // Their bytes are known of all of them together.
    const quint64 bytes = messages == m_unloaded->count ? m_unloaded->bytes
                                                       : m_unloaded->bytes / m_unloaded->count * messages;
    countUnloaded(-static_cast<qint64>(messages), -static_cast<qint64>(bytes));
}

quint64 DeliveryQueue::forgetUnloaded()
{
    if (!m_unloaded)
        return 0;
    const quint64 forgotten = m_unloaded->count;
    if (forgotten > 0)
        loseUnloaded(forgotten);
    m_unloaded.reset();
    return forgotten;
}

size_t DeliveryQueue::fetchedAtOnce() const
{
    const BrokerOptions &options = m_services.options;
    const quint64 average = std::max<quint64>(1, m_unloaded->bytes / std::max<quint64>(1, m_unloaded->count));
    const quint64 half = std::min<quint64>(options.queueMemoryMessages, options.queueMemoryBytes / average) / 2;
    return std::max<size_t>(1, half);
}

void DeliveryQueue::refill()
{
    if (!m_unloaded || m_unloaded->isFetching || m_unloaded->retry.isSet())
        return;
    const size_t asked = fetchedAtOnce();
    if (m_copies.size() > asked)
        return;
    m_unloaded->isFetching = true;
    m_unloaded->addedSinceFetch = 0;
    m_services.store.fetch(m_session.clientId(), m_unloaded->lastLoaded, asked,
        [weak = m_session.weak_from_this(), asked](StoreStatus status, std::vector<StoredDelivery> deliveries) {
            const std::shared_ptr<Session> session = weak.lock();
            if (session && !session->hasEnded())
                session->outbox().fetched(status, std::move(deliveries), asked);
        });
}

void DeliveryQueue::fetched(StoreStatus status, std::vector<StoredDelivery> deliveries, size_t asked)
{
    if (!m_unloaded || !m_unloaded->isFetching)
        return; // it was emptied meanwhile
    m_unloaded->isFetching = false;
    if (status == StoreStatus::Failed) {
        m_services.deadlines.set(m_unloaded->retry, m_services.clock.now() + fetchAgainAfter);
        return;
    }
    for (StoredDelivery &each : deliveries) {
        m_unloaded->lastLoaded = each.number;
        if (isKnown(each))
            continue;
        MessageCopy copy = copyOf(std::move(each));
        const auto bytes = static_cast<qint64>(std::min(m_unloaded->bytes, static_cast<quint64>(bytesOf(copy))));
        countUnloaded(m_unloaded->count > 0 ? -1 : 0, -bytes);
        load(std::move(copy));
    }
    // Fewer than were asked for: all that it could see are here. What is missing could not be kept, and its publisher
    // has heard so.
    if (deliveries.size() < asked && m_unloaded->count > m_unloaded->addedSinceFetch)
        loseUnloaded(m_unloaded->count - m_unloaded->addedSinceFetch);
    if (m_unloaded->count == 0)
        forgetUnloaded();
}

/// What came through a shared subscription since the start is in memory as well, or has been sent or given to another
/// member while this was fetched: it is not to come twice.
bool DeliveryQueue::isKnown(const StoredDelivery &fetched) const
{
    return !fetched.sharedFilter.isEmpty() && fetched.number > m_unloaded->lastOfStart;
}

void DeliveryQueue::restore(MessageCopy copy)
{
    load(std::move(copy));
}

void DeliveryQueue::restoreUnloaded(const UnloadedDeliveries &unloaded)
{
    if (unloaded.count == 0)
        return;
    makeUnloaded();
    m_unloaded->lastOfStart = unloaded.lastNumber;
    countUnloaded(static_cast<qint64>(unloaded.count), static_cast<qint64>(unloaded.bytes));
}

} // namespace pigeon
