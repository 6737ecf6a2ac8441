#pragma once

#include "monitor/answers.h"

#include <QAbstractTableModel>

namespace pigeon {

/// Who would get a message and who nearly would, a row each, with the reason in words. At most some ten thousand rows, set
/// at once. GUI thread.
class MatchModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Verdict, Client, Filter, Quality, Why, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setReport(const MatchReport &report);
    QByteArray clientOf(int row) const { return m_rows.at(static_cast<size_t>(row)).client; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    static constexpr int noQuality = -1; ///< of who does not get it
    enum class Kind { Gets, Turn, Denied, NearMiss };
    struct Row
    {
        Kind kind = Kind::Gets;
        QByteArray client;
        QByteArray filter;
        int qos = noQuality;
        QString why;
    };
    static Row rowOf(const MatchedReceiver &receiver);
    static Row rowOf(const NearMiss &miss);
    static QString kindText(Kind kind);

    std::vector<Row> m_rows;
};

} // namespace pigeon
