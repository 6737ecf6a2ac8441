#include "storage/storefile.h"

#include "base/logging.h"
#include "storage/fileheader.h"
#include "storage/salvage.h"
#include "storage/schema.h"
#include "storage/statement.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pigeon {

namespace {

constexpr int pageBytes = 4'096;
// So long a log the writer brings into the file by itself. With durability full it always does, and acknowledgements wait
// meanwhile, the shorter the more often it is done: with four times as many pages the slowest hundredth took 3 to 8 ms
// instead of 1.5, at 30 000 messages a second. Else it is that nobody else has done it.
constexpr int fullLog = 1'000;
constexpr int veryLongLog = 4 * StoreFile::longLog;

// Looking through a file takes two seconds a gigabyte where it lies in memory, a minute on a card. One up to the first
// size is looked through at every start, since nobody notices; up to the second one after an end that left a log
// behind, a crash or a power cut, which is when damage is made. A larger one is not: loading reads most of it anyway,
// and damage that is met later is salvaged then.
constexpr qint64 alwaysCheckedBytes = 64LL * 1024 * 1024;
constexpr qint64 checkedAfterCrashBytes = 256LL * 1024 * 1024;

// Beside the database, with names that SQLite gives.
constexpr const char *companions[] = {"-wal", "-shm"};

QByteArray errnoText(int error)
{
    return std::strerror(error);
}

void syncDirectoryOf(const QString &file)
{
    const QByteArray directory = QFile::encodeName(QFileInfo(file).absolutePath());
    const int descriptor = ::open(directory.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor); // so that a power cut does not take the name of a file that is on the disk
    ::close(descriptor);
}

/// Where the file really lies: two names of one file are one lock, and a program may change its directory.
QString realPathOf(const QString &file)
{
    const QFileInfo info(file);
    return info.exists() ? info.canonicalFilePath() : info.absoluteFilePath();
}

const char *synchronousFor(Durability durability)
{
    return durability == Durability::Full ? "FULL" : "NORMAL";
}

} // namespace

StoreFile::StoreFile(const SqliteStoreOptions &options)
    : m_options(options)
    , m_file(realPathOf(options.file))
    , m_lock(m_file + QStringLiteral(".lock"))
    , m_progress(options.progress)
{
}

QByteArray StoreFile::name() const
{
    return QFile::encodeName(m_file);
}

QByteArray StoreFile::prepare()
{
    if (const QByteArray sentence = refusal(); !sentence.isEmpty())
        return sentence;
    try {
        try {
            return lookThrough();
        } catch (const SqlError &error) {
            if (error.fault() != SqlFault::Damage && !error.isReadError())
                throw;
            replaceDamaged(error.text); // never a broker that does not start for a file that nobody can read
        }
    } catch (const SqlError &error) {
        return error.sentence(name());
    }
    return {};
}

QByteArray StoreFile::refusal()
{
    if (!Database::isDriverThere())
        return "Qt's plug-in for SQLite is missing: install it (Debian: libqt6sql6-sqlite)";
    if (m_options.file.isEmpty())
        return "no file is named for the store";
    const QFileInfo directory(QFileInfo(m_file).absolutePath());
    if (!directory.isDir())
        return "the store " + name() + " cannot be made: there is no directory "
            + QFile::encodeName(directory.filePath()) + "; make it, for the broker's user";
    if (const QByteArray sentence = refusalOfLock(); !sentence.isEmpty())
        return sentence;
    return refusalOfHeader();
}

QByteArray StoreFile::refusalOfLock()
{
    switch (m_lock.take()) {
    case LockFile::Result::Held:
        return {};
    case LockFile::Result::HeldByAnother:
        return "the store " + name() + " is in use by the process " + QByteArray::number(m_lock.holder())
            + "; stop it, or give this broker a file of its own";
    case LockFile::Result::Error:
        break;
    }
    return "the store " + name() + " cannot be locked: " + QFile::encodeName(m_lock.path()) + ": "
        + errnoText(m_lock.error()) + "; the file and its directory must be writable for the broker's user";
}

QByteArray StoreFile::refusalOfHeader() const
{
    const QFileInfo info(m_file);
    if (info.exists() && !info.isFile())
        return "the store " + name() + " is no regular file; name another one";
    const FileHeader header = FileHeader::of(m_file);
    if (header.kind == FileHeader::Kind::Unreadable)
        return "the store " + name() + " cannot be read; it must be readable and writable for the broker's user";
    if (header.kind != FileHeader::Kind::Database)
        return {};
    if (header.applicationId != 0 && header.applicationId != Schema::applicationId)
        return "the store " + name() + " is the database of another program; name another file";
    if (header.applicationId == Schema::applicationId && header.schemaVersion > quint32(Schema::newestVersion()))
        return "the store " + name() + " was written by a newer version of the broker (schema "
            + QByteArray::number(header.schemaVersion) + ", this one knows up to "
            + QByteArray::number(Schema::newestVersion()) + "); use that version, or name another file";
    return {};
}

QByteArray StoreFile::lookThrough()
{
    const bool isCheckWanted = isCheckDue();
    create();
    const std::unique_ptr<Database> database = open();
    if (isCheckWanted)
        check(*database);
    if (const QByteArray sentence = refusalOfSchema(*database); !sentence.isEmpty())
        return sentence;
    Schema::migrate(*database);
    return {};
}

