#include "capture/nametable.h"

namespace pigeon {

void NameTable::add(const NumberedName &name)
{
    const quint32 part = name.number / partNames;
    if (part >= parts || name.number < end())
        return;
    if (!m_parts[part])
        m_parts[part] = std::make_unique<std::array<QByteArray, partNames>>();
    (*m_parts[part])[name.number % partNames] = name.text;
    m_end.store(name.number + 1, std::memory_order_release);
}

QByteArrayView NameTable::text(quint32 number) const
{
    const quint32 part = number / partNames;
    if (number >= end() || !m_parts[part])
        return {};
    return (*m_parts[part])[number % partNames];
}

} // namespace pigeon
