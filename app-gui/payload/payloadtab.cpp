#include "payload/payloadtab.h"

#include "look/figures.h"
#include "look/measure.h"
#include "payload/hexview.h"
#include "payload/numberreadings.h"
#include "payload/textview.h"
#include "payload/visibletext.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableWidget>
#include <QToolButton>
#include <QTreeView>

#include <array>

namespace pigeon {

namespace {

constexpr std::array allFormats = {PayloadFormat::Text, PayloadFormat::Json, PayloadFormat::Cbor, PayloadFormat::MessagePack,
    PayloadFormat::Image, PayloadFormat::Hex, PayloadFormat::Numbers};

constexpr qsizetype beginningBytes = 64 * 1024; // shown at once, in the window's thread

bool hasTree(PayloadFormat format)
{
    return format == PayloadFormat::Json || format == PayloadFormat::Cbor || format == PayloadFormat::MessagePack;
}

QLabel *plainLabel(const QString &name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAccessibleName(name);
    return label;
}

} // namespace

PayloadTab::PayloadTab(QWidget *parent)
    : QWidget(parent)
{
    makeViews();
    m_note = plainLabel(tr("Note"), this);
    m_note->setMargin(em(this, 0.3));
    m_note->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_views, 1);
    layout->addWidget(m_note);
    connect(&m_decoding, &Decoding::decoded, this, &PayloadTab::showDecoded);
    setMissing(tr("Select a message to see what is in it."));
}

QWidget *PayloadTab::makeBar()
{
    auto *bar = new QWidget(this);
    m_formats = new QComboBox(bar);
    m_formats->setAccessibleName(tr("Form"));
    m_formats->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_formats->setToolTip(tr("In which form the payload is shown"));
    m_formats->addItem(tr("Automatic"));
    for (const PayloadFormat format : allFormats)
        m_formats->addItem(formatName(format), static_cast<int>(format));
    connect(m_formats, &QComboBox::activated, this, [this](int index) {
        const QVariant format = m_formats->itemData(index);
        chooseFormat(format.isValid() ? std::optional(static_cast<PayloadFormat>(format.toInt())) : std::nullopt);
    });

    m_asTree = new QToolButton(bar);
    m_asTree->setText(tr("Tree"));
    m_asTree->setCheckable(true);
    m_asTree->setToolTip(tr("Show the value as a tree instead of as text"));
    connect(m_asTree, &QToolButton::toggled, this, [this](bool isTree) { showCurrent(isTree ? static_cast<QWidget *>(m_tree) : m_text); });

    m_size = plainLabel(tr("Size"), bar);
    m_size->setWordWrap(false);
    m_find = new QLineEdit(bar);
    m_find->setPlaceholderText(tr("Find"));
    m_find->setAccessibleName(tr("Find in the payload"));
    m_find->setToolTip(tr("Text, in the hex view also bytes: 0x0a ff. Enter finds the next, Shift+Enter the one before."));
    m_find->setClearButtonEnabled(true);
    connect(m_find, &QLineEdit::returnPressed, this,
        [this] { findNext(QApplication::keyboardModifiers() & Qt::ShiftModifier); });

    auto *layout = new QHBoxLayout(bar);
    const int margin = em(this, 0.3);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->addWidget(m_formats);
    layout->addWidget(m_asTree);
    layout->addWidget(m_size);
    layout->addStretch();
    layout->addWidget(m_find);
    return bar;
}

void PayloadTab::makeViews()
{
    m_text = new TextView(tr("Payload as text"), this);
    m_hex = new HexView(tr("Payload as bytes"), this);
    connect(m_text, &LineView::zoomed, m_hex, &LineView::setZoom);
    connect(m_hex, &LineView::zoomed, m_text, &LineView::setZoom);

    m_tree = new QTreeView(this);
    m_tree->setAccessibleName(tr("Payload as a tree"));
    m_tree->setModel(&m_treeModel);
    m_tree->setUniformRowHeights(true);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->header()->resizeSection(ValueTreeModel::Name, em(this, 10));
    m_tree->header()->resizeSection(ValueTreeModel::Value, em(this, 16));
    connect(m_tree, &QWidget::customContextMenuRequested, this, &PayloadTab::showTreeMenu);

    m_image = new QLabel(this);
    m_image->setAlignment(Qt::AlignCenter);
    m_image->setAccessibleName(tr("Payload as a picture"));
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(m_image);
    scroll->setWidgetResizable(true);
    m_imagePage = scroll;

    m_numbers = new QTableWidget(0, 3, this);
    m_numbers->setAccessibleName(tr("Payload as numbers"));
    m_numbers->setHorizontalHeaderLabels({tr("Kind"), tr("Little-endian"), tr("Big-endian")});
    m_numbers->verticalHeader()->hide();
    m_numbers->setEditTriggers(QAbstractItemView::NoEditTriggers);
    for (const auto &[column, width] : {std::pair(0, 15.0), std::pair(1, 12.0), std::pair(2, 12.0)})
        m_numbers->setColumnWidth(column, em(this, width));

    m_empty = plainLabel(tr("Payload"), this);
    m_empty->setAlignment(Qt::AlignCenter);

    m_views = new QStackedWidget(this);
    for (QWidget *view : {static_cast<QWidget *>(m_text), static_cast<QWidget *>(m_tree), static_cast<QWidget *>(m_hex),
             m_imagePage, static_cast<QWidget *>(m_numbers), static_cast<QWidget *>(m_empty)})
        m_views->addWidget(view);
}

void PayloadTab::setMissing(const QString &why)
{
    m_decoding.cancel();
    m_isDecoding = false;
    m_payload.clear();
    m_size->clear();
    m_note->hide();
    m_asTree->hide();
    m_empty->setText(why);
    m_views->setCurrentWidget(m_empty);
    Q_EMIT shown();
}

