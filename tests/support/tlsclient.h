#pragma once

#include "support/certificates.h"
#include "support/doorclient.h"

#include <pigeon/broker.h>

#include <QSslError>

namespace pigeon::test {

/// TLS options of a listener with that certificate on any free port of this machine.
inline ListenerOptions tlsOptions(const Certificates &made, const char *certificate = "server")
{
    ListenerOptions options;
    options.kind = ListenerKind::Tls;
    options.port = 0;
    options.tls.certificateChainFile = made.file((certificate + QByteArray(".pem")).constData());
    options.tls.privateKeyFile = made.file((certificate + QByteArray(".key")).constData());
    return options;
}

/// The same, for clients with certificates of "ca" alone.
inline ListenerOptions certifiedOptions(const Certificates &made)
{
    ListenerOptions options = tlsOptions(made);
    options.tls.authoritiesFile = made.file("ca.pem");
    options.tls.requireCertificate = true;
    return options;
}

inline bool waitForEncrypted(QSslSocket &socket)
{
    return QTest::qWaitFor(
               [&socket] { return socket.isEncrypted() || socket.state() == QAbstractSocket::UnconnectedState; },
               10'000)
        && socket.isEncrypted();
}

/// A client that has come in with that certificate ("" = none), or null.
inline std::unique_ptr<DoorClient> enter(Broker &broker, const Certificates &made, const QByteArray &certificate,
    const ConnectPacket &connect)
{
    auto socket = dialTls(broker.port(), made.certificates("ca.pem"), QStringLiteral("localhost"),
        certificate.isEmpty() ? QString() : made.file(certificate.constData()));
    if (!waitForEncrypted(*socket))
        return nullptr; // in TLS 1.3 the client may only learn later that it was refused
    auto client = std::make_unique<DoorClient>(std::move(socket), false);
    client->send(connect);
    std::optional<ConnackPacket> connack;
    const bool isDecided = QTest::qWaitFor(
        [&] { return (connack = client->take<ConnackPacket>()) || client->isClosed(); }, 10'000);
    return isDecided && connack && connack->reason == ReasonCode::Success ? std::move(client) : nullptr;
}

inline std::unique_ptr<DoorClient> enter(Broker &broker, const Certificates &made, const QByteArray &certificate)
{
    ConnectPacket connect;
    connect.clientId = "client";
    connect.version = ProtocolVersion::Mqtt5;
    return enter(broker, made, certificate, connect);
}

} // namespace pigeon::test
