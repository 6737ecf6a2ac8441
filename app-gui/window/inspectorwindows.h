#pragma once

#include "capture/capture.h"

#include <QList>
#include <QObject>

namespace pigeon {

class InspectorPanel;
class InspectorWindow;
class Preferences;
class Wishes;

/// The inspectors that stand in windows of their own: opens one for what a view wants to see apart, has all of them go on or
/// stand still, and remembers where the last one stood. They are gone with it. GUI thread.
class InspectorWindows final : public QObject
{
    Q_OBJECT

public:
    /// Each holds a message with the values of its topic, some megabytes at most times.
    static constexpr qsizetype most = 30;

    InspectorWindows(Capture &capture, Wishes &wishes, Preferences &preferences, QWidget *mainWindow);
    ~InspectorWindows() override;

    void setFrozen(bool isFrozen);
    /// A second has passed or so.
    void tick();
    void closeAll();
    const QList<InspectorWindow *> &open() const { return m_open; }

private:
    template <typename Show>
    void show(Show show);
    void place(InspectorWindow &window);

    Capture &m_capture;
    Wishes &m_wishes;
    Preferences &m_preferences;
    QWidget *const m_mainWindow;
    QList<InspectorWindow *> m_open; ///< the newest last
    bool m_isFrozen = false;
};

} // namespace pigeon
