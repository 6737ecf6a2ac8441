// Topic names, topic filters, the subscription tree and the retained topics against brute force.
//
// The input is lines. The first byte of a line says what to do with the rest, the low bits of the second who
// does it:
//   s subscribe to a filter   u unsubscribe   m match a topic
//   r retain for a topic      d forget it     q ask with a filter

#include "protocol/topic.h"
#include "routing/retainedtopics.h"
#include "routing/subscriptiontree.h"

#include <array>
#include <cstdlib>
#include <set>
#include <tuple>

using namespace pigeon;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

class Client final : public Subscriber
{
};

class Trial
{
public:
    void run(QByteArrayView line)
    {
        if (line.size() < 2)
            return;
        Client &client = m_clients[static_cast<uchar>(line[1]) % m_clients.size()];
        const QByteArray text = line.sliced(2).toByteArray();
        const bool isFilter = isMqttText(text) && !topicFilterError(text);
        const bool isTopic = isMqttText(text) && !topicNameError(text);
        require(!isTopic || !hasWildcard(text));
        switch (line[0]) {
        case 's':
            return isFilter ? subscribe(text, client) : void();
        case 'u':
            return isFilter ? unsubscribe(text, client) : void();
        case 'm':
            return isTopic ? match(text) : void();
        case 'r':
            return isTopic ? retain(text) : void();
        case 'd':
            return isTopic ? forget(text) : void();
        case 'q':
            return isFilter ? ask(splitFilter(text).filter) : void();
        default:
            return;
        }
    }

    void unsubscribeAll()
    {
        while (!m_held.empty()) {
            const auto [group, filter, client] = *m_held.begin();
            m_held.erase(m_held.begin());
            require(m_tree.remove(group, filter, client));
        }
        require(m_tree.size() == 0 && m_tree.nodes() == 0);
    }

private:
    using Subscription = std::tuple<QByteArray, QByteArray, Client *>;

    static Subscription subscriptionOf(const QByteArray &whole, Client &client)
    {
        const FilterParts parts = splitFilter(whole);
        return {parts.group.toByteArray(), parts.filter.toByteArray(), &client};
    }

    void subscribe(const QByteArray &whole, Client &client)
    {
        const Subscription made = subscriptionOf(whole, client);
        require(
            m_tree.insert(std::get<0>(made), std::get<1>(made), &client, {}) == m_held.insert(made).second);
    }

    void unsubscribe(const QByteArray &whole, Client &client)
    {
        const Subscription gone = subscriptionOf(whole, client);
        require(m_tree.remove(std::get<0>(gone), std::get<1>(gone), &client) == (m_held.erase(gone) > 0));
    }

    void match(const QByteArray &topic)
    {
        using Group = std::pair<QByteArray, QByteArray>;
        std::set<const Subscriber *> clients;
        std::set<Group> groups;
        for (const auto &[group, filter, client] : m_held) {
            if (!topicMatches(filter, topic))
                continue;
            if (group.isEmpty())
                clients.insert(client);
            else
                groups.emplace(group, filter);
        }
        m_tree.match(topic, nullptr, {}, m_list);
        for (const Match &match : m_list.matches) {
            if (match.group)
                require(groups.erase({match.group->name().toByteArray(), match.group->filter().toByteArray()})
                    == 1);
            else
                require(clients.erase(match.subscriber) == 1);
        }
        require(clients.empty() && groups.empty());
    }

    void retain(const QByteArray &topic)
    {
        MessageParts parts;
        parts.topic = topic;
        parts.payload = "x";
        require(bool(m_retained.set(Message::create(parts))) != m_topics.insert(topic).second);
    }

    void forget(const QByteArray &topic)
    {
        require(bool(m_retained.remove(topic)) == (m_topics.erase(topic) > 0));
    }

    void ask(QByteArrayView filter)
    {
        std::vector<QByteArray> expected;
        for (const QByteArray &topic : m_topics) {
            if (topicMatches(filter, topic))
                expected.push_back(topic);
        }
        std::vector<QByteArray> found;
        m_retained.match(filter, [&found](const MessagePtr &message) {
            found.push_back(message->topic().toByteArray());
            return true;
        });
        require(found == expected);
    }

    std::array<Client, 4> m_clients;
    SubscriptionTree m_tree;
    MatchList m_list;
    std::set<Subscription> m_held;
    RetainedTopics m_retained;
    std::set<QByteArray> m_topics;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView input(data, static_cast<qsizetype>(size));
    Trial trial;
    for (qsizetype from = 0; from < input.size();) {
        const qsizetype newline = input.indexOf('\n', from);
        const qsizetype end = newline < 0 ? input.size() : newline;
        trial.run(input.sliced(from, end - from));
        from = end + 1;
    }
    trial.unsubscribeAll();
    return 0;
}
