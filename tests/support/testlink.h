#pragma once

#include "base/link.h"

#include <QByteArray>

#include <memory>

namespace pigeon::test {

/// The wire as a test sees it: shared by the client's end, which outlives the link.
struct Wire
{
    QByteArray received; ///< what the broker has sent and the client has not looked at
    QByteArray unsent; ///< what the broker wrote and a blocked wire has not taken
    bool isClosed = false; ///< the broker ended it
    bool isReading = true; ///< the broker takes bytes
    bool isBlocked = false; ///< the client does not read: output stays unsent
    class TestLink *link = nullptr; ///< null once the broker destroyed it
};

/// A link without a network: a test puts bytes in and takes bytes out.
class TestLink final : public Link
{
public:
    TestLink(std::shared_ptr<Wire> wire, QByteArray address)
        : Link({std::move(address), 40'000, "test", {}})
        , m_wire(std::move(wire))
    {
        m_wire->link = this;
    }
    ~TestLink() override
    {
        flush();
        m_wire->link = nullptr;
        m_wire->isClosed = true;
    }

    void close() override
    {
        flush();
        m_wire->isClosed = true;
    }
    void abort() override { m_wire->isClosed = true; }
    void setReading(bool reading) override { m_wire->isReading = reading; }

    /// Moves the output to the client, unless the wire is blocked; true when there was any.
    bool flush()
    {
        if (m_wire->isBlocked)
            return false;
        const bool had = !output().isEmpty();
        while (!output().isEmpty()) {
            const QByteArrayView front = output().front();
            m_wire->received.append(front);
            output().removeFront(front.size());
        }
        outputFlushed();
        if (takeDrainReport() && receiver())
            receiver()->outputDrained();
        return had;
    }
    void deliver(QByteArrayView bytes)
    {
        if (receiver())
            receiver()->bytesArrived(bytes);
    }
    void breakDown()
    {
        LinkReceiver *hears = receiver();
        m_wire->isClosed = true;
        if (hears)
            hears->linkClosed("connection reset by peer");
    }

protected:
    void outputStarted() override { }
    qsizetype bytesInTransport() const override { return 0; }

private:
    std::shared_ptr<Wire> m_wire;
};

} // namespace pigeon::test
