#include "crash/participants.h"

#include <utility>

namespace pigeon::test {

namespace {

QByteArray payloadFor(Stream stream, int number)
{
    return QByteArray::number(stream) + ' ' + QByteArray::number(number) + ' ';
}

} // namespace

const QByteArray RetainedReader::endTopic = "retained/~";

CrashClient::Tag tagOf(const QByteArray &payload)
{
    const QList<QByteArray> words = payload.split(' ');
    bool isStream = false, isNumber = false;
    const CrashClient::Tag tag{words.value(0).toInt(&isStream), words.value(1).toInt(&isNumber)};
    return isStream && isNumber ? tag : CrashClient::Tag{-1, 0};
}

// --- what all have in common ---------------------------------------------------------------------------------

Participant::Participant(Ledger &ledger, QByteArray clientId, ProtocolVersion version)
    : m_ledger(ledger)
    , m_client(std::move(clientId), version)
{
    m_client.acknowledged = [this](CrashClient::Tag tag) { m_ledger.acknowledge(tag.stream, tag.number); };
    m_client.wronged = [this](const QByteArray &what) { m_ledger.fault(what); };
}

bool Participant::connect(quint16 port)
{
    const CrashClient::Wish wanted = wish();
    m_wasWelcome = false;
    m_client.welcomed = [this, isPersistent = wanted.isPersistent, isClean = wanted.isClean](bool sessionPresent) {
        welcomed(isPersistent, isClean, sessionPresent);
    };
    return m_client.connect(port, wanted);
}

void Participant::welcomed(bool isPersistent, bool isClean, bool sessionPresent)
{
    const bool mustBePresent = m_hasSession && !isClean;
    if (mustBePresent && !sessionPresent)
        m_ledger.fault(m_client.clientId() + ": the session is gone");
    if (!mustBePresent && sessionPresent)
        m_ledger.fault(m_client.clientId() + ": a session is there that has ended, or never was");
    m_hasSession = isPersistent;
    m_wasWelcome = true;
}

void Participant::die(bool readsRest)
{
    const bool wasOpen = m_client.isOpen();
    m_client.lose(readsRest);
    if (wasOpen)
        lost(m_wasWelcome);
}

// --- publishers ----------------------------------------------------------------------------------------------

Publisher::Publisher(Ledger &ledger, int number, ProtocolVersion version, quint32 seed)
    : Participant(ledger, "publisher" + QByteArray::number(number), version)
    , m_liveTopic("live/data/" + QByteArray::number(number))
    , m_retainedTopic("retained/" + QByteArray::number(number) + '/')
    , m_random(seed)
{
    client().refused = [this](CrashClient::Tag tag, ReasonCode reason) { refused(tag, reason); };
    for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        const QByteArray digit = QByteArray::number(static_cast<int>(qos));
        m_live.push_back(ledger.open(m_liveTopic + " QoS " + digit, qos));
        m_retained.push_back(ledger.open(m_retainedTopic + digit, qos));
    }
}

void Publisher::setBudget(int messages, int payloadBytes)
{
    m_budget = messages;
    m_payloadBytes = payloadBytes;
}

void Publisher::work()
{
    while (m_budget > 0 && client().isWelcome() && client().unfinished() < window) {
        --m_budget;
        const auto dice = m_random() % 20;
        const QoS qos = dice % 2 == 0 ? QoS::AtLeastOnce : QoS::ExactlyOnce;
        const size_t which = dice % 2;
        if (dice < 16)
            publishTo(m_live[which], qos);
        else
            publishRetained(m_retained[which], qos);
    }
}

/// Nobody must get a refused QoS 2 message. QoS 1 is delivered before the store has it: whoever is there may have it.
void Publisher::refused(CrashClient::Tag tag, ReasonCode reason)
{
    ++m_refusals;
    if (ledger().qos(tag.stream) == QoS::ExactlyOnce)
        ledger().refuse(tag.stream, tag.number);
    if (!m_mayBeRefused || reason != ReasonCode::QuotaExceeded)
        ledger().fault(client().clientId() + ": a message was refused with "
            + QByteArray::number(static_cast<int>(reason)));
}

void Publisher::publishEndOfRetained()
{
    const Stream stream = ledger().open(RetainedReader::endTopic, QoS::AtLeastOnce);
    PublishPacket packet;
    packet.topic = RetainedReader::endTopic;
    packet.payload = "end";
    packet.qos = QoS::AtLeastOnce;
    packet.retain = true;
    client().publish(std::move(packet), {stream, ledger().publish(stream)});
}

