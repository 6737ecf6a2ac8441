#pragma once

#include "storage/database.h"
#include "storage/progressclock.h"

#include <vector>

namespace pigeon {

/// Takes over what can still be read of a damaged file into a new, empty one: table by table, from the first row on
/// until reading fails, then from the last row back to the damage. What refers to rows that are lost goes, too. In the
/// thread of both connections.
class Salvage
{
public:
    /// `from`: null when nothing of the file can be opened. `to` has the newest tables, without rows.
    Salvage(Database *from, Database &to, ProgressClock &progress);

    /// Throws SqlError when the new file cannot be written.
    void run();
    /// "3 sessions, 12 deliveries": what the new file has now.
    const QByteArray &summary() const { return m_summary; }

private:
    void copyTable(const char *table, const char *key);
    /// Copies rows until the last one or until reading fails; false then.
    bool copyRows(const QString &columns, const char *table, const QString &order);
    QStringList sharedColumns(const char *table);
    void removeLooseEnds();
    void mendPacks();
    void summarize();

    Database *m_from;
    Database &m_to;
    ProgressClock &m_progress;
    QByteArray m_summary;
};

} // namespace pigeon
