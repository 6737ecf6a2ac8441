#include "broker/brokermonitor.h"

#include "broker/brokerprivate.h"
#include "broker/receiversearch.h"
#include "broker/reply.h"
#include "broker/retainedwork.h"
#include "broker/rightsreport.h"
#include "monitor/watchbroker.h"
#include "protocol/reasoncodes.h"
#include "session/session.h"

#include <QPointer>

#include <algorithm>

namespace pigeon {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds shortestInterval{33};
constexpr milliseconds longestInterval{1'000};

QString sentence(const QByteArray &clause)
{
    QString text = QString::fromUtf8(clause).trimmed();
    if (text.isEmpty())
        return text;
    text[0] = text[0].toUpper();
    return text.endsWith(u'.') ? text : text + u'.';
}

CommandAnswer answerOf(const Outcome &outcome)
{
    CommandAnswer answer;
    answer.reason = outcome.reason;
    answer.reasons = outcome.reasons;
    answer.done = outcome.isSuccess() ? 1 : 0;
    if (!outcome.isSuccess())
        answer.error = outcome.text.isEmpty() ? QString::fromLatin1(reasonName(outcome.reason)) : sentence(outcome.text);
    return answer;
}

/// Calls `act` for each client and answers when all have been answered for.
void forEachClient(const std::vector<QByteArray> &clientIds, const ReplyPtr<CommandAnswer> &reply,
    const std::function<void(const QByteArray &, Completion)> &act)
{
    auto sum = std::make_shared<CommandAnswer>();
    auto left = std::make_shared<size_t>(clientIds.size() + 1);
    const auto count = [sum, left, reply](const Outcome &outcome) {
        if (outcome.isSuccess())
            ++sum->done;
        if (--*left == 0)
            reply->give(*sum);
    };
    for (const QByteArray &clientId : clientIds)
        act(clientId, count);
    --sum->done; // of this one
    count({});
}

} // namespace

std::unique_ptr<MonitorSource> watchBroker(Broker &broker)
{
    BrokerPrivate &d = BrokerPrivate::of(broker);
    return std::make_unique<BrokerMonitor>(d.gate, &d);
}

BrokerMonitor::BrokerMonitor(std::shared_ptr<Gate> gate, BrokerPrivate *broker)
    : m_broker(std::move(gate))
    , m_d(broker)
    , m_self(std::make_shared<Gate>(this))
{
    m_thread.setObjectName(QStringLiteral("collector"));
}

BrokerMonitor::~BrokerMonitor()
{
    m_self->shut(); // no answer comes any more
    BrokerMonitor::detach();
}

// --- observing -----------------------------------------------------------------------------------------------

void BrokerMonitor::attach()
{
    if (m_channel)
        return;
    m_channel = std::make_shared<TapChannel>();
    m_loop = std::make_shared<CollectorLoop>(m_channel, handover());
    m_loop->moveToThread(&m_thread);
    // In that thread: a timer cannot be stopped from another one.
    connect(&m_thread, &QThread::finished, m_loop.get(), &CollectorLoop::stop, Qt::DirectConnection);
    m_thread.start();
    QMetaObject::invokeMethod(
        m_loop.get(), [loop = m_loop.get(), every = int(m_interval.count())] { loop->start(every); },
        Qt::QueuedConnection);
    const bool isThere = m_broker->post([d = m_d, channel = m_channel, interests = m_interests] {
        if (d->tap.open(channel))
            d->tap.setInterests(interests);
        else
            channel->tell([](TapChanges &changes) {
                changes.hasEnded = QStringLiteral("Somebody else watches this broker already.");
            });
    });
    if (!isThere)
        m_channel->tell([](TapChanges &changes) { changes.hasEnded = QStringLiteral("The broker has ended."); });
}

/// What the collector hands over is for the channel of now: what still comes of an earlier one is nobody's.
CollectorLoop::Handover BrokerMonitor::handover()
{
    CollectorLoop::Handover handover;
    handover.collected = [this, self = m_self, channel = std::weak_ptr<TapChannel>(m_channel)](
                             std::shared_ptr<Collector::Collected> collected) {
        self->post([this, channel, collected = std::move(collected)] {
            if (m_channel && m_channel == channel.lock())
                take(*collected);
        });
    };
    const auto askTap = [broker = m_broker, d = m_d, channel = m_channel](void (BrokerTap::*act)()) {
        broker->post([d, channel, act] {
            if (d->tap.isOpenFor(*channel))
                (d->tap.*act)();
        });
    };
    handover.renew = [askTap] { askTap(&BrokerTap::renew); };
    handover.report = [askTap] { askTap(&BrokerTap::report); };
    handover.snapshot = [askTap] { askTap(&BrokerTap::takeSnapshot); };
    return handover;
}

void BrokerMonitor::take(const Collector::Collected &collected)
{
    // A slot may detach, attach anew, or delete us.
    const QPointer<BrokerMonitor> self(this);
    const std::shared_ptr<CollectorLoop> loop = m_loop;
    const auto isStillOn = [&] { return self && loop == self->m_loop; };
    if (collected.snapshot)
        Q_EMIT snapshotTaken(*collected.snapshot);
    if (isStillOn() && (collected.isAnything || !collected.batch.log.empty()))
        Q_EMIT changed(collected.batch);
    if (isStillOn() && collected.hasEnded)
        tellDetached(*collected.hasEnded);
    loop->taken();
}

void BrokerMonitor::tellDetached(const QString &why)
{
    endCollecting();
    Q_EMIT detached(why);
}

void BrokerMonitor::detach()
{
    if (!m_channel)
        return;
    m_broker->post([d = m_d, channel = m_channel] { d->tap.close(channel.get()); });
    endCollecting();
}

void BrokerMonitor::endCollecting()
{
    m_thread.quit();
    m_thread.wait(); // one collection at most
    m_loop.reset();
    m_channel.reset();
}

void BrokerMonitor::refresh()
{
    if (!m_channel)
        return;
    m_broker->post([d = m_d, channel = m_channel] {
        if (d->tap.isOpenFor(*channel))
            d->tap.takeSnapshot();
    });
}

void BrokerMonitor::setInterests(Interests interests)
{
    m_interests = interests;
    if (!m_channel)
        return;
    m_broker->post([d = m_d, channel = m_channel, interests] {
        if (d->tap.isOpenFor(*channel))
            d->tap.setInterests(interests);
    });
}

void BrokerMonitor::setInterval(milliseconds interval)
{
    m_interval = std::clamp(interval, shortestInterval, longestInterval);
    if (m_loop)
        QMetaObject::invokeMethod(
            m_loop.get(), [loop = m_loop.get(), every = int(m_interval.count())] { loop->start(every); },
            Qt::QueuedConnection);
}

// --- asking --------------------------------------------------------------------------------------------------

/// Has `work(broker, reply)` done in the broker's thread.
template <typename Value, typename Work>
void BrokerMonitor::ask(std::function<void(const Value &)> answered, Work work)
{
    auto reply = std::make_shared<Reply<Value>>(m_self, std::move(answered));
    // In no slot or handler of the program's: those who ask have an event of their own.
    m_broker->post([d = m_d, work = std::move(work), reply = std::move(reply)] { work(*d, reply); });
}

/// The same for what the broker answers with an outcome.
template <typename Work>
void BrokerMonitor::command(CommandAnswered answered, Work work)
{
    ask<CommandAnswer>(std::move(answered),
        [work = std::move(work)](BrokerPrivate &d, const ReplyPtr<CommandAnswer> &reply) {
            work(d, [reply](const Outcome &outcome) { reply->give(answerOf(outcome)); });
        });
}

// --- commands ------------------------------------------------------------------------------------------------

void BrokerMonitor::publish(const PublishPacket &packet, const QByteArray &asClient, CommandAnswered answered)
{
    command(std::move(answered), [packet, asClient](BrokerPrivate &d, const Completion &done) {
        PublishPacket sound = packet;
        sound.properties.topicAlias.reset();
        sound.properties.subscriptionIdentifiers.clear();
        if (asClient.isEmpty())
            d.core->commands().publish(sound, d.guarded(done));
        else
            d.core->commands().publishAs(asClient, sound, d.guarded(done));
    });
}

void BrokerMonitor::disconnectClients(const std::vector<QByteArray> &clientIds, ReasonCode reason,
    const QByteArray &text, CommandAnswered answered)
{
    ask<CommandAnswer>(std::move(answered),
        [clientIds, reason, text](BrokerPrivate &d, const ReplyPtr<CommandAnswer> &reply) {
            forEachClient(clientIds, reply, [&](const QByteArray &clientId, const Completion &done) {
                d.core->commands().disconnect(clientId, reason, text, {}, d.guarded(done));
            });
        });
}

void BrokerMonitor::ban(const Ban &ban, CommandAnswered answered)
{
    ask<CommandAnswer>(std::move(answered), [ban](BrokerPrivate &d, const ReplyPtr<CommandAnswer> &reply) {
        CommandAnswer answer;
        if (ban.value.isEmpty()) {
            answer.error = QStringLiteral("A ban needs a client id, a user or an address.");
        } else {
            const size_t before = d.core->connections().connected();
            d.q.ban(ban);
            answer.done = before - d.core->connections().connected();
            d.tap.report();
        }
        reply->give(answer);
    });
}

void BrokerMonitor::liftBan(BannedBy by, const QByteArray &value, CommandAnswered answered)
{
    ask<CommandAnswer>(std::move(answered), [by, value](BrokerPrivate &d, const ReplyPtr<CommandAnswer> &reply) {
        CommandAnswer answer;
        answer.done = d.policy.liftBan(by, value) ? 1 : 0;
        if (answer.done == 0)
            answer.error = QStringLiteral("There is no such ban any more.");
        d.tap.report();
        reply->give(answer);
    });
}

void BrokerMonitor::endSessions(const std::vector<QByteArray> &clientIds, CommandAnswered answered)
{
    ask<CommandAnswer>(std::move(answered), [clientIds](BrokerPrivate &d, const ReplyPtr<CommandAnswer> &reply) {
        forEachClient(clientIds, reply, [&](const QByteArray &clientId, const Completion &done) {
            d.core->commands().endSession(clientId, ReasonCode::AdministrativeAction,
                "the session is ended by the broker", d.guarded(done));
        });
    });
}

void BrokerMonitor::clearQueue(const QByteArray &clientId, CommandAnswered answered)
{
    command(std::move(answered), [clientId](BrokerPrivate &d, const Completion &done) {
        d.core->commands().clearQueue(clientId, d.guarded(done));
    });
}

void BrokerMonitor::subscribe(const QByteArray &clientId, const std::vector<SubscribeEntry> &entries,
    quint32 identifier, CommandAnswered answered)
{
    command(std::move(answered), [clientId, entries, identifier](BrokerPrivate &d, const Completion &done) {
        d.core->commands().subscribe(clientId, entries, identifier, d.guarded(done));
    });
}

void BrokerMonitor::unsubscribe(
    const QByteArray &clientId, const std::vector<QByteArray> &filters, CommandAnswered answered)
{
    command(std::move(answered), [clientId, filters](BrokerPrivate &d, const Completion &done) {
        d.core->commands().unsubscribe(clientId, filters, d.guarded(done));
    });
}

void BrokerMonitor::deleteRetained(const std::vector<QByteArray> &topics, RetainedDeleted answered)
{
    ask<DeletedRetained>(std::move(answered), [topics](BrokerPrivate &d, const ReplyPtr<DeletedRetained> &reply) {
        std::make_shared<RetainedDeletion>(d, reply)->deleteTopics(topics);
    });
}

void BrokerMonitor::deleteRetainedMatching(const QByteArray &filter, RetainedDeleted answered)
{
    ask<DeletedRetained>(std::move(answered), [filter](BrokerPrivate &d, const ReplyPtr<DeletedRetained> &reply) {
        std::make_shared<RetainedDeletion>(d, reply)->deleteMatching(filter);
    });
}

void BrokerMonitor::restoreRetained(const std::vector<MessagePtr> &messages, CommandAnswered answered)
{
    ask<CommandAnswer>(std::move(answered), [messages](BrokerPrivate &d, const ReplyPtr<CommandAnswer> &reply) {
        std::make_shared<RetainedRestoring>(d, reply)->restore(messages);
    });
}

// --- queries -------------------------------------------------------------------------------------------------

void BrokerMonitor::findReceivers(
    const QByteArray &topic, const QByteArray &publisher, QoS qos, MatchFound found)
{
    ask<MatchReport>(
        std::move(found), [topic, publisher, qos](BrokerPrivate &d, const ReplyPtr<MatchReport> &reply) {
            reply->give(ReceiverSearch(d.core->services(), d.policy).find(topic, publisher, qos));
        });
}

void BrokerMonitor::rightsOf(const QByteArray &clientId, RightsFound found)
{
    ask<RightsReport>(std::move(found), [clientId](BrokerPrivate &d, const ReplyPtr<RightsReport> &reply) {
        RightsReport report;
        if (!d.rightsProblem.isEmpty())
            report.error = d.rightsProblem;
        else if (const Session *session = d.core->sessions().find(clientId))
            report = rightsReportOf(*session, d.policy, d.options);
        else
            report.error = QStringLiteral("There is no session of that client id any more.");
        reply->give(std::move(report));
    });
}

void BrokerMonitor::queueOf(const QByteArray &clientId, qsizetype most, QueueFound found)
{
    ask<QueueContents>(std::move(found), [clientId, most](BrokerPrivate &d, const ReplyPtr<QueueContents> &reply) {
        QueueContents contents;
        if (Session *session = d.core->sessions().find(clientId))
            contents = queueContentsOf(*session, most);
        else
            contents.error = QStringLiteral("There is no session of that client id any more.");
        reply->give(std::move(contents));
    });
}

void BrokerMonitor::retained(
    const QByteArray &filter, const QByteArray &after, qsizetype most, RetainedFound found)
{
    ask<RetainedPage>(
        std::move(found), [filter, after, most](BrokerPrivate &d, const ReplyPtr<RetainedPage> &reply) {
            std::make_shared<RetainedSearch>(d, reply, filter, most)->goOn(after);
        });
}

void BrokerMonitor::countRetained(const QByteArray &filter, RetainedCounted counted)
{
    ask<RetainedCount>(std::move(counted), [filter](BrokerPrivate &d, const ReplyPtr<RetainedCount> &reply) {
        std::make_shared<RetainedCounting>(d, reply, filter)->goOn({});
    });
}

} // namespace pigeon
