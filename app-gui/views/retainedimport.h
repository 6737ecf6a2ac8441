#pragma once

#include "capture/capture.h"
#include "export/retainedlines.h"

#include <QFile>
#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>

namespace pigeon {

class MonitorSource;
struct CommandAnswer;
struct RetainedPage;

/// What takes an import back.
struct ImportedRetained
{
    QHash<QByteArray, size_t> set; ///< topics with the hash of the payload: who has another by now was set since
    std::vector<MessagePtr> replaced; ///< as they were
};

/// Sets retained messages from a file of JSON lines, as the export of the view Retained writes them. It reads the file
/// twice: it counts first, so that somebody can be asked, and then publishes. Of the file a few messages are in memory at a
/// time; of all of it the topics, and what was there before. A line that is wrong is named and stops no other. GUI thread;
/// capture and source must outlive it.
class RetainedImport final : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 mostLineBytes = 64 * 1024 * 1024; ///< more than any broker is set to take, and a line is in memory
    static constexpr size_t mostProblems = 200; ///< that are kept; nobody reads more

    struct Found
    {
        quint64 messages = 0;
        quint64 bytes = 0; ///< of payloads
        quint64 replaced = 0; ///< topics that have one already
    };
    struct Problem
    {
        quint64 line = 0; ///< from 1
        QString why; ///< a sentence
    };

    RetainedImport(const QString &path, const Capture &capture, MonitorSource &source, QObject *parent = nullptr);

    /// Reads the file through; `counted` follows, or `failed`.
    void count();
    /// Publishes what `count` has found; `ended` follows. Once.
    void run();
    /// While it runs: what was set until then stays, what is on its way is awaited; `ended` follows.
    void cancel();

    QString path() const { return m_file.fileName(); }
    const Found &found() const { return m_found; }
    quint64 set() const { return m_set; }
    bool isRunning() const { return m_stage == Stage::Publishing; }
    const std::vector<Problem> &problems() const { return m_problems; }
    quint64 problemCount() const { return m_problemCount; }
    /// Once, after `ended`.
    ImportedRetained takeUndo() { return std::exchange(m_undo, {}); }

Q_SIGNALS:
    /// Now and then: how much of the file is read, 0 to 1.
    void progressed(double share);
    void counted();
    /// The file cannot be read, or is no JSON lines: a sentence.
    void failed(const QString &why);
    void problemFound(quint64 line, const QString &why);
    void ended();

private:
    enum class Stage : quint8 { Idle, Counting, Publishing };
    enum class Read : quint8 { Line, TooLong, End };
    struct Waiting ///< a message that is being set
    {
        quint64 line = 0;
        ExportedRetained message;
    };
    Read readLine(QByteArray &line);
    std::optional<ExportedRetained> next(bool isNaming);
    bool isNoJsonLines() const;
    void countSlice();
    void takeBatch();
    void keepWhatWas(const QByteArray &topic, const RetainedPage &page);
    void publishBatch();
    void heard(quint64 line, const ExportedRetained &message, const CommandAnswer &answer);
    void end();
    void addProblem(quint64 line, const QString &why);

    const Capture &m_capture;
    MonitorSource &m_source;
    QFile m_file;
    QTimer m_timer;
    Stage m_stage = Stage::Idle;
    bool m_isCancelled = false;
    quint64 m_line = 0; ///< the last one that was read
    quint64 m_notJson = 0; ///< lines that are no object of JSON
    Found m_found;
    QSet<QByteArray> m_topics; ///< of what was counted
    quint64 m_set = 0;
    quint64 m_problemCount = 0;
    std::vector<Problem> m_problems;
    std::vector<Waiting> m_batch;
    size_t m_unanswered = 0;
    QString m_giveUp; ///< the broker does not answer any more, a sentence
    ImportedRetained m_undo;
};

} // namespace pigeon
