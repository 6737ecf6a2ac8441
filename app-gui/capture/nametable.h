#pragma once

#include "monitor/records.h"

#include <QByteArrayView>

#include <array>
#include <atomic>
#include <memory>

namespace pigeon {

/// The names that a source has told, by their numbers. It only grows: names stay where they are, so other threads read
/// those that were told before they were given their work, while the window's thread adds more.
class NameTable
{
public:
    /// Window's thread. Numbers come without gaps; a number that is known already changes nothing.
    void add(const NumberedName &name);
    /// Numbers that are in use, 0 included: all are less than this.
    quint32 end() const { return m_end.load(std::memory_order_acquire); }
    /// UTF-8, as a client named it; empty for 0 and for numbers that were not told.
    QByteArrayView text(quint32 number) const;

private:
    static constexpr quint32 partNames = 4096;
    static constexpr quint32 parts = 1024; // four million names: more than a source numbers

    std::array<std::unique_ptr<std::array<QByteArray, partNames>>, parts> m_parts;
    std::atomic<quint32> m_end{1};
};
using NameTablePtr = std::shared_ptr<const NameTable>;

} // namespace pigeon
