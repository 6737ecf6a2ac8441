#pragma once

#include "capture/capture.h"
#include "export/rowwriter.h"

#include <QObject>

#include <functional>

class QAbstractItemModel;
class QWidget;

namespace pigeon {

class Export;
class LogRowsModel;
class RowsModel;
class Wishes;

/// A row of the ring as it is exported; nothing when it has left the ring.
std::optional<ExportedMessage> exportedMessage(const Capture &capture, quint64 row);
std::optional<ExportedPacket> exportedPacket(const Capture &capture, quint64 row);

/// A retained message as it is exported; nothing when the window does not have it.
std::optional<ExportedRetained> exportedRetained(const SeenRetained &seen);

/// Asks where to and in which form, writes the rows while the window goes on, and says how it went. GUI thread.
class Exporting final : public QObject
{
    Q_OBJECT

public:
    Exporting(const Capture &capture, Wishes &wishes, QWidget *parent);

    /// Rows of the ring, in order. `isFrozen`: the view stands still, and how they fare goes on.
    void exportMessages(std::vector<quint64> rows, bool isFrozen = false);
    void exportPackets(std::vector<quint64> rows);
    /// Those rows of a table, all columns, as `name`.csv or .jsonl; the table must live until `finished`.
    void exportTable(const RowsModel &table, const std::vector<int> &rows, const QString &name);
    /// The same of retained messages: as JSON lines they can be imported again. `seen` gives the message of a key, or null.
    using RetainedOf = std::function<const SeenRetained *(quint64 key)>;
    void exportRetained(const RowsModel &table, const std::vector<int> &rows, const QString &name, const RetainedOf &seen);
    /// Without asking: the form is told by the end of the name, .csv, .jsonl or .pcapng.
    void writeMessages(const QString &path, std::vector<quint64> rows);
    void writePackets(const QString &path, std::vector<quint64> rows);
    void writeTable(const QString &path, const RowsModel &table, const std::vector<int> &rows);
    void writeRetained(const QString &path, std::vector<quint64> keys, const RetainedOf &seen);
    bool isRunning() const { return m_export != nullptr; }

Q_SIGNALS:
    void finished(const QString &problem);

private:
    /// What a file may be: the end of its name, and what a dialog says of it.
    struct Form
    {
        QString suffix;
        QString description;
    };
    static QList<Form> lineForms();
    static QList<Form> retainedForms();
    QString askForFile(const QString &title, const QString &name, const QList<Form> &forms);
    /// `make` makes a row of the file of each of `rows`, nothing of one that has gone.
    template <typename Row, typename Make>
    void begin(const QString &path, std::vector<quint64> rows, std::unique_ptr<RowWriter<Row>> writer, Make make);
    void writeKeys(const QString &path, const RowsModel &table, std::vector<quint64> keys);
    void tellEnd(const QString &problem, quint64 gone);

    const Capture &m_capture;
    Wishes &m_wishes;
    Export *m_export = nullptr;
};

/// The rows of the ring that these rows of a table show.
std::vector<quint64> logRowsOf(const LogRowsModel &model, const std::vector<int> &rows);
/// All rows of a table.
std::vector<int> allRowsOf(const QAbstractItemModel &model);

} // namespace pigeon
