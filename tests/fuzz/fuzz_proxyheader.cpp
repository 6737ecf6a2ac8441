// What strangers may send before TLS and MQTT, and files and headers that are read beside it: PROXY headers of both versions,
// X-Forwarded-For, the file of pre-shared keys. The first byte says which.
//
// Of a PROXY header it must hold: cutting is a matter of the bytes alone, however they come; a complete one is no longer
// than it was told to be, and no shorter piece of it is complete.

#include "transport/presharedkeys.h"
#include "transport/proxyheader.h"
#include "transport/trustedpeers.h"

#include <cstdlib>

using namespace pigeon;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void cut(ProxyProtocol version, const QByteArray &bytes)
{
    using Status = ProxyHeaderCut::Status;
    const ProxyHeaderCut whole = cutProxyHeader(version, bytes);
    if (whole.status != Status::Complete)
        return;
    require(whole.bytes > 0 && whole.bytes <= bytes.size());
    require(whole.bytes <= (version == ProxyProtocol::Version1 ? longestProxyLine : longestProxyBlock));
    for (qsizetype size = 0; size < whole.bytes; ++size)
        require(cutProxyHeader(version, bytes.left(size)).status == Status::Incomplete);
    require(cutProxyHeader(version, bytes.left(whole.bytes)).header.address == whole.header.address);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const QByteArray bytes(reinterpret_cast<const char *>(data) + 1, static_cast<qsizetype>(size - 1));
    switch (data[0] % 4) {
    case 0:
        cut(ProxyProtocol::Version1, bytes);
        break;
    case 1:
        cut(ProxyProtocol::Version2, bytes);
        break;
    case 2: {
        TrustedPeers proxies;
        require(proxies.read({QStringLiteral("10.0.0.0/8"), QStringLiteral("2001:db8::/32")}).isEmpty());
        const QByteArray client = proxies.clientOf(bytes);
        require(client.isEmpty() || peerAddress(QString::fromLatin1(client).remove(u'[').remove(u']')) == client);
        break;
    }
    default: {
        PresharedKeys keys;
        const QString problem = keys.read(bytes);
        require(problem.isEmpty() || problem.startsWith(u"line "));
        break;
    }
    }
    return 0;
}
