#pragma once

#include "look/theme.h"

#include <pigeon/message.h>

#include <QByteArray>
#include <QObject>

#include <chrono>
#include <functional>

namespace pigeon {

/// What a view wants of the rest of the window without knowing it: something else to be shown, or something to be said. The
/// window listens. GUI thread.
class Wishes final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// For a banner: what has happened, and a remedy with its label.
    void say(Tone tone, const QString &text, const QString &remedy = {}, std::function<void()> apply = {},
        std::chrono::milliseconds vanish = {})
    {
        Q_EMIT said(tone, text, remedy, apply, vanish);
    }

Q_SIGNALS:
    void said(pigeon::Tone tone, const QString &text, const QString &remedy, const std::function<void()> &apply,
        std::chrono::milliseconds vanish);
    void messageWanted(quint64 logRow); ///< of the ring of messages, in the inspector
    void packetWanted(quint64 logRow);
    void retainedWanted(const pigeon::MessagePtr &message);
    void messageWindowWanted(quint64 logRow); ///< in an inspector in a window of its own
    void packetWindowWanted(quint64 logRow);
    void retainedWindowWanted(const pigeon::MessagePtr &message);
    void inspectorWanted(); ///< to be seen, with what was asked for last
    void topicWanted(const QByteArray &topic); ///< its last message in the inspector
    void messagesWanted(const QString &filter); ///< the view of messages with that filter
    void packetsWanted(const QString &filter);
    void clientWanted(const QByteArray &clientId);
    void publishWanted(const QByteArray &topic); ///< empty: as it is filled in
    void matchWanted(const QByteArray &topic);
    void startWanted(); ///< of the broker
};

} // namespace pigeon

Q_DECLARE_METATYPE(pigeon::Tone)
