#pragma once

#include "base/bytequeue.h"
#include "transport/linkturn.h"

#include <QBasicTimer>
#include <QObject>

#include <memory>

class QIODevice;

namespace pigeon {

class DeviceLink;
class LinkReceiver;

/// The part of a DeviceLink that may outlive it: the device and what is left to be sent. Broker thread.
class DeviceChannel final : public QObject, public Flushable
{
public:
    DeviceChannel(std::unique_ptr<QIODevice> device, DeviceLink &link, LinkTurn &turn);
    ~DeviceChannel() override;

    void scheduleFlush();
    void flushTurn() override;
    void setReading(bool reading);
    void close();
    void abort();
    /// The link goes; the channel deletes itself, now or when it has finished.
    void letGo();
    qsizetype bytesInDevice() const;

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    enum class State { Open, Closing, Closed };

    void readSoon();
    void receive();
    void inputEnded();
    void flush();
    bool writeSome();
    void outputGone();
    void lost(QByteArrayView reason);
    void shut();
    ByteQueue &output();
    LinkReceiver *receiver() const;

    std::unique_ptr<QIODevice> m_device;
    DeviceLink *m_link; // null: the owner has let go
    LinkTurn &m_turn;
    ByteQueue m_left; // the output of a link that is gone
    QBasicTimer m_grace;
    State m_state = State::Open;
    bool m_isReading = true;
    bool m_isReadPosted = false;
    bool m_hasInputEnded = false;
    bool m_isScheduled = false;
};

} // namespace pigeon