void PayloadTab::setPayload(const QByteArray &payload, const QByteArray &contentType)
{
    m_payload = payload;
    m_contentType = contentType;
    if (payload.isEmpty())
        return setMissing(tr("The payload is empty."));
    m_size->setText(bytesText(static_cast<quint64>(payload.size())));
    decode();
}

void PayloadTab::chooseFormat(std::optional<PayloadFormat> format)
{
    m_chosen = format;
    m_formats->setCurrentIndex(format ? m_formats->findData(static_cast<int>(*format)) : 0);
    if (!m_payload.isEmpty())
        decode();
}

void PayloadTab::decode()
{
    m_format = m_chosen.value_or(detectFormat(m_payload, m_contentType));
    nameAutomatic();
    m_isDecoding = true;
    if (m_payload.size() > beginningBytes && (m_format == PayloadFormat::Text || m_format == PayloadFormat::Json))
        showBeginning();
    m_decoding.decode(m_payload, m_format);
}

/// What is large takes a while: until then there is its beginning, as it was sent.
void PayloadTab::showBeginning()
{
    m_text->setText(visibleText(QByteArrayView(m_payload).first(beginningBytes)));
    m_text->setJson(false);
    m_note->setText(truncationNote(beginningBytes, m_payload.size()) + u' ' + tr("The rest is being read."));
    m_note->show();
    showCurrent(m_text);
}

/// "Automatic (JSON)": what was found out is said where it can be changed.
void PayloadTab::nameAutomatic()
{
    m_formats->setItemText(0, m_chosen ? tr("Automatic") : tr("Automatic (%1)").arg(formatName(m_format)));
}

void PayloadTab::showDecoded(const DecodedPayload &decoded)
{
    m_isDecoding = false;
    m_note->setText(decoded.note);
    m_note->setVisible(!decoded.note.isEmpty());
    m_text->setText(decoded.text);
    m_text->setJson(decoded.format == PayloadFormat::Json);
    m_treeModel.setTree(decoded.tree);
    if (decoded.tree)
        m_tree->expandToDepth(decoded.tree->size() < 200 ? 2 : 0);
    m_asTree->setVisible(hasTree(decoded.format));
    switch (decoded.format) {
    case PayloadFormat::Hex:
        m_hex->setBytes(m_payload);
        showCurrent(m_hex);
        break;
    case PayloadFormat::Image:
        m_image->setPixmap(QPixmap::fromImage(decoded.image));
        showCurrent(decoded.image.isNull() ? static_cast<QWidget *>(m_text) : m_imagePage);
        break;
    case PayloadFormat::Numbers:
        showNumbers();
        showCurrent(m_numbers);
        break;
    default:
        showCurrent(hasTree(decoded.format) && m_asTree->isChecked() ? static_cast<QWidget *>(m_tree) : m_text);
    }
    Q_EMIT shown();
}

void PayloadTab::showCurrent(QWidget *view)
{
    m_views->setCurrentWidget(view);
    m_find->setEnabled(currentLines());
}

void PayloadTab::showNumbers()
{
    const std::vector<NumberReading> readings = numbersAt(m_payload, 0);
    m_numbers->setRowCount(static_cast<int>(readings.size()));
    for (int row = 0; row < m_numbers->rowCount(); ++row) {
        const NumberReading &reading = readings[static_cast<size_t>(row)];
        for (const auto &[column, text] : {std::pair(0, reading.kind), std::pair(1, reading.littleEndian), std::pair(2, reading.bigEndian)})
            m_numbers->setItem(row, column, new QTableWidgetItem(text));
    }
}

QString PayloadTab::note() const { return m_note->isHidden() ? QString() : m_note->text(); }

LineView *PayloadTab::currentLines() const { return qobject_cast<LineView *>(m_views->currentWidget()); }

void PayloadTab::focusFind()
{
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

void PayloadTab::findNext(bool isBackward)
{
    LineView *lines = currentLines();
    if (!lines || m_find->text().isEmpty())
        return;
    const bool isFound = lines->find(m_find->text(), isBackward);
    m_note->setVisible(!isFound || !m_note->text().isEmpty());
    if (!isFound)
        m_note->setText(tr("“%1” is not in it.").arg(m_find->text()));
}

void PayloadTab::showTreeMenu(const QPoint &position)
{
    const QModelIndex index = m_tree->indexAt(position);
    if (!index.isValid())
        return;
    const ValueTree &tree = *m_treeModel.tree();
    const ValueTree::Node node = m_treeModel.nodeOf(index);
    const ValueTree::Kind kind = tree.kindOf(node);
    const QString path = tree.pathOf(node);
    const QString value = tree.textOf(node);
    const bool isScalar = kind == ValueTree::Kind::Text || kind == ValueTree::Kind::Number || kind == ValueTree::Kind::Flag;
    const bool isOfJson = m_format == PayloadFormat::Json && !path.isEmpty();

    QMenu menu(this);
    menu.addAction(tr("&Copy value"), this, [value] { QApplication::clipboard()->setText(value); });
    menu.addAction(tr("Copy &path"), this, [path] { QApplication::clipboard()->setText(path); });
    menu.addSeparator();
    menu.addAction(tr("&Filter by this value"), this, [=, this] { Q_EMIT filterWanted(path, value, kind == ValueTree::Kind::Text); })
        ->setEnabled(isOfJson && isScalar);
    menu.addAction(tr("C&hart this field"), this, [=, this] { Q_EMIT chartWanted(path); })
        ->setEnabled(isOfJson && kind == ValueTree::Kind::Number);
    menu.exec(m_tree->viewport()->mapToGlobal(position));
}

} // namespace pigeon
