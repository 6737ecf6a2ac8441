#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace pigeon {

/// Ctrl+C in the terminal and SIGTERM, as a session sends it at its end: told in the event loop, so that what is to be kept
/// is kept. One at a time, since signals are the whole process's. GUI thread.
class QuitSignals final : public QObject
{
    Q_OBJECT

public:
    explicit QuitSignals(QObject *parent = nullptr);
    ~QuitSignals() override;

Q_SIGNALS:
    void quitRequested();

private:
    std::unique_ptr<QSocketNotifier> m_notifier; // null: there were no sockets, and signals end the program as they always do
};

} // namespace pigeon
