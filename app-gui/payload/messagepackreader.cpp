#include "payload/binaryreader.h"

#include "look/plaintext.h"

#include <QDateTime>
#include <QtEndian>

#include <array>
#include <bit>

namespace pigeon {

namespace {

using Kind = ValueTree::Kind;

/// How one of the first bytes goes on.
enum class Form : quint8 { Nil, Flag, Unsigned, Signed, Float, Text, Bytes, Array, Map, Extension, Unused };
struct Format
{
    Form form = Form::Unused;
    qsizetype width = 0; ///< bytes of the number or the length that follows
};
// 0xC0 to 0xDF, by the table of the specification.
constexpr std::array<Format, 32> formats = {{
    {Form::Nil}, {Form::Unused}, {Form::Flag}, {Form::Flag}, //
    {Form::Bytes, 1}, {Form::Bytes, 2}, {Form::Bytes, 4}, //
    {Form::Extension, 1}, {Form::Extension, 2}, {Form::Extension, 4}, //
    {Form::Float, 4}, {Form::Float, 8}, //
    {Form::Unsigned, 1}, {Form::Unsigned, 2}, {Form::Unsigned, 4}, {Form::Unsigned, 8}, //
    {Form::Signed, 1}, {Form::Signed, 2}, {Form::Signed, 4}, {Form::Signed, 8}, //
    {Form::Extension}, {Form::Extension}, {Form::Extension}, {Form::Extension}, {Form::Extension}, // of a fixed length
    {Form::Text, 1}, {Form::Text, 2}, {Form::Text, 4}, //
    {Form::Array, 2}, {Form::Array, 4}, {Form::Map, 2}, {Form::Map, 4}, //
}};
constexpr uchar firstFixedExtension = 0xD4;
constexpr int timestampType = -1;

class MessagePackReader final : public BinaryReader
{
    Q_DECLARE_TR_FUNCTIONS(BinaryReaders)

public:
    MessagePackReader(const QByteArray &bytes, Stop &stop)
        : BinaryReader(bytes, stop)
        , m_bytes(bytes)
    {
    }

private:
    qsizetype position() const override { return m_at; }
    bool hasBytes(quint64 count) const { return count <= static_cast<quint64>(m_bytes.size() - m_at); }
    QByteArrayView take(quint64 count)
    {
        const QByteArrayView taken = QByteArrayView(m_bytes).sliced(m_at, static_cast<qsizetype>(count));
        m_at += static_cast<qsizetype>(count);
        return taken;
    }
    /// A number of 0 to 8 bytes, the largest first.
    quint64 takeUnsigned(qsizetype width)
    {
        quint64 number = 0;
        for (const char byte : take(static_cast<quint64>(width)))
            number = number << 8 | static_cast<uchar>(byte);
        return number;
    }

    bool readValue(ValueTree::Node parent, const QString &name, int depth) override
    {
        if (!hasBytes(1))
            return refuse(tr("The value breaks off"));
        m_begin = m_at;
        m_parent = parent;
        m_name = name;
        const auto first = static_cast<uchar>(m_bytes[m_at++]);
        if (first < 0x80 || first >= 0xE0)
            return add(Kind::Number, QString::number(static_cast<qint8>(first)));
        if (first < 0x90)
            return map(first & 0x0F, depth);
        if (first < 0xA0)
            return array(first & 0x0F, depth);
        if (first < 0xC0)
            return text(first & 0x1F);
        return formatted(first, depth);
    }
    bool formatted(uchar first, int depth)
    {
        const Format format = formats[first - 0xC0];
        if (!hasBytes(static_cast<quint64>(format.width)))
            return refuse(tr("The value breaks off"));
        switch (format.form) {
        case Form::Nil:
            return add(Kind::Null, QStringLiteral("null"));
        case Form::Flag:
            return add(Kind::Flag, first == 0xC3 ? QStringLiteral("true") : QStringLiteral("false"));
        case Form::Unsigned:
            return add(Kind::Number, QString::number(takeUnsigned(format.width)));
        case Form::Signed:
            return add(Kind::Number, QString::number(takeSigned(format.width)));
        case Form::Float:
            return add(Kind::Number, takeFloat(format.width));
        case Form::Text:
            return text(takeUnsigned(format.width));
        case Form::Bytes:
            return binary(takeUnsigned(format.width));
        case Form::Array:
            return array(takeUnsigned(format.width), depth);
        case Form::Map:
            return map(takeUnsigned(format.width), depth);
        case Form::Extension:
            return extension(format.width > 0 ? takeUnsigned(format.width) : quint64(1) << (first - firstFixedExtension));
        case Form::Unused:
            break;
        }
        return refuse(tr("This is no MessagePack"));
    }

