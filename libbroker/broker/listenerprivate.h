#pragma once

#include "broker/programcalls.h"
#include "session/listeners.h"
#include "session/services.h"

#include <QByteArray>

namespace pigeon {

class Listener;

/// The part of a Listener that the session room knows. Broker thread.
class ListenerPrivate final : public MessageListener
{
public:
    /// `receiver` is only remembered.
    ListenerPrivate(QByteArray filter, const QObject *receiver, ProgramCalls &calls);
    ~ListenerPrivate();

    const QByteArray &filter() const { return m_filter; }
    const QObject *receiver() const { return m_receiver; }
    void setPublic(Listener &listener) { m_listener = &listener; }
    /// Listens to that broker's core from now on; null: to nothing.
    void listenTo(Services *services);
    /// Tells the retained messages, some each turn of the event loop.
    void replaySoon();
    void take(const MessagePtr &message, bool isRetained) override;

private:
    void replaySome();

    const QByteArray m_filter;
    const QObject *const m_receiver;
    ProgramCalls &m_calls;
    Listener *m_listener = nullptr;
    Services *m_services = nullptr;
    QByteArray m_replayedUpTo; // the retained topics up to this one were told
};

} // namespace pigeon
