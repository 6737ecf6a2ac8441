#include "window/knownnames.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

namespace pigeon {

namespace {

// Messages whose JSON is looked into, and the largest payload: completion comes with each letter.
constexpr quint64 messagesLookedAt = 50;
constexpr qsizetype largestPayload = 16 * 1024;
constexpr int deepest = 4;

QStringList texts(const std::vector<QByteArray> &utf8)
{
    QStringList list;
    for (const QByteArray &each : utf8)
        list.append(QString::fromUtf8(each));
    return list;
}

void collect(const QJsonObject &object, const QString &path, int depth, QSet<QString> &paths)
{
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString name = path.isEmpty() ? member.key() : path + u'.' + member.key();
        paths.insert(name);
        if (member->isObject() && depth < deepest)
            collect(member->toObject(), name, depth + 1, paths);
    }
}

} // namespace

QStringList KnownNames::namesFor(FieldId field, const QString &prefix, int most) const
{
    const QByteArray utf8 = prefix.toUtf8();
    const auto count = static_cast<size_t>(most);
    switch (field) {
    case FieldId::Topic:
    case FieldId::Filter:
        return texts(m_capture.topics().topicsBeginningWith(utf8, count));
    case FieldId::From:
    case FieldId::Client:
        return texts(m_capture.clients().namesBeginningWith(utf8, count));
    case FieldId::Json:
        return jsonPaths(prefix, most);
    default:
        return {};
    }
}

QStringList KnownNames::jsonPaths(const QString &prefix, int most) const
{
    QSet<QString> paths;
    const MessageLog &log = m_capture.messages();
    for (quint64 row = log.end(); row > log.begin() && log.end() - row < messagesLookedAt; --row) {
        const MessagePtr message = log.messageAt(row - 1);
        if (message && message->payload().size() <= largestPayload)
            collect(QJsonDocument::fromJson(message->payload().toByteArray()).object(), {}, 1, paths);
    }
    QStringList found;
    for (const QString &path : std::as_const(paths)) {
        if (path.startsWith(prefix))
            found.append(path);
    }
    found.sort();
    return found.mid(0, most);
}

} // namespace pigeon
