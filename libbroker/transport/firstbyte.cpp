#include "transport/firstbyte.h"

#include "transport/streamsocket.h"

namespace pigeon {

FirstByte::FirstByte(qintptr descriptor)
    : m_descriptor(descriptor)
    , m_arrivals(descriptor, QSocketNotifier::Read)
{
    connect(&m_arrivals, &QSocketNotifier::activated, this, &FirstByte::look);
}

void FirstByte::look()
{
    using Kind = StreamSocket::Outcome::Kind;
    QByteArray first(1, Qt::Uninitialized);
    const StreamSocket::Outcome outcome = StreamSocket::peek(m_descriptor, first);
    if (outcome.kind == Kind::WouldBlock)
        return;
    if (outcome.kind == Kind::Moved)
        m_value = first.front();
    stop();
    Q_EMIT ended();
}

} // namespace pigeon
