#pragma once

#include "capture/capture.h"
#include "views/wishes.h"

#include <QWidget>

class QLabel;

namespace pigeon {

class Inspector;
struct InspectedMessage;

/// Puts into the inspector what was chosen in a view: it gathers what the stores know of a message, a packet, a retained
/// message or a topic, and keeps it up to date: deliveries of a message while they go on, values of its topic as they come;
/// of a topic the last one. GUI thread.
class InspectorPanel final : public QWidget
{
    Q_OBJECT

public:
    InspectorPanel(Capture &capture, Wishes &wishes, QWidget *parent = nullptr);

    void showMessage(quint64 logRow);
    void showPacket(quint64 logRow);
    void showRetained(const MessagePtr &message);
    void showTopic(const QByteArray &topic);
    /// While it is, neither values of a chart nor the last one of a topic go on.
    void setFrozen(bool isFrozen) { m_isFrozen = isFrozen; }
    /// What is shown stays when names and numbers begin anew; else it is cleared.
    void setLasting(bool isLasting) { m_isLasting = isLasting; }
    /// What is shown, in a line.
    QString title() const;
    /// A second has passed or so.
    void tick();
    Inspector *inspector() const { return m_inspector; }

private:
    enum class Shown : quint8 { Nothing, OneMessage, OnePacket, LastValue };
    void beginAnew();
    void clear();
    void begin(Shown what, const QString &title);
    void showLastValue();
    void showRow(quint64 logRow);
    void takeNewValues();
    void updateDeliveries();

    Capture &m_capture;
    Wishes &m_wishes;
    QLabel *const m_title;
    Inspector *const m_inspector;
    bool m_isFrozen = false;
    bool m_isLasting = false;
    Shown m_shown = Shown::Nothing;
    quint64 m_row = MessageLog::noRow; ///< of the message that is shown, while deliveries may still come
    QByteArray m_topic; ///< whose values the chart has; empty: it has none
    quint64 m_valuesUpTo = 0; ///< the row of the ring from which on nobody has looked for more of them
};

} // namespace pigeon
