#pragma once

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <chrono>

namespace pigeon {

/// Tells systemd how the process is (sd_notify(3)), in a unit with Type=notify; does nothing elsewhere. It speaks the
/// protocol itself, one datagram a message, so that no library of systemd's is needed. Main thread.
class ServiceNotification final : public QObject
{
    Q_OBJECT

public:
    /// Of the environment (NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID), which is emptied of it.
    static ServiceNotification *fromEnvironment(QObject *parent);

    /// It serves; `status` is a line for `systemctl status`. From now on the watchdog, if there is one, hears twice in its
    /// time that the event loop runs.
    void ready(const QByteArray &status);
    void reloading();
    void stopping();

private:
    ServiceNotification(QByteArray socketPath, std::chrono::microseconds watchdog, QObject *parent);
    void send(const QByteArray &message) const;

    const QByteArray m_socketPath; // empty: nobody listens
    const std::chrono::microseconds m_watchdog; // 0 = none
    QTimer m_alive;
};

} // namespace pigeon
