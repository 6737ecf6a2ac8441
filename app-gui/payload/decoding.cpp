#include "payload/decoding.h"

#include "look/figures.h"
#include "payload/binaryreaders.h"
#include "payload/imagereader.h"
#include "payload/jsonreader.h"
#include "payload/visibletext.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QMetaObject>

#include <array>

namespace pigeon {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(Decoding)
};

// To tell what something is, this much of it is tried; a larger binary is shown as hex until somebody asks for more.
constexpr qsizetype triedBytes = 256 * 1024;
constexpr std::chrono::milliseconds triedFor{20};

constexpr std::array formatNames = {QT_TRANSLATE_NOOP("Decoding", "Text"), QT_TRANSLATE_NOOP("Decoding", "JSON"),
    QT_TRANSLATE_NOOP("Decoding", "CBOR"), QT_TRANSLATE_NOOP("Decoding", "MessagePack"),
    QT_TRANSLATE_NOOP("Decoding", "Picture"), QT_TRANSLATE_NOOP("Decoding", "Hex"), QT_TRANSLATE_NOOP("Decoding", "Numbers")};

using BinaryReader = ReadBinary (*)(const QByteArray &, Stop &);

/// Any byte is a number in these formats: only a map, an array or a tagged value to the last byte counts.
bool isWhole(const QByteArray &payload, BinaryReader read)
{
    const std::atomic<bool> isCancelled = false;
    Stop stop(isCancelled, triedFor);
    const ReadBinary value = read(payload, stop);
    if (!value.isWhole)
        return false;
    const ValueTree::Kind kind = value.tree->kindOf(value.tree->childAt(ValueTree::root, 0));
    return kind == ValueTree::Kind::Object || kind == ValueTree::Kind::Array;
}

std::optional<PayloadFormat> binaryFormat(const QByteArray &payload, QByteArrayView contentType)
{
    if (payload.isEmpty() || payload.size() > triedBytes)
        return std::nullopt;
    // Small maps begin with 0xA0 to 0xBF in CBOR and with 0x80 to 0x8F in MessagePack, where CBOR has arrays.
    const auto first = static_cast<uchar>(payload.front());
    const bool isCborFirst = contentType.contains("cbor") || (first >= 0x98 && first < 0xDC);
    const bool isMessagePackFirst = contentType.contains("msgpack") || contentType.contains("messagepack");
    if (isCborFirst && !isMessagePackFirst && isWhole(payload, readCbor))
        return PayloadFormat::Cbor;
    if (isWhole(payload, readMessagePack))
        return PayloadFormat::MessagePack;
    if (isWhole(payload, readCbor))
        return PayloadFormat::Cbor;
    return std::nullopt;
}

QString joined(const QString &one, const QString &other)
{
    return one.isEmpty() || other.isEmpty() ? one + other : one + u' ' + other;
}

/// A tree as lines, for what is no text itself; not all of them where they are larger than a layout may be.
QString linesOf(const ValueTree &tree, Stop &stop)
{
    constexpr qsizetype maximumCharacters = maximumLayoutBytes / qsizetype(sizeof(QChar));
    QString lines;
    struct Place
    {
        ValueTree::Node node;
        int depth;
    };
    std::vector<Place> open = {{ValueTree::root, -1}};
    while (!open.empty() && lines.size() < maximumCharacters && !stop()) {
        const auto [node, depth] = open.back();
        open.pop_back();
        if (node != ValueTree::root) {
            const QString name = tree.nameOf(node);
            lines += QString(depth * 2, u' ') + (name.isEmpty() ? name : name + QStringLiteral(": ")) + tree.textOf(node) + u'\n';
        }
        for (int row = tree.childCount(node) - 1; row >= 0; --row)
            open.push_back({tree.childAt(node, row), depth + 1});
    }
    if (!open.empty())
        lines += u'\u2026';
    return lines;
}

