#include "models/messagesmodel.h"

#include "look/figures.h"
#include "look/plaintext.h"
#include "look/theme.h"
#include "models/cellroles.h"
#include "models/columnfacts.h"

#include <QBrush>
#include <QGuiApplication>
#include <QPalette>
#include <QStringDecoder>

namespace pigeon {

namespace {

const std::array<ColumnFacts, MessagesModel::ColumnCount> columns{
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "#"),
        QT_TRANSLATE_NOOP("Columns", "Number of the message since the window watches"), FieldId::Number, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Time"),
        QT_TRANSLATE_NOOP("Columns", "When the broker took it"), FieldId::Age},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "From"),
        QT_TRANSLATE_NOOP("Columns", "Client that published it"), FieldId::From},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Topic"),
        QT_TRANSLATE_NOOP("Columns", "Topic"), FieldId::Topic},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "QoS"),
        QT_TRANSLATE_NOOP("Columns", "Quality of service it was published with"), FieldId::QoS, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "R"),
        QT_TRANSLATE_NOOP("Columns", "Published with the retain flag"), FieldId::Retain},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "D"),
        QT_TRANSLATE_NOOP("Columns", "Duplicate: the publisher has sent it again"), FieldId::Duplicate},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Size"),
        QT_TRANSLATE_NOOP("Columns", "Bytes of the payload"), FieldId::Size, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Subs"),
        QT_TRANSLATE_NOOP("Columns", "How many clients it was for"), FieldId::Receivers, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Delivered"),
        QT_TRANSLATE_NOOP("Columns", "How many have it"), FieldId::Delivered, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Dropped"),
        QT_TRANSLATE_NOOP("Columns", "How many will not get it"), FieldId::Dropped, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Latency"),
        QT_TRANSLATE_NOOP("Columns", "Until the last receiver had it, by its acknowledgement: of QoS 1 and 2; at QoS 0 nobody says so"), FieldId::Latency, true},
    ColumnFacts{QT_TRANSLATE_NOOP("Columns", "Payload"),
        QT_TRANSLATE_NOOP("Columns", "The begin of the payload"), FieldId::Payload},
};

constexpr qsizetype previewBytes = 160;

QVariant mark(bool isSet, const QString &letter) { return isSet ? QVariant(letter) : QVariant(); }

} // namespace

QString payloadPreview(QByteArrayView payload)
{
    const QByteArrayView begin = payload.first(std::min(payload.size(), previewBytes));
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(begin);
    // A cut may fall within a character: only what comes before the last three bytes says whether it is text.
    const bool isText = !text.left(std::max<qsizetype>(text.size() - (payload.size() > previewBytes ? 3 : 0), 0)).contains(QChar::ReplacementCharacter) && !begin.contains('\0');
    if (isText)
        return plainLine(text) + (payload.size() > previewBytes ? QStringLiteral("\u2026") : QString());
    const QString hex = QString::fromLatin1(begin.first(std::min<qsizetype>(begin.size(), 48)).toByteArray().toHex(' '));
    return payload.size() > 48 ? hex + QStringLiteral(" \u2026") : hex;
}

MessagesModel::MessagesModel(const Capture &capture, QObject *parent)
    : LogRowsModel(capture, columns, parent)
{
    startAnew();
}

const RowLog &MessagesModel::rowLog() const { return log(); }

QByteArray MessagesModel::topicOf(int row) const
{
    return isKept(row) ? log().topicAt(logRow(row)).toByteArray() : QByteArray();
}

QByteArray MessagesModel::publisherOf(int row) const
{
    return isKept(row) ? capture().clientNames().text(log().at(logRow(row)).publisher).toByteArray() : QByteArray();
}

QString MessagesModel::publisherText(const SeenMessage &message) const
{
    if (message.by == PublishedBy::Broker)
        return tr("(broker)");
    const QString client = plainLine(capture().clientNames().text(message.publisher));
    return message.by == PublishedBy::Will ? tr("%1 (will)").arg(client) : client;
}

QVariant MessagesModel::shown(const SeenMessage &message, int row, int column) const
{
    switch (column) {
    case Number:
        return QString::number(message.number);
    case Time:
        return rowTime(row);
    case From:
        return publisherText(message);
    case Topic:
        return plainLine(log().topicAt(logRow(row)));
    case Quality:
        return QString::number(static_cast<int>(message.qos));
    case Retain:
        return mark(message.retain, QStringLiteral("R"));
    case Duplicate:
        return mark(message.isDuplicate, QStringLiteral("D"));
    case Size:
        return bytesText(message.payloadBytes);
    case Receivers:
        return countText(message.receivers);
    case Delivered:
        return countText(message.delivered);
    case Dropped:
        return message.dropped > 0 ? QVariant(countText(message.dropped)) : QVariant();
    case Latency:
        return message.latency < 0 ? QVariant() : QVariant(latencyText(std::chrono::nanoseconds(message.latency)));
    case Payload:
        return message.message ? payloadPreview(message.message->payload()) : tr("(payload not kept: too much at once)");
    default:
        return {};
    }
}

QVariant MessagesModel::filterValue(const SeenMessage &message, int row, int column) const
{
    switch (column) {
    case Number:
        return double(message.number);
    case From:
        return QString::fromUtf8(capture().clientNames().text(message.publisher));
    case Topic:
        return QString::fromUtf8(log().topicAt(logRow(row)));
    case Quality:
        return double(message.qos);
    case Retain:
        return message.retain ? 1.0 : 0.0;
    case Duplicate:
        return message.isDuplicate ? 1.0 : 0.0;
    case Size:
        return double(message.payloadBytes);
    case Receivers:
        return double(message.receivers);
    case Delivered:
        return double(message.delivered);
    case Dropped:
        return double(message.dropped);
    default:
        return {};
    }
}

QVariant MessagesModel::cell(const QModelIndex &index, int role) const
{
    if (role != Qt::DisplayRole && role != Qt::ForegroundRole && role != FilterValueRole && role != Qt::ToolTipRole)
        return {};
    const SeenMessage message = log().at(logRow(index.row()));
    switch (role) {
    case Qt::DisplayRole:
        return shown(message, index.row(), index.column());
    case Qt::ToolTipRole:
        return index.column() == Topic || index.column() == From
            ? plainTip(shown(message, index.row(), index.column()).toString())
            : QVariant();
    case FilterValueRole:
        return filterValue(message, index.row(), index.column());
    default:
        if (index.column() == Dropped && message.dropped > 0)
            return QBrush(toneColor(Tone::Bad, QGuiApplication::palette()));
        if (message.by != PublishedBy::Client && index.column() == From)
            return QBrush(toneColor(Tone::Quiet, QGuiApplication::palette()));
        return {};
    }
}

} // namespace pigeon
