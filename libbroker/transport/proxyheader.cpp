#include "transport/proxyheader.h"

#include "base/literaladdress.h"
#include "transport/trustedpeers.h"

#include <QHostAddress>
#include <QtEndian>

#include <algorithm>
#include <optional>

namespace pigeon {

namespace {

using Status = ProxyHeaderCut::Status;

ProxyHeaderCut bad(const char *problem)
{
    return {Status::Bad, 0, {}, problem};
}

bool canBegin(const QByteArray &bytes, const QByteArray &signature)
{
    const qsizetype common = std::min(bytes.size(), signature.size());
    return bytes.left(common) == signature.left(common);
}

// --- version 1 (2.1): a line ---------------------------------------------------------------------------------

std::optional<quint16> toPort(const QByteArray &text)
{
    bool isPort = false;
    const quint16 port = text.toUShort(&isPort);
    return isPort && QByteArray::number(port) == text ? std::optional(port) : std::nullopt;
}

std::optional<ProxyHeader> readLine(const QByteArray &line)
{
    const QList<QByteArray> words = line.split(' ');
    if (words.value(1) == "UNKNOWN") // whatever follows is left out
        return ProxyHeader();
    if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6"))
        return std::nullopt;
    const auto family
        = words[1] == "TCP4" ? QAbstractSocket::IPv4Protocol : QAbstractSocket::IPv6Protocol;
    const QHostAddress source = literalAddress(QString::fromLatin1(words[2]));
    const QHostAddress destination = literalAddress(QString::fromLatin1(words[3]));
    const std::optional<quint16> port = toPort(words[4]);
    if (source.protocol() != family || destination.protocol() != family || !port || !toPort(words[5]))
        return std::nullopt;
    return ProxyHeader{peerAddress(source.toString()), *port, false, false, {}};
}

ProxyHeaderCut cutLine(const QByteArray &bytes)
{
    if (!canBegin(bytes, "PROXY "))
        return bad("it does not begin with a PROXY header of version 1");
    const qsizetype end = bytes.left(longestProxyLine).indexOf("\r\n");
    if (end < 0)
        return bytes.size() < longestProxyLine ? ProxyHeaderCut() : bad("its PROXY header has more than 107 bytes");
    std::optional<ProxyHeader> header = readLine(bytes.left(end));
    if (!header)
        return bad("its PROXY header is malformed");
    return {Status::Complete, end + 2, std::move(*header), ""};
}

// --- version 2 (2.2): a block ----------------------------------------------------------------------------------

const QByteArray signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr qsizetype headBytes = 16;

/// The types of 2.2 that we look at.
enum Entry : uchar { Checksum = 0x03, Tls = 0x20, CommonName = 0x22 };
/// What the field `client` of a Tls entry says (2.2.6).
enum ClientFlag : uchar { SpeaksTls = 0x01, CertificateNow = 0x02, CertificateInSession = 0x04 };

/// Calls `visit(type, value, offset of the value)` for each entry; false when they are malformed or it says so.
template <typename Visit>
bool forEachEntry(const QByteArray &entries, Visit &&visit)
{
    qsizetype at = 0;
    while (at < entries.size()) {
        if (entries.size() - at < 3)
            return false;
        const auto length = qsizetype(qFromBigEndian<quint16>(entries.constData() + at + 1));
        if (entries.size() - at - 3 < length)
            return false;
        if (!visit(static_cast<uchar>(entries[at]), entries.mid(at + 3, length), at + 3))
            return false;
        at += 3 + length;
    }
    return true;
}

bool readTls(const QByteArray &value, ProxyHeader &header)
{
    constexpr qsizetype fixedBytes = 5;
    if (value.size() < fixedBytes)
        return false;
    const auto client = static_cast<uchar>(value[0]);
    const bool isVerified = qFromBigEndian<quint32>(value.constData() + 1) == 0;
    header.hasTls = client & SpeaksTls;
    header.hasCertificate = header.hasTls && isVerified && (client & (CertificateNow | CertificateInSession));
    return forEachEntry(value.mid(fixedBytes), [&header](uchar type, const QByteArray &name, qsizetype) {
        if (type == CommonName)
            header.commonName = name;
        return true;
    });
}

/// CRC-32C, bit by bit: it is a few hundred bytes, once a connection, where a proxy sends it at all.
quint32 checksum(const QByteArray &bytes)
{
    constexpr quint32 polynomial = 0x82F6'3B78;
    quint32 crc = 0xFFFF'FFFF;
    for (const char each : bytes) {
        crc ^= static_cast<uchar>(each);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ (crc & 1 ? polynomial : 0);
    }
    return ~crc;
}

/// Over the whole header, its own four bytes taken for zeros (2.2.3).
bool isChecksumRight(QByteArray header, qsizetype at)
{
    const quint32 told = qFromBigEndian<quint32>(header.constData() + at);
    std::fill_n(header.data() + at, 4, '\0');
    return checksum(header) == told;
}

struct Family
{
    uchar code; // address family and protocol
    qsizetype bytes;
    ProxyHeader (*read)(const QByteArray &addresses);
};

ProxyHeader readIpv4(const QByteArray &addresses)
{
    return {QHostAddress(qFromBigEndian<quint32>(addresses.constData())).toString().toLatin1(),
        qFromBigEndian<quint16>(addresses.constData() + 8), false, false, {}};
}

ProxyHeader readIpv6(const QByteArray &addresses)
{
    const QHostAddress source(reinterpret_cast<const quint8 *>(addresses.constData()));
    return {peerAddress(source.toString()), qFromBigEndian<quint16>(addresses.constData() + 32), false, false, {}};
}

ProxyHeader readUnix(const QByteArray &addresses)
{
    constexpr qsizetype pathBytes = 108;
    QByteArray path = addresses.left(pathBytes);
    path.truncate(std::max<qsizetype>(path.indexOf('\0'), 0));
    return {path, 0, false, false, {}};
}

constexpr Family families[] = {
    {0x11, 12, readIpv4},
    {0x21, 36, readIpv6},
    {0x31, 216, readUnix},
    {0x00, 0, [](const QByteArray &) { return ProxyHeader(); }}, // not known: what follows is left out
};

ProxyHeaderCut readBlock(const QByteArray &block)
{
    enum Command : uchar { Local = 0x20, Proxy = 0x21 };
    const auto command = static_cast<uchar>(block[12]);
    ProxyHeaderCut cut{Status::Complete, block.size(), {}, ""};
    if (command == Local) // a health check of the proxy's own: addresses are left out
        return cut;
    const auto family = std::find_if(std::begin(families), std::end(families),
        [&block](const Family &each) { return each.code == static_cast<uchar>(block[13]); });
    if (command != Proxy || family == std::end(families))
        return bad("its PROXY header is of a command or a family of addresses that is not known");
    if (block.size() < headBytes + family->bytes)
        return bad("its PROXY header is too short for its addresses");
    cut.header = family->read(block.mid(headBytes, family->bytes));
    if (family->code == 0x00)
        return cut;
    const qsizetype entriesAt = headBytes + family->bytes;
    const bool isSound
        = forEachEntry(block.mid(entriesAt), [&](uchar type, const QByteArray &value, qsizetype at) {
              if (type == Checksum)
                  return value.size() == 4 && isChecksumRight(block, entriesAt + at);
              return type != Tls || readTls(value, cut.header);
          });
    return isSound ? cut : bad("its PROXY header is malformed");
}

ProxyHeaderCut cutBlock(const QByteArray &bytes)
{
    if (!canBegin(bytes, signature))
        return bad("it does not begin with a PROXY header of version 2");
    if (bytes.size() < headBytes)
        return {};
    const qsizetype size = headBytes + qFromBigEndian<quint16>(bytes.constData() + 14);
    if (size > longestProxyBlock)
        return bad("its PROXY header is too long");
    return bytes.size() < size ? ProxyHeaderCut() : readBlock(bytes.left(size));
}

} // namespace

ProxyHeaderCut cutProxyHeader(ProxyProtocol version, const QByteArray &bytes)
{
    return version == ProxyProtocol::Version1 ? cutLine(bytes) : cutBlock(bytes);
}

} // namespace pigeon
