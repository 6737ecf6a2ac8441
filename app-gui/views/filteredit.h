#pragma once

#include "filter/filtercompletion.h"
#include "filter/filterprogram.h"
#include "filter/filterterm.h"

#include <QWidget>

class QCompleter;
class QLabel;
class QLineEdit;
class QStandardItemModel;
class QTimer;

namespace pigeon {

/// The field in which a view's filter is typed: green when it is one, red with a sentence when it is not, with completion
/// of fields and values. It says what was typed as soon as the typing rests; it knows no rows. GUI thread.
class FilterEdit final : public QWidget
{
    Q_OBJECT

public:
    /// `names`, which may be null, is asked for values and must outlive this.
    FilterEdit(FilterView view, const FilterNames *names, QWidget *parent = nullptr);

    QString text() const;
    /// In force at once.
    void setText(const QString &text);
    /// Joins a term with what is there.
    void apply(const QString &term, FilterJoin join);
    const CompiledFilter &filter() const { return m_filter; }
    /// Where the typing begins: Ctrl+F.
    void begin();
    /// Words that are to be found in the history of this field the next time.
    QStringList history() const { return m_history; }
    void setHistory(const QStringList &history) { m_history = history; }

Q_SIGNALS:
    /// The filter that holds now; not emitted for a text that is none.
    void changed(const pigeon::FilterProgramPtr &program);
    /// Down or Enter: the keys are for the rows now.
    void left();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void check();
    void takeOver();
    void tint();
    void complete(bool isAsked);
    void insert(const QString &completion);

    const FilterView m_view;
    const FilterNames *const m_names;
    QLineEdit *const m_line;
    QLabel *const m_error;
    QTimer *const m_rest;
    QStandardItemModel *const m_items;
    QCompleter *const m_completer;
    CompiledFilter m_filter;
    FilterProgramPtr m_inForce;
    FilterCompletion m_completion;
    QStringList m_history;
};

} // namespace pigeon
