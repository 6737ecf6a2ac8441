#pragma once

#include <pigeon/bans.h>

#include <QByteArray>

#include <chrono>
#include <vector>

namespace pigeon {

/// Who must stay outside, and until when. Pure data; the wall time is passed in. Broker thread.
class BanList
{
public:
    /// Replaces one of the same kind and value.
    void add(Ban ban);
    /// False when there is none.
    bool remove(BannedBy by, const QByteArray &value);
    /// The ban that keeps such a client out, or null. Ended ones are forgotten on the way.
    const Ban *find(const QByteArray &clientId, const QByteArray &userName, const QByteArray &address,
        std::chrono::milliseconds wallTime);
    /// Those in force.
    std::vector<Ban> list(std::chrono::milliseconds wallTime);

private:
    void forgetEnded(std::chrono::milliseconds wallTime);

    std::vector<Ban> m_bans; // few: an operator makes them by hand
};

} // namespace pigeon
