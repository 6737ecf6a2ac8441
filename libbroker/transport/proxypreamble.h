#pragma once

#include "transport/proxyheader.h"

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

namespace pigeon {

/// Reads the PROXY header of a connection and not a byte more, so that what follows may be TLS, WebSocket or MQTT. Broker
/// thread; does not own the descriptor and has no deadline of its own. Says once how it ended.
class ProxyPreamble final : public QObject
{
    Q_OBJECT

public:
    ProxyPreamble(qintptr descriptor, ProxyProtocol version);

    /// Before the descriptor is closed.
    void stop() { m_arrivals.setEnabled(false); }
    /// After `ended`; empty = `header` is there.
    const QByteArray &problem() const { return m_problem; }
    const ProxyHeader &header() const { return m_header; }

Q_SIGNALS:
    void ended();

private:
    void read();
    void end(const QByteArray &problem);

    const qintptr m_descriptor;
    const ProxyProtocol m_version;
    QSocketNotifier m_arrivals;
    QByteArray m_bytes; // taken from the socket
    ProxyHeader m_header;
    QByteArray m_problem;
};

} // namespace pigeon
