#include "payload/packetfields.h"

#include "look/plaintext.h"
#include "payload/binaryreaders.h"

#include "monitor/words.h"

#include <QCoreApplication>
#include <QtEndian>

namespace pigeon {

namespace {

using Kind = ValueTree::Kind;
using Node = ValueTree::Node;

QString hex(quint64 number, int digits) { return QStringLiteral("0x%1").arg(number, digits, 16, QLatin1Char('0')); }

/// Reads from the front of a packet and makes a node of each thing; where something is missing it says so once, and
/// nothing is read any more.
class FieldReader
{
    Q_DECLARE_TR_FUNCTIONS(PacketFields)

public:
    FieldReader(const QByteArray &bytes, ProtocolVersion version)
        : m_bytes(bytes)
        , m_version(version)
        , m_tree(std::make_shared<ValueTree>(bytes))
    {
    }

    std::shared_ptr<const ValueTree> read()
    {
        readFixedHeader();
        if (!m_isOver)
            readBody();
        if (!m_isOver && m_at < m_bytes.size()) {
            m_tree->add(ValueTree::root, Kind::Bytes, m_at, left(), tr("Left over"), bytesLine(rest()));
            m_tree->setProblem(tr("Behind the last field there are %n byte(s).", nullptr, static_cast<int>(left())));
        }
        m_tree->finish();
        return m_tree;
    }

private:
    qsizetype left() const { return m_bytes.size() - m_at; }
    QByteArrayView rest() const { return QByteArrayView(m_bytes).sliced(m_at); }
    bool isFive() const { return m_version == ProtocolVersion::Mqtt5; }

    /// True when `count` bytes are there.
    bool has(qsizetype count)
    {
        if (m_isOver || count <= left())
            return !m_isOver;
        m_isOver = true;
        m_tree->setProblem(tr("The packet ends here, at byte %1, before all of it was read.").arg(m_bytes.size()));
        if (left() > 0)
            m_tree->add(ValueTree::root, Kind::Bytes, m_at, left(), tr("Cut off"), bytesLine(rest()));
        return false;
    }
    quint64 number(int width)
    {
        quint64 value = 0;
        for (int i = 0; i < width; ++i)
            value = value << 8 | static_cast<uchar>(m_bytes[m_at++]);
        return value;
    }
    quint64 numberField(Node parent, const QString &name, int width, const QString &unit = {})
    {
        if (!has(width))
            return 0;
        const quint64 value = number(width);
        m_tree->add(parent, Kind::Number, m_at - width, width, name,
            unit.isEmpty() ? QString::number(value) : QString::number(value) + u' ' + unit);
        return value;
    }
    /// Two bytes of length and what they say.
    QByteArrayView lengthPrefixed()
    {
        if (!has(2))
            return {};
        const qsizetype length = qFromBigEndian<quint16>(m_bytes.constData() + m_at);
        if (!has(length + 2))
            return {};
        m_at += 2 + length;
        return QByteArrayView(m_bytes).sliced(m_at - length, length);
    }
    QByteArrayView textField(Node parent, const QString &name)
    {
        const qsizetype begin = m_at;
        const QByteArrayView text = lengthPrefixed();
        if (!m_isOver)
            m_tree->add(parent, Kind::Text, begin, m_at - begin, name, plainLine(text, ValueTree::shownText));
        return text;
    }
    void binaryField(Node parent, const QString &name)
    {
        const qsizetype begin = m_at;
        const QByteArrayView bytes = lengthPrefixed();
        if (!m_isOver)
            m_tree->add(parent, Kind::Bytes, begin, m_at - begin, name, bytesLine(bytes));
    }
    /// A password is not to be read over somebody's shoulder.
    void secretField(Node parent, const QString &name)
    {
        const qsizetype begin = m_at;
        const QByteArrayView bytes = lengthPrefixed();
        if (!m_isOver)
            m_tree->add(parent, Kind::Bytes, begin, m_at - begin, name, tr("%n byte(s)", nullptr, static_cast<int>(bytes.size())));
    }
    std::optional<quint32> variableInteger(Node parent, const QString &name)
    {
        const qsizetype begin = m_at;
        quint32 value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            if (!has(1))
                return std::nullopt;
            const auto byte = static_cast<uchar>(m_bytes[m_at++]);
            value |= static_cast<quint32>(byte & 0x7F) << shift;
            if ((byte & 0x80) == 0) {
                m_tree->add(parent, Kind::Number, begin, m_at - begin, name, QString::number(value));
                return value;
            }
        }
        m_isOver = true;
        m_tree->setProblem(tr("The number at byte %1 has more than four bytes.").arg(begin));
        return std::nullopt;
    }
    void flag(Node parent, qsizetype at, const QString &name, bool isSet)
    {
        m_tree->add(parent, Kind::Flag, at, 1, name, isSet ? tr("yes") : tr("no"));
    }
    void reasonField(Node parent)
    {
        if (!has(1))
            return;
        const auto reason = static_cast<ReasonCode>(number(1));
        const QString words = words::reason(reason, m_type);
        m_tree->add(parent, Kind::Number, m_at - 1, 1, tr("Reason code"),
            QStringLiteral("%1 %2").arg(hex(static_cast<quint8>(reason), 2), words).trimmed());
    }
    void packetIdField() { numberField(ValueTree::root, tr("Packet identifier"), 2); }

