#pragma once

#include "views/retainedimport.h"

#include <QDialog>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace pigeon {

/// An import of retained messages as somebody sees it: what the file holds and what it would replace, the word to begin, how
/// far it is, and which lines are wrong. It is in nobody's way and stays until it is closed. GUI thread.
class ImportDialog final : public QDialog
{
    Q_OBJECT

public:
    ImportDialog(const QString &path, const Capture &capture, MonitorSource &source, QWidget *parent);

    RetainedImport &import() { return m_import; }
    QString text() const;

Q_SIGNALS:
    /// It has ended, with something that was set.
    void imported(const pigeon::ImportedRetained &undo);

public Q_SLOTS:
    /// Ends what is being done, and closes when that has ended.
    void reject() override;

private:
    void ask();
    void begin();
    void tellEnd();
    void addProblem(quint64 line, const QString &why);

    RetainedImport m_import;
    QLabel *const m_text;
    QProgressBar *const m_progress;
    QPlainTextEdit *const m_problems;
    QPushButton *m_begin = nullptr;
    QPushButton *m_close = nullptr;
    bool m_isLeaving = false;
};

} // namespace pigeon
