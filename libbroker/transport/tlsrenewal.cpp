#include "transport/tlsrenewal.h"

#include "base/logging.h"
#include "transport/tlssettings.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QTimerEvent>

#include <utility>

namespace pigeon {

QString TlsRenewal::read()
{
    m_known = look(); // before they are read: what changes meanwhile is seen
    m_before = m_known;
    TlsSettings settings = readTlsSettings(m_options);
    if (!settings.problem.isEmpty()) {
        m_read.reset();
        return settings.problem;
    }
    m_warning = settings.warning;
    m_read = std::make_shared<const TlsTerms>(std::move(settings.terms));
    return {};
}

void TlsRenewal::take()
{
    if (!m_read)
        return;
    m_terms = std::exchange(m_read, nullptr);
    if (!m_warning.isEmpty())
        qCWarning(logBroker, "%s", qUtf8Printable(m_warning));
    if (m_options.fileCheckInterval.count() > 0 && !m_lookAgain.isActive())
        m_lookAgain.start(static_cast<int>(m_options.fileCheckInterval.count()), this);
}

TlsRenewal::Stamps TlsRenewal::look() const
{
    Stamps stamps;
    const auto add = [&stamps](const QFileInfo &file) {
        stamps.push_back(file.exists() ? Stamp{file.lastModified().toMSecsSinceEpoch(), file.size()} : Stamp{});
    };
    for (const QString &path : tlsFiles(m_options)) {
        const QFileInfo file(path);
        add(file);
        if (!file.isDir())
            continue;
        for (const QFileInfo &each : QDir(path).entryInfoList(QDir::Files, QDir::Name))
            add(each);
    }
    return stamps;
}

void TlsRenewal::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_lookAgain.timerId())
        return;
    const Stamps now = look();
    const bool isCalm = now == m_before;
    m_before = now;
    if (isCalm && now != m_known)
        renew();
}

void TlsRenewal::renew()
{
    const QString problem = read();
    if (!problem.isEmpty()) {
        qCWarning(logBroker, "%s: the files of TLS have changed and cannot be used, so that those of before stay in "
                  "force: %s", m_name.constData(), qUtf8Printable(problem));
        return;
    }
    take();
    qCInfo(logBroker, "%s: the files of TLS have changed and were read again", m_name.constData());
}

} // namespace pigeon
