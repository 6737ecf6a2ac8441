#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <optional>

namespace pigeon {

/// Waits for the first byte of a connection and leaves it where it is, for whoever it is meant. Broker thread; does not own
/// the descriptor and has no deadline of its own. Says once that it has come, or that none will.
class FirstByte final : public QObject
{
    Q_OBJECT

public:
    explicit FirstByte(qintptr descriptor);

    /// Before the descriptor is closed.
    void stop() { m_arrivals.setEnabled(false); }
    /// After `ended`; nothing = the peer has closed the connection.
    std::optional<char> value() const { return m_value; }

Q_SIGNALS:
    void ended();

private:
    void look();

    const qintptr m_descriptor;
    QSocketNotifier m_arrivals;
    std::optional<char> m_value;
};

} // namespace pigeon
