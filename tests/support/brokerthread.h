#pragma once

#include <pigeon/broker.h>
#include <pigeon/eventloop.h>

#include <QThread>

#include <functional>
#include <memory>

namespace pigeon::test {

/// A broker that lives in a thread of its own and listens on any free port of this machine.
class BrokerThread
{
public:
    explicit BrokerThread(const BrokerOptions &options = {})
    {
        installFastEventLoop(m_thread);
        m_context.moveToThread(&m_thread);
        m_thread.start();
        inThread([&] {
            m_broker = std::make_unique<Broker>(options);
            m_isListening = m_broker->listen(QHostAddress::LocalHost, 0);
            m_port = m_broker->port();
        });
    }
    ~BrokerThread()
    {
        end();
        m_thread.quit();
        m_thread.wait();
    }
    bool isListening() const { return m_isListening; }
    quint16 port() const { return m_port; }
    /// For what may be called from elsewhere.
    Broker &broker() { return *m_broker; }
    /// Calls `call` in the broker's thread and waits for it.
    void inThread(const std::function<void()> &call)
    {
        QMetaObject::invokeMethod(&m_context, call, Qt::BlockingQueuedConnection);
    }
    /// The broker ends; the thread lives on.
    void end()
    {
        inThread([this] { m_broker.reset(); });
    }

private:
    QThread m_thread;
    QObject m_context; // stays where it is until the thread has ended
    std::unique_ptr<Broker> m_broker;
    bool m_isListening = false;
    quint16 m_port = 0;
};

} // namespace pigeon::test
