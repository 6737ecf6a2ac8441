#include "export/export.h"

#include <QElapsedTimer>

namespace pigeon {

namespace {

constexpr qint64 sliceMilliseconds = 8; // half a frame

} // namespace

Export::Export(const QString &path, QObject *parent)
    : QObject(parent)
    , m_file(path)
{
    connect(&m_timer, &QTimer::timeout, this, &Export::writeSlice);
}

Export::~Export() { m_file.cancelWriting(); }

void Export::begin(const QByteArray &head, qint64 count, NextBytes next)
{
    m_next = std::move(next);
    m_count = count;
    // From the event loop, whatever comes of it: who called does not expect an answer yet.
    m_timer.start(0);
    if (m_file.open(QIODevice::WriteOnly))
        m_file.write(head);
}

void Export::writeSlice()
{
    if (!m_file.isOpen())
        return finish(tr("%1 cannot be written: %2.").arg(m_file.fileName(), m_file.errorString()));
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < sliceMilliseconds) {
        const std::optional<QByteArray> bytes = m_next();
        if (!bytes)
            return finish(m_file.commit() ? QString() : tr("%1 cannot be written: %2.").arg(m_file.fileName(), m_file.errorString()));
        if (m_file.write(*bytes) != bytes->size())
            return finish(tr("%1 cannot be written: %2.").arg(m_file.fileName(), m_file.errorString()));
        ++m_written;
    }
    Q_EMIT progressed(m_written, m_count);
}

void Export::cancel()
{
    if (!isRunning())
        return;
    m_file.cancelWriting();
    finish(tr("The export was given up; nothing was written."));
}

void Export::finish(const QString &problem)
{
    m_timer.stop();
    m_next = nullptr;
    Q_EMIT finished(problem);
}

} // namespace pigeon
