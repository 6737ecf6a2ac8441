#pragma once

#include <pigeon/global.h>

#include <QByteArray>
#include <QHostAddress>
#include <QString>
#include <QStringList>

#include <chrono>

namespace pigeon {

/// How clients speak to a listener, below MQTT.
enum class ListenerKind {
    Tcp,
    Tls, ///< MQTT within TLS ("mqtts")
    WebSocket, ///< MQTT within WebSocket frames ("ws")
    WebSocketTls, ///< WebSocket within TLS ("wss")
    LocalSocket, ///< a socket in the file system of this machine ("unix")
};

/// The lowest version of TLS that a listener takes. Older ones are broken and not offered.
enum class TlsVersion { Tls12, Tls13 };

/// What a listener of kind Tls or WebSocketTls needs. The files are read when it is opened.
struct TlsOptions
{
    /// PEM; the listener's certificate, then those between it and the authority. Required.
    QString certificateChainFile;
    /// PEM; the private key (RSA or EC, without a passphrase) of that certificate. Required.
    QString privateKeyFile;
    /// PEM; the authorities that certificates of clients must come from. The system's authorities are never asked.
    QString authoritiesFile;
    /// Only clients with a certificate of `authoritiesFile` come in.
    bool requireCertificate = false;
    /// The common name of a client's certificate is its user name; one without is refused. Needs `requireCertificate`.
    /// The name and password of its CONNECT are then not looked at.
    bool identityAsUserName = false;
    TlsVersion lowestVersion = TlsVersion::Tls12;
    /// OpenSSL's names, in the order of preference; empty = Qt's choice.
    QStringList ciphers;

    friend bool operator==(const TlsOptions &, const TlsOptions &) = default;
};

/// What a listener of kind WebSocket or WebSocketTls needs.
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
    /// From accept until TLS and WebSocket have their handshakes behind them; 1 ms..1 h.
    std::chrono::milliseconds handshakeTimeout{10'000};
    /// Handshakes under way at once, 1..100 000. One more ends the oldest: a client that means it needs milliseconds.
    quint32 maximumHandshakes = 256;
    /// A listening socket that is there already, as systemd hands it on: its descriptor, which is taken over, also when
    /// listening fails. `address` and `port`, or `socketPath`, are its own. -1 = one is made.
    qintptr listeningSocket = -1;

    friend bool operator==(const ListenerOptions &, const ListenerOptions &) = default;
};

} // namespace pigeon
