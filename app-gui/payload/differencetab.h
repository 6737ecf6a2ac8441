#pragma once

#include "payload/difference.h"

#include <QThreadPool>
#include <QWidget>

#include <atomic>
#include <memory>
#include <optional>

class QLabel;
class QStackedWidget;

namespace pigeon {

class HexView;
class TextView;

/// What is different from the value before: lines of text and of laid out JSON, bytes of anything else. It is worked out on
/// another thread. GUI thread.
class DifferenceTab : public QWidget
{
    Q_OBJECT

public:
    explicit DifferenceTab(QWidget *parent = nullptr);
    ~DifferenceTab() override;

    /// `before` is nothing where there is no earlier value.
    void setValues(const std::optional<QByteArray> &before, const QByteArray &now, const QString &beforeName);
    QString headline() const;

Q_SIGNALS:
    void shown();

private:
    void showLines(const std::vector<DifferenceLine> &lines, const QString &note);
    void showBytes(const QByteArray &now, std::vector<ByteRange> ranges);
    void cancel();

    std::shared_ptr<std::atomic<bool>> m_isCancelled;
    QThreadPool m_pool;
    QString m_beforeName;
    QLabel *m_headline = nullptr;
    QStackedWidget *m_views = nullptr;
    TextView *m_lines = nullptr;
    HexView *m_bytes = nullptr;
};

} // namespace pigeon
