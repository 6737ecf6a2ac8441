#pragma once

#include "models/retainedmodel.h"
#include "views/tablepage.h"

namespace pigeon {

class MonitorSource;
class SystemButton;
struct CommandAnswer;
struct DeletedRetained;
struct ImportedRetained;

/// The retained messages: what every new subscriber of their topics gets first. What is deleted or imported here can be
/// taken back.
/// GUI thread; the source must outlive it.
class RetainedMessagesPage final : public TablePage
{
    Q_OBJECT

public:
    RetainedMessagesPage(Capture &capture, MonitorSource &source, const FilterNames *names, Wishes &wishes, QWidget *parent = nullptr);

    bool canInspect() const override { return true; }
    void setFrozen(bool isFrozen) override
    {
        m_model->setFrozen(isFrozen);
        TablePage::setFrozen(isFrozen);
    }
    void tick() override;
    QVariantMap saved() const override;
    void restore(const QVariantMap &saved) override;
    RetainedModel &model() const { return *m_model; }
    /// Asks how many there are at and below a topic, asks whether to go on, and deletes them.
    void deleteBelow(const QByteArray &topic);
    /// Deletes these without a question; the answer is in a banner, with the way back.
    void deleteTopics(const std::vector<QByteArray> &topics);
    /// Asks for a file where `path` is empty, says what is in it, and sets it when that is wanted.
    void importFrom(QString path);
    void undo();
    bool canUndo() const { return !m_isUndoing && !m_changes.empty(); }

private:
    void setModelFilter(const FilterProgramPtr &program) override;
    void refilter();
    quint64 totalRows() const override;
    void describeEmpty(EmptyState &empty) override;
    QString note() const override;
    void askAndDelete(const QByteArray &filter, quint64 messages, quint64 bytes);
    void heard(const DeletedRetained &deleted);
    void exportRows(const std::vector<int> &rows) override;
    struct Change;
    void remember(const std::vector<MessagePtr> &before, const QHash<QByteArray, size_t> &set = {});
    void putBack(const Change &change);
    void takeBack(const Change &change);
    void heardTakenBack(const DeletedRetained &taken, quint64 number);
    void heardUndo(const CommandAnswer &answer, quint64 number);
    int currentRow() const;

    Capture &m_capture;
    MonitorSource &m_source;
    RetainedModel *const m_model;
    SystemButton *const m_system;
    FilterProgramPtr m_program; ///< of the filter that is typed
    QAction *m_undo = nullptr;
    struct Change ///< that can be undone
    {
        quint64 number = 0;
        std::vector<MessagePtr> before; ///< what is to be back
        quint64 removed = 0; ///< of an import: what the undoing has taken away
        QHash<QByteArray, size_t> set; ///< what an import has set, with the hash of its payload
    };
    std::vector<Change> m_changes; ///< the last ones behind
    quint64 m_changeCount = 0;
    bool m_isUndoing = false; ///< the broker was asked to, and has not answered
};

} // namespace pigeon
