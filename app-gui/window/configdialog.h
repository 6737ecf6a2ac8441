#pragma once

#include <QDialog>

#include <functional>

class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTimer;

namespace pigeon {

class ConfigKeyTable;
class ConfigText;

/// The configuration of the broker: listeners and options to be filled in, and the file itself beside them. The text is what
/// counts; the rest shows and changes it. What is wrong is said while it is typed. GUI thread.
class ConfigDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `file`: its path, for people; empty: it has none yet.
    ConfigDialog(const QString &file, const QString &text, QWidget *parent);

    QString text() const;
    /// What it shows; empty: it has no file yet.
    QString file() const { return m_isNew ? QString() : m_file; }
    /// The text is in the file now.
    void setSaved();
    /// Asks first where something is not saved.
    void reject() override;

Q_SIGNALS:
    /// `file` as `file()` has it.
    void applied(const QString &file, const QString &text);
    void restartWanted(const QString &file, const QString &text);

private:
    QWidget *listenerPage();
    QWidget *optionPage();
    QWidget *textPage();
    void change(const std::function<void(ConfigText &)> &change);
    void refresh();
    void check();
    void showListener();
    void goToProblem();

    const QString m_file;
    bool m_isNew;
    QString m_saved; ///< the text that is in the file
    QListWidget *const m_listeners;
    QLineEdit *const m_place;
    ConfigKeyTable *const m_listenerKeys;
    ConfigKeyTable *const m_keys;
    QPlainTextEdit *const m_text;
    QListWidget *const m_problems;
    QPushButton *m_removeListener = nullptr;
    QPushButton *m_apply = nullptr;
    QPushButton *m_restart = nullptr;
    QTimer *const m_rest;
    bool m_isFilling = false;
};

} // namespace pigeon
