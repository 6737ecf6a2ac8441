#pragma once

#include <pigeon/packets.h>

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;
class QTableWidget;

namespace pigeon {

/// The properties of 5.0 that a PUBLISH may carry, to be typed: what is left empty is not sent. GUI thread.
class PropertiesForm final : public QWidget
{
    Q_OBJECT

public:
    explicit PropertiesForm(QWidget *parent = nullptr);

    Properties properties() const;
    void setProperties(const Properties &properties);
    /// Why what is typed cannot be sent; empty: it can.
    QString problem() const;

Q_SIGNALS:
    void edited();

private:
    void addPair(const QByteArray &name, const QByteArray &value);

    QComboBox *const m_format;
    QLineEdit *const m_contentType;
    QCheckBox *const m_expires;
    QSpinBox *const m_expiry;
    QLineEdit *const m_responseTopic;
    QLineEdit *const m_correlation;
    QTableWidget *const m_user;
};

} // namespace pigeon
