#pragma once

#include <pigeon/global.h>
#include <pigeon/listenerterms.h>

#include <QByteArray>
#include <QHostAddress>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>

namespace pigeon {

/// How clients speak to a listener, below MQTT.
enum class ListenerKind {
    Tcp,
    Tls, ///< MQTT within TLS ("mqtts")
    WebSocket, ///< MQTT within WebSocket frames ("ws")
    WebSocketTls, ///< WebSocket within TLS ("wss")
    LocalSocket, ///< a socket in the file system of this machine ("unix")
    Any, ///< Tcp, WebSocket and, with a certificate or keys, Tls and WebSocketTls on one port: a client's first byte decides
};

/// True when a listener of that kind speaks nothing but TLS; ListenerOptions::speaksTls is about all kinds.
constexpr bool isTls(ListenerKind kind) { return kind == ListenerKind::Tls || kind == ListenerKind::WebSocketTls; }

/// The lowest version of TLS that a listener takes. Older ones are broken and not offered.
enum class TlsVersion { Tls12, Tls13 };

/// Where the user name of a client comes from. All but Connect are proven before a byte of MQTT is read: then name and
/// password of the CONNECT are not looked at, and who has no such name, or several of its kind, is refused.
enum class UserNameSource {
    Connect, ///< the CONNECT, and whoever checks it
    Identity, ///< the common name of its certificate, or the identity of its pre-shared key
    Subject, ///< the whole subject of its certificate in the form of RFC 2253: "CN=alice,O=Example"
    DnsName, ///< the DNS name among the alternative names of its certificate (SAN)
    EmailAddress, ///< the e-mail address among them
};

/// What a listener of kind Tls or WebSocketTls needs, and one of kind Any that is to speak TLS as well: a certificate with
/// its key, or pre-shared keys. The files are read when it is opened and again when they change (`fileCheckInterval`, Broker::reloadCertificates).
struct TlsOptions
{
    /// PEM; the listener's certificate, then those between it and the authority.
    QString certificateChainFile;
    /// PEM; the private key (RSA or EC, without a passphrase) of that certificate.
    QString privateKeyFile;
    /// PEM; the authorities that certificates of clients must come from. The system's authorities are never asked.
    QString authoritiesFile;
    /// A folder of such files, each of which is read; in addition to `authoritiesFile`, or instead of it.
    QString authoritiesFolder;
    /// PEM; lists of revoked certificates (CRLs) by these authorities. A client's certificate whose authority has no list
    /// here that is in date is refused like a revoked one; an authority between is looked up where its own has a list.
    /// Needs `requireCertificate`.
    QString revocationFile;
    /// Only clients with a certificate of these authorities come in, with ListenerKind::Any none without TLS.
    bool requireCertificate = false;
    /// Certificates of clients that have expired, or are not valid yet, are taken as well.
    bool ignoreCertificateDates = false;
    /// All but Connect need `requireCertificate`, or Identity and pre-shared keys.
    UserNameSource userName = UserNameSource::Connect;
    TlsVersion lowestVersion = TlsVersion::Tls12;
    /// OpenSSL's names of 1.2 and 1.3, in the order of preference; empty = Qt's choice. A version of which none is named
    /// keeps its own. With pre-shared keys only those that use them count in 1.2.
    QStringList ciphers;
    /// OpenSSL's names of the curves of the key exchange, "X25519", "prime256v1"; empty = OpenSSL's choice.
    QStringList curves;
    /// PEM; parameters of the Diffie-Hellman key exchange of 1.2; empty = Qt's, of 2048 bits.
    QString diffieHellmanFile;
    /// Lines IDENTITY:KEY, the key in hexadecimal digits: whoever knows one comes in, and nobody else. Instead of a
    /// certificate.
    QString presharedKeyFile;
    /// What clients are told in 1.2 so that they know which key is meant.
    QString presharedKeyHint;
    /// How often it is looked whether a file has changed; 100 ms..1 h, 0 = never. Changed ones are read once they have
    /// stayed the same for so long. What cannot be used is told in the log, and what was read before stays in force.
    std::chrono::milliseconds fileCheckInterval{5'000};

    /// True when it names what TLS is spoken with.
    bool isGiven() const
    {
        return !certificateChainFile.isEmpty() || !privateKeyFile.isEmpty() || !presharedKeyFile.isEmpty();
    }
    /// True when who comes in has proven something by TLS, so that nobody may come in without it.
    bool provesClients() const
    {
        return requireCertificate || userName != UserNameSource::Connect || !presharedKeyFile.isEmpty();
    }

    friend bool operator==(const TlsOptions &, const TlsOptions &) = default;
};

/// The form in which a proxy tells at the begin of each connection where it comes from.
enum class ProxyProtocol { None, Version1, Version2 };

/// What a listener of kind WebSocket, WebSocketTls or Any needs.
struct WebSocketOptions
{
    /// Web pages that may connect, "https://example.org"; empty = all. Programs that are no browsers name no origin and
    /// are let in.
    QStringList allowedOrigins;
    /// The path of the URL that is answered, "/mqtt"; empty = any.
    QString path;
    /// Largest frame, and largest message of several frames, taken from a client; bytes, 1 024..268 435 460. The whole
    /// frame is in memory before the broker sees it, from strangers as well. Default: 16 MiB.
    quint32 maximumFrameBytes = 16 * 1024 * 1024;