    void readFixedHeader()
    {
        if (!has(1))
            return;
        const auto first = static_cast<uchar>(m_bytes[m_at++]);
        m_type = static_cast<PacketType>(first >> 4);
        m_flags = first & 0x0F;
        const Node head = m_tree->add(ValueTree::root, Kind::Fields, 0, 1, tr("Type"),
            first >> 4 == 0 ? tr("0, which stands for nothing") : words::packetType(m_type));
        if (m_type == PacketType::Publish) {
            flag(head, 0, tr("Duplicate"), m_flags & 0x08);
            m_tree->add(head, Kind::Number, 0, 1, tr("QoS"), QString::number((m_flags >> 1) & 0x03));
            flag(head, 0, tr("Retain"), m_flags & 0x01);
        } else {
            m_tree->add(head, Kind::Number, 0, 1, tr("Flags"), hex(m_flags, 1));
        }
        const std::optional<quint32> length = variableInteger(ValueTree::root, tr("Remaining length"));
        if (length && m_at + *length > m_bytes.size())
            m_tree->setProblem(tr("Of %1 bytes %2 were kept.").arg(m_at + *length).arg(m_bytes.size()));
    }

    void readBody()
    {
        switch (m_type) {
        case PacketType::Connect:
            return readConnect();
        case PacketType::Connack:
            return readConnack();
        case PacketType::Publish:
            return readPublish();
        case PacketType::Puback:
        case PacketType::Pubrec:
        case PacketType::Pubrel:
        case PacketType::Pubcomp:
            packetIdField();
            return readOptionalReason();
        case PacketType::Subscribe:
            return readSubscribe();
        case PacketType::Suback:
        case PacketType::Unsuback:
            return readReasons();
        case PacketType::Unsubscribe:
            return readUnsubscribe();
        case PacketType::Disconnect:
        case PacketType::Auth:
            return readOptionalReason();
        case PacketType::Pingreq:
        case PacketType::Pingresp:
            return;
        }
    }

