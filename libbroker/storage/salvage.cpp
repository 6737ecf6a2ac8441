#include "storage/salvage.h"

#include "base/logging.h"
#include "storage/packcursor.h"
#include "storage/packwriter.h"
#include "storage/schema.h"
#include "storage/statement.h"

namespace pigeon {

namespace {

// What a row that was lost leaves behind. The index is for this once.
constexpr const char *mending[] = {
    "DELETE FROM subscriptions WHERE session NOT IN (SELECT id FROM sessions)",
    "DELETE FROM inbound_ids WHERE session NOT IN (SELECT id FROM sessions)",
    "DELETE FROM deliveries WHERE session NOT IN (SELECT id FROM sessions)",
    "DELETE FROM packs WHERE session NOT IN (SELECT id FROM sessions)",
    "DELETE FROM ended",
    "DELETE FROM deliveries WHERE message IS NOT NULL AND message NOT IN (SELECT id FROM messages)",
    "CREATE INDEX by_message ON deliveries (message) WHERE message IS NOT NULL",
    "UPDATE messages SET receivers = (SELECT count(*) FROM deliveries WHERE message = messages.id)",
    "DELETE FROM messages WHERE receivers = 0",
    "DROP INDEX by_message",
};

/// What reading has come to. Here a failure is no exception.
enum class Next { Row, End, Failure };

Next step(Statement &read)
{
    try {
        return read.next() ? Next::Row : Next::End;
    } catch (const SqlError &) {
        return Next::Failure;
    }
}

Next begin(Statement &read)
{
    try {
        read.start();
    } catch (const SqlError &) {
        return Next::Failure;
    }
    return step(read);
}

QString descending(const char *key)
{
    return QString::fromLatin1(key).replace(u',', QStringLiteral(" DESC,")) + QStringLiteral(" DESC");
}

} // namespace

Salvage::Salvage(Database *from, Database &to, ProgressClock &progress)
    : m_from(from)
    , m_to(to)
    , m_progress(progress)
{
}

void Salvage::run()
{
    m_progress.begin(StoreProgress::Step::Salvaging);
    Transaction transaction(m_to);
    for (const TableSpec &each : allTables()) {
        if (m_from)
            copyTable(each.name, each.key);
    }
    removeLooseEnds();
    mendPacks();
    transaction.commit();
    summarize();
}

void Salvage::copyTable(const char *table, const char *key)
{
    const QString columns = sharedColumns(table).join(u',');
    if (columns.isEmpty())
        return;
    if (!copyRows(columns, table, QString::fromLatin1(key)))
        copyRows(columns, table, descending(key));
}

QStringList Salvage::sharedColumns(const char *table)
{
    const QString query = QStringLiteral("SELECT name FROM pragma_table_info('%1')").arg(QLatin1String(table));
    QStringList shared;
    try {
        const QList<QByteArray> there = m_from->texts(query);
        for (const QByteArray &name : m_to.texts(query)) {
            if (there.contains(name))
                shared.append(QString::fromLatin1(name));
        }
    } catch (const SqlError &) {
        return {}; // no table that can be read
    }
    return shared;
}

bool Salvage::copyRows(const QString &columns, const char *table, const QString &order)
{
    const qsizetype count = columns.count(u',') + 1;
    Statement read(*m_from, sql("SELECT", columns, "FROM", table, "ORDER BY", order));
    const QString marks = QStringLiteral("?, ").repeated(count - 1) + u'?';
    // A row that is there already, or that lacks what it must have, is passed over.
    Statement insert(m_to, sql("INSERT OR IGNORE INTO", table, "(", columns, ") VALUES (", marks, ")"));
    Next next = begin(read);
    for (; next == Next::Row; next = step(read)) {
        m_progress.countRow();
        for (int i = 0; i < count; ++i)
            insert.bind(read.value(i));
        insert.run();
    }
    return next == Next::End;
}

void Salvage::removeLooseEnds()
{
    for (const char *statement : mending)
        m_to.execute(QString::fromLatin1(statement));
}

/// A row that can be read may hold damaged bytes: what comes before them is kept.
void Salvage::mendPacks()
{
    struct Damaged
    {
        qint64 id = 0;
        qint64 session = 0;
        std::vector<StoredDelivery> rest;
    };
    std::vector<Damaged> all;
    OriginPool origins;
    Statement row(m_to,
        sql("SELECT", column::id, ",", column::session, ",", column::first, ",", column::last, ",", column::count, ",",
            column::content, "FROM", table::packs));
    row.start();
    while (row.next()) {
        Damaged found{row.integer(0), row.integer(1), {}};
        if (!readPack(packOf(row, 2), origins, found.rest))
            all.push_back(std::move(found));
    }
    Statement remove(m_to, sql("DELETE FROM", table::packs, "WHERE", column::id, "= ?"));
    for (const Damaged &each : all)
        remove.run(each.id);
    PackWriter packs(m_to);
    for (const Damaged &each : all) {
        packs.begin(each.session);
        for (const StoredDelivery &delivery : each.rest) {
            if (!packs.holds(delivery.number)) // the columns of its row may be damaged as well
                packs.add(delivery);
        }
        packs.flush();
    }
}

void Salvage::summarize()
{
    QByteArrayList parts;
    for (const TableSpec &each : allTables()) {
        if (each.name == table::ended || each.name == table::packs)
            continue;
        qint64 rows = m_to.number(sql("SELECT count(*) FROM", each.name));
        if (each.name == table::deliveries)
            rows += m_to.number(sql("SELECT coalesce(sum(", column::count, "), 0) FROM", table::packs));
        parts.append(QByteArray::number(rows) + ' ' + QByteArray(each.name).replace('_', ' '));
    }
    m_summary = parts.join(", ");
}

} // namespace pigeon
