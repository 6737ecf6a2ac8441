#pragma once

#include "base/clock.h"

#include <QByteArray>
#include <QHash>

#include <vector>

namespace pigeon {

/// How much guessing is put up with.
struct LoginLimits
{
    quint32 freeFailures = 5; ///< failed logins of an address before it has to wait
    quint32 failuresToBan = 20; ///< failed logins that keep the address out; 0 = the guard is off
    Milliseconds banTime{600'000};
};

/// Slows down who guesses passwords: after some failed logins an address has to wait before it may try again, twice as
/// long each time, and in the end it is kept out for a while. A success makes it forget. Addresses of IPv6 count by
/// their first 64 bits, of which everybody has 2^64 at hand. This machine is never kept out: a proxy on it stands for
/// all its clients. It knows no clock of its own and no client. Broker thread.
class LoginGuard
{
public:
    enum class Verdict {
        MayTry,
        MustWait,
        IsBanned,
    };
    struct BannedAddress
    {
        QByteArray address;
        Milliseconds left;
    };

    explicit LoginGuard(const LoginLimits &limits)
        : m_limits(limits)
    {
    }

    /// What is remembered stays, and is judged by these from now on.
    void setLimits(const LoginLimits &limits) { m_limits = limits; }

    Verdict ask(const QByteArray &address, TimePoint now) const;
    /// True when the address is kept out from now on.
    bool failed(const QByteArray &address, TimePoint now);
    void succeeded(const QByteArray &address);
    /// False when it is not kept out.
    bool lift(const QByteArray &address, TimePoint now);
    std::vector<BannedAddress> banned(TimePoint now) const;

    /// Addresses that it remembers at most, some 100 bytes each; over it the one that has failed longest ago is
    /// forgotten, at last one that is kept out.
    static constexpr qsizetype maximumAddresses = 10'000;
    static constexpr Milliseconds firstWait{1'000};
    static constexpr Milliseconds longestWait{60'000};
    qsizetype size() const { return m_addresses.size(); }

private:
    struct Record
    {
        quint32 failures = 0;
        TimePoint last;
        TimePoint notBefore;
    };

    bool isOver(const Record &record, TimePoint now) const;
    bool isBanned(const Record &record, TimePoint now) const;
    Milliseconds waitAfter(quint32 failures) const;
    void makeRoom(TimePoint now);

    LoginLimits m_limits;
    QHash<QByteArray, Record> m_addresses; // by what stands for an address
};

} // namespace pigeon
