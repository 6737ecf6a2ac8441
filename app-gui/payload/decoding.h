#pragma once

#include "payload/bounds.h"
#include "payload/valuetree.h"

#include <QImage>
#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <memory>

namespace pigeon {

/// The ways in which a payload is shown.
enum class PayloadFormat : quint8 { Text, Json, Cbor, MessagePack, Image, Hex, Numbers };

/// What it most likely is. Bytes alone decide, but that `contentType` breaks ties. Pure and quick: it decodes nothing that is
/// large.
PayloadFormat detectFormat(const QByteArray &payload, QByteArrayView contentType);
/// "JSON", in the user's language.
QString formatName(PayloadFormat format);

/// A payload that is ready to be shown.
struct DecodedPayload
{
    PayloadFormat format = PayloadFormat::Text;
    QString text; ///< Text, Json (laid out); Cbor and MessagePack as JSON-like lines
    std::shared_ptr<const ValueTree> tree; ///< Json, Cbor, MessagePack
    QImage image; ///< Image
    QString note; ///< what is not shown, and what could not be decoded: sentences; empty: all is well
    qint64 milliseconds = 0; ///< how long it took
};

/// A tree or a layout that takes longer ends where it is; the beginning of the text is there all the while.
inline constexpr std::chrono::milliseconds decodingDeadline{2000};

/// Decodes at once, in whatever thread; `isCancelled` ends it early.
DecodedPayload decodePayload(const QByteArray &payload, PayloadFormat format, const std::atomic<bool> &isCancelled);
/// "Showing 64 KiB of 2.1 MB."; empty when all is shown.
QString truncationNote(qsizetype shown, qsizetype all);

/// Decodes payloads on another thread, one at a time: the newest that was asked for; earlier ones are given up. Window's
/// thread.
class Decoding : public QObject
{
    Q_OBJECT

public:
    explicit Decoding(QObject *parent = nullptr);
    ~Decoding() override;

    /// `decoded` follows, unless another is asked for before.
    void decode(const QByteArray &payload, PayloadFormat format);
    void cancel();

Q_SIGNALS:
    void decoded(const pigeon::DecodedPayload &payload);

private:
    std::shared_ptr<std::atomic<bool>> m_isCancelled;
    QThreadPool m_pool;
};

} // namespace pigeon

Q_DECLARE_METATYPE(pigeon::DecodedPayload)
