#include "models/clientsmodel.h"

#include "filter/filterprogram.h"
#include "look/figures.h"
#include "look/plaintext.h"
#include "look/theme.h"
#include "models/cellroles.h"
#include "monitor/words.h"

#include <QBrush>
#include <QCoreApplication>
#include <QDateTime>
#include <QGuiApplication>
#include <QPalette>

namespace pigeon {

namespace {

constexpr qint64 nanosecondsPerSecond = 1'000'000'000;
constexpr quint32 neverExpires = 0xFFFF'FFFF;

const std::array<ColumnFacts, ClientsModel::ColumnCount> columns{
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "State"),
        QT_TRANSLATE_NOOP("Columns", "online; away: its session waits; gone; refused; banned"), FieldId::Online},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Client id"), QT_TRANSLATE_NOOP("Columns", "Client id"), FieldId::Client},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "User"),
        QT_TRANSLATE_NOOP("Columns", "User that it was found to be; empty where nobody checks"), FieldId::User},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Address"), QT_TRANSLATE_NOOP("Columns", "Where it comes from"),
        FieldId::Address},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Listener"), QT_TRANSLATE_NOOP("Columns", "The listener that it came in through"),
        FieldId::Listener},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "TLS"),
        QT_TRANSLATE_NOOP("Columns", "Version of TLS and cipher; empty: it speaks no TLS with the broker"), FieldId::Tls},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "MQTT"), QT_TRANSLATE_NOOP("Columns", "Version of MQTT that it speaks"),
        FieldId::Version},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Since"), QT_TRANSLATE_NOOP("Columns", "How long it has been connected, or away"),
        FieldId::Age, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Keep alive"),
        QT_TRANSLATE_NOOP("Columns", "Its keep alive; the bar: how much of it has passed since its last packet"),
        FieldId::KeepAlive, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Session"),
        QT_TRANSLATE_NOOP("Columns", "How long its session is kept when the connection has ended"), FieldId::Expiry, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Subs"), QT_TRANSLATE_NOOP("Columns", "Subscriptions"), FieldId::Subscriptions, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "In/s"), QT_TRANSLATE_NOOP("Columns", "Messages a second from it"), FieldId::RateIn, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Out/s"), QT_TRANSLATE_NOOP("Columns", "Messages a second to it"), FieldId::RateOut, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Bytes in"), QT_TRANSLATE_NOOP("Columns", "Bytes that came from it"), FieldId::BytesIn, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Bytes out"), QT_TRANSLATE_NOOP("Columns", "Bytes that went to it"), FieldId::BytesOut, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "In flight"),
        QT_TRANSLATE_NOOP("Columns", "Messages sent and not acknowledged, of those that it takes at once; the bar shows the same"),
        FieldId::InFlight, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Queue"),
        QT_TRANSLATE_NOOP("Columns", "Messages that wait for it; the bar: how full its queue is"), FieldId::Queued, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Dropped"),
        QT_TRANSLATE_NOOP("Columns", "Messages that it did not and will not get"), FieldId::Dropped, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "p95"),
        QT_TRANSLATE_NOOP("Columns", "Of twenty messages of QoS 1 and 2 nineteen were acknowledged sooner than that"), FieldId::Latency, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Take-overs"),
        QT_TRANSLATE_NOOP("Columns", "How many times another connection took its client id over"), FieldId::TakeOvers, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Last reason"),
        QT_TRANSLATE_NOOP("Columns", "Why its last connection ended, or was refused"), FieldId::Reason},
};

constexpr std::array presets{
    ClientPreset{QT_TRANSLATE_NOOP("ClientPresets", "All"), ""},
    ClientPreset{QT_TRANSLATE_NOOP("ClientPresets", "Online"), "online"},
    ClientPreset{QT_TRANSLATE_NOOP("ClientPresets", "Offline with session"), "not online and expiry > 0 s"},
    ClientPreset{QT_TRANSLATE_NOOP("ClientPresets", "Backlogged"), "queue > 0"},
    ClientPreset{QT_TRANSLATE_NOOP("ClientPresets", "Dropping"), "recentdrops > 0"},
    ClientPreset{QT_TRANSLATE_NOOP("ClientPresets", "Slow"), "latency > 100 ms"},
    ClientPreset{QT_TRANSLATE_NOOP("ClientPresets", "Flapping"), "recentconnects > 3"},
    ClientPreset{QT_TRANSLATE_NOOP("ClientPresets", "Refused"), "refused"},
    ClientPreset{QT_TRANSLATE_NOOP("ClientPresets", "Banned"), "banned"},
};

qint64 nowNanoseconds() { return QDateTime::currentMSecsSinceEpoch() * 1'000'000; }

} // namespace

