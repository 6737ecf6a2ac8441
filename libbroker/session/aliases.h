#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHash>

#include <vector>

namespace pigeon {

/// The topic aliases that a client uses towards us, of one connection [MQTT-3.3.2-7]. Broker thread.
class InboundAliases
{
public:
    explicit InboundAliases(quint16 maximum = 0)
        : m_maximum(maximum)
    {
    }
    /// 1..maximum [MQTT-3.3.2-8] [MQTT-3.3.2-9] [MQTT-3.3.2-12].
    bool isAllowed(quint16 alias) const { return alias != 0 && alias <= m_maximum; }
    void set(quint16 alias, QByteArrayView topic)
    {
        if (m_topics.size() < alias)
            m_topics.resize(alias);
        m_topics[alias - 1u] = topic.toByteArray();
    }
    /// The topic of the alias, empty when it was never set on this connection.
    QByteArrayView topic(quint16 alias) const
    {
        return alias <= m_topics.size() ? QByteArrayView(m_topics[alias - 1u]) : QByteArrayView();
    }

private:
    quint16 m_maximum;
    std::vector<QByteArray> m_topics;
};

/// The topic aliases that we use towards a client: the first topics that it is sent get one, up to its maximum
/// and ours [MQTT-3.1.2-26]. Of one connection. Broker thread.
class OutboundAliases
{
public:
    struct Choice
    {
        quint16 alias = 0; ///< 0 = send the topic without an alias [MQTT-3.1.2-27]
        bool isKnown = false; ///< the client has the topic already: leave it out
    };

    explicit OutboundAliases(quint16 maximum = 0)
        : m_maximum(maximum)
    {
    }
    bool isUsed() const { return m_maximum > 0; }
    Choice choose(QByteArrayView topic) const
    {
        const auto known = m_aliases.constFind(QByteArray::fromRawData(topic.data(), topic.size()));
        if (known != m_aliases.cend())
            return {*known, true};
        const qsizetype used = m_aliases.size();
        return {used < m_maximum ? static_cast<quint16>(used + 1) : quint16(0), false};
    }
    /// To be called when a PUBLISH with the topic and its new alias is really sent.
    void establish(QByteArrayView topic, quint16 alias) { m_aliases.insert(topic.toByteArray(), alias); }

private:
    quint16 m_maximum;
    QHash<QByteArray, quint16> m_aliases;
};

} // namespace pigeon
