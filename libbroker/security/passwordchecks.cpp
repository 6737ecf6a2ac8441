#include "security/passwordchecks.h"

#include <QThread>

#include <algorithm>

namespace pigeon {

PasswordChecks::PasswordChecks()
{
    constexpr int mostThreads = 4; // each may need the memory that a hash asks for
    m_pool.setMaxThreadCount(std::clamp(QThread::idealThreadCount() / 2, 1, mostThreads));
}

PasswordChecks::~PasswordChecks()
{
    m_pool.clear();
    m_pool.waitForDone();
}

bool PasswordChecks::begin(std::shared_ptr<const PasswordFile> users, const QByteArray &user,
    const QByteArray &password, std::function<void(bool isRight)> checked)
{
    if (m_checks >= maximumChecks)
        return false;
    ++m_checks;
    m_pool.start([this, users = std::move(users), user, password, checked = std::move(checked)] {
        const bool isRight = users->isPasswordOf(user, password);
        --m_checks;
        checked(isRight);
    });
    return true;
}

} // namespace pigeon
