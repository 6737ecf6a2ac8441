#include "views/exporting.h"

#include "export/export.h"
#include "export/pcapngwriter.h"
#include "export/retainedlines.h"
#include "look/ask.h"
#include "look/figures.h"
#include "models/cellroles.h"
#include "models/logrowsmodel.h"
#include "models/rowsmodel.h"
#include "monitor/words.h"
#include "views/wishes.h"

#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include <numeric>

namespace pigeon {

namespace {

using namespace std::chrono_literals;

constexpr quint16 usualPort = 1883;

using Pairs = std::vector<std::pair<QByteArray, QByteArray>>;

Pairs propertiesOf(const Message &message)
{
    const Properties properties = words::propertiesOf(message);
    Pairs pairs;
    const auto add = [&](quint32 id, const QByteArray &value) { pairs.emplace_back(words::property(id).toUtf8(), value); };
    if (properties.payloadFormatIndicator)
        add(0x01, QByteArray::number(*properties.payloadFormatIndicator));
    if (properties.messageExpiryInterval)
        add(0x02, QByteArray::number(*properties.messageExpiryInterval));
    if (properties.contentType)
        add(0x03, *properties.contentType);
    if (properties.responseTopic)
        add(0x08, *properties.responseTopic);
    if (properties.correlationData)
        add(0x09, properties.correlationData->toHex());
    for (const UserProperty &pair : properties.userProperties)
        pairs.emplace_back(pair.name, pair.value);
    return pairs;
}

std::vector<RowsModel::Key> keysOf(const RowsModel &table, const std::vector<int> &rows)
{
    std::vector<RowsModel::Key> keys;
    keys.reserve(rows.size());
    for (const int row : rows)
        keys.push_back(table.keyAt(row));
    return keys;
}

/// What would be copied of the row; nothing when it has gone.
std::optional<ExportedCells> cellsOf(const RowsModel &table, RowsModel::Key key)
{
    const int row = table.rowOfKey(key);
    if (row < 0)
        return std::nullopt;
    ExportedCells cells;
    for (int column = 0; column < table.columnCount(); ++column) {
        const QModelIndex index = table.index(row, column);
        const QVariant own = index.data(CopyRole);
        cells.push_back((own.isValid() ? own : index.data()).toString().toUtf8());
    }
    return cells;
}

bool isJsonLines(const QString &path) { return path.endsWith(QLatin1String(".jsonl"), Qt::CaseInsensitive); }

} // namespace

std::optional<ExportedMessage> exportedMessage(const Capture &capture, quint64 row)
{
    if (!capture.messages().contains(row))
        return std::nullopt;
    const SeenMessage seen = capture.messages().at(row);
    ExportedMessage message;
    message.number = seen.number;
    message.when = seen.when;
    message.publisher = capture.clientNames().text(seen.publisher).toByteArray();
    message.topic = capture.messages().topicAt(row).toByteArray();
    message.qos = static_cast<int>(seen.qos);
    message.retain = seen.retain;
    message.isDuplicate = seen.isDuplicate;
    message.payloadBytes = seen.payloadBytes;
    message.receivers = seen.receivers;
    message.delivered = seen.delivered;
    message.dropped = seen.dropped;
    message.latency = seen.latency;
    if (seen.message) {
        message.payload = seen.message->payload().toByteArray();
        message.properties = propertiesOf(*seen.message);
    }
    return message;
}

std::optional<ExportedPacket> exportedPacket(const Capture &capture, quint64 row)
{
    if (!capture.packets().contains(row))
        return std::nullopt;
    const SeenPacket seen = capture.packets().at(row);
    ExportedPacket packet;
    packet.when = seen.record.when;
    packet.connection = seen.record.connection;
    packet.isFromClient = seen.record.direction == PacketDirection::FromClient;
    packet.bytes = seen.bytes.toByteArray();
    packet.size = seen.record.size;
    packet.client = capture.clientOf(seen).toByteArray();
    // A connection of long ago may be forgotten: it gets an address that is made up.
    if (const SeenConnection *connection = capture.clients().connection(seen.record.connection)) {
        const QByteArray &listener = connection->listener;
        packet.clientAddress = connection->address;
        packet.clientPort = connection->port;
        packet.brokerPort = static_cast<quint16>(listener.mid(listener.lastIndexOf(':') + 1).toUShort());
        if (packet.brokerPort == 0)
            packet.brokerPort = usualPort;
    }
    return packet;
}

std::optional<ExportedRetained> exportedRetained(const SeenRetained &seen)
{
    if (!seen.message)
        return std::nullopt;
    const Message &message = *seen.message;
    ExportedRetained exported;
    exported.topic = seen.topic;
    exported.payload = message.payload().toByteArray();
    exported.qos = message.qos();
    exported.properties = words::propertiesOf(message);
    const std::optional<qint64> left = message.secondsLeft(std::chrono::milliseconds(QDateTime::currentMSecsSinceEpoch()));
    if (left)
        exported.properties.messageExpiryInterval = static_cast<quint32>(std::max<qint64>(*left, 0));
    exported.publisher = message.origin() ? message.origin()->clientId : QByteArray();
    exported.when = seen.setAt;
    return exported;
}

std::vector<quint64> logRowsOf(const LogRowsModel &model, const std::vector<int> &rows)
{
    std::vector<quint64> logRows;
    logRows.reserve(rows.size());
    for (const int row : rows)
        logRows.push_back(model.logRow(row));
    return logRows;
}

std::vector<int> allRowsOf(const QAbstractItemModel &model)
{
    std::vector<int> rows(static_cast<size_t>(model.rowCount()));
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

Exporting::Exporting(const Capture &capture, Wishes &wishes, QWidget *parent)
    : QObject(parent)
    , m_capture(capture)
    , m_wishes(wishes)
{
}

QList<Exporting::Form> Exporting::lineForms()
{
    return {{QStringLiteral("csv"), tr("Comma-separated values, a line a row (*.csv)")},
        {QStringLiteral("jsonl"), tr("JSON, an object a line (*.jsonl)")}};
}

/// First what can be imported again.
QList<Exporting::Form> Exporting::retainedForms()
{
    return {{QStringLiteral("jsonl"), tr("JSON, an object a line, to be imported again (*.jsonl)")},
        {QStringLiteral("csv"), tr("Comma-separated values, a line a row (*.csv)")}};
}

/// Where to, by a name that ends as the form does which it is to have. Empty: nowhere.
QString Exporting::askForFile(const QString &title, const QString &name, const QList<Form> &forms)
{
    QFileDialog dialog(static_cast<QWidget *>(parent()), title);
    QStringList filters;
    for (const Form &form : forms)
        filters.append(form.description);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setNameFilters(filters);
    dialog.selectFile(name + u'.' + forms.first().suffix);
    // The dialog itself puts the end behind the name, so that it asks for the right file whether to replace it.
    dialog.setDefaultSuffix(forms.first().suffix);
    connect(&dialog, &QFileDialog::filterSelected, &dialog,
        [&](const QString &filter) { dialog.setDefaultSuffix(forms.value(std::max<qsizetype>(0, filters.indexOf(filter))).suffix); });
    if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty())
        return {};
    const QString path = dialog.selectedFiles().constFirst();
    const bool isOfAForm = std::ranges::any_of(forms, [&](const Form &form) { return path.endsWith(u'.' + form.suffix, Qt::CaseInsensitive); });
    if (isOfAForm)
        return path;
    // "dump.monday": what looks like an end is none of ours.
    const QString whole = path + u'.' + dialog.defaultSuffix();
    const QString question = tr("%1 is there already. Replace it?").arg(QDir::toNativeSeparators(whole));
    return !QFileInfo::exists(whole) || ask(static_cast<QWidget *>(parent()), title, question) ? whole : QString();
}

void Exporting::exportMessages(std::vector<quint64> rows, bool isFrozen)
{
    const QString title = isFrozen ? tr("Export %1 messages; who has got them is told as it is now") : tr("Export %1 messages");
    const QString path = askForFile(title.arg(countText(rows.size())), QStringLiteral("messages"), lineForms());
    if (!path.isEmpty())
        writeMessages(path, std::move(rows));
}

void Exporting::exportPackets(std::vector<quint64> rows)
{
    const QString path = askForFile(tr("Export %1 packets").arg(countText(rows.size())), QStringLiteral("packets"),
        {{QStringLiteral("pcapng"), tr("Capture for Wireshark (*.pcapng)")}});
    if (!path.isEmpty())
        writePackets(path, std::move(rows));
}

void Exporting::writeMessages(const QString &path, std::vector<quint64> rows)
{
    std::unique_ptr<RowWriter<ExportedMessage>> writer;
    if (isJsonLines(path))
        writer = std::make_unique<JsonLinesWriter>();
    else
        writer = std::make_unique<CsvWriter>();
    begin<ExportedMessage>(path, std::move(rows), std::move(writer), [this](quint64 row) { return exportedMessage(m_capture, row); });
}

void Exporting::writePackets(const QString &path, std::vector<quint64> rows)
{
    begin<ExportedPacket>(path, std::move(rows), std::make_unique<PcapngWriter>(), [this](quint64 row) { return exportedPacket(m_capture, row); });
}

void Exporting::exportTable(const RowsModel &table, const std::vector<int> &rows, const QString &name)
{
    const std::vector<RowsModel::Key> keys = keysOf(table, rows); // rows move while it is asked where to
    const QString path = askForFile(tr("Export %1 rows").arg(countText(rows.size())), name, lineForms());
    if (!path.isEmpty())
        writeKeys(path, table, keys);
}

void Exporting::exportRetained(const RowsModel &table, const std::vector<int> &rows, const QString &name, const RetainedOf &seen)
{
    const std::vector<RowsModel::Key> keys = keysOf(table, rows);
    const QString path = askForFile(tr("Export %1 rows").arg(countText(rows.size())), name, retainedForms());
    if (isJsonLines(path))
        writeRetained(path, keys, seen);
    else if (!path.isEmpty())
        writeKeys(path, table, keys);
}

void Exporting::writeRetained(const QString &path, std::vector<quint64> keys, const RetainedOf &seen)
{
    begin<ExportedRetained>(path, std::move(keys), std::make_unique<RetainedLinesWriter>(), [seen](quint64 key) {
        const SeenRetained *retained = seen(key);
        return retained ? exportedRetained(*retained) : std::nullopt;
    });
}

void Exporting::writeTable(const QString &path, const RowsModel &table, const std::vector<int> &rows) { writeKeys(path, table, keysOf(table, rows)); }

void Exporting::writeKeys(const QString &path, const RowsModel &table, std::vector<quint64> keys)
{
    ExportedCells titles;
    for (int column = 0; column < table.columnCount(); ++column)
        titles.push_back(table.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().toUtf8());
    std::unique_ptr<RowWriter<ExportedCells>> writer;
    if (isJsonLines(path))
        writer = std::make_unique<CellsJsonLinesWriter>(titles);
    else
        writer = std::make_unique<CellsCsvWriter>(titles);
    begin<ExportedCells>(path, std::move(keys), std::move(writer), [&table](quint64 key) { return cellsOf(table, key); });
}

template <typename Row, typename Make>
void Exporting::begin(const QString &path, std::vector<quint64> rows, std::unique_ptr<RowWriter<Row>> writer, Make make)
{
    if (m_export) {
        m_wishes.say(Tone::Warning, tr("An export is still being written: wait for its end, or cancel it."), tr("Cancel"), [this] {
            if (m_export)
                m_export->cancel();
        });
        return;
    }
    m_export = new Export(path, this);
    const auto gone = std::make_shared<quint64>(0); // rows that leave the ring while it is written
    connect(m_export, &Export::finished, this, [this, gone](const QString &problem) { tellEnd(problem, *gone); });
    const auto count = static_cast<qint64>(rows.size());
    auto next = [rows = std::move(rows), at = size_t(0), gone, make]() mutable -> std::optional<Row> {
        while (at < rows.size()) {
            if (std::optional<Row> row = make(rows[at++]))
                return row;
            ++*gone;
        }
        return std::nullopt;
    };
    m_export->start<Row>(std::move(writer), std::move(next), count);
}

void Exporting::tellEnd(const QString &problem, quint64 gone)
{
    const QString path = QDir::toNativeSeparators(m_export->path());
    const auto written = static_cast<quint64>(m_export->written());
    std::exchange(m_export, nullptr)->deleteLater(); // it is its own signal that we are in
    if (!problem.isEmpty())
        m_wishes.say(Tone::Bad, problem);
    else if (gone > 0)
        m_wishes.say(Tone::Warning, tr("%1 rows are in %2; %3 had gone before.").arg(countText(written), path, countText(gone)));
    else
        m_wishes.say(Tone::Good, tr("%1 rows are in %2.").arg(countText(written), path), {}, {}, 15s);
    Q_EMIT finished(problem);
}

} // namespace pigeon
