#include "transport/speech.h"

namespace pigeon {

namespace {

constexpr char handshakeRecord = 0x16; // of TLS, which begins with one (RFC 8446, 5.1)
constexpr char begunGet = 'G'; // WebSocket begins with GET (RFC 6455, 4.1); as a first byte MQTT has only 0x10

} // namespace

const char *Speech::name() const
{
    if (isWebSocket)
        return isTls ? "wss" : "ws";
    return isTls ? "tls" : "tcp";
}

Speech speechOf(ListenerKind kind)
{
    return {isTls(kind), kind == ListenerKind::WebSocket || kind == ListenerKind::WebSocketTls};
}

Speech speechOf(char firstByte)
{
    return {firstByte == handshakeRecord, firstByte == begunGet};
}

} // namespace pigeon
