#pragma once

#include <pigeon/events.h>
#include <pigeon/logging.h>

namespace pigeon {

/// Says whom a line of the log is about, as text and for message handlers, while it lives: made among the arguments of
/// qCInfo and its like, which are looked at only when the line is wanted. Any thread.
///
///     qCInfo(logConnection, "%s is gone", LogAbout(info()).text());
class LogAbout
{
public:
    explicit LogAbout(LogSubject subject);
    explicit LogAbout(const ClientInfo &client);
    ~LogAbout();
    LogAbout(const LogAbout &) = delete;
    LogAbout &operator=(const LogAbout &) = delete;

    /// `Client "pump" (user "alice", 192.0.2.7:50000, tcp 0.0.0.0:1883)`, without what is not known. Quotation marks
    /// and backslashes in names have a backslash before them: no name can look like the words around it.
    const char *text() const { return m_text.constData(); }

private:
    const LogSubject m_subject;
    const QByteArray m_text;
    const LogSubject *const m_outer;
};

/// A name that a client has chosen, in quotation marks, for the log.
QByteArray quotedName(const QByteArray &name);

} // namespace pigeon
