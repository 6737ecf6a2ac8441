// What a connection says of itself: to events and to the log.
#include "session/connection.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "session/peerinfo.h"
#include "session/session.h"

namespace pigeon {

ClientInfo Connection::info() const
{
    ClientInfo info = infoOf(peer());
    info.connection = m_serial;
    info.clientId = clientId();
    info.userName = m_origin ? m_origin->userName : QByteArray();
    info.version = m_negotiated.version;
    info.cleanStart = m_negotiated.cleanStart;
    info.keepAliveSeconds = m_negotiated.keepAliveSeconds;
    return info;
}

Traffic Connection::traffic() const
{
    return {m_packetsIn, m_output.writtenPackets(), m_bytesIn, m_output.writtenBytes(), m_messagesIn,
        m_output.writtenMessages()};
}

QByteArray Connection::clientId() const
{
    return m_session ? m_session->clientId() : m_handshake.clientId();
}

void Connection::logEnd(const char *what, const EventError &why) const
{
    qCWarning(logConnection, "%s %s: %s [%s]", LogAbout(info()).text(), what, why.text.constData(),
        why.clause.constData());
}

} // namespace pigeon
