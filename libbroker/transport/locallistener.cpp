#include "transport/locallistener.h"

#include "transport/linkturn.h"
#include "transport/tcplink.h"

namespace pigeon {

LocalListener::LocalListener()
    : m_acceptor([this](qintptr descriptor) { accepted(descriptor); })
    , m_turn(LinkTurn::create())
{
}

LocalListener::~LocalListener()
{
    close();
}

std::optional<QString> LocalListener::listen(const ListenerOptions &options)
{
    if (options.listeningSocket >= 0)
        m_socket.takeOver(options.socketPath, options.listeningSocket);
    else if (const std::optional<QString> problem = m_socket.listen(options.socketPath, options.socketMode))
        return problem;
    m_terms = options.terms;
    m_path = options.socketPath.toUtf8();
    m_name = "unix " + m_path;
    m_acceptor.start(m_socket.descriptor(), m_name);
    return std::nullopt;
}

void LocalListener::close()
{
    m_acceptor.stop();
    m_socket.close();
}

void LocalListener::leaveTo(Door &next)
{
    if (auto *heir = qobject_cast<LocalListener *>(&next))
        heir->m_socket.inherit(m_socket);
    close();
}

qsizetype LocalListener::finishingLinks() const
{
    return m_turn->children().size();
}

void LocalListener::accepted(qintptr descriptor)
{
    handOver(std::make_unique<TcpLink>(descriptor, PeerFacts{m_path, 0, m_name, {}, m_terms}, m_turn));
}

} // namespace pigeon
