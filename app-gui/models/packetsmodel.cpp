#include "models/packetsmodel.h"

#include "capture/packetparts.h"
#include "look/figures.h"
#include "look/plaintext.h"
#include "look/theme.h"
#include "models/cellroles.h"
#include "models/columnfacts.h"
#include "monitor/words.h"

#include <QBrush>
#include <QGuiApplication>
#include <QPalette>

namespace pigeon {

namespace {

const std::array<ColumnFacts, PacketsModel::ColumnCount> columns{
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "#"), QT_TRANSLATE_NOOP("Columns", "Number of the packet since the window watches"),
        FieldId::Number, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Time"), QT_TRANSLATE_NOOP("Columns", "When the broker read or wrote it"), FieldId::Age},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Way"),
        QT_TRANSLATE_NOOP("Columns", "An arrow to the right: from the client; to the left: to it"), FieldId::Direction},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Client id"), QT_TRANSLATE_NOOP("Columns", "Client id"), FieldId::Client},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Peer"),
        QT_TRANSLATE_NOOP("Columns", "Where the connection comes from: address and port"), FieldId::Address},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Type"), QT_TRANSLATE_NOOP("Columns", "Type of the control packet"), FieldId::Type},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Id"), QT_TRANSLATE_NOOP("Columns", "Packet identifier"), FieldId::PacketId, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Topic or reason"), QT_TRANSLATE_NOOP("Columns", "What it is about: the topic, the first topic filter, what a CONNECT asks for, the reason"),
        FieldId::Topic},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Size"), QT_TRANSLATE_NOOP("Columns", "Bytes of the whole packet"), FieldId::Size, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Answered in"),
        QT_TRANSLATE_NOOP("Columns", "Since the packet that this one answers"), FieldId::Latency, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Note"), QT_TRANSLATE_NOOP("Columns", "What is remarkable about it")},
};

bool carriesReason(const PacketRecord &record)
{
    const PacketType type = record.type;
    if (type == PacketType::Unsuback && record.version != ProtocolVersion::Mqtt5)
        return false;
    return type != PacketType::Connect && type != PacketType::Publish && type != PacketType::Subscribe
        && type != PacketType::Unsubscribe && type != PacketType::Pingreq && type != PacketType::Pingresp;
}

QString noteText(const PacketRecord &record)
{
    QStringList notes;
    if (record.type == PacketType::Publish) {
        notes.append(QStringLiteral("QoS %1").arg(record.flags >> 1 & 3));
        if (record.flags & 1)
            notes.append(PacketsModel::tr("retain"));
        if (record.flags & 8)
            notes.append(PacketsModel::tr("duplicate"));
    }
    if (record.isCut())
        notes.append(PacketsModel::tr("%1 of %2 kept").arg(bytesText(record.keptBytes), bytesText(record.size)));
    return notes.join(QStringLiteral(", "));
}

QString aboutText(const SeenPacket &packet)
{
    const PacketRecord &record = packet.record;
    if (const std::optional<ConnectParts> connect = connectParts(record, packet.bytes)) {
        const QString keepAlive = connect->keepAliveSeconds == 0 ? PacketsModel::tr("no keep alive")
                                                                 : PacketsModel::tr("keep alive %1 s").arg(connect->keepAliveSeconds);
        const QString begin = QStringLiteral("MQTT %1, %2").arg(words::version(connect->version), keepAlive);
        return connect->cleanStart ? PacketsModel::tr("%1, clean start").arg(begin) : begin;
    }
    if (carriesReason(record))
        return words::reason(record.reason, record.type);
    const FilterParts filters = filterParts(record, packet.bytes);
    const QString topic = plainLine(topicOfPacket(record, packet.bytes));
    if (filters.isCut)
        return PacketsModel::tr("%1 and more").arg(topic);
    return filters.more > 0 ? PacketsModel::tr("%1 and %n more", nullptr, filters.more).arg(topic) : topic;
}

} // namespace

PacketsModel::PacketsModel(const Capture &capture, QObject *parent)
    : LogRowsModel(capture, columns, parent)
{
    startAnew();
}

const RowLog &PacketsModel::rowLog() const { return log(); }

QByteArray PacketsModel::clientOf(int row) const
{
    return isKept(row) ? capture().clientOf(log().at(logRow(row))).toByteArray() : QByteArray();
}

QString PacketsModel::peerText(const SeenPacket &packet) const
{
    const SeenConnection *connection = capture().clients().connection(packet.record.connection);
    if (!connection || connection->address.isEmpty())
        return {};
    const QString address = plainLine(connection->address);
    return connection->port == 0 ? address : QStringLiteral("%1:%2").arg(address).arg(connection->port);
}

QVariant PacketsModel::shown(const SeenPacket &packet, int row, int column) const
{
    const PacketRecord &record = packet.record;
    switch (column) {
    case Number:
        return QString::number(record.number);
    case Time:
        return rowTime(row);
    case Direction:
        return record.direction == PacketDirection::FromClient ? QStringLiteral("\u2192") : QStringLiteral("\u2190");
    case Client:
        return plainLine(capture().clientOf(packet));
    case Peer:
        return peerText(packet);
    case Type:
        return words::packetType(record.type);
    case Id:
        return record.packetId == 0 ? QString() : QString::number(record.packetId);
    case About:
        return aboutText(packet);
    case Size:
        return bytesText(record.size);
    case Answer:
        return packet.latency < 0 ? QString() : latencyText(std::chrono::nanoseconds(packet.latency));
    case Note:
        return noteText(record);
    default:
        return {};
    }
}

QVariant PacketsModel::filterValue(const SeenPacket &packet, int column) const
{
    const PacketRecord &record = packet.record;
    switch (column) {
    case Number:
        return double(record.number);
    case Direction:
        return record.direction == PacketDirection::FromClient ? 0.0 : 1.0;
    case Client:
        return QString::fromUtf8(capture().clientOf(packet));
    case Peer:
        if (const SeenConnection *connection = capture().clients().connection(record.connection))
            return QString::fromUtf8(connection->address);
        return {};
    case Type:
        return double(static_cast<int>(record.type) - static_cast<int>(PacketType::Connect));
    case Id:
        return double(record.packetId);
    case Size:
        return double(record.size);
    case About:
        if (const QByteArrayView topic = topicOfPacket(record, packet.bytes); !topic.isEmpty())
            return QString::fromUtf8(topic);
        return {};
    default:
        return {};
    }
}

QVariant PacketsModel::cell(const QModelIndex &index, int role) const
{
    const SeenPacket packet = log().at(logRow(index.row()));
    switch (role) {
    case Qt::DisplayRole:
        return shown(packet, index.row(), index.column());
    case Qt::ToolTipRole:
        return index.column() == About || index.column() == Client || index.column() == Peer
            ? plainTip(shown(packet, index.row(), index.column()).toString())
            : QVariant();
    case FilterValueRole:
        return filterValue(packet, index.column());
    case Qt::ForegroundRole:
        if (index.column() == About && isFailure(packet.record.reason) && carriesReason(packet.record))
            return QBrush(toneColor(Tone::Bad, QGuiApplication::palette()));
        if (index.column() == Direction || index.column() == Type)
            return QBrush(toneColor(packet.record.direction == PacketDirection::FromClient ? Tone::Accent : Tone::Good,
                QGuiApplication::palette()));
        return {};
    default:
        return {};
    }
}

} // namespace pigeon