    void readConnect()
    {
        textField(ValueTree::root, tr("Protocol name"));
        if (!has(2))
            return;
        const auto level = static_cast<quint8>(numberField(ValueTree::root, tr("Protocol level"), 1));
        m_version = static_cast<ProtocolVersion>(level & 0x7F);
        const qsizetype at = m_at;
        const auto flags = static_cast<quint8>(number(1));
        const Node node = m_tree->add(ValueTree::root, Kind::Fields, at, 1, tr("Connect flags"), hex(flags, 2));
        flag(node, at, tr("User name"), flags & 0x80);
        flag(node, at, tr("Password"), flags & 0x40);
        flag(node, at, tr("Will retain"), flags & 0x20);
        m_tree->add(node, Kind::Number, at, 1, tr("Will QoS"), QString::number((flags >> 3) & 0x03));
        flag(node, at, tr("Will"), flags & 0x04);
        flag(node, at, isFive() ? tr("Clean start") : tr("Clean session"), flags & 0x02);
        numberField(ValueTree::root, tr("Keep alive"), 2, tr("s"));
        readProperties(ValueTree::root, tr("Properties"));
        textField(ValueTree::root, tr("Client id"));
        if (flags & 0x04) {
            readProperties(ValueTree::root, tr("Will properties"));
            textField(ValueTree::root, tr("Will topic"));
            binaryField(ValueTree::root, tr("Will payload"));
        }
        if (flags & 0x80)
            textField(ValueTree::root, tr("User name"));
        if (flags & 0x40)
            secretField(ValueTree::root, tr("Password"));
    }
    void readConnack()
    {
        if (!has(1))
            return;
        flag(ValueTree::root, m_at, tr("Session present"), number(1) & 0x01);
        if (isFive())
            reasonField(ValueTree::root);
        else
            numberField(ValueTree::root, tr("Return code"), 1);
        readProperties(ValueTree::root, tr("Properties"));
    }
    void readPublish()
    {
        textField(ValueTree::root, tr("Topic"));
        if ((m_flags & 0x06) != 0)
            packetIdField();
        readProperties(ValueTree::root, tr("Properties"));
        if (m_isOver || left() == 0)
            return;
        m_tree->add(ValueTree::root, Kind::Bytes, m_at, left(), tr("Payload"), plainLine(rest(), ValueTree::shownText));
        m_at = m_bytes.size();
    }
    void readOptionalReason()
    {
        if (!m_isOver && left() > 0)
            reasonField(ValueTree::root);
        if (!m_isOver && left() > 0)
            readProperties(ValueTree::root, tr("Properties"));
    }
    void readSubscribe()
    {
        packetIdField();
        readProperties(ValueTree::root, tr("Properties"));
        while (!m_isOver && left() > 0) {
            const qsizetype begin = m_at;
            const QByteArrayView filter = lengthPrefixed();
            if (!has(1))
                return;
            const auto options = static_cast<quint8>(number(1));
            const Node node = m_tree->add(
                ValueTree::root, Kind::Fields, begin, m_at - begin, tr("Filter"), plainLine(filter, ValueTree::shownText));
            m_tree->add(node, Kind::Number, m_at - 1, 1, tr("Maximum QoS"), QString::number(options & 0x03));
            if (!isFive())
                continue;
            flag(node, m_at - 1, tr("No local"), options & 0x04);
            flag(node, m_at - 1, tr("Retain as published"), options & 0x08);
            m_tree->add(node, Kind::Number, m_at - 1, 1, tr("Retain handling"), QString::number((options >> 4) & 0x03));
        }
    }
    void readReasons()
    {
        packetIdField();
        readProperties(ValueTree::root, tr("Properties"));
        while (!m_isOver && left() > 0)
            reasonField(ValueTree::root);
    }
    void readUnsubscribe()
    {
        packetIdField();
        readProperties(ValueTree::root, tr("Properties"));
        while (!m_isOver && left() > 0)
            textField(ValueTree::root, tr("Filter"));
    }

    void readProperties(Node parent, const QString &name)
    {
        if (!isFive() || m_isOver)
            return;
        const qsizetype begin = m_at;
        const Node node = m_tree->add(parent, Kind::Fields, begin, 0, name);
        const std::optional<quint32> length = variableInteger(node, tr("Length"));
        const qsizetype end = m_at + length.value_or(0);
        while (!m_isOver && m_at < end && left() > 0)
            readProperty(node);
        m_tree->setLength(node, m_at - begin);
    }
    void readProperty(Node parent)
    {
        const qsizetype begin = m_at;
        const auto id = static_cast<quint32>(number(1));
        const QString name = words::property(id);
        const Node node
            = m_tree->add(parent, Kind::Fields, begin, 0, name.isEmpty() ? tr("Unknown property %1").arg(hex(id, 2)) : name);
        readPropertyValue(node, words::propertyForm(id));
        m_tree->setLength(node, m_at - begin);
    }
    void readPropertyValue(Node node, words::PropertyForm form)
    {
        using enum words::PropertyForm;
        const QString value = tr("Value");
        switch (form) {
        case Byte:
            numberField(node, value, 1);
            return;
        case TwoBytes:
            numberField(node, value, 2);
            return;
        case FourBytes:
            numberField(node, value, 4);
            return;
        case VariableByteInteger:
            variableInteger(node, value);
            return;
        case Text:
            textField(node, value);
            return;
        case Binary:
            binaryField(node, value);
            return;
        case TextPair:
            textField(node, tr("Name"));
            textField(node, value);
            return;
        case Unknown:
            m_isOver = true; // how long it is only its number would say
            m_tree->setProblem(tr("The property at byte %1 is unknown: what follows cannot be read.").arg(m_at - 1));
        }
    }

    const QByteArray &m_bytes;
    ProtocolVersion m_version;
    std::shared_ptr<ValueTree> m_tree;
    PacketType m_type = PacketType::Connect;
    quint8 m_flags = 0;
    qsizetype m_at = 0;
    bool m_isOver = false; ///< something was missing
};

} // namespace

std::shared_ptr<const ValueTree> fieldsOfPacket(const QByteArray &bytes, ProtocolVersion version)
{
    return FieldReader(bytes, version).read();
}

} // namespace pigeon