    friend bool operator==(const WebSocketOptions &, const WebSocketOptions &) = default;
};

/// One place where clients may come in. A value; Broker::listen says what is wrong with it. Since 0.1.
struct ListenerOptions
{
    ListenerKind kind = ListenerKind::Tcp;
    /// Of all kinds but LocalSocket.
    QHostAddress address = QHostAddress::LocalHost;
    quint16 port = 1883; ///< 0 = any free one
    /// LocalSocket: the path, at most 107 bytes. A socket that a dead process has left there is removed.
    QString socketPath;
    /// LocalSocket: who may connect, the permissions of the file. Default: its owner and its group.
    quint32 socketMode = 0660;
    TlsOptions tls;
    WebSocketOptions webSocket;
    /// Of all kinds but LocalSocket: the network interface, "eth0", that connections must come through; empty = any.
    QString networkInterface;
    /// Of all kinds but LocalSocket: each connection begins with such a header, of a trusted proxy, before TLS.
    ProxyProtocol proxyProtocol = ProxyProtocol::None;
    /// With ProxyProtocol::Version2 and without TLS of its own: only those who speak TLS with the proxy come in. With
    /// TlsOptions::requireCertificate only those whose certificate it has verified, and Identity is that one's.
    bool proxyRequiresTls = false;
    /// Addresses and networks, "10.0.0.0/8", of proxies. A connection with a header of `proxyProtocol` from anywhere else
    /// is refused; so is X-Forwarded-For of WebSocket, which is believed from these alone. Empty: X-Forwarded-For is not
    /// looked at, and headers of `proxyProtocol` are taken from this machine alone.
    QStringList trustedProxies;
    /// Null = nothing differs. Listeners that share one share its bound of connections.
    std::shared_ptr<const ListenerTerms> terms;
    /// From accept until TLS and WebSocket have their handshakes behind them, with Any also until the first byte; 1 ms..1 h.
    std::chrono::milliseconds handshakeTimeout{10'000};
    /// Handshakes under way at once, 1..100 000. One more ends the oldest: a client that means it needs milliseconds.
    quint32 maximumHandshakes = 256;
    /// A listening socket that is there already, as systemd hands it on: its descriptor, which is taken over, also when
    /// listening fails. `address` and `port`, or `socketPath`, are its own. -1 = one is made.
    qintptr listeningSocket = -1;

    /// True when clients may speak TLS here, or must.
    bool speaksTls() const { return isTls(kind) || (kind == ListenerKind::Any && tls.isGiven()); }

    friend bool operator==(const ListenerOptions &, const ListenerOptions &) = default;
};

} // namespace pigeon
