#pragma once

#include "base/bytequeue.h"
#include "transport/linkturn.h"
#include "transport/streamsocket.h"

#include <QBasicTimer>
#include <QSocketNotifier>

#include <memory>

namespace pigeon {

class LinkReceiver;
class TcpLink;

/// The part of a TcpLink that may outlive it: the socket and what is left to be sent. Broker thread.
///
/// Reads and writes go straight to the descriptor, with an own notifier, and not through a QTcpSocket: as of Qt
/// 6.4.2 `setSocketDescriptor` ignores `QIODevice::Unbuffered`, so that each read costs an FIONREAD and a copy more,
/// each write a copy and two changes of a notifier; a failed write closes the socket with unread bytes in it; and it
/// takes 2.5 KB. The channel is the read notifier itself: that makes one QObject per link.
class TcpChannel final : public QSocketNotifier, public Flushable
{
public:
    TcpChannel(qintptr descriptor, TcpLink &link, LinkTurn &turn);
    ~TcpChannel() override;

    void scheduleFlush();
    void flushTurn() override;
    void setReading(bool reading);
    void close();
    void abort();
    /// The link goes; the channel deletes itself, now or when it has finished.
    void letGo();
    qintptr descriptor() const { return m_socket.descriptor(); }

protected:
    bool event(QEvent *event) override;

private:
    enum class State {
        Open,
        Closing, // flushes what is left; what comes in is thrown away
        Lingering, // everything was sent; waits for the peer's end, so that no reset overtakes our last bytes
        Closed
    };

    void readable();
    void writable();
    void receive();
    void inputEnded();
    void discard();
    void flush();
    void sendUntilCongested();
    void outputGone();
    void linger();
    void writeFailed(int error);
    void lost(QByteArrayView reason);
    void shut();
    void setWatchingWrites(bool watching);
    ByteQueue &output();
    LinkReceiver *receiver() const;

    StreamSocket m_socket;
    TcpLink *m_link; // null: the owner has let go
    LinkTurn &m_turn;
    std::unique_ptr<QSocketNotifier> m_writes; // only links that were congested have one
    ByteQueue m_left; // the output of a link that is gone
    QBasicTimer m_grace;
    State m_state = State::Open;
    int m_depth = 0; // events of this channel that are on the stack
    bool m_reading = true;
    bool m_scheduled = false;
    bool m_congested = false; // the socket did not take all of a flush; the write notifier goes on
    bool m_inputEnded = false;
    bool m_broken = false; // the peer takes nothing any more; what it has sent may still be read
};

} // namespace pigeon
