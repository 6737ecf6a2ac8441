#pragma once

#include <QtGlobal>

#include <algorithm>
#include <vector>

namespace pigeon {

/// The packet ids of inbound QoS 2 messages whose PUBREL has not come [MQTT-4.3.3-10]: sorted, small, bounded by
/// the Receive Maximum we announce. Part of the session state. Broker thread.
class InboundIds
{
public:
    bool contains(quint16 packetId) const { return std::binary_search(m_ids.begin(), m_ids.end(), packetId); }
    void insert(quint16 packetId)
    {
        const auto at = std::lower_bound(m_ids.begin(), m_ids.end(), packetId);
        if (at == m_ids.end() || *at != packetId)
            m_ids.insert(at, packetId);
    }
    bool remove(quint16 packetId)
    {
        const auto at = std::lower_bound(m_ids.begin(), m_ids.end(), packetId);
        if (at == m_ids.end() || *at != packetId)
            return false;
        m_ids.erase(at);
        return true;
    }
    size_t size() const { return m_ids.size(); }
    const std::vector<quint16> &ids() const { return m_ids; }

private:
    std::vector<quint16> m_ids;
};

} // namespace pigeon
