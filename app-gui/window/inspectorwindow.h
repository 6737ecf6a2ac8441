#pragma once

#include <QWidget>

namespace pigeon {

class Capture;
class InspectorPanel;
class Wishes;

/// An inspector in a window of its own, which keeps what it shows: the views go on to other rows, and the broker may be
/// started anew. Esc closes it, and then it is gone. GUI thread; capture and wishes must outlive it.
class InspectorWindow final : public QWidget
{
    Q_OBJECT

public:
    InspectorWindow(Capture &capture, Wishes &wishes);

    InspectorPanel *panel() const { return m_panel; }
    /// Is called by what the panel shows.
    void takeTitle();

Q_SIGNALS:
    /// It is about to be gone, and stands where it was left.
    void leaving();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    InspectorPanel *const m_panel;
};

} // namespace pigeon
