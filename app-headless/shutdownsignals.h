#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace pigeon {

/// Turns SIGTERM and SIGINT into a Qt signal: the handler only writes a byte to a socket that the event loop
/// reads. One per process; main thread.
class ShutdownSignals final : public QObject
{
    Q_OBJECT

public:
    explicit ShutdownSignals(QObject *parent = nullptr);
    ~ShutdownSignals() override;

Q_SIGNALS:
    /// `name` is "SIGTERM" or "SIGINT".
    void requested(const char *name);

private:
    void readSignal();

    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace pigeon
