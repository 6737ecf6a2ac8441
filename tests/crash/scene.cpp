#include "crash/scene.h"

#include <pigeon/sqlitestore.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <thread>

#include <poll.h>

namespace pigeon::test {

namespace {

using Time = std::chrono::steady_clock;

/// kill -9 takes nothing from a file, wherever it lies: in memory the test is several times as fast as on a disk that
/// others write to as well.
QString folderForStores()
{
    if (qEnvironmentVariableIsSet("PIGEON_CRASH_FOLDER"))
        return qEnvironmentVariable("PIGEON_CRASH_FOLDER");
    const QString memory = QStringLiteral("/dev/shm");
    return QFileInfo(memory).isWritable() ? memory : QDir::tempPath();
}

} // namespace

Scene::Scene(quint32 seed)
    : m_random(seed)
    , m_folder(folderForStores() + QStringLiteral("/pigeon-crash-XXXXXX"))
    , m_commits(m_folder.path())
{
    configure("listener 0 127.0.0.1\nlog_type error\nlog_type warning\nsys_interval 0\npersistence true\n"
              "persistence_location "
        + QFile::encodeName(m_folder.path()) + '\n');
}

void Scene::configure(const QByteArray &lines)
{
    QFile file(configFile());
    if (!file.open(QIODevice::Append) || file.write(lines) != lines.size())
        qFatal("the configuration cannot be written");
}

// --- broker --------------------------------------------------------------------------------------------------

bool Scene::start()
{
    const auto begin = Time::now();
    m_broker.start(configFile());
    if (m_broker.waitUntilReady()) {
        m_startTime = std::chrono::duration_cast<std::chrono::microseconds>(Time::now() - begin);
        return true;
    }
    m_ledger.fault("the broker does not start: " + m_broker.said());
    m_isStuck = true;
    return false;
}

void Scene::startForAMoment()
{
    m_broker.start(configFile());
    std::this_thread::sleep_for(std::chrono::microseconds(draw(static_cast<int>(m_startTime.count()))));
}

void Scene::die()
{
    ++m_kills;
    m_broker.kill();
    for (const std::unique_ptr<Participant> &each : m_participants)
        each->die(toss());
}

void Scene::stop()
{
    if (m_broker.stop() != 0)
        m_ledger.fault("the broker did not end cleanly: " + m_broker.said().right(500));
}

// --- clients -------------------------------------------------------------------------------------------------

void Scene::connectAll()
{
    std::vector<Participant *> missing;
    for (const std::unique_ptr<Participant> &each : m_participants) {
        if (each->isWanted() && !each->client().isOpen())
            missing.push_back(each.get());
    }
    std::shuffle(missing.begin(), missing.end(), m_random);
    for (Participant *each : missing)
        each->connect(m_broker.port());
}

bool Scene::areAllWelcome() const
{
    return std::all_of(m_participants.begin(), m_participants.end(),
        [](const std::unique_ptr<Participant> &each) { return !each->isWanted() || each->client().isWelcome(); });
}

void Scene::visit(Participant &who)
{
    who.connect(m_broker.port());
    run([&who] { return who.client().isWelcome(); }, "a visitor is welcome");
}

void Scene::leave(Participant &who)
{
    who.setWanted(false);
    if (who.client().isWelcome())
        who.client().disconnect();
    run([&who] { return !who.client().isOpen(); }, "a client has left");
}

bool Scene::isSettled() const
{
    return m_ledger.isSettled()
        && std::all_of(m_participants.begin(), m_participants.end(),
            [](const std::unique_ptr<Participant> &each) { return each->client().incoming() == 0; });
}

// --- loop ----------------------------------------------------------------------------------------------------

bool Scene::run(const Condition &isSo, const char *what)
{
    const auto until = Time::now() + m_patience;
    while (!m_isStuck && !isSo()) {
        turn(5);
        if (Time::now() > until) {
            m_ledger.fault(QByteArray("it hangs: it never came so far that ") + what + standing());
            m_isStuck = true;
        }
    }
    return !m_isStuck;
}

/// Whom it may hang at.
QByteArray Scene::standing() const
{
    QByteArray text;
    for (const std::unique_ptr<Participant> &each : m_participants) {
        const CrashClient &client = each->client();
        if (each->isWanted() && !client.isWelcome())
            text += "; " + client.clientId() + " is not welcome";
        if (client.unfinished() + client.incoming() > 0)
            text += "; " + client.clientId() + " has " + QByteArray::number(client.unfinished())
                + " messages under way, " + QByteArray::number(client.incoming()) + " coming";
    }
    return text;
}

void Scene::turn(int waitMilliseconds)
{
    std::vector<pollfd> descriptors{{m_broker.logDescriptor(), POLLIN, 0}, {m_commits.descriptor(), POLLIN, 0}};
    const size_t others = descriptors.size();
    std::vector<CrashClient *> clients;
    for (const std::unique_ptr<Participant> &each : m_participants) {
        each->work();
        CrashClient &client = each->client();
        client.flush();
        if (!client.isOpen())
            continue;
        clients.push_back(&client);
        const int events = client.hasOutput() ? POLLIN | POLLOUT : POLLIN;
        descriptors.push_back({client.descriptor(), static_cast<short>(events), 0});
    }
    ::poll(descriptors.data(), descriptors.size(), waitMilliseconds);
    m_broker.drain();
    m_hasWritten = m_commits.hasWritten() || m_hasWritten;
    for (size_t i = 0; i < clients.size(); ++i) {
        if (descriptors[others + i].revents & ~POLLOUT)
            clients[i]->receive();
    }
}

// --- the end -------------------------------------------------------------------------------------------------

void Scene::checkLeftOvers()
{
    const StoreReport report = checkSqliteStore(m_folder.filePath(QStringLiteral("pigeon.db")));
    if (!report.isSound)
        m_ledger.fault("the store is not sound: " + report.problems.join("; "));
    const auto none = [this](quint64 figure, const char *what) {
        if (figure > 0)
            m_ledger.fault("the store still has " + QByteArray::number(figure) + ' ' + what);
    };
    none(report.queuedDeliveries, "queued deliveries");
    none(report.inFlightDeliveries, "deliveries under way");
    none(report.messages, "messages");
    none(report.inboundIds, "inbound packet ids");
    none(report.wills, "wills");
}

Ledger::Verdict Scene::verdict()
{
    Ledger::Verdict verdict = m_ledger.verdict();
    if (verdict.isClean())
        return verdict;
    if (!m_broker.said().isEmpty())
        verdict.faults.append("the last broker has said: " + m_broker.said().right(2'000));
    if (qEnvironmentVariableIsSet("PIGEON_CRASH_KEEP")) {
        m_folder.setAutoRemove(false);
        verdict.faults.append("the store is in " + QFile::encodeName(m_folder.path()));
    }
    return verdict;
}

} // namespace pigeon::test