/// What the header alone does not show, since it may lie in the log.
QByteArray StoreFile::refusalOfSchema(Database &database) const
{
    const int version = Schema::versionOf(database);
    if (version > Schema::newestVersion())
        return "the store " + name() + " was written by a newer version of the broker (schema "
            + QByteArray::number(version) + "); use that version, or name another file";
    const bool isOurs = database.number(QStringLiteral("PRAGMA application_id")) == Schema::applicationId;
    if (!isOurs && database.number(QStringLiteral("SELECT count(*) FROM sqlite_master")) > 0)
        return "the store " + name() + " is the database of another program; name another file";
    return {};
}

void StoreFile::create()
{
    const int descriptor = ::open(name().constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        throw SqlError{errno == EROFS || errno == EACCES || errno == EPERM ? 8 : 14, errnoText(errno)};
    ::close(descriptor);
    makePrivate();
    syncDirectoryOf(m_file);
}

/// Messages are nobody else's business. SQLite makes the log like the database file.
void StoreFile::makePrivate() const
{
    ::chmod(name().constData(), 0600);
    for (const char *suffix : companions)
        ::chmod((name() + suffix).constData(), 0600);
}

std::unique_ptr<Database> StoreFile::open()
{
    if (!QFile::exists(m_file)) // SQLite would begin a new one, on whatever is mounted there now
        throw SqlError{14, "the file has gone"};
    auto database = std::make_unique<Database>(m_file, Database::Access::ReadWrite);
    // The first two only do something to a file that has no table yet.
    database->execute(QStringLiteral("PRAGMA page_size = %1").arg(pageBytes));
    database->execute(QStringLiteral("PRAGMA auto_vacuum = INCREMENTAL"));
    database->execute(QStringLiteral("PRAGMA journal_mode = WAL"));
    database->execute(sql("PRAGMA synchronous =", synchronousFor(m_options.durability)));
    const bool isFull = m_options.durability == Durability::Full;
    database->execute(QStringLiteral("PRAGMA wal_autocheckpoint = %1").arg(isFull ? fullLog : veryLongLog));
    database->execute(QStringLiteral("PRAGMA journal_size_limit = %1").arg((isFull ? fullLog : longLog) * pageBytes));
    database->execute(QStringLiteral("PRAGMA secure_delete = FAST"));
    if (m_options.maximumFileBytes > 0)
        database->execute(QStringLiteral("PRAGMA max_page_count = %1").arg(m_options.maximumFileBytes / pageBytes));
    return database;
}

bool StoreFile::isCheckDue() const
{
    const qint64 bytes = QFileInfo(m_file).size();
    const bool endedWithLog = QFileInfo(m_file + QStringLiteral("-wal")).size() > 0;
    return bytes > 0 && bytes <= (endedWithLog ? checkedAfterCrashBytes : alwaysCheckedBytes);
}

void StoreFile::check(Database &database)
{
    m_progress.begin(StoreProgress::Step::Checking);
    const QList<QByteArray> found = database.texts(QStringLiteral("PRAGMA quick_check(1)"));
    if (found != QList<QByteArray>{"ok"})
        throw SqlError{11, found.value(0).simplified()};
}

namespace {

/// Null when SQLite cannot read anything of it.
std::unique_ptr<Database> openDamaged(const QString &file)
{
    try {
        auto database = std::make_unique<Database>(file, Database::Access::ReadOnly);
        database->execute(QStringLiteral("PRAGMA cell_size_check = ON"));
        // Else a file that was cut off is refused as a whole.
        database->execute(QStringLiteral("PRAGMA writable_schema = ON"));
        return database;
    } catch (const SqlError &) {
        return nullptr;
    }
}

} // namespace

void StoreFile::replaceDamaged(const QByteArray &why)
{
    const QString aside = setAside();
    const QByteArray asideName = QFile::encodeName(aside);
    qCCritical(logStore, "The store %s is damaged (%s). It is set aside as %s; what can be read is taken over",
        name().constData(), why.constData(), asideName.constData());
    create();
    const std::unique_ptr<Database> fresh = open();
    Schema::migrate(*fresh);
    const std::unique_ptr<Database> damaged = openDamaged(aside);
    Salvage salvage(damaged.get(), *fresh, m_progress);
    salvage.run();
    m_alarm = "the store " + name() + " was damaged (" + why + ") and is set aside as " + asideName
        + "; taken over: " + salvage.summary();
    qCCritical(logStore, "The store %s goes on with what could be read of %s: %s", name().constData(),
        asideName.constData(), salvage.summary().constData());
}

/// Renames the file and its log, so that they still belong together; returns the new name.
QString StoreFile::setAside()
{
    const QString stem = m_file + QStringLiteral(".damaged-")
        + QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    QString aside = stem;
    for (int i = 2; QFile::exists(aside); ++i)
        aside = stem + QStringLiteral("-%1").arg(i);
    for (const char *suffix : companions)
        QFile::rename(m_file + QLatin1String(suffix), aside + QLatin1String(suffix));
    if (::rename(name().constData(), QFile::encodeName(aside).constData()) != 0)
        throw SqlError{8, "it is damaged and cannot be set aside: " + errnoText(errno)};
    syncDirectoryOf(m_file);
    return aside;
}

} // namespace pigeon
