#include "capture/clientstore.h"
#include "capture/rowlog.h"
#include "monitor/words.h"

/// How filters see a client.
namespace pigeon {

namespace {

constexpr double millisecondsPerSecond = 1000;
constexpr quint32 never = 0xFFFFFFFF;

double versionChoice(ProtocolVersion version) { return static_cast<double>(version) - static_cast<double>(ProtocolVersion::Mqtt31); }

} // namespace

double ClientRow::number(FieldId field) const
{
    if (!m_seen)
        return absent;
    const ClientFacts &facts = m_seen->facts;
    const ClientCounts &counts = facts.counts;
    switch (field) {
    case FieldId::Online:
        return m_seen->state == ClientState::Online;
    case FieldId::Refused:
        return m_seen->state == ClientState::Refused;
    case FieldId::Banned:
        return m_seen->isBanned;
    case FieldId::CleanStart:
        return facts.info.cleanStart;
    case FieldId::Version:
        return versionChoice(facts.info.version);
    case FieldId::KeepAlive:
        return facts.info.keepAliveSeconds * millisecondsPerSecond;
    case FieldId::Expiry:
        return facts.sessionExpirySeconds == never ? std::numeric_limits<double>::infinity()
                                                   : facts.sessionExpirySeconds * millisecondsPerSecond;
    case FieldId::Age:
        return facts.since == 0 ? absent : asMilliseconds(m_now - facts.since);
    case FieldId::Latency:
        return m_seen->latencies.isEmpty() ? absent : asMilliseconds(m_seen->latencies.below(0.95));
    case FieldId::ReasonCode:
        return static_cast<double>(facts.lastReason);
    case FieldId::RateIn:
        return m_seen->rateIn;
    case FieldId::RateOut:
        return m_seen->rateOut;
    case FieldId::BytesIn:
        return static_cast<double>(counts.bytesIn);
    case FieldId::BytesOut:
        return static_cast<double>(counts.bytesOut);
    case FieldId::Subscriptions:
        return static_cast<double>(counts.subscriptions);
    case FieldId::InFlight:
        return static_cast<double>(counts.inflight);
    case FieldId::Queued:
        return static_cast<double>(counts.queuedMessages);
    case FieldId::QueuedBytes:
        return static_cast<double>(counts.queuedBytes);
    case FieldId::Dropped:
        return static_cast<double>(counts.dropped());
    case FieldId::TakeOvers:
        return static_cast<double>(facts.takeovers);
    case FieldId::Connects:
        return static_cast<double>(facts.connects);
    case FieldId::RecentConnects:
        return static_cast<double>(m_seen->recentConnects(m_now));
    case FieldId::RecentDrops:
        return static_cast<double>(m_seen->recentDrops(m_now));
    default:
        return absent;
    }
}

QByteArrayView ClientRow::text(FieldId field) const
{
    if (!m_seen)
        return {};
    switch (field) {
    case FieldId::Client:
        return m_store.nameOf(m_seen->facts.client);
    case FieldId::User:
        return m_seen->facts.info.userName;
    case FieldId::Address:
        return m_seen->facts.info.address;
    case FieldId::Listener:
        return m_seen->facts.info.listener;
    case FieldId::Tls:
        m_tls = words::tls(m_seen->facts.info.tlsVersion, m_seen->facts.info.tlsCipher);
        return m_tls;
    case FieldId::Reason:
        return m_seen->facts.lastText;
    default:
        return {};
    }
}

} // namespace pigeon
