#include "transport/devicelink.h"

#include "transport/devicechannel.h"

#include <QIODevice>

namespace pigeon {

DeviceLink::DeviceLink(std::unique_ptr<QIODevice> device, PeerFacts peer, std::shared_ptr<LinkTurn> turn)
    : Link(std::move(peer))
    , m_turn(std::move(turn))
    , m_channel(new DeviceChannel(std::move(device), *this, *m_turn))
{
}

DeviceLink::~DeviceLink()
{
    m_channel->letGo();
}

void DeviceLink::close()
{
    m_channel->close();
}

void DeviceLink::abort()
{
    m_channel->abort();
}

void DeviceLink::setReading(bool reading)
{
    m_channel->setReading(reading);
}

void DeviceLink::outputStarted()
{
    m_channel->scheduleFlush();
}

qsizetype DeviceLink::bytesInTransport() const
{
    return m_channel->bytesInDevice();
}

} // namespace pigeon
