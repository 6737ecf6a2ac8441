#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QSpinBox;

namespace pigeon {

/// What is shown while no broker runs: run one here, or open a configuration file. It asks; whoever made it does. It knows
/// no broker. GUI thread.
class FirstRunPage final : public QWidget
{
    Q_OBJECT

public:
    explicit FirstRunPage(QWidget *parent = nullptr);

    /// What was filled in.
    struct Wish
    {
        quint16 port = 1883;
        bool isForNetwork = false;
        QString user; ///< with a password: nobody else is let in; empty: everybody is
        QString password;
        bool isDemo = false;
    };
    Wish wish() const;
    void setRecentFiles(const QStringList &files);
    /// Whether demo traffic is wanted as long as nobody says otherwise.
    void setDemo(bool isOn);

Q_SIGNALS:
    void runWanted(const pigeon::FirstRunPage::Wish &wish);
    void fileWanted(const QString &path); ///< empty: to be chosen

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *runCard();
    QWidget *fileCard();
    void refresh();

    QSpinBox *const m_port;
    QLabel *const m_portState;
    QRadioButton *const m_loopback;
    QRadioButton *const m_network;
    QWidget *const m_access;
    QRadioButton *const m_everybody;
    QRadioButton *const m_oneUser;
    QLineEdit *const m_user;
    QLineEdit *const m_password;
    QComboBox *const m_address;
    QPushButton *const m_copy;
    QCheckBox *const m_demo;
    QPushButton *const m_run;
    QWidget *m_recent = nullptr;
};

} // namespace pigeon
