#include "payload/charttab.h"

#include "filter/jsonpath.h"
#include "look/measure.h"
#include "look/plaintext.h"
#include "payload/jsonreader.h"
#include "payload/stripchart.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>

#include <cmath>

namespace pigeon {

namespace {

constexpr qsizetype maximumPaths = 200; // more is no list to choose from
constexpr qsizetype longestPath = 1000; // characters; a longer one is no choice that can be read
constexpr qsizetype readBytes = 256 * 1024; // fields are looked for in the window's thread,
constexpr std::chrono::milliseconds readFor{50}; // and for so long
constexpr double nanosecondsPerMillisecond = 1e6;

std::optional<double> plainNumber(const QByteArray &payload)
{
    bool isNumber = false;
    const double number = payload.size() <= 64 ? payload.trimmed().toDouble(&isNumber) : 0;
    return isNumber && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<double> numberAt(const QByteArray &payload, const std::optional<JsonPath> &path)
{
    if (!path)
        return plainNumber(payload);
    const std::optional<JsonScalar> value = path->find(payload);
    const bool isNumber = value && (value->kind == JsonScalar::Kind::Number || value->kind == JsonScalar::Kind::True
        || value->kind == JsonScalar::Kind::False);
    return isNumber ? std::optional(value->number) : std::nullopt;
}

} // namespace

QStringList numericPaths(const QByteArray &payload)
{
    if (plainNumber(payload))
        return {QString()};
    if (payload.size() > readBytes || !looksLikeJson(payload))
        return {};
    const std::atomic<bool> isCancelled = false;
    Stop stop(isCancelled, readFor);
    const ReadJson json = readJson(payload, stop);
    QStringList paths;
    qsizetype numbers = 0;
    for (ValueTree::Node node = 1; node < json.tree->size() && numbers < maximumPaths; ++node) {
        const ValueTree::Kind kind = json.tree->kindOf(node);
        if (kind != ValueTree::Kind::Number && kind != ValueTree::Kind::Flag)
            continue;
        ++numbers;
        if (const QString path = json.tree->pathOf(node); path.size() <= longestPath)
            paths << path;
    }
    return paths;
}

std::vector<ChartPoint> pointsOf(const std::vector<TimedPayload> &history, const QString &path)
{
    const std::optional<JsonPath> way = JsonPath::parse(path);
    std::vector<ChartPoint> points;
    for (const TimedPayload &value : history) {
        if (const std::optional<double> number = numberAt(value.payload, way))
            points.push_back({static_cast<double>(value.when) / nanosecondsPerMillisecond, *number});
    }
    return points;
}

ChartTab::ChartTab(QWidget *parent)
    : QWidget(parent)
{
    m_fields = new QComboBox(this);
    m_fields->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_fields->setToolTip(tr("Which number of the value is drawn"));
    auto *label = new QLabel(tr("&Field"), this);
    label->setBuddy(m_fields);
    m_chart = new StripChart(this);
    auto *bar = new QHBoxLayout;
    const int margin = em(this, 0.3);
    bar->setContentsMargins(margin, margin, margin, margin);
    bar->addWidget(label);
    bar->addWidget(m_fields);
    bar->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addLayout(bar);
    layout->addWidget(m_chart, 1);
    connect(m_fields, &QComboBox::activated, this, [this] {
        m_chosen = field();
        draw();
    });
}

QString ChartTab::field() const { return m_fields->currentData().toString(); }

void ChartTab::setHistory(const QString &topic, std::vector<TimedPayload> history)
{
    if (topic != m_topic)
        m_chosen.clear();
    m_topic = topic;
    m_history = std::move(history);
    fillFields();
    draw();
}

void ChartTab::addValues(const std::vector<TimedPayload> &values, size_t most)
{
    addBounded(m_history, values, most);
    if (m_history.empty())
        return;
    if (m_fields->count() == 0) { // none had a number so far
        fillFields();
        draw();
        return;
    }
    // Only what is new is read: a long history of large values takes its time.
    m_chart->addPoints(pointsOf(values, field()), static_cast<double>(m_history.front().when) / nanosecondsPerMillisecond);
}

void ChartTab::chooseField(const QString &path)
{
    m_chosen = path;
    fillFields();
    draw();
}

void ChartTab::fillFields()
{
    m_fields->clear();
    const QStringList paths = m_history.empty() ? QStringList() : numericPaths(m_history.back().payload);
    for (const QString &path : paths)
        m_fields->addItem(path.isEmpty() ? tr("the value itself") : plainLine(path.startsWith(u'.') ? path.sliced(1) : path), path);
    m_fields->setEnabled(!paths.isEmpty());
    m_fields->setCurrentIndex(std::max(m_fields->findData(m_chosen), paths.isEmpty() ? -1 : 0));
}

void ChartTab::draw()
{
    if (m_fields->count() == 0) {
        m_chart->setEmptyText(m_history.empty() ? tr("Select a message to see its values over time.")
                                                : tr("There is no number in this value that could be drawn."));
        m_chart->setPoints({}, {});
        return;
    }
    m_chart->setPoints(plainLine(m_topic) + u' ' + m_fields->currentText(), pointsOf(m_history, field()));
}

} // namespace pigeon
