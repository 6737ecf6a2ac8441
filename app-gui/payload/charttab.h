#pragma once

#include "payload/chartseries.h"
#include "payload/inspectedmessage.h"

#include <QWidget>

class QComboBox;

namespace pigeon {

class StripChart;

/// One number of a topic's values over time: the value itself, or a member of JSON. GUI thread.
class ChartTab : public QWidget
{
    Q_OBJECT

public:
    explicit ChartTab(QWidget *parent = nullptr);

    /// In the order of time; what can be drawn is found out from the last one.
    void setHistory(const QString &topic, std::vector<TimedPayload> history);
    /// The next values of the same topic; the field stays. `most`: so many are kept of all.
    void addValues(const std::vector<TimedPayload> &values, size_t most);
    /// A path of JSON such as `.temp`; empty: the value itself.
    void chooseField(const QString &path);
    QString field() const;
    StripChart *chart() const { return m_chart; }

private:
    void fillFields();
    void draw();

    QString m_topic;
    std::vector<TimedPayload> m_history;
    QString m_chosen; ///< stays chosen while other messages of the topic come
    QComboBox *m_fields = nullptr;
    StripChart *m_chart = nullptr;
};

/// Paths of the numbers in a value of JSON, at most 200; the empty one where the value itself is a number. Pure.
QStringList numericPaths(const QByteArray &payload);
/// The numbers that a path leads to, with their times. Pure.
std::vector<ChartPoint> pointsOf(const std::vector<TimedPayload> &history, const QString &path);

} // namespace pigeon
