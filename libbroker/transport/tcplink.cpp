#include "transport/tcplink.h"

#include "transport/tcpchannel.h"

namespace pigeon {

TcpLink::TcpLink(qintptr descriptor, PeerFacts peer, std::shared_ptr<LinkTurn> turn)
    : Link(std::move(peer))
    , m_turn(std::move(turn))
    , m_channel(new TcpChannel(descriptor, *this, *m_turn))
{
}

TcpLink::~TcpLink()
{
    m_channel->letGo();
}

void TcpLink::close()
{
    m_channel->close();
}

void TcpLink::abort()
{
    m_channel->abort();
}

void TcpLink::setReading(bool reading)
{
    m_channel->setReading(reading);
}

qintptr TcpLink::descriptor() const
{
    return m_channel->descriptor();
}

void TcpLink::outputStarted()
{
    m_channel->scheduleFlush();
}

} // namespace pigeon
