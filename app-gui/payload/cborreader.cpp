#include "payload/binaryreader.h"

#include "look/plaintext.h"

#include <QCborStreamReader>

namespace pigeon {

namespace {

using Kind = ValueTree::Kind;

class CborReader final : public BinaryReader
{
    Q_DECLARE_TR_FUNCTIONS(BinaryReaders)

public:
    CborReader(const QByteArray &bytes, Stop &stop)
        : BinaryReader(bytes, stop)
        , m_reader(bytes)
    {
    }

private:
    qsizetype position() const override { return m_reader.currentOffset(); }

    bool readValue(ValueTree::Node parent, const QString &name, int depth) override
    {
        const qsizetype begin = m_reader.currentOffset();
        if (m_reader.isMap() || m_reader.isArray())
            return container(parent, name, depth);
        if (m_reader.isTag())
            return tagged(parent, name, depth);
        const std::optional<QString> text = scalar();
        if (!text)
            return refuse(tr("This is no CBOR"));
        m_tree->add(parent, m_kind, begin, m_reader.currentOffset() - begin, name, *text);
        return true;
    }

    bool container(ValueTree::Node parent, const QString &name, int depth)
    {
        const qsizetype begin = m_reader.currentOffset();
        const bool isMap = m_reader.isMap();
        const ValueTree::Node node
            = m_tree->add(parent, isMap ? Kind::Object : Kind::Array, begin, m_tree->bytes().size() - begin, name);
        if (!m_reader.enterContainer())
            return refuse(tr("This is no CBOR"));
        while (m_reader.lastError() == QCborError::NoError && m_reader.hasNext()) {
            const std::optional<QString> key = isMap ? keyText(depth) : QString();
            if (!key || !value(node, *key, depth + 1))
                return refuse(tr("This is no CBOR"));
        }
        if (m_reader.lastError() != QCborError::NoError || !m_reader.leaveContainer())
            return refuse(tr("The value breaks off"));
        m_tree->setLength(node, m_reader.currentOffset() - begin);
        return true;
    }
    bool tagged(ValueTree::Node parent, const QString &name, int depth)
    {
        const qsizetype begin = m_reader.currentOffset();
        const auto tag = static_cast<quint64>(m_reader.toTag());
        const ValueTree::Node node
            = m_tree->add(parent, Kind::Object, begin, 0, name, tr("tag %1").arg(tag));
        if (!m_reader.next() || !value(node, {}, depth + 1))
            return refuse(tr("The value breaks off"));
        m_tree->setLength(node, m_reader.currentOffset() - begin);
        return true;
    }

    /// Keys are mostly texts or numbers; what is more than that is not a name.
    std::optional<QString> keyText(int)
    {
        if (m_reader.isMap() || m_reader.isArray() || m_reader.isTag())
            return std::nullopt;
        return scalar();
    }

    std::optional<QString> scalar()
    {
        QString text;
        switch (m_reader.type()) {
        case QCborStreamReader::UnsignedInteger:
            text = QString::number(m_reader.toUnsignedInteger());
            return moveOn(Kind::Number, text);
        case QCborStreamReader::NegativeInteger:
            text = negative(static_cast<quint64>(m_reader.toNegativeInteger()));
            return moveOn(Kind::Number, text);
        case QCborStreamReader::Float16:
            text = QString::number(static_cast<double>(float(m_reader.toFloat16())));
            return moveOn(Kind::Number, text);
        case QCborStreamReader::Float:
            text = QString::number(static_cast<double>(m_reader.toFloat()), 'g', QLocale::FloatingPointShortest);
            return moveOn(Kind::Number, text);
        case QCborStreamReader::Double:
            text = QString::number(m_reader.toDouble(), 'g', QLocale::FloatingPointShortest);
            return moveOn(Kind::Number, text);
        case QCborStreamReader::SimpleType:
            return simple();
        case QCborStreamReader::String:
            return string();
        case QCborStreamReader::ByteArray:
            return byteString();
        default:
            return std::nullopt;
        }
    }
    std::optional<QString> moveOn(Kind kind, const QString &text)
    {
        m_kind = kind;
        return m_reader.next() ? std::optional<QString>(text) : std::nullopt;
    }
    /// The reader gives the size of the number; 0 stands for two to the power of 64.
    static QString negative(quint64 size)
    {
        return size == 0 ? QStringLiteral("-18446744073709551616") : u'-' + QString::number(size);
    }
    std::optional<QString> simple()
    {
        const QCborSimpleType type = m_reader.toSimpleType();
        if (type == QCborSimpleType::True || type == QCborSimpleType::False)
            return moveOn(Kind::Flag, type == QCborSimpleType::True ? QStringLiteral("true") : QStringLiteral("false"));
        if (type == QCborSimpleType::Null)
            return moveOn(Kind::Null, QStringLiteral("null"));
        if (type == QCborSimpleType::Undefined)
            return moveOn(Kind::Null, QStringLiteral("undefined"));
        return moveOn(Kind::Number, tr("simple value %1").arg(static_cast<int>(type)));
    }
    std::optional<QString> string()
    {
        QString all;
        auto part = m_reader.readString();
        for (; part.status == QCborStreamReader::Ok && !m_stop(); part = m_reader.readString())
            all += part.data;
        m_kind = Kind::Text;
        return part.status == QCborStreamReader::EndOfString ? std::optional(plainLine(all, ValueTree::shownText))
                                                             : std::nullopt;
    }
    std::optional<QString> byteString()
    {
        QByteArray all;
        auto part = m_reader.readByteArray();
        for (; part.status == QCborStreamReader::Ok && !m_stop(); part = m_reader.readByteArray())
            all += part.data;
        m_kind = Kind::Bytes;
        return part.status == QCborStreamReader::EndOfString ? std::optional(bytesLine(all)) : std::nullopt;
    }

    QCborStreamReader m_reader;
    Kind m_kind = Kind::Null; ///< of the scalar that was read last
};

} // namespace

ReadBinary readCbor(const QByteArray &bytes, Stop &stop) { return CborReader(bytes, stop).read(); }

QString bytesLine(QByteArrayView bytes)
{
    constexpr qsizetype shown = 32;
    const QByteArrayView first = bytes.first(std::min(bytes.size(), shown));
    QString line = QString::fromLatin1(QByteArray::fromRawData(first.data(), first.size()).toHex(' '));
    if (first.size() < bytes.size())
        line += QStringLiteral(" …");
    return QCoreApplication::translate("BinaryReaders", "%1 (%n byte(s))", nullptr, static_cast<int>(bytes.size())).arg(line);
}

} // namespace pigeon
