#include "session/subscribequestions.h"

#include "protocol/reasoncodes.h"
#include "protocol/topic.h"

#include <memory>

namespace pigeon {

namespace {

/// The entries of one request and how far the asking has come.
class Questions : public std::enable_shared_from_this<Questions>
{
public:
    Questions(Policy &policy, const ClientInfo &client, std::vector<AskedEntry> entries, std::function<bool()> lives,
        std::function<void(std::vector<AskedEntry>)> decided)
        : m_policy(policy)
        , m_client(client)
        , m_entries(std::move(entries))
        , m_lives(std::move(lives))
        , m_decided(std::move(decided))
    {
    }

    void askNext()
    {
        for (; m_next < m_entries.size(); ++m_next) {
            if (!isFailure(m_entries[m_next].refused) && !ask())
                return;
        }
        m_decided(std::move(m_entries));
    }

private:
    /// False when the answer is to come later.
    bool ask()
    {
        m_isAsking = true;
        m_isOpen = true;
        m_policy.authorizeSubscribe(m_client, m_entries[m_next].entry,
            [self = shared_from_this()](const SubscribeDecision &decision) { self->answer(decision); });
        m_isAsking = false;
        return !m_isOpen;
    }

    void answer(const SubscribeDecision &decision)
    {
        if (!m_lives())
            return;
        m_isOpen = false;
        take(decision, m_entries[m_next]);
        if (!m_isAsking) { // else the loop goes on
            ++m_next;
            askNext();
        }
    }

    static void take(const SubscribeDecision &decision, AskedEntry &asked)
    {
        const bool isSound = decision.entry && isMqttText(decision.entry->filter)
            && !topicFilterError(decision.entry->filter)
            && !(decision.entry->noLocal && decision.entry->filter.startsWith("$share/"));
        if (isSound)
            asked.entry = *decision.entry;
        else
            asked.refused = sayableRefusal(decision.reason, PacketType::Suback);
    }

    Policy &m_policy;
    const ClientInfo m_client;
    std::vector<AskedEntry> m_entries;
    std::function<bool()> m_lives;
    std::function<void(std::vector<AskedEntry>)> m_decided;
    size_t m_next = 0;
    bool m_isAsking = false; // the handler is being called: an answer now is taken up by the loop
    bool m_isOpen = false; // a question waits for its answer
};

} // namespace

void askAboutEntries(Policy &policy, const ClientInfo &client, std::vector<AskedEntry> entries,
    std::function<bool()> lives, std::function<void(std::vector<AskedEntry>)> decided)
{
    std::make_shared<Questions>(policy, client, std::move(entries), std::move(lives), std::move(decided))->askNext();
}

} // namespace pigeon
