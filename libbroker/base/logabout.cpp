#include "base/logabout.h"

#include <QList>

namespace pigeon {

namespace {

thread_local const LogSubject *current = nullptr;

QByteArray textOf(const LogSubject &subject)
{
    QList<QByteArray> facts;
    if (!subject.userName.isEmpty())
        facts.append("user " + quotedName(subject.userName));
    if (subject.port != 0)
        facts.append(subject.address + ':' + QByteArray::number(subject.port));
    else if (!subject.address.isEmpty())
        facts.append(subject.address);
    if (!subject.listener.isEmpty())
        facts.append(subject.listener);
    const QByteArray client = "Client " + quotedName(subject.clientId);
    return facts.isEmpty() ? client : client + " (" + facts.join(", ") + ')';
}

} // namespace

const LogSubject *currentLogSubject()
{
    return current;
}

LogAbout::LogAbout(LogSubject subject)
    : m_subject(std::move(subject))
    , m_text(textOf(m_subject))
    , m_outer(current)
{
    current = &m_subject;
}

LogAbout::LogAbout(const ClientInfo &client)
    : LogAbout(LogSubject{client.clientId, client.userName, client.address, client.port, client.listener})
{
}

LogAbout::~LogAbout()
{
    current = m_outer;
}

QByteArray quotedName(const QByteArray &name)
{
    QByteArray text = name;
    text.replace('\\', "\\\\").replace('"', "\\\"");
    return '"' + text + '"';
}

} // namespace pigeon
