#pragma once

#include "models/messagesmodel.h"
#include "views/tablepage.h"

class QToolButton;

namespace pigeon {

class SystemButton;
class TimeFormButton;

/// All messages in the order in which the broker took them. Its own below $SYS, some dozen every ten seconds, are left out
/// until they are asked for, by the button or by a filter that names them. GUI thread.
class MessagesPage final : public TablePage
{
    Q_OBJECT

public:
    MessagesPage(Capture &capture, const FilterNames *names, Wishes &wishes, QWidget *parent = nullptr);

    bool canInspect() const override { return true; }
    void setFrozen(bool isFrozen) override;
    QVariantMap saved() const override;
    void restore(const QVariantMap &saved) override;
    /// What stands in an empty view: where to connect to.
    void setUrls(const QStringList &urls);
    /// Selects the message of that number, or the first one of that time of day or later; where the filter has left it out,
    /// the next one. False: there is none, or it is neither.
    bool goTo(const QString &place);
    MessagesModel &model() const { return *m_model; }

private:
    void setModelFilter(const FilterProgramPtr &program) override;
    void refilter();
    quint64 totalRows() const override;
    void describeEmpty(EmptyState &empty) override;
    QString note() const override;
    void exportRows(const std::vector<int> &rows) override;
    int rowSince(const QString &timeOfDay) const;
    void inspect();
    void inspectApart(int row);
    int currentRow() const;

    Capture &m_capture;
    MessagesModel *const m_model;
    TimeFormButton *const m_time;
    QToolButton *const m_follow;
    SystemButton *const m_system;
    FilterProgramPtr m_program; ///< of the filter that is typed
    QString m_programText;
    QStringList m_urls;
};

} // namespace pigeon
