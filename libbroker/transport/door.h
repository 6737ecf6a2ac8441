#pragma once

#include "base/admission.h"
#include "base/link.h"

#include <pigeon/listeneroptions.h>

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

namespace pigeon {

/// One place where clients come in: it listens and makes a link of each connection. What the broker knows of listeners.
/// Broker thread; knows nothing of what is spoken.
class Door : public QObject
{
    Q_OBJECT

public:
    using NewLinkHandler = std::function<void(std::unique_ptr<Link>, Admission)>;

    /// No new connections; the links that were made live on.
    virtual void close() = 0;
    /// As the facts of its peers name it: "tcp 127.0.0.1:1883".
    virtual const QByteArray &name() const = 0;
    /// 0 where there are no ports.
    virtual quint16 port() const { return 0; }
    /// The same, but another door goes on with a copy of its listening socket: nothing of what that needs is taken away,
    /// and handshakes that are under way come to their end.
    virtual void leaveTo(Door &) { close(); }
    /// The descriptor of the socket that listens; -1 while none does.
    virtual qintptr listeningSocket() const = 0;
    /// Nobody has a link of it any more, nor is one in the making.
    virtual bool isDeserted() const = 0;
    /// Links that are let go of and still send their last bytes.
    virtual qsizetype finishingLinks() const = 0;
    /// Reads the files again that new connections go by (certificates). What is wrong, a sentence, and then `takeFiles`
    /// changes nothing; else that puts them in force.
    virtual QString readFiles() { return {}; }
    virtual void takeFiles() { }

    /// What was wished for when it was opened.
    const ListenerOptions &options() const { return m_options; }
    void setOptions(const ListenerOptions &options) { m_options = options; }

    /// Called for each connection, from the event loop; its admission is empty when nobody was asked before. Without a
    /// handler connections are closed at once.
    void setNewLinkHandler(NewLinkHandler handler) { m_newLink = std::move(handler); }
    /// Asked for each connection that has a handshake before it, from the event loop, as soon as it is known where it comes
    /// from. Nothing: it may not come, and that was told already.
    using AdmitHandler = std::function<std::optional<Admission>(const PeerFacts &peer)>;
    void setAdmitHandler(AdmitHandler handler) { m_admit = std::move(handler); }
    /// Called for each connection that came to nothing before it was a link, from the event loop.
    using RefusedHandler = std::function<void(const PeerFacts &peer, const QByteArray &why)>;
    void setRefusedHandler(RefusedHandler handler) { m_refused = std::move(handler); }

protected:
    using QObject::QObject;
    void handOver(std::unique_ptr<Link> link, Admission admission = {})
    {
        if (m_newLink)
            m_newLink(std::move(link), std::move(admission));
    }
    std::optional<Admission> admit(const PeerFacts &peer) const { return m_admit ? m_admit(peer) : Admission(); }
    void tellRefused(const PeerFacts &peer, const QByteArray &why)
    {
        if (m_refused)
            m_refused(peer, why);
    }

private:
    NewLinkHandler m_newLink;
    AdmitHandler m_admit;
    RefusedHandler m_refused;
    ListenerOptions m_options;
};

} // namespace pigeon
