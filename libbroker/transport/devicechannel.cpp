#include "transport/devicechannel.h"

#include "transport/devicelink.h"

#include <QAbstractSocket>
#include <QIODevice>
#include <QLocalSocket>
#include <QSslSocket>
#include <QTimerEvent>

namespace pigeon {

namespace {

/// Where a device can bound what it reads ahead, it does: while we do not read, its peer is to wait.
void boundReadAhead(QIODevice &device)
{
    constexpr qint64 bytes = LinkTurn::readBufferBytes;
    if (auto *socket = qobject_cast<QAbstractSocket *>(&device))
        socket->setReadBufferSize(bytes);
    else if (auto *local = qobject_cast<QLocalSocket *>(&device))
        local->setReadBufferSize(bytes);
}

/// What was written and has not left the process: TLS has a second buffer, which `bytesToWrite` does not count.
qint64 unsentBytes(const QIODevice &device)
{
    const auto *tls = qobject_cast<const QSslSocket *>(&device);
    return device.bytesToWrite() + (tls ? tls->encryptedBytesToWrite() : 0);
}

} // namespace

DeviceChannel::DeviceChannel(std::unique_ptr<QIODevice> device, DeviceLink &link, LinkTurn &turn)
    : m_device(std::move(device))
    , m_link(&link)
    , m_turn(turn)
{
    boundReadAhead(*m_device);
    // Later, each of them: a device says so from the middle of its work, and may be closed by what follows. As of Qt
    // 6.4.2 a QSslSocket that is closed there goes on with what it has freed.
    connect(m_device.get(), &QIODevice::readyRead, this, &DeviceChannel::readSoon);
    connect(m_device.get(), &QIODevice::bytesWritten, this, &DeviceChannel::scheduleFlush);
    if (auto *tls = qobject_cast<QSslSocket *>(m_device.get()))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &DeviceChannel::scheduleFlush);
    connect(m_device.get(), &QIODevice::readChannelFinished, this, &DeviceChannel::inputEnded);
    connect(m_device.get(), &QIODevice::aboutToClose, this, [this] { lost("the device was closed"); });
    readSoon(); // what has come before we listened is announced by nobody
}

DeviceChannel::~DeviceChannel()
{
    if (m_isScheduled)
        m_turn.remove(this);
    m_device->disconnect(this);
    if (m_device->isOpen())
        m_device->close();
    m_device.release()->deleteLater(); // we may be in a slot of one of its signals
}

ByteQueue &DeviceChannel::output()
{
    return m_link ? m_link->output() : m_left;
}

LinkReceiver *DeviceChannel::receiver() const
{
    return m_link && m_state == State::Open ? m_link->receiver() : nullptr;
}

qsizetype DeviceChannel::bytesInDevice() const
{
    return m_state == State::Closed ? 0 : unsentBytes(*m_device);
}

// ---- Input

void DeviceChannel::setReading(bool reading)
{
    m_isReading = reading;
    if (reading)
        readSoon(); // what waits in the device is not announced again
}

/// Queued: a link does not call its receiver from inside of a call to it.
void DeviceChannel::readSoon()
{
    if (std::exchange(m_isReadPosted, true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_isReadPosted = false;
            receive();
        },
        Qt::QueuedConnection);
}

void DeviceChannel::receive()
{
    if (m_state == State::Closing)
        m_device->skip(m_device->bytesAvailable());
    if (m_state != State::Open || !m_isReading)
        return;
    std::unique_ptr<char[]> buffer = m_turn.takeReadBuffer();
    const qint64 bytes = m_device->read(buffer.get(), LinkTurn::readBufferBytes);
    const bool isMore = bytes > 0 && m_device->bytesAvailable() > 0;
    if (bytes > 0) {
        if (LinkReceiver *hears = receiver())
            hears->bytesArrived(QByteArrayView(buffer.get(), bytes));
    }
    m_turn.giveBack(std::move(buffer));
    if (isMore)
        readSoon(); // the rest in the next turn: others have theirs first
    else if (m_hasInputEnded && m_isReading)
        lost("the peer closed the connection");
}

/// What has come before the end is still to be heard, as soon as it may be.
void DeviceChannel::inputEnded()
{
    m_hasInputEnded = true;
    readSoon();
}

// ---- Output

void DeviceChannel::scheduleFlush()
{
    if (std::exchange(m_isScheduled, true))
        return;
    m_turn.add(this);
}

void DeviceChannel::flushTurn()
{
    m_isScheduled = false;
    flush();
}

void DeviceChannel::flush()
{
    if (m_state == State::Closed) {
        output().clear(); // written after the end
        if (m_link)
            m_link->outputFlushed();
        return;
    }
    if (!writeSome())
        lost(m_device->errorString().toUtf8());
    else if (output().isEmpty())
        outputGone();
    // Else `bytesWritten` goes on. The link is not told that it was flushed: what it writes goes out with the rest.
}

/// False when the device takes nothing any more.
bool DeviceChannel::writeSome()
{
    while (!output().isEmpty() && unsentBytes(*m_device) < DeviceLink::deviceBufferBytes) {
        const QByteArrayView front = output().front();
        const qint64 most = DeviceLink::deviceBufferBytes - unsentBytes(*m_device);
        const qint64 written = m_device->write(front.data(), std::min<qint64>(front.size(), most));
        if (written < 0)
            return false;
        output().removeFront(written);
        if (written == 0)
            break;
    }
    return true;
}

void DeviceChannel::outputGone()
{
    if (m_link)
        m_link->outputFlushed();
    if (unsentBytes(*m_device) > 0)
        return;
    if (m_state == State::Closing) {
        shut();
        return;
    }
    LinkReceiver *hears = receiver();
    if (hears && m_link->takeDrainReport())
        hears->outputDrained();
}

// ---- The end

void DeviceChannel::lost(QByteArrayView reason)
{
    if (m_state == State::Closed)
        return;
    LinkReceiver *hears = receiver();
    shut();
    if (hears)
        hears->linkClosed(reason);
}

void DeviceChannel::close()
{
    if (m_state != State::Open)
        return;
    m_state = State::Closing;
    m_grace.start(static_cast<int>(DeviceLink::gracePeriod.count()), this);
    scheduleFlush(); // also when all is written: who closes it is in the middle of something
}

void DeviceChannel::abort()
{
    if (m_state != State::Closed)
        shut();
}

void DeviceChannel::letGo()
{
    if (m_state == State::Open)
        shut();
    m_left.swap(m_link->output());
    m_link = nullptr;
    setParent(&m_turn); // ends with those who share it at the latest
    if (m_state == State::Closed)
        deleteLater(); // an event of this channel may be on the stack
}

void DeviceChannel::shut()
{
    m_state = State::Closed; // first: closing the device says so
    m_grace.stop();
    if (m_device->isOpen())
        m_device->close();
    output().clear();
    if (!m_link)
        deleteLater();
}

void DeviceChannel::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_grace.timerId())
        shut();
}

} // namespace pigeon
