#include "support/linkpeer.h"

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

/// Links on TCP with a peer of the bare system at the other end.
class TestTcpLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void peerFactsAreKnown();
    void echoes();
    void partialReadsArriveInOrder();
    void manyWritesLeaveTogether();
    void manyBytesAreReadInShares();
    void largeSharedBlockGoesToASlowReaderUncopied();
    void drainedIsHeardOnlyWhenAskedFor();
    void drainedIsHeardOnceAfterCongestion();

    void closeFlushes();
    void closeAndDeleteFlushes();
    void closeAndDeleteFlushesToASlowReader();
    void closeDoesNotResetUnreadInput();
    void closeWithNothingToSendIsImmediate();
    void gracePeriodEnds();
    void finishingLinksEndWithTheListener();
    void abortDropsOutput();
    void nothingIsHeardAfterTheEnd();
    void deletedWithoutCloseIsAborted();
    void writeAfterTheEndIsDropped();

    void peerCloses();
    void peerClosesAfterBytes();
    void peerEndsItsHalfAndStillGetsAnswers();
    void peerResets();
    void bytesBeforeAFailedWriteAreDelivered();
    void failedWriteWhilePausedIsReported();

    void pausedLinkReadsNothing();
    void pausedLinkDoesNotSpin();
    void pauseInsideArrivalStopsAtOnce();
    void detachedReceiverHearsNothing();

    void deletedInsideItsArrival();
    void deletedInsideItsEnd();
    void anotherDeletedInsideAnArrival();
    void allDeletedInsideTheFlush();
    void loopInsideAnArrivalKeepsTheView();

    void portInUseIsExplained();
    void privilegedPortIsExplained();
    void foreignAddressIsExplained();
    void listensAgainAfterClose();
    void smallWritesAreNotDelayed();
    void exhaustedDescriptorsRefuseAndRecover();

private:
    /// A connected peer with its owner, index in m_owners.
    std::unique_ptr<Peer> connectPeer(int receiveBuffer = 0)
    {
        const size_t before = m_owners.size();
        auto peer = std::make_unique<Peer>(m_listener->port(), receiveBuffer);
        [this, before] { QTRY_COMPARE(m_owners.size(), before + 1); }();
        return peer;
    }
    Owner &owner() { return *m_owners.back(); }

    std::unique_ptr<TcpListener> m_listener;
    std::vector<std::unique_ptr<Owner>> m_owners;
    int m_descriptorsBefore = 0;
};

void TestTcpLink::init()
{
    m_descriptorsBefore = openDescriptors();
    m_listener = std::make_unique<TcpListener>();
    QVERIFY(!m_listener->listen(QHostAddress::LocalHost, 0));
    m_listener->setNewLinkHandler([this](std::unique_ptr<Link> link, Admission) {
        auto owner = std::make_unique<Owner>();
        link->setReceiver(owner.get());
        owner->link = std::move(link);
        m_owners.push_back(std::move(owner));
    });
}

void TestTcpLink::cleanup()
{
    for (const auto &owner : m_owners)
        QVERIFY(!owner->insideLink);
    m_owners.clear();
    m_listener.reset();
    QTRY_COMPARE(openDescriptors(), m_descriptorsBefore); // nothing leaks
}

void TestTcpLink::peerFactsAreKnown()
{
    const auto peer = connectPeer();
    const PeerFacts &facts = owner().link->peer();
    QCOMPARE(facts.address, QByteArray("127.0.0.1"));
    QVERIFY(facts.port > 0);
    QCOMPARE(facts.listener, "tcp 127.0.0.1:" + QByteArray::number(m_listener->port()));
    QCOMPARE(facts.listener, m_listener->name());
}

void TestTcpLink::echoes()
{
    const auto peer = connectPeer();
    owner().onBytes = [this](QByteArrayView bytes) { owner().link->write(bytes); };
    peer->send("hello");
    QTRY_VERIFY(peer->receive() && peer->received == "hello");
    peer->send(", world");
    QTRY_VERIFY(peer->receive() && peer->received == "hello, world");
    QCOMPARE(owner().link->unsentBytes(), 0);
}

