#pragma once

#include "filter/filtercompletion.h"
#include "publish/publishdraft.h"
#include "publish/publishrun.h"

#include <QWidget>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QStringListModel;
class QTabWidget;
class QToolButton;

namespace pigeon {

class PropertiesForm;

/// Writes messages and sends them: once, every so often, or many at once. What was sent is kept as history, what is to be
/// sent again as templates. GUI thread; source and names must outlive it.
class PublishPanel final : public QWidget
{
    Q_OBJECT

public:
    /// `names` offers topics and client ids; may be null.
    PublishPanel(MonitorSource &source, const FilterNames *names, QWidget *parent = nullptr);

    PublishDraft draft() const;
    void setDraft(const PublishDraft &draft);
    void setTopic(const QString &topic);
    void send();
    /// What is to be remembered from one time to the next.
    QByteArray saved() const;
    void restore(const QByteArray &saved);

Q_SIGNALS:
    /// Something worth keeping has changed.
    void kept();

private:
    QWidget *messagePage();
    QWidget *sendRow();
    void check();
    void showForm();
    void complete();
    void chooseFile();
    void remember();
    void saveTemplate();
    void fillMenus();
    void startOrStop();
    void showProgress();

    MonitorSource &m_source;
    const FilterNames *const m_names;
    PublishRun m_run;
    QLineEdit *const m_topic;
    QStringListModel *const m_topics;
    QComboBox *const m_form;
    QStackedWidget *const m_bodies;
    QPlainTextEdit *const m_text;
    QLineEdit *const m_file;
    QComboBox *const m_qos;
    QCheckBox *const m_retain;
    QLineEdit *const m_asClient;
    QStringListModel *const m_clients;
    PropertiesForm *const m_properties;
    QLabel *const m_state;
    QComboBox *const m_how;
    QSpinBox *const m_interval;
    QSpinBox *const m_count;
    QPushButton *const m_send;
    QMenu *const m_historyMenu;
    QMenu *const m_templateMenu;
    QList<PublishDraft> m_history;
    QList<std::pair<QString, PublishDraft>> m_templates;
    QString m_problem; ///< of what is filled in: it cannot be sent
    QString m_failure; ///< of what was sent last: it may be tried again
};

} // namespace pigeon
