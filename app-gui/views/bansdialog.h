#pragma once

#include <pigeon/bans.h>

#include <QDialog>

class QPushButton;
class QTableWidget;

namespace pigeon {

class Capture;
class MonitorSource;
class Wishes;

/// Who is kept out, by what, until when and why; bans can be lifted. GUI thread; capture, source and wishes must outlive it.
class BansDialog final : public QDialog
{
    Q_OBJECT

public:
    BansDialog(const Capture &capture, MonitorSource &source, Wishes &wishes, QWidget *parent);

private:
    void refresh();
    void liftChosen();

    const Capture &m_capture;
    MonitorSource &m_source;
    Wishes &m_wishes;
    QTableWidget *const m_table;
    QPushButton *m_lift = nullptr;
    std::vector<Ban> m_shown;
};

} // namespace pigeon
