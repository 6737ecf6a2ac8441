#pragma once

#include "base/clock.h"
#include "base/link.h"

#include <memory>

class QIODevice;

namespace pigeon {

class DeviceChannel;
class LinkTurn;

/// A link on any sequential QIODevice that is open for reading and writing: a local socket, a serial port, a process,
/// a test double. The rules for the owner are those of TcpLink. Broker thread, in which the device lives, too.
class DeviceLink final : public Link
{
public:
    /// How long a closed link waits for its last bytes to leave.
    static constexpr Milliseconds gracePeriod{2'000};
    /// What may lie in the device's own buffer; the rest waits in ours, where it is counted and not copied.
    static constexpr qsizetype deviceBufferBytes = 64 * 1024;

    DeviceLink(std::unique_ptr<QIODevice> device, PeerFacts peer, std::shared_ptr<LinkTurn> turn);
    ~DeviceLink() override;

    void close() override;
    void abort() override;
    void setReading(bool reading) override;

protected:
    void outputStarted() override;
    qsizetype bytesInTransport() const override;

private:
    friend class DeviceChannel;
    using Link::output;
    using Link::outputFlushed;
    using Link::receiver;
    using Link::takeDrainReport;

    std::shared_ptr<LinkTurn> m_turn;
    DeviceChannel *m_channel; // deletes itself when it has finished
};

} // namespace pigeon