void TestTcpLink::partialReadsArriveInOrder()
{
    const auto peer = connectPeer();
    QByteArray sent;
    for (int i = 0; i < 500; ++i) {
        const QByteArray piece = QByteArray::number(i) + ' ';
        peer->send(piece);
        sent += piece;
        if (i % 50 == 0)
            QTRY_COMPARE(owner().received, sent);
    }
    QTRY_COMPARE(owner().received, sent);
}

void TestTcpLink::manyWritesLeaveTogether()
{
    const auto peer = connectPeer();
    for (int i = 0; i < 100; ++i)
        owner().link->write("0123456789");
    QCOMPARE(owner().link->unsentBytes(), 1000); // not before the turn ends
    QVERIFY(peer->receive());
    QVERIFY(peer->received.isEmpty());
    QTRY_COMPARE(owner().link->unsentBytes(), 0);
    QTRY_VERIFY(peer->receive() && peer->received.size() == 1000);

#ifdef Q_OS_LINUX
    tcp_info info{};
    socklen_t bytes = sizeof info;
    QCOMPARE(::getsockopt(descriptorOf(owner()), IPPROTO_TCP, TCP_INFO, &info, &bytes), 0);
    QCOMPARE(info.tcpi_data_segs_out, 1u);
#endif
}

void TestTcpLink::manyBytesAreReadInShares()
{
    const auto peer = connectPeer();
    const auto other = connectPeer();
    Owner &flood = *m_owners[0];
    Owner &quiet = *m_owners[1];
    const QByteArray block(4 << 20, 'f');
    qsizetype sent = 0;
    qsizetype floodBefore = -1;
    quiet.onBytes = [&](QByteArrayView) { floodBefore = flood.received.size(); };
    // Fill the kernel's buffers before our loop runs again.
    while (sent < block.size()) {
        const qsizetype bytes = peer->send(QByteArrayView(block).sliced(sent));
        if (bytes <= 0)
            break;
        sent += bytes;
    }
    QVERIFY(sent > TcpLink::readBytesPerTurn);
    other->send("q");
    QTRY_COMPARE(quiet.received, QByteArray("q"));
    QVERIFY2(floodBefore <= 2 * TcpLink::readBytesPerTurn, qPrintable(QString::number(floodBefore)));
    QTRY_COMPARE(flood.received.size(), sent);
}

void TestTcpLink::largeSharedBlockGoesToASlowReaderUncopied()
{
    const auto peer = connectPeer(slowReader);
    QByteArray block(5 * 1024 * 1024, Qt::Uninitialized);
    for (qsizetype i = 0; i < block.size(); ++i)
        block[i] = char(i * 31 >> 7);
    const QByteArray expected = "head" + block + "tail";
    owner().link->write("head");
    owner().link->writeShared(block);
    owner().link->write("tail");
    owner().link->reportDrained();
    QVERIFY(!block.isDetached()); // queued by reference
    QTRY_VERIFY(owner().link->unsentBytes() < expected.size());
    // Whatever the kernel has not taken is still in the one shared block.
    QVERIFY(owner().link->unsentBytes() > 0);
    QVERIFY(!block.isDetached());
    while (peer->received.size() < expected.size()) {
        QVERIFY(peer->receive());
        QCoreApplication::processEvents();
    }
    QVERIFY(peer->received == expected);
    QTRY_COMPARE(owner().drained, 1);
    QVERIFY(block.isDetached()); // and let go of
}

void TestTcpLink::drainedIsHeardOnlyWhenAskedFor()
{
    const auto peer = connectPeer();
    owner().link->write("unasked");
    QTRY_VERIFY(peer->receive() && peer->received == "unasked");
    QCOMPARE(owner().drained, 0);
    owner().link->write("asked");
    owner().link->reportDrained();
    owner().link->reportDrained();
    QCOMPARE(owner().drained, 0);
    QTRY_COMPARE(owner().drained, 1);
    owner().link->write("unasked");
    QTRY_COMPARE(owner().link->unsentBytes(), 0);
    QCOMPARE(owner().drained, 1);
}

