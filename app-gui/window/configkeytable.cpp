#include "window/configkeytable.h"

#include "look/measure.h"
#include "window/configtext.h"

#include "config/configkeys.h"
#include "config/configvalue.h"

#include <QComboBox>
#include <QHeaderView>
#include <QStyledItemDelegate>

namespace pigeon {

namespace {

enum Column { Name, Value, Help, ColumnCount };

/// The words that a value is one of; empty: it is typed.
QStringList wordsOf(const ConfigKey &key)
{
    if (key.type == ValueType::Flag)
        return {QStringLiteral("true"), QStringLiteral("false")};
    const bool isChoice = key.type == ValueType::Choice || key.standing == KeyStanding::OneValue;
    return isChoice ? QString::fromUtf8(key.words).split(u'|', Qt::SkipEmptyParts) : QStringList();
}

/// What holds while nothing is said.
QString defaultOf(const ConfigKey &key)
{
    if (key.defaultText)
        return QString::fromUtf8(key.defaultText);
    const Configuration untouched;
    QStringList values;
    if (key.field.show) {
        for (const ConfigValue &value : key.field.show({untouched, untouched.defaultListener}))
            values.append(writtenValue(key, value));
    }
    return values.join(QStringLiteral(", "));
}

/// Offers the words where there are some; where nothing is said, the default stands there, quiet.
class ValueDelegate final : public QStyledItemDelegate
{
public:
    ValueDelegate(const std::vector<const ConfigKey *> &keys, QObject *parent)
        : QStyledItemDelegate(parent)
        , m_keys(keys)
    {
    }
    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QStringList words = wordsOf(*m_keys[static_cast<size_t>(index.row())]);
        if (words.isEmpty())
            return QStyledItemDelegate::createEditor(parent, option, index);
        auto *box = new QComboBox(parent);
        box->addItem(QString()); // the default
        box->addItems(words);
        return box;
    }
    void setEditorData(QWidget *editor, const QModelIndex &index) const override
    {
        if (auto *box = qobject_cast<QComboBox *>(editor))
            box->setCurrentText(index.data(Qt::EditRole).toString());
        else
            QStyledItemDelegate::setEditorData(editor, index);
    }
    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const override
    {
        if (const auto *box = qobject_cast<QComboBox *>(editor))
            model->setData(index, box->currentText());
        else
            QStyledItemDelegate::setModelData(editor, model, index);
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (!option->text.isEmpty())
            return;
        option->text = defaultOf(*m_keys[static_cast<size_t>(index.row())]);
        option->features |= QStyleOptionViewItem::HasDisplay;
        option->palette.setColor(QPalette::Text, option->palette.color(QPalette::PlaceholderText));
    }

private:
    const std::vector<const ConfigKey *> &m_keys;
};

} // namespace

ConfigKeyTable::ConfigKeyTable(std::initializer_list<KeyScope> scopes, QWidget *parent)
    : QTableWidget(0, ColumnCount, parent)
{
    setHorizontalHeaderLabels({tr("Key"), tr("Value"), tr("What it does")});
    setAccessibleName(tr("Options"));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(em(this, 1.5));
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setColumnWidth(Name, em(this, 12));
    setColumnWidth(Value, em(this, 8));
    setWordWrap(false);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setSelectionBehavior(SelectRows);
    for (const ConfigKey &key : configKeys()) {
        const bool isWanted = std::ranges::find(scopes, key.scope) != scopes.end() && key.standing == KeyStanding::Works
            && qstrcmp(key.name, "listener") != 0 && key.field.apply;
        if (isWanted)
            makeRow(key);
    }
    setItemDelegateForColumn(Value, new ValueDelegate(m_keys, this));
    connect(this, &QTableWidget::cellChanged, this, [this](int row, int column) {
        if (!m_isFilling && column == Value)
            Q_EMIT edited(QLatin1String(m_keys[static_cast<size_t>(row)]->name), item(row, column)->text().trimmed());
    });
    connect(this, &QTableWidget::cellActivated, this, [this](int row, int) { editItem(item(row, Value)); });
}

void ConfigKeyTable::makeRow(const ConfigKey &key)
{
    const int row = rowCount();
    insertRow(row);
    m_keys.push_back(&key);
    const QString help = QString::fromUtf8(key.help);
    const QString texts[] = {QLatin1String(key.name), QString(), help};
    for (int column = 0; column < ColumnCount; ++column) {
        auto *cell = new QTableWidgetItem(texts[column]);
        cell->setToolTip(QStringLiteral("%1: %2").arg(QLatin1String(key.name), help));
        cell->setFlags(column == Value ? cell->flags() : cell->flags() & ~Qt::ItemIsEditable);
        setItem(row, column, cell);
    }
}

void ConfigKeyTable::show(const ConfigText &text, std::optional<int> listener)
{
    m_isFilling = true;
    for (int row = 0; row < rowCount(); ++row) {
        const std::optional<QString> value = text.value(QLatin1String(m_keys[static_cast<size_t>(row)]->name), listener);
        item(row, Value)->setText(value.value_or(QString()));
        QFont font = item(row, Name)->font();
        font.setBold(value.has_value());
        item(row, Name)->setFont(font);
    }
    m_isFilling = false;
}

void ConfigKeyTable::setPattern(const QString &pattern)
{
    for (int row = 0; row < rowCount(); ++row) {
        const bool isFitting = item(row, Name)->text().contains(pattern, Qt::CaseInsensitive)
            || item(row, Help)->text().contains(pattern, Qt::CaseInsensitive);
        setRowHidden(row, !isFitting);
    }
}

} // namespace pigeon
