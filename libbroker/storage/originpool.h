#pragma once

#include <pigeon/message.h>

#include <QHash>

namespace pigeon {

/// Messages of one publisher share their origin again when they are read. In one thread.
class OriginPool
{
public:
    OriginPtr of(const QByteArray &clientId, const QByteArray &userName, const QByteArray &address)
    {
        const QByteArray key = clientId + '\0' + userName + '\0' + address; // none of them may hold U+0000
        OriginPtr &origin = m_origins[key];
        if (!origin)
            origin = Origin::create(clientId, userName, address);
        return origin;
    }
    void clear() { m_origins.clear(); }

private:
    QHash<QByteArray, OriginPtr> m_origins;
};

} // namespace pigeon
