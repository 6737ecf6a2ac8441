#pragma once

#include <pigeon/bans.h>
#include <pigeon/packets.h>

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;

namespace pigeon {

/// Asks with which reason some clients are to be disconnected, and says how many they are. GUI thread.
class DisconnectDialog final : public QDialog
{
    Q_OBJECT

public:
    /// `who`: "dev7", "12 clients".
    DisconnectDialog(const QString &who, QWidget *parent);

    ReasonCode reason() const;
    QByteArray text() const;

private:
    QComboBox *const m_reason;
    QLineEdit *const m_text;
};

/// Asks by what and for how long somebody is to be kept out. GUI thread.
class BanDialog final : public QDialog
{
    Q_OBJECT

public:
    /// What is known of who is meant; what is empty cannot be chosen. `others`: how many more are meant in the same way.
    BanDialog(const QByteArray &clientId, const QByteArray &user, const QByteArray &address, int others, QWidget *parent);

    BannedBy by() const;
    std::optional<std::chrono::milliseconds> endsAt() const;
    QByteArray note() const;

private:
    QComboBox *const m_by;
    QComboBox *const m_duration;
    QLineEdit *const m_note;
};

/// Asks for a topic filter and its options. GUI thread.
class SubscribeDialog final : public QDialog
{
    Q_OBJECT

public:
    SubscribeDialog(const QString &who, QWidget *parent);

    SubscribeEntry entry() const;

private:
    void check();

    QLineEdit *const m_filter;
    QComboBox *const m_qos;
    QLabel *const m_problem;
};

} // namespace pigeon
