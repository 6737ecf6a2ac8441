#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QtEndian>

#include <cstring>

namespace pigeon {

/// The largest value of a variable byte integer, so also the largest remaining length (1.5.5).
inline constexpr quint32 maximumVariableByteInteger = 268'435'455;
/// The longest text or binary field: its length has two bytes (1.5.4, 1.5.6).
inline constexpr qsizetype maximumFieldBytes = 65'535;

/// The bytes that `value` takes as a variable byte integer, 1 to 4.
constexpr quint32 variableByteIntegerSize(quint32 value)
{
    return 1u + (value > 0x7Fu) + (value > 0x3FFFu) + (value > 0x1F'FFFFu);
}

/// Puts `value` at `out` in network order and returns the end.
template <typename Integer>
inline char *putInteger(char *out, Integer value)
{
    qToBigEndian(value, out);
    return out + sizeof(Integer);
}

/// Puts `value` at `out` in one to four bytes and returns the end.
inline char *putVariableByteInteger(char *out, quint32 value)
{
    while (value > 0x7F) {
        *out++ = static_cast<char>(value | 0x80);
        value >>= 7;
    }
    *out++ = static_cast<char>(value);
    return out;
}

/// Puts `bytes` without a length at `out` and returns the end.
inline char *putBytes(char *out, QByteArrayView bytes)
{
    if (!bytes.isEmpty()) // memcpy takes no null pointer, not even for nothing
        std::memcpy(out, bytes.data(), static_cast<size_t>(bytes.size()));
    return out + bytes.size();
}

/// Appends the data types of chapter 1.5 to a byte array; the counterpart of WireReader.
class WireWriter
{
public:
    explicit WireWriter(QByteArray &out)
        : m_out(out)
    {
    }
    void writeByte(unsigned value) { m_out.append(static_cast<char>(value)); }
    void writeTwoByteInteger(quint16 value) { writeInteger(value); }
    void writeFourByteInteger(quint32 value) { writeInteger(value); }
    void writeVariableByteInteger(quint32 value)
    {
        char bytes[4];
        m_out.append(bytes, putVariableByteInteger(bytes, value) - bytes);
    }
    void writeBlock(QByteArrayView bytes) { m_out.append(bytes); }
    /// Text and binary data; what is over the limit of the format is cut off rather than let corrupt the stream.
    void writeBinary(QByteArrayView bytes)
    {
        const QByteArrayView fitting = bytes.first(qMin(bytes.size(), maximumFieldBytes));
        writeTwoByteInteger(static_cast<quint16>(fitting.size()));
        writeBlock(fitting);
    }

private:
    template <typename Integer>
    void writeInteger(Integer value)
    {
        char bytes[sizeof(Integer)];
        m_out.append(bytes, putInteger(bytes, value) - bytes);
    }

    QByteArray &m_out;
};

} // namespace pigeon
