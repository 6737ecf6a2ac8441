#include "session/listeners.h"

namespace pigeon {

void Listeners::add(QByteArrayView filter, MessageListener &listener)
{
    m_tree.insert({}, filter, &listener, {QoS::ExactlyOnce, false, true, 0});
}

void Listeners::remove(QByteArrayView filter, MessageListener &listener)
{
    m_tree.remove({}, filter, &listener);
    for (MatchList *each : m_delivering) {
        for (Match &match : each->matches) {
            if (match.subscriber == &listener)
                match.subscriber = nullptr;
        }
    }
}

void Listeners::collect(QByteArrayView topic, MatchList &matches)
{
    m_tree.match(topic, nullptr, [](const Subscriber &) { return SharedGroup::Readiness::No; }, matches);
}

qsizetype Listeners::count(QByteArrayView topic)
{
    collect(topic, m_counted);
    return static_cast<qsizetype>(m_counted.matches.size());
}

void Listeners::deliver(const MessagePtr &message)
{
    MatchList matches; // of its own: who is called may make another message come before it returns
    collect(message->topic(), matches);
    m_delivering.push_back(&matches);
    for (const Match &match : matches.matches) {
        if (match.subscriber)
            static_cast<MessageListener *>(match.subscriber)->take(message, false);
    }
    m_delivering.pop_back();
}

} // namespace pigeon
