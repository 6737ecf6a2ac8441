#pragma once

#include "monitor/answers.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace pigeon {

class MonitorSource;

/// What one client may publish, subscribe to and receive, by the lines of the access list that are for it. It asks the
/// source, again each time that it is told to show it: rights change by a reload. GUI thread.
class ClientRights final : public QWidget
{
    Q_OBJECT

public:
    ClientRights(MonitorSource &source, QWidget *parent);

    /// Also to bring up to date what is shown already.
    void showClient(const QByteArray &clientId);

private:
    void fill(const RightsReport &report);
    void fillTable(const RightsReport &report);

    MonitorSource &m_source;
    QByteArray m_clientId;
    QLabel *m_about;
    QTableWidget *m_rules;
};

} // namespace pigeon
