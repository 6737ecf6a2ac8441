#include "broker/retainedwork.h"

#include "broker/brokerprivate.h"
#include "protocol/topic.h"

#include <algorithm>
#include <functional>

namespace pigeon {

namespace {

constexpr size_t topicsAtOnce = 2'000; // about a millisecond

QString problemOf(const QByteArray &filter)
{
    const bool isFilter = isMqttText(filter) && !topicFilterError(filter) && splitFilter(filter).group.isEmpty();
    return isFilter ? QString() : QStringLiteral("\"%1\" is no topic filter.").arg(QString::fromUtf8(filter));
}

/// The answer of a command that had several steps: the first failure is told.
void note(const Outcome &outcome, CommandAnswer &answer)
{
    if (outcome.isSuccess() || !answer.error.isEmpty())
        return;
    answer.reason = outcome.reason;
    answer.error = QStringLiteral("The store could not keep it: %1.").arg(QString::fromUtf8(outcome.text));
}

/// The topics of a filter, in steps; then on with them.
class TopicCollection final : public RetainedWalk
{
public:
    using Collected = std::function<void(std::vector<QByteArray> topics, const QString &problem)>;
    TopicCollection(BrokerPrivate &broker, QByteArray filter, Collected collected)
        : RetainedWalk(broker, std::move(filter))
        , m_collected(std::move(collected))
    {
    }

private:
    bool visit(const MessagePtr &message) override
    {
        m_topics.push_back(message->topic().toByteArray());
        return true;
    }
    void done(bool, const QString &problem) override { m_collected(std::move(m_topics), problem); }

    const Collected m_collected;
    std::vector<QByteArray> m_topics;
};

} // namespace

// --- going through them --------------------------------------------------------------------------------------

void RetainedWalk::goOn(const QByteArray &after)
{
    if (const QString problem = problemOf(m_filter); !problem.isEmpty()) {
        done(true, problem);
        return;
    }
    size_t left = topicsAtOnce;
    bool isWanted = true;
    const std::optional<QByteArray> next = m_broker.core->services().retained.matchSome(
        after, m_filter, left, [this, &isWanted](const MessagePtr &message) { return isWanted = visit(message); });
    if (!next || !isWanted) {
        done(!next, {});
        return;
    }
    m_broker.gate->post([walk = shared_from_this(), next = *next] { walk->goOn(next); });
}

/// One more than is wanted tells that there are more.
bool RetainedSearch::visit(const MessagePtr &message)
{
    if (static_cast<qsizetype>(m_page.messages.size()) == m_most) {
        m_page.hasMore = true;
        return false;
    }
    m_page.messages.push_back(message);
    return true;
}

void RetainedSearch::done(bool, const QString &problem)
{
    m_page.error = problem;
    m_reply->give(std::move(m_page));
}

bool RetainedCounting::visit(const MessagePtr &message)
{
    ++m_count.messages;
    m_count.bytes += static_cast<quint64>(message->payload().size());
    return true;
}

void RetainedCounting::done(bool, const QString &problem)
{
    m_count.error = problem;
    m_reply->give(std::move(m_count));
}

// --- taking them away and putting them back ------------------------------------------------------------------

void RetainedDeletion::deleteMatching(const QByteArray &filter)
{
    auto collection = std::make_shared<TopicCollection>(
        m_broker, filter, [self = shared_from_this()](std::vector<QByteArray> topics, const QString &problem) {
            if (problem.isEmpty())
                self->deleteTopics(std::move(topics));
            else
                self->refuse(problem);
        });
    collection->goOn({});
}

void RetainedDeletion::deleteTopics(std::vector<QByteArray> topics)
{
    m_topics = std::move(topics);
    step();
}

void RetainedDeletion::refuse(const QString &problem)
{
    m_deleted.answer.error = problem;
    m_reply->give(std::move(m_deleted));
}

void RetainedDeletion::step()
{
    const size_t count = std::min(topicsAtOnce, m_topics.size() - m_next);
    const auto begin = m_topics.begin() + static_cast<std::ptrdiff_t>(m_next);
    m_next += count;
    const bool isLast = m_next == m_topics.size();
    const std::vector<MessagePtr> removed = m_broker.core->commands().removeRetained(
        {begin, begin + static_cast<std::ptrdiff_t>(count)},
        m_broker.guarded([self = shared_from_this(), isLast](const Outcome &outcome) {
            note(outcome, self->m_deleted.answer);
            if (isLast) // steps are answered in their order; what this one removed is noted below, or was
                self->m_broker.gate->post([self] { self->m_reply->give(std::move(self->m_deleted)); });
        }));
    m_deleted.messages.insert(m_deleted.messages.end(), removed.begin(), removed.end());
    m_deleted.answer.done = m_deleted.messages.size();
    if (!isLast)
        m_broker.gate->post([self = shared_from_this()] { self->step(); });
}

void RetainedRestoring::restore(std::vector<MessagePtr> messages)
{
    m_messages = std::move(messages);
    step();
}

void RetainedRestoring::step()
{
    const size_t count = std::min(topicsAtOnce, m_messages.size() - m_next);
    const auto begin = m_messages.begin() + static_cast<std::ptrdiff_t>(m_next);
    m_next += count;
    const bool isLast = m_next == m_messages.size();
    m_answer.done += m_broker.core->commands().restoreRetained(
        {begin, begin + static_cast<std::ptrdiff_t>(count)},
        m_broker.guarded([self = shared_from_this(), isLast](const Outcome &outcome) {
            note(outcome, self->m_answer);
            if (isLast)
                self->m_broker.gate->post([self] { self->m_reply->give(std::move(self->m_answer)); });
        }));
    if (!isLast)
        m_broker.gate->post([self = shared_from_this()] { self->step(); });
}

} // namespace pigeon
