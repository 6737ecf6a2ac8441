#include "window/relaysource.h"

namespace pigeon {

namespace {

void setError(CommandAnswer &answer, const QString &error) { answer.error = error; }
void setError(DeletedRetained &answer, const QString &error) { answer.answer.error = error; }
template <typename Answer>
void setError(Answer &answer, const QString &error)
{
    answer.error = error;
}

} // namespace

template <typename Answer, typename Call>
void RelaySource::pass(const std::function<void(const Answer &)> &answered, Call call)
{
    if (!answered) {
        if (m_target)
            call(*m_target, answered);
        return;
    }
    const auto fail = [answered](const QString &error) {
        Answer answer;
        setError(answer, error);
        answered(answer);
    };
    if (!m_target) {
        // From the event loop, as a source does.
        QMetaObject::invokeMethod(
            this, [fail, error = tr("The broker is not running: start it first.")] { fail(error); }, Qt::QueuedConnection);
        return;
    }
    const quint64 number = ++m_asked;
    m_pending.emplace(number, fail);
    call(*m_target, [self = QPointer(this), number, answered](const Answer &answer) {
        if (self && self->m_pending.erase(number) > 0)
            answered(answer);
    });
}

void RelaySource::failPending()
{
    // What a source that goes has not answered yet it may never answer.
    for (const auto &[number, fail] : std::exchange(m_pending, {})) {
        QMetaObject::invokeMethod(
            this,
            [fail = fail, error = tr("The broker stopped before it had answered: whether it has done it is not known.")] { fail(error); },
            Qt::QueuedConnection);
    }
}

void RelaySource::setTarget(MonitorSource *target)
{
    if (m_target)
        m_target->disconnect(this);
    failPending();
    m_target = target;
    if (!target)
        return;
    connect(target, &MonitorSource::snapshotTaken, this, &RelaySource::snapshotTaken);
    connect(target, &MonitorSource::changed, this, &RelaySource::changed);
    connect(target, &MonitorSource::detached, this, &RelaySource::detached);
    target->setInterests(m_interests);
    target->setInterval(m_interval);
}

void RelaySource::attach()
{
    if (m_target)
        m_target->attach();
}

void RelaySource::detach()
{
    if (m_target)
        m_target->detach();
}

void RelaySource::refresh()
{
    if (m_target)
        m_target->refresh();
}

void RelaySource::setInterests(Interests interests)
{
    m_interests = interests;
    if (m_target)
        m_target->setInterests(interests);
}

void RelaySource::setInterval(std::chrono::milliseconds interval)
{
    m_interval = interval;
    if (m_target)
        m_target->setInterval(interval);
}

void RelaySource::publish(const PublishPacket &packet, const QByteArray &asClient, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.publish(packet, asClient, heard); });
}

void RelaySource::disconnectClients(
    const std::vector<QByteArray> &clientIds, ReasonCode reason, const QByteArray &text, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.disconnectClients(clientIds, reason, text, heard); });
}

void RelaySource::ban(const Ban &ban, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.ban(ban, heard); });
}

void RelaySource::liftBan(BannedBy by, const QByteArray &value, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.liftBan(by, value, heard); });
}

void RelaySource::endSessions(const std::vector<QByteArray> &clientIds, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.endSessions(clientIds, heard); });
}

void RelaySource::clearQueue(const QByteArray &clientId, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.clearQueue(clientId, heard); });
}

void RelaySource::subscribe(const QByteArray &clientId, const std::vector<SubscribeEntry> &entries, quint32 identifier,
    CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.subscribe(clientId, entries, identifier, heard); });
}

void RelaySource::unsubscribe(
    const QByteArray &clientId, const std::vector<QByteArray> &filters, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.unsubscribe(clientId, filters, heard); });
}

void RelaySource::deleteRetained(const std::vector<QByteArray> &topics, RetainedDeleted answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.deleteRetained(topics, heard); });
}

void RelaySource::deleteRetainedMatching(const QByteArray &filter, RetainedDeleted answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.deleteRetainedMatching(filter, heard); });
}

void RelaySource::restoreRetained(const std::vector<MessagePtr> &messages, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target, const auto &heard) { target.restoreRetained(messages, heard); });
}

void RelaySource::findReceivers(const QByteArray &topic, const QByteArray &publisher, QoS qos, MatchFound found)
{
    pass(found, [&](MonitorSource &target, const auto &heard) { target.findReceivers(topic, publisher, qos, heard); });
}

void RelaySource::rightsOf(const QByteArray &clientId, RightsFound found)
{
    pass(found, [&](MonitorSource &target, const auto &heard) { target.rightsOf(clientId, heard); });
}

void RelaySource::queueOf(const QByteArray &clientId, qsizetype most, QueueFound found)
{
    pass(found, [&](MonitorSource &target, const auto &heard) { target.queueOf(clientId, most, heard); });
}

void RelaySource::retained(const QByteArray &filter, const QByteArray &after, qsizetype most, RetainedFound found)
{
    pass(found, [&](MonitorSource &target, const auto &heard) { target.retained(filter, after, most, heard); });
}

void RelaySource::countRetained(const QByteArray &filter, RetainedCounted counted)
{
    pass(counted, [&](MonitorSource &target, const auto &heard) { target.countRetained(filter, heard); });
}

} // namespace pigeon
