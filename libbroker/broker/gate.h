#pragma once

#include <QObject>

#include <functional>
#include <mutex>

namespace pigeon {

/// The way to an object that lives in another thread and may end at any time: calls are queued there, or not at all. Shared
/// by both sides. Any thread.
class Gate
{
public:
    explicit Gate(QObject *object)
        : m_object(object)
    {
    }
    Gate(const Gate &) = delete;
    Gate &operator=(const Gate &) = delete;

    /// False: the object is gone. A call that was queued is destroyed without being made when the object ends first.
    bool post(std::function<void()> call)
    {
        const std::lock_guard lock(m_mutex); // else it could end while it is being posted to
        return m_object && QMetaObject::invokeMethod(m_object, std::move(call), Qt::QueuedConnection);
    }
    /// Before the object ends, in its thread.
    void shut()
    {
        const std::lock_guard lock(m_mutex);
        m_object = nullptr;
    }

private:
    std::mutex m_mutex;
    QObject *m_object;
};

} // namespace pigeon
