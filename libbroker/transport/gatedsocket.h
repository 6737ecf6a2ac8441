#pragma once

#include <QtGlobal>

#include <QSslSocket>
#include <QTcpSocket>

#include <type_traits>
#include <utility>

namespace pigeon {

/// What can keep the bytes of a socket from who reads it, without its knowing. Broker thread.
class Gate
{
public:
    /// Nothing is shown until `reopen`.
    void shut() { m_isShut = true; }
    /// How much may wait unread; more is read at once.
    virtual void resize(qint64 bytes) = 0;
    /// What waits is announced again.
    virtual void reopen() = 0;
    /// Bytes that were written and that the operating system has not taken.
    virtual qint64 unsentBytes() const = 0;
    bool isShut() const { return m_isShut; }

protected:
    ~Gate() = default;
    bool m_isShut = false;
};

/// A socket with a gate, since a QWebSocket cannot be paused: as of Qt 6.4.2 it takes whatever its socket says is there.
/// While the gate is shut, or more was written than the peer takes (its pings are answered without asking us), nothing
/// is there: the socket's bounded buffer fills, then the peer waits. Until it is resized it is a socket like any other.
template <typename Socket>
class GatedSocket final : public Socket, public Gate
{
public:
    /// What may wait to be sent before no more is read.
    static constexpr qint64 mostUnsentBytes = 1024 * 1024;

    GatedSocket()
    {
        QObject::connect(this, &Socket::bytesWritten, this, [this] { lookAgain(); });
        if constexpr (isTls)
            QObject::connect(this, &Socket::encryptedBytesWritten, this, [this] { lookAgain(); });
    }

    void resize(qint64 bytes) override
    {
        m_isWatched = true;
        this->setReadBufferSize(bytes);
        announce(); // what came with the request
    }
    void reopen() override
    {
        if (std::exchange(m_isShut, false))
            announce();
    }
    qint64 unsentBytes() const override
    {
        if constexpr (isTls)
            return this->bytesToWrite() + this->encryptedBytesToWrite();
        else
            return this->bytesToWrite();
    }
    qint64 bytesAvailable() const override
    {
        m_isOverdue = m_isWatched && unsentBytes() > mostUnsentBytes;
        return m_isShut || m_isOverdue ? 0 : Socket::bytesAvailable();
    }


private:
    static constexpr bool isTls = std::is_base_of_v<QSslSocket, Socket>;

    /// Queued: who has opened the gate may be in the middle of reading.
    void announce()
    {
        QMetaObject::invokeMethod(
            this,
            [this] {
                Q_EMIT this->readyRead();
                readOn();
            },
            Qt::QueuedConnection);
    }
    /// As of Qt 6.4.2 a socket whose bounded buffer was full goes on reading when the buffer is empty, and not when it
    /// has room. Half a frame at its end would wait for ever.
    void readOn()
    {
        this->setReadBufferSize(this->readBufferSize() ^ 1); // only another value has it look
        this->readData(nullptr, 0); // TLS: has it decrypt what it holds back
    }
    void lookAgain()
    {
        if (m_isOverdue && unsentBytes() <= mostUnsentBytes) {
            m_isOverdue = false;
            announce();
        }
    }

    bool m_isWatched = false;
    mutable bool m_isOverdue = false; // somebody was told that nothing is there, since too much waits to be sent
};

} // namespace pigeon