void Publisher::publishLast()
{
    publishTo(m_live[0], QoS::AtLeastOnce);
    publishTo(m_live[1], QoS::ExactlyOnce);
}

QByteArray Publisher::payload(Stream stream, int number)
{
    const auto most = static_cast<unsigned>(m_payloadBytes) + 1;
    return payloadFor(stream, number) + QByteArray(static_cast<qsizetype>(m_random() % most), '.');
}

void Publisher::publishTo(Stream stream, QoS qos)
{
    const int number = ledger().publish(stream);
    PublishPacket packet;
    packet.topic = m_liveTopic;
    packet.payload = payload(stream, number);
    packet.qos = qos;
    client().publish(std::move(packet), {stream, number});
}

void Publisher::publishRetained(Stream stream, QoS qos)
{
    const bool isClear = m_random() % 8 == 0;
    const int number = ledger().publish(stream, isClear);
    PublishPacket packet;
    packet.topic = m_retainedTopic + QByteArray::number(static_cast<int>(qos));
    packet.payload = isClear ? QByteArray() : payload(stream, number);
    packet.qos = qos;
    packet.retain = true;
    client().publish(std::move(packet), {stream, number});
}

// --- subscribers ---------------------------------------------------------------------------------------------

Subscriber::Subscriber(
    Ledger &ledger, QByteArray clientId, ProtocolVersion version, QByteArray ledgerName, QByteArray filter)
    : Participant(ledger, std::move(clientId), version)
    , m_ledgerName(std::move(ledgerName))
    , m_filter(std::move(filter))
{
    client().received = [this](const PublishPacket &publish) { take(publish); };
}

void Subscriber::take(const PublishPacket &publish)
{
    const CrashClient::Tag tag = tagOf(publish.payload);
    ledger().receive(m_ledgerName, tag.stream, tag.number);
}

RetainedReader::RetainedReader(Ledger &ledger)
    : Participant(ledger, "reader", ProtocolVersion::Mqtt5)
{
    setWanted(false);
    client().received = [this](const PublishPacket &publish) { take(publish); };
}

void RetainedReader::subscribe()
{
    m_found.clear();
    m_isComplete = false;
    client().subscribe("retained/#", QoS::AtLeastOnce);
}

void RetainedReader::take(const PublishPacket &publish)
{
    if (publish.topic == endTopic) {
        m_isComplete = true;
        return;
    }
    const CrashClient::Tag tag = tagOf(publish.payload);
    if (tag.stream < 0)
        ledger().fault("a retained message that nobody has published");
    else
        m_found[tag.stream] = tag.number;
}

void RetainedReader::report(const std::vector<Stream> &streams)
{
    for (const Stream stream : streams) {
        const auto found = m_found.find(stream);
        ledger().findRetained(stream, found == m_found.end() ? std::nullopt : std::optional(found->second));
    }
}

// --- wills ---------------------------------------------------------------------------------------------------

Mortal::Mortal(Ledger &ledger, int number, const Kind &kind)
    : Participant(ledger, "mortal" + QByteArray::number(number), kind.version)
    , m_kind(kind)
    , m_topic("live/wills/" + QByteArray::number(number))
    , m_stream(ledger.open(m_topic, kind.qos))
{
}

CrashClient::Wish Mortal::wish()
{
    m_life = ledger().publish(m_stream);
    if (!m_kind.isToBeHeard)
        ledger().refuse(m_stream, m_life);
    WillFields will;
    will.topic = m_topic;
    will.payload = payloadFor(m_stream, m_life);
    will.qos = m_kind.qos;
    if (m_kind.delaySeconds > 0)
        will.properties.willDelayInterval = m_kind.delaySeconds;
    return {m_kind.isPersistent, !m_kind.isPersistent, will};
}

/// [MQTT-3.1.2-8]: the connection has ended with the broker, and nobody has said DISCONNECT.
void Mortal::lost(bool wasWelcome)
{
    if (wasWelcome && m_kind.isToBeHeard)
        ledger().acknowledge(m_stream, m_life);
}

void Mortal::leave()
{
    setWanted(false);
    if (client().isWelcome())
        client().disconnect();
}

void Mortal::discardWill()
{
    ledger().refuse(m_stream, m_life);
}

} // namespace pigeon::test
