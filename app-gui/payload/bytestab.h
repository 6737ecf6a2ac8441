#pragma once

#include "payload/valuetreemodel.h"

#include <pigeon/packets.h>

#include <QWidget>

class QLabel;
class QTreeView;

namespace pigeon {

class HexView;

/// A packet field by field, beside its bytes: who selects a field sees its bytes, who selects a byte its field. GUI thread.
class BytesTab : public QWidget
{
    Q_OBJECT

public:
    explicit BytesTab(QWidget *parent = nullptr);

    /// `size` is that of the whole packet; more than there are bytes: the rest was not kept, which is said.
    void setPacket(const QByteArray &bytes, qsizetype size, ProtocolVersion version);
    /// There is no packet to show, for this reason.
    void setMissing(const QString &why);
    QString note() const;

    QTreeView *fields() const { return m_fields; }
    HexView *bytes() const { return m_bytes; }

private:
    void selectBytesOfField();
    void selectFieldOfByte(qsizetype begin);

    ValueTreeModel m_model;
    QTreeView *m_fields = nullptr;
    HexView *m_bytes = nullptr;
    QLabel *m_note = nullptr;
    bool m_isLinking = false; ///< one selection follows the other, and not back
};

} // namespace pigeon
