#include "transport/linkturn.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>

namespace pigeon {

std::shared_ptr<LinkTurn> LinkTurn::create()
{
    return std::shared_ptr<LinkTurn>(new LinkTurn, [](LinkTurn *turn) { turn->deleteLater(); });
}

LinkTurn::~LinkTurn()
{
    qDeleteAll(children()); // while there still is a list that they can take themselves out of
}

void LinkTurn::add(Flushable *link)
{
    // One posted event per turn for all links: a queued call for each would cost more than most writes.
    if (m_dirty.empty())
        QCoreApplication::postEvent(this, new QEvent(QEvent::UpdateRequest));
    m_dirty.push_back(link);
}

void LinkTurn::remove(Flushable *link)
{
    std::replace(m_dirty.begin(), m_dirty.end(), link, static_cast<Flushable *>(nullptr));
    std::replace(m_flushing.begin(), m_flushing.end(), link, static_cast<Flushable *>(nullptr));
}

bool LinkTurn::event(QEvent *event)
{
    if (event->type() != QEvent::UpdateRequest)
        return QObject::event(event);
    flushAll();
    return true;
}

void LinkTurn::flushAll()
{
    if (!m_flushing.empty()) {
        // A loop inside a receiver: its links are flushed as well, after those of the turn that is under way.
        m_flushing.insert(m_flushing.end(), m_dirty.begin(), m_dirty.end());
        m_dirty.clear();
        return;
    }
    m_flushing.swap(m_dirty);
    for (size_t i = 0; i < m_flushing.size(); ++i) {
        if (Flushable *link = m_flushing[i])
            link->flushTurn();
    }
    m_flushing.clear();
}

std::unique_ptr<char[]> LinkTurn::takeReadBuffer()
{
    return m_readBuffer ? std::move(m_readBuffer) : std::make_unique_for_overwrite<char[]>(readBufferBytes);
}

} // namespace pigeon
