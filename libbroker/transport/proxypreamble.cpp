#include "transport/proxypreamble.h"

#include "transport/streamsocket.h"

namespace pigeon {

ProxyPreamble::ProxyPreamble(qintptr descriptor, ProxyProtocol version)
    : m_descriptor(descriptor)
    , m_version(version)
    , m_arrivals(descriptor, QSocketNotifier::Read)
{
    connect(&m_arrivals, &QSocketNotifier::activated, this, &ProxyPreamble::read);
}

void ProxyPreamble::read()
{
    const qsizetype most
        = (m_version == ProxyProtocol::Version1 ? longestProxyLine : longestProxyBlock) - m_bytes.size();
    QByteArray waiting(most, Qt::Uninitialized);
    const StreamSocket::Outcome outcome = StreamSocket::peek(m_descriptor, waiting);
    if (outcome.kind == StreamSocket::Outcome::Kind::WouldBlock)
        return;
    if (outcome.kind != StreamSocket::Outcome::Kind::Moved) {
        end("the peer closed the connection before its PROXY header was complete");
        return;
    }
    waiting.truncate(outcome.bytes);
    const ProxyHeaderCut cut = cutProxyHeader(m_version, m_bytes + waiting);
    if (cut.status == ProxyHeaderCut::Status::Bad) {
        end(cut.problem);
        return;
    }
    const bool isComplete = cut.status == ProxyHeaderCut::Status::Complete;
    const qsizetype taken = isComplete ? cut.bytes - m_bytes.size() : waiting.size();
    StreamSocket::discard(m_descriptor, taken);
    m_bytes += waiting.left(taken);
    if (!isComplete)
        return;
    m_header = cut.header;
    end({});
}

void ProxyPreamble::end(const QByteArray &problem)
{
    m_problem = problem;
    stop();
    Q_EMIT ended();
}

} // namespace pigeon
