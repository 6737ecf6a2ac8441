#include "routing/subscriberlist.h"

#include <algorithm>

namespace pigeon {

namespace {

// Looking through this many members (1 KiB) costs about what a look into the index does.
constexpr size_t indexFromMembers = 64;
// Lower than the above, so that a list that changes around it does not make and drop its index each time.
constexpr size_t indexUntilMembers = 32;

} // namespace

bool SubscriberList::set(Subscriber *subscriber, const SubscriptionOptions &options)
{
    if (const auto place = placeOf(subscriber)) {
        m_members[*place].options = options; // [MQTT-3.8.4-3]
        return false;
    }
    if (m_index)
        m_index->insert(subscriber, static_cast<quint32>(m_members.size()));
    m_members.push_back({subscriber, options});
    if (!m_index && m_members.size() >= indexFromMembers)
        addIndex();
    return true;
}

std::optional<size_t> SubscriberList::remove(const Subscriber *subscriber)
{
    const auto place = placeOf(subscriber);
    if (!place)
        return std::nullopt;
    if (m_index)
        removeLarge(*place);
    else
        m_members.erase(m_members.begin() + static_cast<ptrdiff_t>(*place));
    returnMemory();
    return place;
}

std::optional<size_t> SubscriberList::placeOf(const Subscriber *subscriber) const
{
    if (m_index) {
        const auto found = m_index->constFind(subscriber);
        return found == m_index->cend() ? std::nullopt : std::optional<size_t>(*found);
    }
    const auto found = std::find_if(m_members.begin(), m_members.end(),
        [subscriber](const Member &member) { return member.subscriber == subscriber; });
    if (found == m_members.end())
        return std::nullopt;
    return static_cast<size_t>(found - m_members.begin());
}

void SubscriberList::addIndex()
{
    m_index = std::make_unique<Index>();
    for (size_t place = 0; place < m_members.size(); ++place)
        m_index->insert(m_members[place].subscriber, static_cast<quint32>(place));
}

void SubscriberList::removeLarge(size_t place)
{
    m_index->remove(m_members[place].subscriber);
    if (place + 1 != m_members.size()) {
        m_members[place] = m_members.back();
        m_index->insert(m_members[place].subscriber, static_cast<quint32>(place));
    }
    m_members.pop_back();
}

void SubscriberList::returnMemory()
{
    if (m_members.size() < indexUntilMembers)
        m_index.reset();
    if (m_members.size() * 4 <= m_members.capacity())
        m_members.shrink_to_fit();
}

} // namespace pigeon
