#pragma once

#include "transport/acceptor.h"
#include "transport/door.h"
#include "transport/localsocket.h"

#include <pigeon/listeneroptions.h>

#include <memory>
#include <optional>

namespace pigeon {

class LinkTurn;

/// Accepts connections of this machine at a socket in the file system and makes a link of each: the same kind as for
/// TCP, since the calls of the system are the same. Broker thread; knows nothing of what is spoken.
class LocalListener final : public Door
{
    Q_OBJECT

public:
    LocalListener();
    ~LocalListener() override;

    /// Nothing when it listens, otherwise a sentence that says what failed and what to do; nothing is open then.
    std::optional<QString> listen(const ListenerOptions &options);

    void close() override;
    void leaveTo(Door &next) override;
    qintptr listeningSocket() const override { return m_socket.descriptor(); }
    bool isDeserted() const override { return m_turn.use_count() == 1 && finishingLinks() == 0; }
    const QByteArray &name() const override { return m_name; }
    qsizetype finishingLinks() const override;

private:
    void accepted(qintptr descriptor);

    LocalSocket m_socket;
    Acceptor m_acceptor;
    std::shared_ptr<LinkTurn> m_turn;
    QByteArray m_path;
    QByteArray m_name;
    std::shared_ptr<const ListenerTerms> m_terms;
};

} // namespace pigeon
