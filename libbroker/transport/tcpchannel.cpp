#include "transport/tcpchannel.h"

#include "transport/tcplink.h"

#include <QEvent>
#include <QTimerEvent>

#include <cerrno>
#include <cstring>

namespace pigeon {

using Kind = StreamSocket::Outcome::Kind;

TcpChannel::TcpChannel(qintptr descriptor, TcpLink &link, LinkTurn &turn)
    : QSocketNotifier(descriptor, QSocketNotifier::Read)
    , m_socket(descriptor)
    , m_link(&link)
    , m_turn(turn)
{
}

TcpChannel::~TcpChannel()
{
    if (m_scheduled)
        m_turn.remove(this);
    // Before the descriptor is closed: its number may belong to another one a moment later.
    setWatchingWrites(false);
    setEnabled(false);
}

ByteQueue &TcpChannel::output()
{
    return m_link ? m_link->output() : m_left;
}

LinkReceiver *TcpChannel::receiver() const
{
    return m_link && m_state == State::Open ? m_link->receiver() : nullptr;
}

bool TcpChannel::event(QEvent *event)
{
    if (event->type() == QEvent::SockAct) {
        readable();
        return true;
    }
    if (event->type() == QEvent::Timer && static_cast<QTimerEvent *>(event)->timerId() == m_grace.timerId()) {
        shut();
        return true;
    }
    return QSocketNotifier::event(event);
}

// ---- Input

void TcpChannel::setReading(bool reading)
{
    // Off takes effect in the notifier only when something comes in: a short pause costs no system call.
    m_reading = reading;
    if (reading && m_state == State::Open)
        setEnabled(true);
}

void TcpChannel::readable()
{
    ++m_depth;
    if (m_state == State::Open)
        receive();
    else if (m_state != State::Closed)
        discard();
    --m_depth;
}

void TcpChannel::receive()
{
    if (!m_reading) {
        setEnabled(false);
        return;
    }
    std::unique_ptr<char[]> buffer = m_turn.takeReadBuffer();
    // What is still there after the bound is reported again in the next turn.
    qsizetype received = 0;
    while (m_state == State::Open && m_reading && received < TcpLink::readBytesPerTurn) {
        const StreamSocket::Outcome outcome = m_socket.receive({buffer.get(), LinkTurn::readBufferBytes});
        if (outcome.kind == Kind::Ended)
            inputEnded();
        else if (outcome.kind == Kind::Failed)
            lost(strerror(outcome.error));
        if (outcome.kind != Kind::Moved)
            break;
        received += outcome.bytes;
        if (LinkReceiver *hears = receiver())
            hears->bytesArrived(QByteArrayView(buffer.get(), outcome.bytes));
        if (outcome.partial)
            break;
    }
    m_turn.giveBack(std::move(buffer));
}

void TcpChannel::inputEnded()
{
    // The peer may have ended only its own direction: it still gets the answers to what it has sent.
    sendUntilCongested();
    lost("the peer closed the connection");
}

void TcpChannel::discard()
{
    std::unique_ptr<char[]> buffer = m_turn.takeReadBuffer();
    qsizetype received = 0;
    StreamSocket::Outcome outcome;
    do {
        outcome = m_socket.receive({buffer.get(), LinkTurn::readBufferBytes});
        received += outcome.bytes;
    } while (outcome.kind == Kind::Moved && !outcome.partial && received < TcpLink::readBytesPerTurn);
    m_turn.giveBack(std::move(buffer));

    if (outcome.kind == Kind::Failed || (outcome.kind == Kind::Ended && m_state == State::Lingering)) {
        shut();
    } else if (outcome.kind == Kind::Ended) {
        m_inputEnded = true;
        setEnabled(false); // an ended input is readable for ever
    }
}

// ---- Output

void TcpChannel::scheduleFlush()
{
    if (m_scheduled)
        return;
    m_scheduled = true;
    m_turn.add(this);
}

void TcpChannel::flushTurn()
{
    m_scheduled = false;
    if (m_state == State::Closed || m_broken) {
        output().clear(); // written after the end
        if (m_link)
            m_link->outputFlushed();
        return;
    }
    ++m_depth;
    flush();
    --m_depth;
}

void TcpChannel::writable()
{
    ++m_depth;
    flush();
    --m_depth;
}

void TcpChannel::flush()
{
    sendUntilCongested();
    if (m_state == State::Closed || m_broken)
        return;
    if (output().isEmpty()) {
        outputGone();
        return;
    }
    // The link is not told that it was flushed: what it writes meanwhile goes out with the rest.
    m_congested = true;
    setWatchingWrites(true);
}

void TcpChannel::sendUntilCongested()
{
    ByteQueue &queue = output();
    qsizetype sent = 0;
    while (!queue.isEmpty() && !m_broken && sent < TcpLink::sendBytesPerTurn) {
        const StreamSocket::Outcome outcome = m_socket.send(queue);
        if (outcome.kind == Kind::Failed) {
            writeFailed(outcome.error);
            return;
        }
        queue.removeFront(outcome.bytes);
        sent += outcome.bytes;
        if (outcome.kind == Kind::WouldBlock || outcome.partial)
            return;
    }
}

void TcpChannel::outputGone()
{
    setWatchingWrites(false);
    if (m_link)
        m_link->outputFlushed();
    if (m_state == State::Closing) {
        linger();
        return;
    }
    m_congested = false;
    LinkReceiver *hears = receiver();
    if (hears && m_link->takeDrainReport())
        hears->outputDrained();
}

void TcpChannel::linger()
{
    // Closing with unread input makes the kernel send a reset, which may destroy our last bytes before the peer has
    // read them (the reason of a refusal). So the peer is told the end and what it still sends is thrown away.
    const bool areManyFinishing = m_turn.children().size() >= TcpLink::mostFinishing;
    if (m_inputEnded || areManyFinishing) {
        shut();
        return;
    }
    m_state = State::Lingering;
    m_socket.endOutput();
    discard();
}

void TcpChannel::writeFailed(int error)
{
    m_broken = true;
    m_congested = false;
    output().clear();
    setWatchingWrites(false);
    if (m_link)
        m_link->outputFlushed();
    // A peer that is gone may have left bytes behind: they are read first, then the read reports the end.
    const bool peerGone = error == EPIPE || error == ECONNRESET;
    if (m_state != State::Open || !m_reading || !peerGone)
        lost(strerror(error));
}

void TcpChannel::setWatchingWrites(bool watching)
{
    if (!watching) {
        if (m_writes)
            m_writes->setEnabled(false);
        return;
    }
    if (!m_writes) {
        m_writes = std::make_unique<QSocketNotifier>(m_socket.descriptor(), QSocketNotifier::Write);
        connect(m_writes.get(), &QSocketNotifier::activated, this, &TcpChannel::writable);
    }
    m_writes->setEnabled(true);
}

// ---- The end

void TcpChannel::close()
{
    if (m_state != State::Open)
        return;
    if (output().isEmpty() || m_broken) {
        shut();
        return;
    }
    m_state = State::Closing;
    setEnabled(true);
    m_grace.start(int(TcpLink::gracePeriod.count()), this);
}

void TcpChannel::abort()
{
    if (m_state != State::Closed)
        shut();
}

void TcpChannel::letGo()
{
    if (m_state == State::Open)
        shut();
    m_left.swap(m_link->output());
    m_link = nullptr;
    // Most often everything leaves at once and nothing has to live on.
    if (m_state == State::Closing && !m_congested && m_depth == 0) {
        m_turn.remove(this);
        flushTurn();
    }
    if (m_state == State::Closed && m_depth == 0) {
        delete this;
        return;
    }
    setParent(&m_turn);
    if (m_state == State::Closed)
        deleteLater(); // an event of this channel is on the stack
}

void TcpChannel::lost(QByteArrayView reason)
{
    LinkReceiver *hears = receiver();
    if (m_state != State::Closed)
        shut();
    if (hears)
        hears->linkClosed(reason);
}

void TcpChannel::shut()
{
    m_state = State::Closed;
    m_grace.stop();
    setWatchingWrites(false);
    setEnabled(false); // before the number can belong to another descriptor
    m_socket.close();
    output().clear();
    if (!m_link)
        deleteLater();
}

} // namespace pigeon
