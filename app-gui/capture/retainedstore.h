#pragma once

#include "filter/filterprogram.h"
#include "monitor/records.h"

#include <QHash>
#include <QSet>

#include <vector>

namespace pigeon {

/// One retained message as a view shows it.
struct SeenRetained
{
    QByteArray topic;
    MessagePtr message; ///< null: its payload was left out, it has to be asked for
    qint64 setAt = 0; ///< ns since the epoch of Unix
};

/// All retained messages that the window knows of: what the broker had at the attaching, page by page, and what changed
/// since. Rows are in the order in which they came; one that goes leaves its row to the last one. Window's thread.
class RetainedStore
{
public:
    struct Change
    {
        enum class Kind : quint8 { Added, Changed, Removed };
        Kind kind = Kind::Added;
        int row = 0; ///< Removed: the last row, which has moved to `row`, is there no more
    };

    /// A page of what was there. What has changed meanwhile is newer and stays as it is.
    std::vector<Change> addPage(const std::vector<MessagePtr> &page);
    std::vector<Change> apply(const std::vector<RetainedChange> &changes);
    /// No page comes any more: what changes need not be remembered, until `clear`.
    void endPages();
    /// Pages may come again.
    void clear();

    int count() const { return static_cast<int>(m_rows.size()); }
    const SeenRetained &at(int row) const { return m_rows[static_cast<size_t>(row)]; }
    /// -1: has none.
    int rowOf(const QByteArray &topic) const { return m_rowOf.value(topic, -1); }
    quint64 shape() const { return m_shape; }
    qint64 bytes() const { return m_bytes; }
    /// Of the broker itself, below $SYS.
    int systemCount() const { return m_systemCount; }

private:
    Change put(const QByteArray &topic, const MessagePtr &message, qint64 when);
    std::optional<Change> remove(const QByteArray &topic);

    std::vector<SeenRetained> m_rows;
    QHash<QByteArray, int> m_rowOf;
    QSet<QByteArray> m_changed; ///< topics that a change has named while pages come: no page is newer
    bool m_hasAllPages = false;
    int m_systemCount = 0;
    qint64 m_bytes = 0; ///< of payloads
    quint64 m_shape = 0;
};

/// A retained message as filters ask for it.
class RetainedRow : public FilterRow
{
public:
    RetainedRow(const RetainedStore &store, qint64 now)
        : m_store(store)
        , m_now(now)
    {
    }
    void goTo(int row) { m_row = row; }
    double number(FieldId field) const override;
    QByteArrayView text(FieldId field) const override;
    quint32 nameOf(FieldId) const override { return noName; }

private:
    const RetainedStore &m_store;
    qint64 m_now;
    int m_row = 0;
};

} // namespace pigeon
