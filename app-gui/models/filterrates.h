#pragma once

#include <QByteArray>
#include <QHash>

namespace pigeon {

class Capture;

/// Messages a second that topic filters match, whoever gets them: what the tree of topics counts, added up for each filter
/// and remembered for a second. Window's thread.
class FilterRates
{
public:
    explicit FilterRates(const Capture &capture)
        : m_capture(capture)
    {
    }
    /// `filter` without `$share/<group>/`.
    double of(QByteArrayView filter);

private:
    const Capture &m_capture;
    QHash<QByteArray, double> m_rates;
    qint64 m_until = 0; ///< ms of a steady clock
};

} // namespace pigeon
