#pragma once

#include "filter/filtercompletion.h"
#include "monitor/monitorsource.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QStringListModel;
class QTableView;
class QTimer;

namespace pigeon {

class EmptyState;
class MatchModel;

/// Asks the broker who would get a message of a topic, while it is typed; nothing is sent. GUI thread; source and names
/// must outlive it.
class MatchPanel final : public QWidget
{
    Q_OBJECT

public:
    /// `names` offers topics and client ids; may be null.
    MatchPanel(MonitorSource &source, const FilterNames *names, QWidget *parent = nullptr);

    void setTopic(const QString &topic);

Q_SIGNALS:
    void clientAsked(const QByteArray &clientId);

private:
    void describeEmpty();
    void ask();
    void show(const MatchReport &report);
    void say(const QString &text, bool isBad);

    MonitorSource &m_source;
    QLineEdit *const m_topic;
    QStringListModel *const m_topics;
    QLineEdit *const m_publisher;
    QStringListModel *const m_clients;
    QComboBox *const m_qos;
    QLabel *const m_summary;
    MatchModel *const m_model;
    QTableView *const m_table;
    EmptyState *m_empty = nullptr;
    QTimer *const m_rest;
    quint64 m_question = 0; ///< answers to earlier ones come too late
};

} // namespace pigeon
