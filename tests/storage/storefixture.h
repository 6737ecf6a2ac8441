#pragma once

#include <pigeon/sqlitestore.h>

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <map>

#include <unistd.h>

namespace pigeon::test {

/// A message as a client publishes it; what a test does not care for has a value that is not the default.
inline MessagePtr makeMessage(const QByteArray &topic, const QByteArray &payload,
    std::optional<quint32> expirySeconds = std::nullopt,
    std::chrono::milliseconds arrival = std::chrono::milliseconds(1'700'000'000'123))
{
    static const OriginPtr origin = Origin::create("publisher", "her user", "192.0.2.7:1883");
    MessageParts parts;
    parts.topic = topic;
    parts.payload = payload;
    parts.qos = QoS::AtLeastOnce;
    parts.origin = origin;
    parts.arrival = arrival;
    parts.expirySeconds = expirySeconds;
    return Message::create(parts);
}

inline std::chrono::milliseconds wallTime()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
}

/// A moment `offset` from now.
inline std::chrono::milliseconds fromNow(std::chrono::seconds offset)
{
    return wallTime() + offset;
}

inline StoredSession makeSession(const QByteArray &clientId, quint32 expirySeconds = 3'600)
{
    return {clientId, "user", expirySeconds, std::nullopt};
}

inline change::AddDelivery addDelivery(const QByteArray &clientId, quint64 number, const MessagePtr &message)
{
    StoredDelivery delivery;
    delivery.number = number;
    delivery.message = message;
    return {clientId, delivery};
}

template <typename... Changes>
std::vector<StoreChange> changes(Changes... each)
{
    std::vector<StoreChange> all;
    (all.emplace_back(std::move(each)), ...);
    return all;
}

/// What a store tells when it is loaded, in an order that does not depend on the store.
class LoadedState final : public StoreVisitor
{
public:
    void restore(RestoredSession session) override { sessions.emplace(session.session.clientId, std::move(session)); }
    void restore(MessagePtr message) override { retained.emplace(message->topic().toByteArray(), message); }

    std::map<QByteArray, RestoredSession> sessions;
    std::map<QByteArray, MessagePtr> retained;
};

/// A file system in memory where there is one: what a test waits for does not depend on how busy the disk is.
inline QString placeForTests()
{
    const QString memory = QStringLiteral("/dev/shm");
    return (QFileInfo(memory).isWritable() ? memory : QDir::tempPath()) + QStringLiteral("/pigeon-store-XXXXXX");
}

/// A store in a directory of its own, and what it has said.
class StoreFixture
{
public:
    StoreFixture()
    {
        options.file = file();
        options.retryInterval = std::chrono::milliseconds(20);
        options.retryLimit = std::chrono::milliseconds(30'000);
    }
    QString file() const { return directory.filePath(QStringLiteral("store.db")); }

    /// False, and `error` says why, when it is refused.
    bool open()
    {
        OpenedStore opened = openSqliteStore(options);
        store = std::move(opened.store);
        error = opened.error;
        if (!store)
            return false;
        store->setCompleted([this](Ticket first, Ticket last, StoreStatus status) {
            for (Ticket ticket = first; ticket <= last; ++ticket)
                told.emplace_back(ticket, status);
        });
        store->setHealthChanged([this](const StoreHealth &health) { healths.push_back(health); });
        return true;
    }
    void close() { store.reset(); }
    bool reopen()
    {
        close();
        return open();
    }
    LoadedState load(LoadBounds bounds = {})
    {
        LoadedState state;
        store->load(state, bounds);
        return state;
    }
    LoadedState reopenAndLoad(LoadBounds bounds = {})
    {
        if (!reopen())
            qFatal("%s", qPrintable(error));
        return load(bounds);
    }
    template <typename... Changes>
    Ticket commit(Changes... each)
    {
        return commit(changes(std::move(each)...));
    }
    Ticket commit(std::vector<StoreChange> changes) { return store->commit(changes); }
    void note(std::vector<StoreChange> changes) { store->note(changes); }
    /// Waits until everything is told; true when everything told so far was durable.
    bool flush()
    {
        store->flush();
        return std::all_of(told.begin(), told.end(), [](const auto &each) { return each.second == StoreStatus::Durable; });
    }
    std::vector<StoredDelivery> fetch(const QByteArray &clientId, quint64 after, size_t count)
    {
        std::optional<std::vector<StoredDelivery>> answer;
        store->fetch(clientId, after, count, [&answer](StoreStatus status, std::vector<StoredDelivery> deliveries) {
            if (status == StoreStatus::Durable)
                answer = std::move(deliveries);
        });
        store->flush();
        return answer ? *answer : std::vector<StoredDelivery>();
    }
    bool hasFailed(Ticket ticket) const
    {
        return std::find(told.begin(), told.end(), std::pair(ticket, StoreStatus::Failed)) != told.end();
    }

    QTemporaryDir directory{placeForTests()};
    SqliteStoreOptions options;
    std::unique_ptr<Store> store;
    QString error;
    std::vector<std::pair<Ticket, StoreStatus>> told;
    std::vector<StoreHealth> healths;
};

/// While it lives, this process may not write to `directory` nor to what is in it; root becomes somebody else.
class WithoutRights
{
public:
    explicit WithoutRights(QString directory)
        : m_directory(std::move(directory))
    {
        QFile::setPermissions(m_directory, QFileDevice::ReadOwner | QFileDevice::ExeOwner);
        if (m_isRoot && ::seteuid(nobody) != 0)
            qFatal("cannot become another user");
    }
    ~WithoutRights()
    {
        if (m_isRoot && ::seteuid(0) != 0)
            qFatal("cannot become root again");
        QFile::setPermissions(m_directory, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    }

private:
    static constexpr uid_t nobody = 65'534;
    const QString m_directory;
    const bool m_isRoot = ::geteuid() == 0;
};

} // namespace pigeon::test
