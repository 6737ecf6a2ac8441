#pragma once

#include <QString>

#include <chrono>

/// Figures as people read them, in the user's language. Any thread.
namespace pigeon {

/// "12 430": every digit.
QString countText(quint64 count);
/// As `countText`; empty: none.
QString countOrNothing(quint64 count);
/// "48.2k": three digits, for rates and status lines.
QString shortCountText(double count);
/// As `shortCountText`; empty: as good as none.
QString rateOrNothing(double perSecond);
/// "512 B", "2.1 MB".
QString bytesText(quint64 bytes);
/// "120 µs", "4.2 ms", "1.5 s".
QString latencyText(std::chrono::nanoseconds time);
/// As `latencyText`; empty: less than 0, not known.
QString latencyOrNothing(std::chrono::nanoseconds time);
/// "3 s", "12 min", "2 h 5 min", "3 d".
QString ageText(std::chrono::seconds age);

/// How the time of a row is written.
enum class TimeForm { Clock, Iso, SinceRowBefore };

/// "12:04:05.123", "2026-11-26T12:04:05.123Z", or the distance from `before` (0: none). Both in ns since the epoch of Unix.
QString timeText(qint64 when, qint64 before, TimeForm form);

} // namespace pigeon
