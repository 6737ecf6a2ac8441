#pragma once

#include <pigeon/packets.h>

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <variant>

namespace pigeon {

/// How a payload is typed.
enum class PayloadForm : quint8 { Text, Json, Hex, File };

/// A message as it is being written: what the fields say, whether it can be sent or not. A value; pure.
struct PublishDraft
{
    QString topic;
    PayloadForm form = PayloadForm::Text;
    QString text; ///< of Text, Json and Hex
    QString file; ///< of File: its path
    QoS qos = QoS::AtMostOnce;
    bool retain = false;
    Properties properties;
    QString asClient; ///< client id; empty = the broker itself

    friend bool operator==(const PublishDraft &, const PublishDraft &) = default;

    /// For lists of drafts: topic and the begin of what is said.
    QString title() const;
    QJsonObject toJson() const;
    /// What is missing or of another kind is as in an untouched draft.
    static PublishDraft fromJson(const QJsonObject &json);
};

/// Largest file that is sent as a payload: what a packet can carry is 256 MiB, and nobody means that.
inline constexpr qint64 largestPayloadFile = 64 * 1024 * 1024;

/// The bytes of a payload, or why there are none: a sentence. Reads the disk for File. `${n}` in Text and Json stands for
/// `counter`, `${time}` for the wall time in milliseconds since the epoch.
std::variant<QByteArray, QString> payloadOf(const PublishDraft &draft, quint64 counter);
/// The packet, or why it cannot be sent: a sentence.
std::variant<PublishPacket, QString> packetOf(const PublishDraft &draft, quint64 counter);
/// Bytes from hexadecimal digits with anything of space, commas, colons and 0x between bytes.
std::variant<QByteArray, QString> bytesFromHex(const QString &text);

} // namespace pigeon
