#pragma once

#include "protocol/protocolerror.h"
#include "protocol/topic.h"

#include <QByteArrayView>
#include <QtEndian>

namespace pigeon {

/// Reads the data types of chapter 1.5 from the front of a packet's bytes; views, never copies. Every read says
/// whether it succeeded, so that reads chain with &&; the first thing that was wrong is kept as the error.
/// A short-lived local of the thread that decodes. Knows no packet.
class WireReader
{
public:
    explicit WireReader(QByteArrayView bytes)
        : m_at(bytes.data())
        , m_end(bytes.data() + bytes.size())
    {
    }

    const char *position() const { return m_at; }
    qsizetype bytesLeft() const { return m_end - m_at; }
    bool isAtEnd() const { return m_at == m_end; }
    QByteArrayView takeRest() { return take(bytesLeft()); }

    /// Why a read failed. Precondition: one has.
    const ProtocolError &error() const { return m_error; }
    /// Keeps `error` and returns false, to end a chain of reads.
    bool fail(const ProtocolError &error)
    {
        m_error = error;
        return false;
    }
    bool failTruncated() { return fail({ReasonCode::MalformedPacket, "1.5", "the packet ends inside a field"}); }

    bool readByte(quint8 &value)
    {
        if (bytesLeft() < 1)
            return failTruncated();
        value = static_cast<quint8>(*m_at++);
        return true;
    }
    bool readTwoByteInteger(quint16 &value) { return readInteger(value); }
    bool readFourByteInteger(quint32 &value) { return readInteger(value); }
    bool readVariableByteInteger(quint32 &value)
    {
        value = 0;
        for (unsigned shift = 0; shift < 28; shift += 7) {
            quint8 byte = 0;
            if (!readByte(byte))
                return false;
            value |= static_cast<quint32>(byte & 0x7F) << shift;
            if (byte < 0x80)
                return byte != 0 || shift == 0 || failOverlong();
        }
        return fail({ReasonCode::MalformedPacket, "1.5.5", "a variable byte integer has more than four bytes"});
    }
    /// `bytes` bytes without a length of their own.
    bool readBlock(qsizetype bytes, QByteArrayView &value)
    {
        if (bytesLeft() < bytes)
            return failTruncated();
        value = take(bytes);
        return true;
    }
    bool readBinary(QByteArrayView &value)
    {
        quint16 bytes = 0;
        return readTwoByteInteger(bytes) && readBlock(bytes, value);
    }
    bool readText(QByteArrayView &value)
    {
        return readBinary(value) && (isMqttText(value) || failText());
    }
    bool readBinary(QByteArray &value)
    {
        QByteArrayView view;
        return readBinary(view) && copy(view, value);
    }
    bool readText(QByteArray &value)
    {
        QByteArrayView view;
        return readText(view) && copy(view, value);
    }

private:
    template <typename Integer>
    bool readInteger(Integer &value)
    {
        if (bytesLeft() < static_cast<qsizetype>(sizeof(Integer)))
            return failTruncated();
        value = qFromBigEndian<Integer>(m_at);
        m_at += sizeof(Integer);
        return true;
    }
    QByteArrayView take(qsizetype bytes)
    {
        const QByteArrayView view(m_at, bytes);
        m_at += bytes;
        return view;
    }
    static bool copy(QByteArrayView from, QByteArray &to)
    {
        to = from.toByteArray();
        return true;
    }
    bool failOverlong()
    {
        return fail({ReasonCode::MalformedPacket, "MQTT-1.5.5-1", "a variable byte integer is longer than needed"});
    }
    bool failText()
    {
        return fail({ReasonCode::MalformedPacket, "MQTT-1.5.4-1", "a text is not well-formed UTF-8 or holds U+0000"});
    }

    const char *m_at;
    const char *m_end;
    ProtocolError m_error;
};

} // namespace pigeon
