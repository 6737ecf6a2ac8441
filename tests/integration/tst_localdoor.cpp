#include "support/doorclient.h"

#include <pigeon/broker.h>

#include <QFile>
#include <QLocalServer>
#include <QTemporaryDir>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace pigeon;
using namespace pigeon::test;

/// What is special of a socket in the file system: the file.
class TestLocalDoor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFileHasItsRights_data();
    void theFileHasItsRights();
    void theFileGoesWithTheListener();
    void theFileOfAnotherStays();
    void theSocketOfADeadProcessIsRemoved();
    void aLiveSocketIsRefused();
    void anotherFileIsRefused();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();

private:
    ListenerOptions options(quint32 mode = 0660) const;
    QString socketPath() const { return m_folder.filePath(QStringLiteral("socket")); }
    QTemporaryDir m_folder;
};

ListenerOptions TestLocalDoor::options(quint32 mode) const
{
    ListenerOptions options;
    options.kind = ListenerKind::LocalSocket;
    options.socketPath = socketPath();
    options.socketMode = mode;
    return options;
}

void TestLocalDoor::theFileHasItsRights_data()
{
    QTest::addColumn<quint32>("mode");
    QTest::newRow("default") << ListenerOptions().socketMode;
    QTest::newRow("owner") << quint32(0600);
    QTest::newRow("all") << quint32(0666);
}

void TestLocalDoor::theFileHasItsRights()
{
    QFETCH(quint32, mode);
    Broker broker;
    QVERIFY2(broker.listen(options(mode)), qPrintable(broker.errorString()));
    struct stat file{};
    QCOMPARE(::stat(QFile::encodeName(socketPath()).constData(), &file), 0);
    QVERIFY(S_ISSOCK(file.st_mode));
    QCOMPARE(quint32(file.st_mode & 0777), mode);
}

void TestLocalDoor::theFileGoesWithTheListener()
{
    Broker broker;
    QVERIFY(broker.listen(options()));
    QVERIFY(QFile::exists(socketPath()));
    broker.close();
    QVERIFY(!QFile::exists(socketPath()));
}

/// Who has removed our file and put another one there wants that one.
void TestLocalDoor::theFileOfAnotherStays()
{
    Broker broker;
    QVERIFY(broker.listen(options()));
    QVERIFY(QFile::remove(socketPath()));
    Broker second;
    QVERIFY(second.listen(options()));
    broker.close();
    QVERIFY(QFile::exists(socketPath()));
}

void TestLocalDoor::theSocketOfADeadProcessIsRemoved()
{
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    qstrncpy(address.sun_path, QFile::encodeName(socketPath()).constData(), sizeof address.sun_path);
    QCOMPARE(::bind(dead, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    ::close(dead); // as the end of its process would; the file stays
    QVERIFY(QFile::exists(socketPath()));
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
}

void TestLocalDoor::aLiveSocketIsRefused()
{
    Broker broker;
    QVERIFY(broker.listen(options()));
    Broker second;
    QVERIFY(!second.listen(options()));
    QVERIFY2(second.errorString().contains(u"something is there already"), qPrintable(second.errorString()));
    auto socket = std::make_unique<QLocalSocket>();
    socket->connectToServer(socketPath());
    DoorClient client(std::move(socket), false);
    client.connect("a"); // the first is none the worse for it
    QVERIFY(client.waitFor<ConnackPacket>());
}

void TestLocalDoor::anotherFileIsRefused()
{
    QFile file(socketPath());
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("precious") == 8);
    file.close();
    Broker broker;
    QVERIFY(!broker.listen(options()));
    QVERIFY2(broker.errorString().contains(u"another file"), qPrintable(broker.errorString()));
    QCOMPARE(file.size(), qint64(8));
    QVERIFY(file.remove());
}

void TestLocalDoor::saysWhatIsWrong_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("said");
    QTest::newRow("no path") << QString() << QStringLiteral("1 to 107 bytes");
    QTest::newRow("too long") << QStringLiteral("/tmp/") + QString(103, u'x') << QStringLiteral("1 to 107 bytes");
    QTest::newRow("no folder") << m_folder.filePath(QStringLiteral("none/socket"))
                               << QStringLiteral("there is no such folder");
    QTest::newRow("no right") << QStringLiteral("/proc/socket") << QStringLiteral("cannot be opened");
}

void TestLocalDoor::saysWhatIsWrong()
{
    QFETCH(QString, path);
    QFETCH(QString, said);
    ListenerOptions wrong = options();
    wrong.socketPath = path;
    Broker broker;
    QVERIFY(!broker.listen(wrong));
    QVERIFY2(broker.errorString().contains(said), qPrintable(broker.errorString()));
}

QTEST_GUILESS_MAIN(TestLocalDoor)
#include "tst_localdoor.moc"
