#include "storage/fileheader.h"

#include <QFile>
#include <QtEndian>

namespace pigeon {

namespace {

// "The Database Header" of SQLite's file format.
constexpr char magic[] = "SQLite format 3";
constexpr qint64 headerBytes = 100;
constexpr qsizetype userVersionAt = 60;
constexpr qsizetype applicationIdAt = 68;

} // namespace

FileHeader FileHeader::of(const QString &file)
{
    QFile source(file);
    if (!source.exists())
        return {};
    if (!source.open(QIODevice::ReadOnly))
        return {Kind::Unreadable};
    const QByteArray bytes = source.read(headerBytes);
    if (bytes.isEmpty())
        return {source.error() == QFileDevice::NoError ? Kind::Empty : Kind::NotADatabase};
    if (bytes.size() < headerBytes || !bytes.startsWith(QByteArrayView(magic, sizeof magic)))
        return {Kind::NotADatabase};
    return {Kind::Database, qFromBigEndian<quint32>(bytes.constData() + userVersionAt),
        qFromBigEndian<quint32>(bytes.constData() + applicationIdAt)};
}

} // namespace pigeon