QString sessionText(const ClientFacts &facts)
{
    if (facts.sessionExpirySeconds == 0)
        return ClientsModel::tr("with connection");
    return facts.sessionExpirySeconds == neverExpires ? ClientsModel::tr("for ever")
                                                      : ageText(std::chrono::seconds(facts.sessionExpirySeconds));
}

QString keepAliveText(const ClientInfo &info)
{
    return info.keepAliveSeconds == 0 ? ClientsModel::tr("none") : ClientsModel::tr("%1 s").arg(info.keepAliveSeconds);
}

std::span<const ClientPreset> clientPresets() { return presets; }

QString clientStateText(const SeenClient &client)
{
    if (client.isBanned)
        return ClientsModel::tr("banned");
    switch (client.state) {
    case ClientState::Online:
        return ClientsModel::tr("online");
    case ClientState::Away:
        return ClientsModel::tr("away");
    case ClientState::Gone:
        return ClientsModel::tr("gone");
    case ClientState::Refused:
        return ClientsModel::tr("refused");
    }
    return {};
}

QString agoText(qint64 when, qint64 now)
{
    return when == 0 ? QString() : ageText(std::chrono::seconds((now - when) / nanosecondsPerSecond));
}

ClientsModel::ClientsModel(const Capture &capture, QObject *parent)
    : StoreRowsModel(FilterView::Clients, columns, parent)
    , m_capture(capture)
{
    connect(&capture, &Capture::reset, this, &ClientsModel::startAnew);
    connect(&capture, &Capture::updated, this, &ClientsModel::refreshWhenDue);
    refresh();
}

void ClientsModel::beginPass(qint64 now) { m_row = std::make_unique<ClientRow>(m_capture.clients(), now); }

bool ClientsModel::passes(int storeRow, FilterRun &run)
{
    m_row->goTo(m_capture.clients().numberAt(storeRow));
    return run.passes(*m_row);
}

std::vector<int> ClientsModel::presetCounts() const
{
    std::vector<int> counts;
    ClientRow row(m_capture.clients(), nowNanoseconds());
    for (const ClientPreset &preset : presets) {
        FilterRun run(compileFilter(QString::fromLatin1(preset.filter), FilterView::Clients).program);
        int count = 0;
        for (int each = 0; each < m_capture.clients().count(); ++each) {
            row.goTo(m_capture.clients().numberAt(each));
            count += run.passes(row) ? 1 : 0;
        }
        counts.push_back(count);
    }
    return counts;
}

const SeenClient *ClientsModel::seen(int row) const { return m_capture.clients().find(clientAt(row)); }

QByteArray ClientsModel::idAt(int row) const { return m_capture.clients().nameOf(clientAt(row)).toByteArray(); }

QVariant ClientsModel::shown(const SeenClient &client, ClientNumber number, int column) const
{
    const ClientFacts &facts = client.facts;
    const bool isOnline = client.state == ClientState::Online;
    switch (column) {
    case State:
        return clientStateText(client);
    case Id:
        return plainLine(m_capture.clients().nameOf(number));
    case User:
        return plainLine(facts.info.userName);
    case Address:
        return facts.info.address.isEmpty() ? QString() : plainLine(facts.info.address) + (facts.info.port ? QStringLiteral(":%1").arg(facts.info.port) : QString());
    case Listener:
        return plainLine(facts.info.listener);
    case Tls:
        return QString::fromLatin1(words::tls(facts.info.tlsVersion, facts.info.tlsCipher));
    case Version:
        return facts.info.connection == 0 && !isOnline ? QString() : words::version(facts.info.version);
    case Since:
        return agoText(facts.since, nowNanoseconds());
    case KeepAlive:
        return isOnline ? keepAliveText(facts.info) : QString();
    case Session:
        return sessionText(facts);
    case Subscriptions:
        return countOrNothing(facts.counts.subscriptions);
    case RateIn:
        return rateOrNothing(client.rateIn);
    case RateOut:
        return rateOrNothing(client.rateOut);
    case BytesIn:
        return bytesText(facts.counts.bytesIn);
    case BytesOut:
        return bytesText(facts.counts.bytesOut);
    case InFlight:
        return facts.inflightMaximum == 0 || facts.counts.inflight == 0
            ? countOrNothing(facts.counts.inflight)
            : QStringLiteral("%1/%2").arg(countText(facts.counts.inflight), countText(facts.inflightMaximum));
    case Queue:
        return countOrNothing(facts.counts.queuedMessages);
    case Dropped:
        return countOrNothing(facts.counts.dropped());
    case Latency:
        return latencyOrNothing(std::chrono::nanoseconds(client.latencies.below(0.95)));
    case TakeOvers:
        return countOrNothing(facts.takeovers);
    case LastReason:
        return plainLine(facts.lastText);
    default:
        return {};
    }
}

