#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace pigeon {

/// Turns signals of the system into signals of Qt: the handler only writes a byte to a socket that the event loop
/// reads. What comes before there is an event loop waits there. One per process; main thread.
class ProcessSignals final : public QObject
{
    Q_OBJECT

public:
    explicit ProcessSignals(QObject *parent = nullptr);
    ~ProcessSignals() override;

Q_SIGNALS:
    /// SIGTERM or SIGINT, by name.
    void endRequested(const char *name);
    /// SIGHUP.
    void reloadRequested();
    /// SIGUSR2.
    void logToggleRequested();

private:
    void readSignals();

    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace pigeon
