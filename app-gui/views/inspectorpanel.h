#pragma once

#include "capture/capture.h"
#include "views/wishes.h"

#include <QWidget>

class QLabel;

namespace pigeon {

class Inspector;
struct InspectedMessage;

/// Puts into the inspector what was chosen in a view: it gathers what the stores know of a message, a packet, a retained
/// message or a topic, and keeps the deliveries of a message up to date while they go on. GUI thread.
class InspectorPanel final : public QWidget
{
    Q_OBJECT

public:
    InspectorPanel(Capture &capture, Wishes &wishes, QWidget *parent = nullptr);

    void showMessage(quint64 logRow);
    void showPacket(quint64 logRow);
    void showRetained(const MessagePtr &message);
    void showTopic(const QByteArray &topic);
    /// A second has passed or so.
    void tick();
    Inspector *inspector() const { return m_inspector; }

private:
    void clear();
    void show(const QString &title, const InspectedMessage &message);
    void updateDeliveries();

    Capture &m_capture;
    Wishes &m_wishes;
    QLabel *const m_title;
    Inspector *const m_inspector;
    quint64 m_row = MessageLog::noRow; ///< of the message that is shown, while deliveries may still come
};

} // namespace pigeon
