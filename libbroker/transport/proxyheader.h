#pragma once

#include <pigeon/listeneroptions.h>

#include <QByteArray>

namespace pigeon {

/// What a proxy tells of a connection: the PROXY protocol of HAProxy, versions 1 and 2
/// (https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt, whose sections are cited). A value.
struct ProxyHeader
{
    QByteArray address; ///< of the client, as in PeerFacts; empty: the proxy speaks for itself, or does not know
    quint16 port = 0;
    bool hasTls = false; ///< the client speaks TLS with the proxy (2.2.6)
    bool hasCertificate = false; ///< and has shown a certificate that the proxy has verified
    QByteArray commonName; ///< of that certificate
};

/// What the first bytes of a connection are.
struct ProxyHeaderCut
{
    enum class Status { Complete, Incomplete, Bad };
    Status status = Status::Incomplete;
    qsizetype bytes = 0; ///< Complete: how many it has
    ProxyHeader header; ///< Complete
    const char *problem = ""; ///< Bad: for people
};

/// Longest headers that are read. 107 are the longest of version 1 (2.1).
inline constexpr qsizetype longestProxyLine = 107;
inline constexpr qsizetype longestProxyBlock = 16 * 1024;

/// Cuts a header of that version off the front of `bytes`. Pure. While it is incomplete all of `bytes` belong to it.
ProxyHeaderCut cutProxyHeader(ProxyProtocol version, const QByteArray &bytes);

} // namespace pigeon
