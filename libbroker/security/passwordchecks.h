#pragma once

#include "security/passwordfile.h"

#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>

namespace pigeon {

/// Checks passwords in threads of its own: few, since strangers make them work, and with a bound on how many wait.
/// Broker thread, but for the answers.
class PasswordChecks
{
public:
    PasswordChecks();
    /// Waits for the checks that have begun; those that have not are dropped with what they would have called.
    ~PasswordChecks();
    PasswordChecks(const PasswordChecks &) = delete;
    PasswordChecks &operator=(const PasswordChecks &) = delete;

    /// Calls `checked` once, in a thread of the pool. False: too many wait already.
    bool begin(std::shared_ptr<const PasswordFile> users, const QByteArray &user, const QByteArray &password,
        std::function<void(bool isRight)> checked);

    /// Checks that wait or run at once: after a restart all clients of a site come at once, and beyond some thousands
    /// they would time out before their turn came.
    static constexpr int maximumChecks = 5'000;

private:
    std::atomic<int> m_checks{0};
    QThreadPool m_pool;
};

} // namespace pigeon