QVariant ClientsModel::fill(const SeenClient &client, int column) const
{
    const ClientFacts &facts = client.facts;
    if (column == InFlight && facts.inflightMaximum > 0 && facts.counts.inflight > 0)
        return double(facts.counts.inflight) / facts.inflightMaximum;
    if (column == Queue && m_capture.limits().queuedMessages > 0 && facts.counts.queuedMessages > 0)
        return double(facts.counts.queuedMessages) / double(m_capture.limits().queuedMessages);
    if (column == KeepAlive && client.state == ClientState::Online && facts.info.keepAliveSeconds > 0 && facts.counts.lastPacketAt > 0) {
        const double silent = double(nowNanoseconds() - facts.counts.lastPacketAt) / nanosecondsPerSecond;
        return silent / (1.5 * facts.info.keepAliveSeconds); // the broker waits one and a half times as long
    }
    return {};
}

QVariant ClientsModel::filterValue(const SeenClient &client, ClientNumber number, int column) const
{
    switch (column) {
    case State:
        return client.state == ClientState::Online ? 1.0 : 0.0;
    case Id:
        return QString::fromUtf8(m_capture.clients().nameOf(number));
    case User:
        return QString::fromUtf8(client.facts.info.userName);
    case Address:
        return QString::fromUtf8(client.facts.info.address);
    case Listener:
        return QString::fromUtf8(client.facts.info.listener);
    case Tls:
        return shown(client, number, column);
    case Version:
        return double(static_cast<int>(client.facts.info.version) - static_cast<int>(ProtocolVersion::Mqtt31));
    case LastReason:
        return QString::fromUtf8(client.facts.lastText);
    default:
        return numberOf(client, column);
    }
}

double ClientsModel::numberOf(const SeenClient &client, int column) const
{
    const ClientCounts &counts = client.facts.counts;
    switch (column) {
    case State:
        return client.isBanned ? 4 : static_cast<int>(client.state);
    case Since:
        return double(client.facts.since);
    case KeepAlive:
        return client.facts.info.keepAliveSeconds * 1000.0;
    case Session:
        return client.facts.sessionExpirySeconds * 1000.0;
    case Subscriptions:
        return double(counts.subscriptions);
    case RateIn:
        return client.rateIn;
    case RateOut:
        return client.rateOut;
    case BytesIn:
        return double(counts.bytesIn);
    case BytesOut:
        return double(counts.bytesOut);
    case InFlight:
        return double(counts.inflight);
    case Queue:
        return double(counts.queuedMessages);
    case Dropped:
        return double(counts.dropped());
    case Latency:
        return double(client.latencies.below(0.95)) / 1e6;
    case TakeOvers:
        return double(client.facts.takeovers);
    default:
        return 0;
    }
}

SortKey ClientsModel::sortKey(Key key, int column) const
{
    const auto number = static_cast<ClientNumber>(key);
    const SeenClient *client = m_capture.clients().find(number);
    if (!client)
        return {};
    const double figure = numberOf(*client, column);
    return {figure, figure == 0 ? shown(*client, number, column).toString().toUtf8() : QByteArray()};
}

QVariant ClientsModel::colour(const SeenClient &client, int column) const
{
    const QPalette palette = QGuiApplication::palette();
    if (client.state != ClientState::Online && column != State)
        return QBrush(palette.color(QPalette::PlaceholderText));
    if (column == State) {
        const bool isOut = client.isBanned || client.state == ClientState::Refused;
        const Tone tone = isOut ? Tone::Bad : client.state == ClientState::Online ? Tone::Good : Tone::Quiet;
        return QBrush(toneColor(tone, palette));
    }
    if (column == Dropped)
        return QBrush(toneColor(Tone::Bad, palette));
    return {};
}

QVariant ClientsModel::cell(const QModelIndex &index, int role) const
{
    const SeenClient *client = seen(index.row());
    if (!client)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return shown(*client, clientAt(index.row()), index.column());
    case Qt::ToolTipRole:
        if (index.column() == Tls) // as OpenSSL names it
            return plainTip(QString::fromLatin1(client->facts.info.tlsVersion + ' ' + client->facts.info.tlsCipher).trimmed());
        return index.column() == Id || index.column() == LastReason
            ? plainTip(shown(*client, clientAt(index.row()), index.column()).toString())
            : QVariant();
    case Qt::ForegroundRole:
        return colour(*client, index.column());
    case BarRole:
        return fill(*client, index.column());
    case FilterValueRole:
        return filterValue(*client, clientAt(index.row()), index.column());
    default:
        return {};
    }
}

} // namespace pigeon
