#include "broker/receiversearch.h"

#include "broker/handlerpolicy.h"
#include "protocol/topic.h"
#include "routing/subscriptiontree.h"
#include "security/accessfile.h"
#include "session/exchange.h"
#include "session/services.h"
#include "session/session.h"
#include "session/sessionregistry.h"

#include <QList>

#include <algorithm>
#include <tuple>

namespace pigeon {

namespace {

constexpr size_t mostReceivers = 10'000;
constexpr size_t mostNearMisses = 200;

QList<QByteArray> levelsOf(QByteArrayView text)
{
    return text.toByteArray().split('/');
}

bool isSameLevel(const QByteArray &filterLevel, const QByteArray &topicLevel)
{
    return filterLevel == "+" || filterLevel == topicLevel;
}

/// Levels that differ, of filter and topic with the same number of them; a `#` at the end stands for the rest.
QList<int> differences(const QList<QByteArray> &filter, const QList<QByteArray> &topic)
{
    QList<int> found;
    for (qsizetype i = 0; i < filter.size() && filter[i] != "#"; ++i) {
        if (!isSameLevel(filter[i], topic[i]))
            found.append(int(i));
    }
    return found;
}

NearMiss miss(NearMiss::Why why, int level = -1)
{
    NearMiss found;
    found.why = why;
    found.level = level;
    return found;
}

QByteArrayView withoutOuterSlashes(QByteArrayView text)
{
    if (text.startsWith('/'))
        text = text.sliced(1);
    return text.endsWith('/') ? text.chopped(1) : text;
}

RightVerdict verdictOf(const AccessVerdict &verdict)
{
    if (!verdict.rule)
        return {verdict.isAllowed, QStringLiteral("No rule of the ACL file speaks of it, which means no.")};
    return {verdict.isAllowed,
        QStringLiteral("Line %1 of the ACL file: %2 %3.")
            .arg(verdict.rule->line)
            .arg(QLatin1String(wordOf(verdict.rule->kind)), QString::fromUtf8(verdict.rule->filter.text()))};
}

WaitingMessage waiting(const MessageCopy &copy)
{
    WaitingMessage found;
    found.message = copy.message;
    found.qos = copy.qos;
    found.retain = copy.retain;
    if (copy.isShared())
        found.sharedFilter = copy.extras->sharedFilter;
    return found;
}

WaitingMessage::Stage stageOf(InFlight::Stage stage)
{
    switch (stage) {
    case InFlight::Stage::WaitsForStore:
        return WaitingMessage::Stage::WaitsForStore;
    case InFlight::Stage::Released:
        return WaitingMessage::Stage::Released;
    case InFlight::Stage::Done:
    case InFlight::Stage::Sent:
        break;
    }
    return WaitingMessage::Stage::Sent;
}

} // namespace

std::optional<NearMiss> nearMissOf(QByteArrayView filter, QByteArrayView topic)
{
    if (topic.startsWith('$') && (filter.startsWith('#') || filter.startsWith('+')))
        return miss(NearMiss::Why::DollarTopic, 0);
    const QByteArrayView inner = withoutOuterSlashes(topic);
    if (!inner.isEmpty() && topicMatches(withoutOuterSlashes(filter), inner))
        return miss(NearMiss::Why::LeadingSlash);
    const QList<QByteArray> wanted = levelsOf(filter);
    const QList<QByteArray> has = levelsOf(topic);
    const bool isOpenEnded = wanted.back() == "#";
    const qsizetype named = wanted.size() - (isOpenEnded ? 1 : 0);
    const bool hasAll = isOpenEnded ? has.size() >= named : has.size() == named;
    if (!hasAll) {
        const qsizetype common = std::min(named, has.size());
        const bool isPrefix = common > 0 && differences(wanted.first(common), has).isEmpty();
        return isPrefix && std::abs(named - has.size()) == 1
            ? std::optional(miss(NearMiss::Why::LevelCountDiffers, int(common)))
            : std::nullopt;
    }
    const QList<int> different = differences(wanted, has);
    if (different.size() != 1 || has.size() < 2)
        return std::nullopt;
    const int level = different.front();
    const bool isCase = wanted[level].compare(has[level], Qt::CaseInsensitive) == 0;
    return miss(isCase ? NearMiss::Why::CaseDiffers : NearMiss::Why::OneLevelDiffers, level);
}

MatchReport ReceiverSearch::find(const QByteArray &topic, const QByteArray &publisher, QoS qos)
{
    m_topic = topic;
    m_publisher = publisher;
    m_qos = qos;
    m_report = {};
    m_nextOf.clear();
    if (!isMqttText(topic) || topicNameError(topic)) {
        m_report.error = QStringLiteral("\"%1\" is no topic: it must not be empty and have no wildcards.")
                             .arg(QString::fromUtf8(topic));
        return m_report;
    }
    m_report.publish = rightToPublish(publisher);
    m_services.sessions.forEach([this](const Session &session) { look(session); });
    std::stable_sort(m_report.receivers.begin(), m_report.receivers.end(),
        [](const MatchedReceiver &a, const MatchedReceiver &b) {
            return std::tie(a.group, a.clientId) < std::tie(b.group, b.clientId);
        });
    return std::move(m_report);
}

void ReceiverSearch::look(const Session &session)
{
    MatchedReceiver merged; // of all its subscriptions that are not shared [MQTT-3.3.4-2]
    for (auto each = session.subscriptions().cbegin(); each != session.subscriptions().cend(); ++each)
        lookAt(session, each.key(), *each, merged);
    if (merged.filters.empty())
        return;
    merged.qos = std::min(merged.qos, m_qos);
    merged.right = rightToReceive(session);
    m_report.receiverCount += merged.right.isAllowed;
    add(session, std::move(merged));
}

void ReceiverSearch::lookAt(
    const Session &session, const QByteArray &filter, const SubscriptionOptions &options, MatchedReceiver &merged)
{
    const FilterParts parts = splitFilter(filter);
    if (!topicMatches(parts.filter, m_topic)) {
        const std::optional<NearMiss> near = m_report.nearMisses.size() < mostNearMisses ? nearMissOf(parts.filter, m_topic) : std::nullopt;
        if (near)
            addNearMiss(session, filter, *near);
    } else if (!parts.group.isEmpty()) {
        addShared(session, filter, options);
    } else if (options.noLocal && session.clientId() == m_publisher) { // [MQTT-3.8.3-3]
        addNearMiss(session, filter, miss(NearMiss::Why::NoLocal));
    } else {
        merged.filters.push_back(filter);
        merged.qos = std::max(merged.qos, options.maximumQoS);
        if (options.identifier != 0)
            merged.identifiers.push_back(options.identifier);
    }
}

void ReceiverSearch::addShared(
    const Session &session, const QByteArray &filter, const SubscriptionOptions &options)
{
    const FilterParts parts = splitFilter(filter);
    const SharedGroup *group = m_services.subscriptions.sharedGroup(parts.group, parts.filter);
    const SharedGroup::Member *next = group ? nextOf(*group) : nullptr;
    MatchedReceiver receiver;
    receiver.filters = {filter};
    receiver.qos = std::min(options.maximumQoS, m_qos);
    receiver.group = parts.group.toByteArray();
    receiver.isNext = next && next->subscriber == static_cast<const Subscriber *>(&session);
    if (options.identifier != 0)
        receiver.identifiers = {options.identifier};
    receiver.right = rightToReceive(session);
    m_report.receiverCount += receiver.isNext && receiver.right.isAllowed;
    add(session, std::move(receiver));
}

/// Found out once for all members.
const SharedGroup::Member *ReceiverSearch::nextOf(const SharedGroup &group)
{
    const auto known = m_nextOf.constFind(&group);
    if (known != m_nextOf.cend())
        return *known;
    const SharedGroup::Member *next = group.wouldBeNext([this](const Subscriber &member) {
        return m_services.exchange.readiness(static_cast<const Session &>(member), m_qos, m_topic.size());
    });
    m_nextOf.insert(&group, next);
    return next;
}

void ReceiverSearch::add(const Session &session, MatchedReceiver receiver)
{
    if (m_report.receivers.size() == mostReceivers) {
        m_report.isCut = true;
        return;
    }
    receiver.clientId = session.clientId();
    receiver.isConnected = session.connection() != nullptr;
    m_report.receivers.push_back(std::move(receiver));
}

void ReceiverSearch::addNearMiss(const Session &session, const QByteArray &filter, NearMiss miss)
{
    if (m_report.nearMisses.size() == mostNearMisses)
        return;
    miss.clientId = session.clientId();
    miss.filter = filter;
    m_report.nearMisses.push_back(std::move(miss));
}

RightVerdict ReceiverSearch::rightToReceive(const Session &session) const
{
    const AccessList *access = m_policy.access();
    return access ? verdictOf(access->receive(session.clientId(), session.userName(), m_topic)) : RightVerdict();
}

RightVerdict ReceiverSearch::rightToPublish(const QByteArray &publisher) const
{
    if (publisher.isEmpty())
        return {true, QStringLiteral("The broker itself may publish anywhere.")};
    if (isSystemTopic(m_topic))
        return {false, QStringLiteral("Below $SYS the broker alone publishes.")};
    const AccessList *access = m_policy.access();
    if (!access)
        return {};
    const Session *session = m_services.sessions.find(publisher);
    return verdictOf(access->publish(publisher, session ? session->userName() : QByteArray(), m_topic));
}

QueueContents queueContentsOf(Session &session, qsizetype most)
{
    QueueContents contents;
    session.outbox().forEachInFlight([&contents](InFlight::Entry &entry) {
        WaitingMessage found = waiting(entry.copy);
        found.packetId = entry.packetId;
        found.stage = stageOf(entry.stage);
        contents.inflight.push_back(std::move(found));
        return true;
    });
    const DeliveryQueue &queue = session.outbox().queue();
    const size_t listed = std::min(queue.loaded(), static_cast<size_t>(std::max<qsizetype>(most, 0)));
    for (size_t i = 0; i < listed; ++i)
        contents.queued.push_back(waiting(queue[i]));
    contents.queuedMessages = queue.messages();
    contents.queuedBytes = queue.bytes();
    return contents;
}

} // namespace pigeon
