#pragma once

#include <QDialog>

class QLineEdit;

namespace pigeon {

/// Asks as whom demo traffic is to come in, where the broker lets nobody in without user and password. GUI thread.
class DemoLoginDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `refused`: the user that was tried, empty: none.
    DemoLoginDialog(const QString &refused, QWidget *parent);

    QString user() const;
    QString password() const;

private:
    QLineEdit *const m_user;
    QLineEdit *const m_password;
};

} // namespace pigeon