void decodeText(const QByteArray &payload, DecodedPayload &decoded)
{
    const QByteArrayView shown = QByteArrayView(payload).first(std::min(payload.size(), shownTextBytes));
    decoded.text = visibleText(shown);
    decoded.note = truncationNote(shown.size(), payload.size());
}
void decodeJson(const QByteArray &payload, DecodedPayload &decoded, Stop &stop)
{
    const ReadJson json = readJson(payload.first(std::min(payload.size(), shownTextBytes)), stop);
    decoded.tree = json.tree;
    if (json.isWhole) {
        decoded.text = visibleText(json.pretty);
        return;
    }
    // What is no JSON is shown as it is: a layout would hide where it goes wrong.
    decodeText(payload, decoded);
    decoded.note = joined(json.tree->problem(), decoded.note);
}
void decodeBinary(const QByteArray &payload, BinaryReader read, DecodedPayload &decoded, Stop &stop)
{
    const ReadBinary binary = read(payload.first(std::min(payload.size(), shownTextBytes)), stop);
    decoded.tree = binary.tree;
    decoded.text = linesOf(*binary.tree, stop);
    decoded.note = joined(binary.tree->problem(), truncationNote(std::min(payload.size(), shownTextBytes), payload.size()));
}
void decodeImage(const QByteArray &payload, DecodedPayload &decoded)
{
    ReadImage read = readImage(payload);
    decoded.image = std::move(read.image);
    decoded.note = std::move(read.text);
}

} // namespace

PayloadFormat detectFormat(const QByteArray &payload, QByteArrayView contentType)
{
    if (looksLikeImage(payload))
        return PayloadFormat::Image;
    if (looksLikeText(payload))
        return looksLikeJson(payload) ? PayloadFormat::Json : PayloadFormat::Text;
    return binaryFormat(payload, contentType).value_or(payload.size() <= 8 ? PayloadFormat::Numbers : PayloadFormat::Hex);
}

QString formatName(PayloadFormat format) { return Texts::tr(formatNames[static_cast<size_t>(format)]); }

QString truncationNote(qsizetype shown, qsizetype all)
{
    if (shown >= all)
        return {};
    return Texts::tr("Showing %1 of %2.").arg(bytesText(static_cast<quint64>(shown)), bytesText(static_cast<quint64>(all)));
}

DecodedPayload decodePayload(const QByteArray &payload, PayloadFormat format, const std::atomic<bool> &isCancelled)
{
    QElapsedTimer clock;
    clock.start();
    Stop stop(isCancelled, decodingDeadline);
    DecodedPayload decoded;
    decoded.format = format;
    switch (format) {
    case PayloadFormat::Text:
        decodeText(payload, decoded);
        break;
    case PayloadFormat::Json:
        decodeJson(payload, decoded, stop);
        break;
    case PayloadFormat::Cbor:
        decodeBinary(payload, readCbor, decoded, stop);
        break;
    case PayloadFormat::MessagePack:
        decodeBinary(payload, readMessagePack, decoded, stop);
        break;
    case PayloadFormat::Image:
        decodeImage(payload, decoded);
        break;
    case PayloadFormat::Hex:
    case PayloadFormat::Numbers:
        break; // their views read the bytes themselves
    }
    decoded.milliseconds = clock.elapsed();
    return decoded;
}

Decoding::Decoding(QObject *parent)
    : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

Decoding::~Decoding()
{
    cancel();
    m_pool.waitForDone(); // it calls back to this object
}

void Decoding::cancel()
{
    if (m_isCancelled)
        *m_isCancelled = true;
    m_isCancelled.reset();
}

void Decoding::decode(const QByteArray &payload, PayloadFormat format)
{
    cancel();
    const auto isCancelled = std::make_shared<std::atomic<bool>>(false);
    m_isCancelled = isCancelled;
    m_pool.start([this, payload, format, isCancelled] {
        if (*isCancelled)
            return;
        const DecodedPayload result = decodePayload(payload, format, *isCancelled);
        QMetaObject::invokeMethod(this, [this, result, isCancelled] {
            if (isCancelled == m_isCancelled)
                Q_EMIT decoded(result);
        });
    });
}

} // namespace pigeon
