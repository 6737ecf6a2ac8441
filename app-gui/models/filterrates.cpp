#include "models/filterrates.h"

#include "capture/capture.h"

#include <chrono>

namespace pigeon {

namespace {

constexpr qint64 remembered = 1'000; // ms; the tree works out its rates as often

qint64 steadyMilliseconds()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

} // namespace

double FilterRates::of(QByteArrayView filter)
{
    if (const qint64 now = steadyMilliseconds(); now >= m_until) {
        m_rates.clear();
        m_until = now + remembered;
    }
    const QByteArray key = filter.toByteArray();
    const auto found = m_rates.constFind(key);
    return found != m_rates.cend() ? *found : *m_rates.insert(key, m_capture.topics().rateOf(filter));
}

} // namespace pigeon
