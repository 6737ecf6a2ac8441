#pragma once

#include "export/rowwriter.h"

#include <QObject>
#include <QSaveFile>
#include <QTimer>

#include <functional>
#include <memory>

namespace pigeon {

/// Writes rows to a file, a slice in each turn of the event loop, so that a window stays alive while a million are written.
/// The file is there when all of it is written; until then, and when it is given up, what was there stays. GUI thread.
class Export : public QObject
{
    Q_OBJECT

public:
    explicit Export(const QString &path, QObject *parent = nullptr);
    ~Export() override;

    /// The next row, or nothing when there are no more. Called from the event loop.
    template <typename Row>
    using Rows = std::function<std::optional<Row>()>;

    /// Begins; `finished` follows. `count` is about how many rows there are, for the progress. Once.
    template <typename Row>
    void start(std::unique_ptr<RowWriter<Row>> writer, Rows<Row> rows, qint64 count)
    {
        const std::shared_ptr<RowWriter<Row>> shared = std::move(writer);
        begin(shared->head(), count, [shared, rows = std::move(rows)]() {
            const std::optional<Row> row = rows();
            return row ? std::optional<QByteArray>(shared->row(*row)) : std::nullopt;
        });
    }
    /// `finished` follows with a sentence; nothing is left of the file.
    void cancel();

    QString path() const { return m_file.fileName(); }
    qint64 written() const { return m_written; }
    bool isRunning() const { return m_timer.isActive(); }

Q_SIGNALS:
    /// Now and then: rows that are written, and how many there are about.
    void progressed(qint64 written, qint64 count);
    /// `problem` is empty when the file is there, else a sentence that says why not.
    void finished(const QString &problem);

private:
    using NextBytes = std::function<std::optional<QByteArray>()>;
    void begin(const QByteArray &head, qint64 count, NextBytes next);
    void writeSlice();
    void finish(const QString &problem);

    QSaveFile m_file;
    QTimer m_timer;
    NextBytes m_next;
    qint64 m_count = 0;
    qint64 m_written = 0;
};

} // namespace pigeon
