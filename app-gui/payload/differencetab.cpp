#include "payload/differencetab.h"

#include "look/figures.h"
#include "look/plaintext.h"
#include "payload/hexview.h"
#include "payload/jsonreader.h"
#include "payload/textview.h"
#include "payload/decoding.h"
#include "payload/visibletext.h"

#include <QBoxLayout>
#include <QLabel>
#include <QMetaObject>
#include <QStackedWidget>

namespace pigeon {

namespace {

// More than a person compares; longer values are compared as far as this goes.
constexpr qsizetype comparedBytes = 1024 * 1024;

/// The value in lines that can be compared: JSON laid out, so that the order of spaces plays no part.
QString comparable(const QByteArray &payload, Stop &stop)
{
    if (looksLikeJson(payload)) {
        if (const ReadJson json = readJson(payload, stop); json.isWhole)
            return visibleText(json.pretty);
    }
    return visibleText(payload);
}

} // namespace

DifferenceTab::DifferenceTab(QWidget *parent)
    : QWidget(parent)
{
    m_pool.setMaxThreadCount(1);
    m_headline = new QLabel(this);
    m_headline->setTextFormat(Qt::PlainText);
    m_headline->setWordWrap(true);
    m_lines = new TextView(tr("Lines that differ"), this);
    m_bytes = new HexView(tr("Bytes that differ"), this);
    m_views = new QStackedWidget(this);
    m_views->addWidget(m_lines);
    m_views->addWidget(m_bytes);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_headline);
    layout->addWidget(m_views, 1);
}

DifferenceTab::~DifferenceTab()
{
    cancel();
    m_pool.waitForDone(); // it calls back to this object
}

void DifferenceTab::cancel()
{
    if (m_isCancelled)
        *m_isCancelled = true;
    m_isCancelled.reset();
}

QString DifferenceTab::headline() const { return m_headline->text(); }

void DifferenceTab::setValues(const std::optional<QByteArray> &before, const QByteArray &now, const QString &beforeName)
{
    cancel();
    m_beforeName = plainLine(beforeName);
    m_lines->setText({});
    if (!before) {
        m_headline->setText(tr("No earlier value of this topic is known."));
        m_views->setCurrentWidget(m_lines);
        Q_EMIT shown();
        return;
    }
    m_headline->setText(tr("Comparing…"));
    const auto isCancelled = std::make_shared<std::atomic<bool>>(false);
    m_isCancelled = isCancelled;
    m_pool.start([this, before = *before, now, isCancelled] {
        Stop stop(*isCancelled, decodingDeadline);
        const QByteArray one = before.first(std::min(before.size(), comparedBytes));
        const QByteArray other = now.first(std::min(now.size(), comparedBytes));
        const QString note = truncationNote(std::max(one.size(), other.size()), std::max(before.size(), now.size()));
        const auto bringHome = [&](auto show) {
            QMetaObject::invokeMethod(this, [this, isCancelled, show] {
                if (isCancelled == m_isCancelled)
                    show();
            });
        };
        if (looksLikeText(one) && looksLikeText(other)) {
            const std::vector<DifferenceLine> lines = lineDifference(comparable(one, stop), comparable(other, stop), stop);
            bringHome([this, lines, note] { showLines(lines, note); });
        } else {
            const std::vector<ByteRange> ranges = changedBytes(before, now);
            bringHome([this, now, ranges] { showBytes(now, ranges); });
        }
    });
}

void DifferenceTab::showLines(const std::vector<DifferenceLine> &lines, const QString &note)
{
    QStringList texts;
    std::vector<TextView::Mark> marks;
    int added = 0;
    int removed = 0;
    for (const DifferenceLine &line : lines) {
        texts << line.text;
        added += line.kind == DifferenceLine::Kind::Added;
        removed += line.kind == DifferenceLine::Kind::Removed;
        marks.push_back(line.kind == DifferenceLine::Kind::Added       ? TextView::Mark::Added
                : line.kind == DifferenceLine::Kind::Removed ? TextView::Mark::Removed
                                                             : TextView::Mark::None);
    }
    m_lines->setText(texts.join(u'\n'), std::move(marks));
    m_views->setCurrentWidget(m_lines);
    const QString what = added + removed == 0 ? tr("The same as before (%1).").arg(m_beforeName)
                                              : tr("%1 lines added, %2 removed since %3.").arg(added).arg(removed).arg(m_beforeName);
    m_headline->setText(note.isEmpty() ? what : what + u' ' + note);
    Q_EMIT shown();
}

void DifferenceTab::showBytes(const QByteArray &now, std::vector<ByteRange> ranges)
{
    qsizetype changed = 0;
    for (const ByteRange &range : ranges)
        changed += range.end - range.begin;
    m_headline->setText(ranges.empty() ? tr("The same as before (%1).").arg(m_beforeName)
                                       : tr("%1 differ since %2.").arg(bytesText(static_cast<quint64>(changed)), m_beforeName));
    m_bytes->setBytes(now);
    m_bytes->setMarks(std::move(ranges));
    m_views->setCurrentWidget(m_bytes);
    Q_EMIT shown();
}

} // namespace pigeon
