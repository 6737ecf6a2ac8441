#include "views/retainedimport.h"

#include "monitor/monitorsource.h"
#include "monitor/words.h"

#include <QDir>
#include <QElapsedTimer>
#include <QPointer>

namespace pigeon {

namespace {

constexpr qint64 sliceMilliseconds = 8; // half a frame
constexpr int pagesMilliseconds = 50; // until all that the broker has is known
constexpr quint64 linesOfDoubt = 100; // when none of the first so many is JSON, nothing of the file is
constexpr size_t batchMessages = 64;
constexpr qsizetype batchBytes = 1024 * 1024;

} // namespace

RetainedImport::RetainedImport(const QString &path, const Capture &capture, MonitorSource &source, QObject *parent)
    : QObject(parent)
    , m_capture(capture)
    , m_source(source)
    , m_file(path)
{
    connect(&m_timer, &QTimer::timeout, this, [this] { m_stage == Stage::Counting ? countSlice() : takeBatch(); });
    connect(&capture, &Capture::aboutToReset, this, [this] { // another broker, which nobody has asked for
        if (m_stage == Stage::Publishing)
            m_giveUp = tr("The broker was started anew.");
    });
}

void RetainedImport::count()
{
    m_stage = Stage::Counting;
    m_timer.start(0); // from the event loop, whatever comes of it
    m_file.open(QIODevice::ReadOnly);
}

RetainedImport::Read RetainedImport::readLine(QByteArray &line)
{
    if (m_file.atEnd())
        return Read::End;
    ++m_line;
    line = m_file.readLine(mostLineBytes + 2); // one for its end, and one for QIODevice
    if (line.size() <= mostLineBytes || line.endsWith('\n'))
        return Read::Line;
    while (!m_file.atEnd() && !m_file.readLine(mostLineBytes).endsWith('\n')) { }
    return Read::TooLong;
}

/// The message of the next line; nothing of an empty one, and of one that is wrong, which is named.
std::optional<ExportedRetained> RetainedImport::next(bool isNaming)
{
    QByteArray bytes;
    const Read read = readLine(bytes);
    if (read == Read::End)
        return std::nullopt;
    if (read == Read::Line && bytes.trimmed().isEmpty())
        return std::nullopt;
    RetainedLine line;
    if (read == Read::TooLong)
        line = {{}, tr("It is longer than %1 MiB.").arg(mostLineBytes / 1024 / 1024), bytes.startsWith('{')};
    else
        line = readRetainedLine(bytes);
    m_notJson += line.isJson || !isNaming ? 0 : 1;
    const QByteArray &topic = line.message.topic;
    if (line.problem.isEmpty() && topic.isEmpty())
        line.problem = tr("Its topic is empty.");
    if (const QString why = line.problem.isEmpty() ? words::topicProblem(topic) : QString(); !why.isEmpty())
        line.problem = tr("This is no topic: %1.").arg(why);
    if (line.problem.isEmpty() && (topic.startsWith("$SYS/") || topic.startsWith("$share/")))
        line.problem = tr("What is below $SYS is said by the broker itself, and $share is no topic.");
    if (line.problem.isEmpty())
        return std::move(line.message);
    if (isNaming)
        addProblem(m_line, line.problem);
    return std::nullopt;
}

bool RetainedImport::isNoJsonLines() const
{
    return m_found.messages == 0 && m_notJson == m_problemCount && m_notJson > 0;
}

void RetainedImport::countSlice()
{
    const auto fail = [this](const QString &why) {
        m_timer.stop();
        m_stage = Stage::Idle;
        Q_EMIT failed(why);
    };
    const QString name = QDir::toNativeSeparators(path());
    if (!m_file.isOpen())
        return fail(tr("%1 cannot be read: %2.").arg(name, m_file.errorString()));
    m_timer.setInterval(m_capture.isFetchingRetained() ? pagesMilliseconds : 0);
    if (m_capture.isFetchingRetained())
        return;
    QElapsedTimer clock;
    clock.start();
    while (!m_file.atEnd() && clock.elapsed() < sliceMilliseconds) {
        const std::optional<ExportedRetained> message = next(true);
        if (!message) {
            if (isNoJsonLines() && m_notJson >= linesOfDoubt)
                break;
            continue;
        }
        ++m_found.messages;
        m_found.bytes += static_cast<quint64>(message->payload.size());
        if (m_topics.contains(message->topic))
            continue;
        m_topics.insert(message->topic);
        m_found.replaced += m_capture.retained().rowOf(message->topic) >= 0 ? 1 : 0;
    }
    if (isNoJsonLines() && (m_file.atEnd() || m_notJson >= linesOfDoubt))
        return fail(tr("%1 is no JSON lines. %2").arg(name, m_problems.front().why));
    Q_EMIT progressed(m_file.size() > 0 ? static_cast<double>(m_file.pos()) / static_cast<double>(m_file.size()) : 1);
    if (!m_file.atEnd())
        return;
    m_timer.stop();
    m_stage = Stage::Idle;
    m_topics.clear();
    Q_EMIT counted();
}

void RetainedImport::run()
{
    m_stage = Stage::Publishing;
    m_line = 0;
    m_file.seek(0);
    m_timer.start(0);
}

void RetainedImport::cancel() { m_isCancelled = true; }

/// Reads some messages, and asks what their topics have now: it may come back.
void RetainedImport::takeBatch()
{
    m_timer.stop();
    m_batch.clear();
    if (m_isCancelled || !m_giveUp.isEmpty())
        return end();
    qsizetype bytes = 0;
    QElapsedTimer clock;
    clock.start();
    while (!m_file.atEnd() && m_batch.size() < batchMessages && bytes < batchBytes && clock.elapsed() < sliceMilliseconds) {
        if (std::optional<ExportedRetained> message = next(false)) {
            bytes += message->payload.size();
            m_batch.push_back({m_line, std::move(*message)});
        }
    }
    Q_EMIT progressed(m_file.size() > 0 ? static_cast<double>(m_file.pos()) / static_cast<double>(m_file.size()) : 1);
    if (m_batch.empty() && m_file.atEnd())
        return end();
    QSet<QByteArray> topics;
    for (const Waiting &each : m_batch) {
        if (!m_undo.set.contains(each.message.topic)) // else it is our own by now
            topics.insert(each.message.topic);
    }
    m_unanswered = static_cast<size_t>(topics.size());
    if (topics.isEmpty())
        return publishBatch();
    for (const QByteArray &topic : std::as_const(topics)) { // a topic is a filter of itself
        m_source.retained(topic, {}, 1, [import = QPointer(this), topic](const RetainedPage &page) {
            if (import)
                import->keepWhatWas(topic, page);
        });
    }
}

void RetainedImport::keepWhatWas(const QByteArray &topic, const RetainedPage &page)
{
    if (!page.error.isEmpty())
        m_giveUp = page.error;
    for (const MessagePtr &message : page.messages) {
        if (message->topic() == topic)
            m_undo.replaced.push_back(message);
    }
    if (--m_unanswered == 0)
        publishBatch();
}

void RetainedImport::publishBatch()
{
    m_unanswered = m_giveUp.isEmpty() ? m_batch.size() : 0;
    if (m_unanswered == 0) {
        m_timer.start(0);
        return;
    }
    for (const Waiting &each : m_batch) {
        PublishPacket packet;
        packet.topic = each.message.topic;
        packet.payload = each.message.payload;
        packet.qos = each.message.qos;
        packet.retain = true;
        packet.properties = each.message.properties;
        m_source.publish(packet, {}, [import = QPointer(this), line = each.line, message = each.message](const CommandAnswer &answer) {
            if (import)
                import->heard(line, message, answer);
        });
    }
}

void RetainedImport::heard(quint64 line, const ExportedRetained &message, const CommandAnswer &answer)
{
    if (answer.isSuccess()) {
        ++m_set;
        m_undo.set.insert(message.topic, qHash(message.payload));
    } else {
        addProblem(line, answer.error);
    }
    if (--m_unanswered == 0)
        m_timer.start(0);
}

void RetainedImport::end()
{
    m_timer.stop();
    m_stage = Stage::Idle;
    if (!m_giveUp.isEmpty())
        addProblem(m_line, m_giveUp);
    // What was there of topics that were not set after all has nothing to come back to.
    std::erase_if(m_undo.replaced, [this](const MessagePtr &each) { return !m_undo.set.contains(each->topic().toByteArray()); });
    Q_EMIT ended();
}

void RetainedImport::addProblem(quint64 line, const QString &why)
{
    ++m_problemCount;
    if (m_problems.size() < mostProblems)
        m_problems.push_back({line, why});
    Q_EMIT problemFound(line, why);
}

} // namespace pigeon