    bool add(Kind kind, const QString &said)
    {
        m_tree->add(m_parent, kind, m_begin, m_at - m_begin, m_name, said);
        return true;
    }
    qint64 takeSigned(qsizetype width)
    {
        const int unused = 64 - static_cast<int>(width) * 8;
        return static_cast<qint64>(takeUnsigned(width) << unused) >> unused;
    }
    QString takeFloat(qsizetype width)
    {
        const double number = width == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<quint32>(takeUnsigned(4))))
                                         : std::bit_cast<double>(takeUnsigned(8));
        return QString::number(number, 'g', width == 4 ? 8 : 17);
    }
    bool text(quint64 length)
    {
        if (!hasBytes(length))
            return refuse(tr("The value breaks off"));
        return add(Kind::Text, plainLine(take(length), ValueTree::shownText));
    }
    bool binary(quint64 length)
    {
        if (!hasBytes(length))
            return refuse(tr("The value breaks off"));
        return add(Kind::Bytes, bytesLine(take(length)));
    }
    bool extension(quint64 length)
    {
        if (!hasBytes(length + 1))
            return refuse(tr("The value breaks off"));
        const auto type = static_cast<qint8>(take(1).front());
        const QByteArrayView content = take(length);
        const QString moment = type == timestampType ? timestamp(content) : QString();
        return add(Kind::Bytes, moment.isEmpty() ? tr("type %1: %2").arg(type).arg(bytesLine(content)) : moment);
    }
    static QString timestamp(QByteArrayView content)
    {
        qint64 seconds = 0;
        if (content.size() == 4)
            seconds = qFromBigEndian<quint32>(content.data());
        else if (content.size() == 8)
            seconds = static_cast<qint64>(qFromBigEndian<quint64>(content.data()) & 0x3'FFFF'FFFF);
        else if (content.size() == 12)
            seconds = qFromBigEndian<qint64>(content.data() + 4);
        else
            return {};
        return QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(Qt::ISODate);
    }

    bool array(quint64 count, int depth)
    {
        return container(Kind::Array, count, [this, depth](ValueTree::Node node) { return value(node, {}, depth + 1); });
    }
    bool map(quint64 count, int depth)
    {
        return container(Kind::Object, count, [this, depth](ValueTree::Node node) {
            const std::optional<QString> key = takeKey(depth);
            return key && value(node, *key, depth + 1);
        });
    }
    /// How many there are is what a stranger says: nothing is made ready for them.
    template <typename Item>
    bool container(Kind kind, quint64 count, Item item)
    {
        const qsizetype begin = m_begin;
        const ValueTree::Node node = m_tree->add(m_parent, kind, begin, m_bytes.size() - begin, m_name);
        for (quint64 i = 0; i < count; ++i) {
            if (!item(node))
                return refuse(tr("The value breaks off"));
        }
        m_tree->setLength(node, m_at - begin);
        return true;
    }
    /// The key is read as a value of a tree that is thrown away.
    std::optional<QString> takeKey(int depth)
    {
        if (!hasBytes(1))
            return std::nullopt;
        const auto kept = std::exchange(m_tree, std::make_shared<ValueTree>(QByteArray()));
        const bool isGood = value(ValueTree::root, {}, depth + 1);
        m_tree->finish();
        const auto keys = std::exchange(m_tree, kept);
        if (!isGood || keys->childCount(ValueTree::root) != 1)
            return std::nullopt;
        return keys->textOf(keys->childAt(ValueTree::root, 0));
    }

    const QByteArray &m_bytes;
    qsizetype m_at = 0;
    // The value that is being read.
    qsizetype m_begin = 0;
    ValueTree::Node m_parent = ValueTree::root;
    QString m_name;
};

} // namespace

ReadBinary readMessagePack(const QByteArray &bytes, Stop &stop) { return MessagePackReader(bytes, stop).read(); }

} // namespace pigeon
