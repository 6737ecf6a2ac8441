#pragma once

#include <QObject>

#include <memory>
#include <vector>

namespace pigeon {

/// One that has output to send once per turn of the event loop.
class Flushable
{
public:
    virtual void flushTurn() = 0;

protected:
    ~Flushable() = default;
};

/// What the links of one listener share: one flush of all dirty links per turn, and the buffer that all of them
/// read into, so that an idle link needs none of its own. Any event dispatcher will do; lives in the links'
/// thread, knows no sockets.
class LinkTurn final : public QObject
{
    Q_OBJECT

public:
    static constexpr size_t readBufferBytes = 128 * 1024;

    /// Ends with its last user, but not before the event loop runs again: the last one may go while it is flushed.
    static std::shared_ptr<LinkTurn> create();

    /// Children are what still finishes after its owner has let go of it.
    ~LinkTurn() override;

    /// Has `link` flushed before the loop sleeps. Must not be added twice.
    void add(Flushable *link);
    /// Forgets a link that may have been added.
    void remove(Flushable *link);

    /// Lends the buffer, to be given back after use; a loop inside a receiver gets one of its own.
    std::unique_ptr<char[]> takeReadBuffer();
    void giveBack(std::unique_ptr<char[]> buffer) { m_readBuffer = std::move(buffer); }

protected:
    bool event(QEvent *event) override;

private:
    LinkTurn() = default;
    void flushAll();

    std::vector<Flushable *> m_dirty;
    std::vector<Flushable *> m_flushing; // null: removed while the others are flushed
    std::unique_ptr<char[]> m_readBuffer;
};

} // namespace pigeon
