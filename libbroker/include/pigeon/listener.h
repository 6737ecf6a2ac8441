#pragma once

#include <pigeon/message.h>

#include <QByteArray>
#include <QMetaType>
#include <QObject>

#include <memory>

namespace pigeon {

class Broker;
class ListenerPrivate;

/// A topic filter that the program itself listens to, made by Broker::subscribe. It hears each message that the filter
/// matches by the rules of the standard (4.7): `#` and `+` at the begin do not match topics that begin with `$`. It has
/// no session: what is published before it comes and after it goes is not for it, retained messages excepted.
///
/// Lives in the broker's thread and ends with its receiver, with the broker, or when it is deleted there.
class Listener : public QObject
{
    Q_OBJECT

public:
    ~Listener() override;
    QByteArray filter() const;

Q_SIGNALS:
    /// A message that matches, at the moment at which connected clients get it (QoS 2: when it is kept). `isRetained`:
    /// it was kept from before the listener came. Hot. Emitted in the broker's thread; a receiver that lives in another
    /// one has it queued, at about 1.5 microseconds a message. Since 0.1.
    void received(const pigeon::MessagePtr &message, bool isRetained);

private:
    friend class Broker;
    friend class BrokerPrivate;
    explicit Listener(std::unique_ptr<ListenerPrivate> listener);
    std::unique_ptr<ListenerPrivate> d;
};

} // namespace pigeon

Q_DECLARE_METATYPE(pigeon::MessagePtr)
