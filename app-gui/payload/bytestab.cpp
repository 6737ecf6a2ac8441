#include "payload/bytestab.h"

#include "look/measure.h"
#include "payload/decoding.h"
#include "payload/hexview.h"
#include "payload/packetfields.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QTreeView>

namespace pigeon {

BytesTab::BytesTab(QWidget *parent)
    : QWidget(parent)
{
    m_fields = new QTreeView(this);
    m_fields->setAccessibleName(tr("Fields of the packet"));
    m_fields->setModel(&m_model);
    m_fields->setUniformRowHeights(true);
    m_fields->setColumnHidden(ValueTreeModel::Type, true);
    m_fields->header()->resizeSection(ValueTreeModel::Name, em(this, 14));
    m_bytes = new HexView(tr("Bytes of the packet"), this);
    m_note = new QLabel(this);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);

    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(m_fields);
    splitter->addWidget(m_bytes);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(splitter, 1);
    layout->addWidget(m_note);

    connect(m_fields->selectionModel(), &QItemSelectionModel::currentChanged, this, &BytesTab::selectBytesOfField);
    connect(m_bytes, &LineView::selectionMoved, this, &BytesTab::selectFieldOfByte);
}

void BytesTab::setPacket(const QByteArray &bytes, qsizetype size, ProtocolVersion version)
{
    m_bytes->setBytes(bytes);
    m_model.setTree(fieldsOfPacket(bytes, version));
    m_fields->expandAll();
    QStringList notes = {truncationNote(bytes.size(), size), m_model.tree()->problem()};
    notes.removeAll(QString());
    m_note->setText(notes.join(u' '));
    m_note->setVisible(!notes.isEmpty());
}

void BytesTab::setMissing(const QString &why)
{
    m_bytes->setBytes({});
    m_model.setTree(nullptr);
    m_note->setText(why);
    m_note->show();
}

QString BytesTab::note() const { return m_note->isHidden() ? QString() : m_note->text(); }

void BytesTab::selectBytesOfField()
{
    const QModelIndex index = m_fields->currentIndex();
    if (m_isLinking || !index.isValid())
        return;
    const QScopedValueRollback<bool> guard(m_isLinking, true);
    const ValueTree::Node node = m_model.nodeOf(index);
    m_bytes->select(m_model.tree()->beginOf(node), m_model.tree()->beginOf(node) + m_model.tree()->lengthOf(node));
}

void BytesTab::selectFieldOfByte(qsizetype begin)
{
    if (m_isLinking || !m_model.tree())
        return;
    const QScopedValueRollback<bool> guard(m_isLinking, true);
    const QModelIndex index = m_model.indexOf(m_model.tree()->nodeAt(begin));
    m_fields->setCurrentIndex(index);
    m_fields->scrollTo(index);
}

} // namespace pigeon
