#pragma once

#include "broker/reply.h"

#include <memory>
#include <optional>
#include <vector>

namespace pigeon {

class BrokerPrivate;

// What an observer does with many retained messages: in steps of the event loop, so that no client waits for it. Each keeps
// itself alive until it has answered. Broker thread.

/// Goes through the retained messages of a filter, some topics a step.
class RetainedWalk : public std::enable_shared_from_this<RetainedWalk>
{
public:
    /// Behind that topic; empty: from the first.
    void goOn(const QByteArray &after);

protected:
    RetainedWalk(BrokerPrivate &broker, QByteArray filter)
        : m_broker(broker)
        , m_filter(std::move(filter))
    {
    }
    virtual ~RetainedWalk() = default;

    BrokerPrivate &broker() const { return m_broker; }
    /// False: no more of them.
    virtual bool visit(const MessagePtr &message) = 0;
    /// `isAll` false: `visit` wanted no more. `problem`: a sentence, it is no filter.
    virtual void done(bool isAll, const QString &problem) = 0;

private:
    BrokerPrivate &m_broker;
    const QByteArray m_filter;
};

/// One page of them.
class RetainedSearch final : public RetainedWalk
{
public:
    RetainedSearch(BrokerPrivate &broker, ReplyPtr<RetainedPage> reply, QByteArray filter, qsizetype most)
        : RetainedWalk(broker, std::move(filter))
        , m_reply(std::move(reply))
        , m_most(std::max<qsizetype>(most, 1))
    {
    }

private:
    bool visit(const MessagePtr &message) override;
    void done(bool isAll, const QString &problem) override;

    const ReplyPtr<RetainedPage> m_reply;
    const qsizetype m_most;
    RetainedPage m_page;
};

/// How many there are.
class RetainedCounting final : public RetainedWalk
{
public:
    RetainedCounting(BrokerPrivate &broker, ReplyPtr<RetainedCount> reply, QByteArray filter)
        : RetainedWalk(broker, std::move(filter))
        , m_reply(std::move(reply))
    {
    }

private:
    bool visit(const MessagePtr &message) override;
    void done(bool isAll, const QString &problem) override;

    const ReplyPtr<RetainedCount> m_reply;
    RetainedCount m_count;
};

/// Takes them away and keeps them for the answer, so that it can be undone.
class RetainedDeletion final : public std::enable_shared_from_this<RetainedDeletion>
{
public:
    RetainedDeletion(BrokerPrivate &broker, ReplyPtr<DeletedRetained> reply)
        : m_broker(broker)
        , m_reply(std::move(reply))
    {
    }
    void deleteTopics(std::vector<QByteArray> topics);
    void deleteMatching(const QByteArray &filter);

private:
    void step();
    void refuse(const QString &problem);

    BrokerPrivate &m_broker;
    const ReplyPtr<DeletedRetained> m_reply;
    std::vector<QByteArray> m_topics;
    size_t m_next = 0;
    DeletedRetained m_deleted;
};

/// Puts them back.
class RetainedRestoring final : public std::enable_shared_from_this<RetainedRestoring>
{
public:
    RetainedRestoring(BrokerPrivate &broker, ReplyPtr<CommandAnswer> reply)
        : m_broker(broker)
        , m_reply(std::move(reply))
    {
    }
    void restore(std::vector<MessagePtr> messages);

private:
    void step();

    BrokerPrivate &m_broker;
    const ReplyPtr<CommandAnswer> m_reply;
    std::vector<MessagePtr> m_messages;
    size_t m_next = 0;
    CommandAnswer m_answer;
};

} // namespace pigeon