void TestTcpLink::drainedIsHeardOnceAfterCongestion()
{
    const auto peer = connectPeer(slowReader);
    for (int i = 0; i < 200; ++i)
        owner().link->write(QByteArray(50'000, 'd'));
    QTRY_VERIFY(owner().link->unsentBytes() < 10'000'000);
    QCOMPARE(owner().drained, 0);
    QVERIFY(owner().link->unsentBytes() > 0);
    owner().link->write("last");
    owner().link->reportDrained();
    while (peer->received.size() < 10'000'004) {
        QVERIFY(peer->receive());
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(owner().drained, 1);
    QVERIFY(peer->received.endsWith("last"));
    owner().link->write("more");
    QTRY_VERIFY(peer->receive() && peer->received.endsWith("more"));
    QCOMPARE(owner().drained, 1);
}

void TestTcpLink::closeFlushes()
{
    const auto peer = connectPeer();
    owner().link->write("goodbye");
    owner().link->close();
    QTRY_VERIFY(peer->sawEnd());
    QCOMPARE(peer->received, QByteArray("goodbye"));
    peer->close();
    QTRY_COMPARE(descriptorOf(owner()), -1);
    QCOMPARE(owner().closed, 0);
}

void TestTcpLink::closeAndDeleteFlushes()
{
    const auto peer = connectPeer();
    owner().link->write("goodbye");
    owner().link->close();
    owner().link.reset();
    QTRY_VERIFY(peer->sawEnd());
    QCOMPARE(peer->received, QByteArray("goodbye"));
}

void TestTcpLink::closeAndDeleteFlushesToASlowReader()
{
    const auto peer = connectPeer(slowReader);
    owner().link->writeShared(QByteArray(8 << 20, 's'));
    owner().link->close();
    m_owners.clear();
    while (peer->receive())
        QCoreApplication::processEvents();
    QCOMPARE(peer->error, 0);
    QCOMPARE(peer->received.size(), 8 << 20);
}

void TestTcpLink::closeDoesNotResetUnreadInput()
{
    const auto peer = connectPeer();
    owner().onBytes = [this](QByteArrayView) {
        owner().link->write("refused");
        owner().link->close();
    };
    peer->send("first");
    QTRY_COMPARE(owner().closed + owner().arrivals, 1);
    for (int i = 0; i < 20; ++i) { // a client that goes on before it reads the refusal
        peer->send("more");
        QCoreApplication::processEvents();
    }
    QTRY_VERIFY(peer->sawEnd());
    QCOMPARE(peer->received, QByteArray("refused"));
    QCOMPARE(owner().received, QByteArray("first"));
}

void TestTcpLink::closeWithNothingToSendIsImmediate()
{
    const auto peer = connectPeer();
    owner().link->close();
    QCOMPARE(descriptorOf(owner()), -1);
    QVERIFY(peer->sawEnd());
    owner().link->close();
    owner().link->abort();
}

void TestTcpLink::gracePeriodEnds()
{
    const auto peer = connectPeer(slowReader); // never reads
    owner().link->writeShared(QByteArray(8 << 20, 's'));
    owner().link->close();
    QElapsedTimer elapsed;
    elapsed.start();
    QTRY_COMPARE_WITH_TIMEOUT(descriptorOf(owner()), -1, 5000);
    QVERIFY(Milliseconds(elapsed.elapsed()) >= TcpLink::gracePeriod - 200ms);
}

void TestTcpLink::finishingLinksEndWithTheListener()
{
    const auto peer = connectPeer(slowReader); // never reads
    owner().link->writeShared(QByteArray(8 << 20, 's'));
    owner().link->close();
    m_owners.clear();
    QCoreApplication::processEvents();
    QCOMPARE(m_listener->finishingLinks(), 1);
    m_listener.reset();
    QTRY_COMPARE(openDescriptors(), m_descriptorsBefore + 1); // the peer's own
}

void TestTcpLink::abortDropsOutput()
{
    const auto peer = connectPeer();
    owner().link->write("dropped");
    owner().link->abort();
    QCOMPARE(owner().link->unsentBytes(), 0);
    QTRY_VERIFY(peer->sawEnd());
    QVERIFY(peer->received.isEmpty());
    QCOMPARE(owner().closed, 0);
}

void TestTcpLink::nothingIsHeardAfterTheEnd()
{
    const auto peer = connectPeer();
    peer->send("before");
    QTRY_COMPARE(owner().arrivals, 1);
    owner().link->write("bye");
    owner().link->close();
    peer->send("after");
    QTRY_VERIFY(peer->sawEnd());
    peer->close();
    QTRY_COMPARE(descriptorOf(owner()), -1);
    QCOMPARE(owner().received, QByteArray("before"));
    QCOMPARE(owner().closed, 0);
    QCOMPARE(owner().drained, 0);
}

void TestTcpLink::deletedWithoutCloseIsAborted()
{
    const auto peer = connectPeer();
    owner().link->write("dropped");
    owner().link.reset();
    QVERIFY(peer->sawEnd());
    QVERIFY(peer->received.isEmpty());
}

void TestTcpLink::writeAfterTheEndIsDropped()
{
    const auto peer = connectPeer();
    owner().link->abort();
    for (int i = 0; i < 3; ++i) {
        owner().link->write("too late");
        QTRY_COMPARE(owner().link->unsentBytes(), 0);
    }
}

void TestTcpLink::peerCloses()
{
    const auto peer = connectPeer();
    peer->close();
    QTRY_COMPARE(owner().closed, 1);
    QCOMPARE(owner().reason, QByteArray("the peer closed the connection"));
    QCOMPARE(descriptorOf(owner()), -1);
    QCOMPARE(owner().arrivals, 0);
    idleTime();
    QCOMPARE(owner().closed, 1);
}

void TestTcpLink::peerClosesAfterBytes()
{
    const auto peer = connectPeer();
    const QByteArray sent(1 << 20, 'p');
    qsizetype done = 0;
    while (done < sent.size()) {
        done += std::max<qsizetype>(0, peer->send(QByteArrayView(sent).sliced(done)));
        QCoreApplication::processEvents();
    }
    peer->close();
    QTRY_COMPARE(owner().closed, 1);
    QCOMPARE(owner().received.size(), sent.size());
}

void TestTcpLink::peerEndsItsHalfAndStillGetsAnswers()
{
    const auto peer = connectPeer();
    owner().onBytes = [this](QByteArrayView bytes) { owner().link->write(bytes); };
    const QByteArray question(LinkTurn::readBufferBytes, 'q'); // so that the end is seen in the same turn
    qsizetype done = 0;
    while (done < question.size())
        done += std::max<qsizetype>(0, peer->send(QByteArrayView(question).sliced(done)));
    peer->endOutput();
    QTRY_COMPARE(owner().closed, 1);
    QTRY_VERIFY(peer->sawEnd());
    QCOMPARE(peer->received.size(), question.size());
}

void TestTcpLink::peerResets()
{
    const auto peer = connectPeer();
    peer->reset();
    QTRY_COMPARE(owner().closed, 1);
    QCOMPARE(owner().reason, QByteArray(strerror(ECONNRESET)));
}

void TestTcpLink::bytesBeforeAFailedWriteAreDelivered()
{
    const auto peer = connectPeer();
    owner().link->write("unread"); // makes the peer's close a reset
    QTRY_COMPARE(owner().link->unsentBytes(), 0);
    peer->send("last words");
    peer->close();
    owner().link->write("into the void");
    QTRY_COMPARE(owner().closed, 1);
    QCOMPARE(owner().received, QByteArray("last words"));
}

void TestTcpLink::failedWriteWhilePausedIsReported()
{
    const auto peer = connectPeer();
    owner().link->setReading(false);
    peer->reset();
    owner().link->write("into the void");
    QTRY_COMPARE(owner().closed, 1);
}

void TestTcpLink::pausedLinkReadsNothing()
{
    const auto peer = connectPeer();
    owner().link->setReading(false);
    peer->send("held back");
    idleTime();
    QCOMPARE(owner().arrivals, 0);
    owner().link->setReading(true);
    QTRY_COMPARE(owner().received, QByteArray("held back"));
    owner().link->setReading(false);
    owner().link->setReading(true);
    peer->send(", more");
    QTRY_COMPARE(owner().received, QByteArray("held back, more"));
}

void TestTcpLink::pausedLinkDoesNotSpin()
{
    const auto peer = connectPeer();
    owner().link->setReading(false);
    peer->send("held back");
    peer->endOutput();
    QVERIFY(idleTime() < 40ms);
    QCOMPARE(owner().arrivals, 0);
    QCOMPARE(owner().closed, 0);
    owner().link->setReading(true);
    QTRY_COMPARE(owner().closed, 1);
    QCOMPARE(owner().received, QByteArray("held back"));
}

void TestTcpLink::pauseInsideArrivalStopsAtOnce()
{
    const auto peer = connectPeer();
    owner().onBytes = [this](QByteArrayView) { owner().link->setReading(false); };
    qsizetype sent = 0;
    const QByteArray block(1 << 20, 'b');
    while (sent < qsizetype(2 * LinkTurn::readBufferBytes)) {
        const qsizetype bytes = peer->send(block);
        if (bytes <= 0)
            break;
        sent += bytes;
    }
    QTRY_COMPARE(owner().arrivals, 1);
    idleTime();
    QCOMPARE(owner().arrivals, 1);
    owner().onBytes = nullptr;
    owner().link->setReading(true);
    QTRY_COMPARE(owner().received.size(), sent);
}

void TestTcpLink::detachedReceiverHearsNothing()
{
    const auto peer = connectPeer();
    owner().link->setReceiver(nullptr);
    peer->send("unheard");
    peer->close();
    QTRY_COMPARE(descriptorOf(owner()), -1);
    QCOMPARE(owner().arrivals, 0);
    QCOMPARE(owner().closed, 0);
}

void TestTcpLink::deletedInsideItsArrival()
{
    const auto peer = connectPeer();
    owner().onBytes = [this](QByteArrayView) {
        owner().link->write("answer");
        owner().link->close();
        owner().link.reset();
    };
    peer->send("question");
    QTRY_VERIFY(peer->sawEnd());
    QCOMPARE(peer->received, QByteArray("answer"));
}

void TestTcpLink::deletedInsideItsEnd()
{
    const auto peer = connectPeer();
    owner().onClosed = [this] { owner().link.reset(); };
    peer->close();
    QTRY_COMPARE(owner().closed, 1);
    QVERIFY(!owner().link);
}

void TestTcpLink::anotherDeletedInsideAnArrival()
{
    const auto first = connectPeer();
    const auto second = connectPeer();
    int arrivals = 0;
    for (size_t i = 0; i < 2; ++i) {
        m_owners[i]->onBytes = [&, i](QByteArrayView) {
            ++arrivals;
            m_owners[1 - i]->link->write("dirty");
            m_owners[1 - i]->link.reset();
        };
    }
    first->send("x");
    second->send("x");
    QTRY_COMPARE(arrivals, 1);
    idleTime();
    QCOMPARE(arrivals, 1);
}

void TestTcpLink::allDeletedInsideTheFlush()
{
    // The listener and the last link go while the turn's flush is on the stack.
    const auto peer = connectPeer();
    owner().link->setReading(false);
    owner().onClosed = [this] {
        for (const auto &owner : m_owners)
            owner->link.reset();
        m_listener.reset();
    };
    peer->reset();
    owner().link->write("into the void"); // the failure is found by the flush
    QTRY_COMPARE(owner().closed, 1);
    QVERIFY(!m_listener);
}

void TestTcpLink::loopInsideAnArrivalKeepsTheView()
{
    const auto first = connectPeer();
    const auto second = connectPeer();
    bool intact = false;
    m_owners[0]->onBytes = [&](QByteArrayView bytes) {
        second->send("overwritten?");
        QTRY_COMPARE(m_owners[1]->received, QByteArray("overwritten?"));
        intact = bytes == "the view stays";
    };
    first->send("the view stays");
    QTRY_VERIFY(intact);
}

void TestTcpLink::portInUseIsExplained()
{
    TcpListener second;
    const auto error = second.listen(QHostAddress::LocalHost, m_listener->port());
    QVERIFY(error);
    const QString port = QString::number(m_listener->port());
    QCOMPARE(*error,
        QStringLiteral("Port %1 on 127.0.0.1 is already in use: stop the program that listens there"
                       " (`ss -ltnp 'sport = :%1'` shows it) or choose another port with -p.")
            .arg(port));
    QVERIFY(!second.isListening());
}

void TestTcpLink::privilegedPortIsExplained()
{
    if (::geteuid() == 0)
        QSKIP("root may open every port");
    TcpListener second;
    const auto error = second.listen(QHostAddress::LocalHost, 1);
    QVERIFY(error && error->contains(u"CAP_NET_BIND_SERVICE"));
}

void TestTcpLink::foreignAddressIsExplained()
{
    TcpListener second;
    const auto error = second.listen(QHostAddress(QStringLiteral("192.0.2.1")), 0);
    QVERIFY(error);
    QVERIFY2(error->startsWith(u"Port 0 on 192.0.2.1 cannot be opened: no interface"), qPrintable(*error));
}

void TestTcpLink::listensAgainAfterClose()
{
    const quint16 port = m_listener->port();
    const auto peer = connectPeer();
    m_listener->close();
    QVERIFY(!m_listener->isListening());
    QVERIFY(!m_listener->listen(QHostAddress::LocalHost, port)); // although a connection of it lives
    const auto other = connectPeer();
    peer->send("old");
    other->send("new");
    QTRY_COMPARE(m_owners[0]->received, QByteArray("old"));
    QTRY_COMPARE(m_owners[1]->received, QByteArray("new"));
}

void TestTcpLink::smallWritesAreNotDelayed()
{
    const auto peer = connectPeer();
    int on = 0;
    socklen_t bytes = sizeof on;
    QCOMPARE(::getsockopt(descriptorOf(owner()), IPPROTO_TCP, TCP_NODELAY, &on, &bytes), 0);
    QVERIFY(on != 0);
}

void TestTcpLink::exhaustedDescriptorsRefuseAndRecover()
{
    std::vector<std::unique_ptr<Peer>> peers;
    constexpr int count = 6;
    // In one turn each: our side has no descriptor for any of them once the limit is set.
    for (int i = 0; i < count; ++i)
        peers.push_back(std::make_unique<Peer>(m_listener->port()));
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    rlimit lowered = before;
    lowered.rlim_cur = rlim_t(next); // not one more
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &lowered), 0);
    QTest::ignoreMessage(QtWarningMsg,
        qPrintable(QStringLiteral("%1: no file descriptor left, %2 connections refused: raise the limit (ulimit -n,"
                                  " LimitNOFILE= of the service) or allow fewer connections")
                       .arg(QLatin1StringView(m_listener->name()))
                       .arg(count)));
    QElapsedTimer elapsed;
    elapsed.start();
    while (m_listener->refusedConnections() < count && elapsed.elapsed() < 5000)
        QCoreApplication::processEvents();
    const auto idle = idleTime();
    ::setrlimit(RLIMIT_NOFILE, &before);

    QCOMPARE(m_listener->refusedConnections(), quint64(count));
    QVERIFY(idle < 40ms);
    QVERIFY(m_owners.empty());
    for (const auto &peer : peers)
        QVERIFY(peer->sawEnd());
    const auto welcome = connectPeer();
    welcome->send("recovered");
    QTRY_COMPARE(owner().received, QByteArray("recovered"));
}

int main(int argc, char **argv)
{
#ifdef Q_OS_LINUX
    if (argc > 1 && qstrcmp(argv[1], "--epoll") == 0) {
        argv[1] = argv[0];
        ++argv;
        --argc;
        QCoreApplication::setEventDispatcher(new EpollDispatcher);
    }
#endif
    const QCoreApplication application(argc, argv);
    TestTcpLink test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_tcplink.moc"
