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

template <typename Answer>
void RelaySource::refuse(const std::function<void(const Answer &)> &answered)
{
    if (!answered)
        return;
    Answer answer;
    setError(answer, tr("The broker is not running: start it first."));
    QMetaObject::invokeMethod(this, [answered, answer] { answered(answer); }, Qt::QueuedConnection);
}

template <typename Answer, typename Call>
void RelaySource::pass(const std::function<void(const Answer &)> &answered, Call call)
{
    if (m_target)
        call(*m_target);
    else
        refuse(answered);
}

void RelaySource::setTarget(MonitorSource *target)
{
    if (m_target)
        m_target->disconnect(this);
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
    pass(answered, [&](MonitorSource &target) { target.publish(packet, asClient, answered); });
}

void RelaySource::disconnectClients(
    const std::vector<QByteArray> &clientIds, ReasonCode reason, const QByteArray &text, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target) { target.disconnectClients(clientIds, reason, text, answered); });
}

void RelaySource::ban(const Ban &ban, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target) { target.ban(ban, answered); });
}

void RelaySource::liftBan(BannedBy by, const QByteArray &value, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target) { target.liftBan(by, value, answered); });
}

void RelaySource::endSessions(const std::vector<QByteArray> &clientIds, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target) { target.endSessions(clientIds, answered); });
}

void RelaySource::clearQueue(const QByteArray &clientId, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target) { target.clearQueue(clientId, answered); });
}

void RelaySource::subscribe(const QByteArray &clientId, const std::vector<SubscribeEntry> &entries, quint32 identifier,
    CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target) { target.subscribe(clientId, entries, identifier, answered); });
}

void RelaySource::unsubscribe(
    const QByteArray &clientId, const std::vector<QByteArray> &filters, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target) { target.unsubscribe(clientId, filters, answered); });
}

void RelaySource::deleteRetained(const std::vector<QByteArray> &topics, RetainedDeleted answered)
{
    pass(answered, [&](MonitorSource &target) { target.deleteRetained(topics, answered); });
}

void RelaySource::deleteRetainedMatching(const QByteArray &filter, RetainedDeleted answered)
{
    pass(answered, [&](MonitorSource &target) { target.deleteRetainedMatching(filter, answered); });
}

void RelaySource::restoreRetained(const std::vector<MessagePtr> &messages, CommandAnswered answered)
{
    pass(answered, [&](MonitorSource &target) { target.restoreRetained(messages, answered); });
}

void RelaySource::findReceivers(const QByteArray &topic, const QByteArray &publisher, QoS qos, MatchFound found)
{
    pass(found, [&](MonitorSource &target) { target.findReceivers(topic, publisher, qos, found); });
}

void RelaySource::queueOf(const QByteArray &clientId, qsizetype most, QueueFound found)
{
    pass(found, [&](MonitorSource &target) { target.queueOf(clientId, most, found); });
}

void RelaySource::retained(const QByteArray &filter, const QByteArray &after, qsizetype most, RetainedFound found)
{
    pass(found, [&](MonitorSource &target) { target.retained(filter, after, most, found); });
}

void RelaySource::countRetained(const QByteArray &filter, RetainedCounted counted)
{
    pass(counted, [&](MonitorSource &target) { target.countRetained(filter, counted); });
}

} // namespace pigeon
