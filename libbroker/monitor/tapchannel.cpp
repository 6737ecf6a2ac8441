#include "monitor/tapchannel.h"

#include "monitor/taprecords.h"

#include <utility>

namespace pigeon {

TapChannel::TapChannel(const TapBounds &limits)
    : bounds(limits)
    , ring(limits.ringBytes)
{
}

TapChannel::~TapChannel()
{
    ring.publish(); // nobody else is there any more
    ring.drain(ring.published(), [](quint32 kind, const void *record, size_t) {
        if (kind == tap::MessageKind) {
            if (const Message *message = static_cast<const tap::Message *>(record)->message)
                message->release();
        }
    });
}

TapLosses TapChannel::losses() const
{
    const auto of = [this](Loss kind) { return m_losses[kind].load(std::memory_order_relaxed); };
    TapLosses losses;
    losses.messages = of(Messages);
    losses.deliveries = of(Deliveries);
    losses.packets = of(Packets);
    losses.events = of(Events);
    losses.payloadsLeftOut = of(Payloads);
    return losses;
}

TapChanges TapChannel::takeChanges()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_changes, {});
}

} // namespace pigeon
