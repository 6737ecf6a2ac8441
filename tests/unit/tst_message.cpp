#include <pigeon/message.h>

#include <QTest>

#include <thread>
#include <vector>

using namespace pigeon;

namespace {

MessageParts partsOf(QByteArrayView topic, QByteArrayView payload)
{
    MessageParts parts;
    parts.topic = topic;
    parts.payload = payload;
    return parts;
}

} // namespace

class TestMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatItWasMadeOf();
    void payloadSizes_data();
    void payloadSizes();
    void sharesALargeBlock();
    void takesASmallBlockIn();
    void longestTopicAndProperties();
    void secondsLeft();
    void referencesAreCounted();
    void totalFollowsEveryMessage();
    void lastReferenceMayGoOnAnyThread();
};

void TestMessage::keepsWhatItWasMadeOf()
{
    const OriginPtr origin = Origin::create("client", "user", "192.0.2.7");
    MessageParts parts = partsOf("a/b", "hello");
    parts.properties = QByteArrayView("\x01\x01", 2);
    parts.qos = QoS::ExactlyOnce;
    parts.retain = true;
    parts.origin = origin;
    parts.arrival = std::chrono::milliseconds(1700000000123);
    parts.expirySeconds = 60;

    const MessagePtr message = Message::create(parts);
    QCOMPARE(message->topic().toByteArray(), QByteArray("a/b"));
    QCOMPARE(message->payload().toByteArray(), QByteArray("hello"));
    QCOMPARE(message->properties().toByteArray(), QByteArray("\x01\x01", 2));
    QCOMPARE(message->qos(), QoS::ExactlyOnce);
    QVERIFY(message->isRetained());
    QCOMPARE(message->origin().get(), origin.get());
    QCOMPARE(message->arrival().count(), 1700000000123);
    QCOMPARE(message->expirySeconds(), std::optional<quint32>(60));
    QVERIFY(message->sharedPayload().isNull());
}

void TestMessage::payloadSizes_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<bool>("shared");
    const qsizetype most = Message::maximumInlinePayloadBytes;
    QTest::newRow("none") << qsizetype(0) << false;
    QTest::newRow("one") << qsizetype(1) << false;
    QTest::newRow("largest inline") << most << false;
    QTest::newRow("smallest shared") << most + 1 << true;
    QTest::newRow("65535") << qsizetype(65535) << true;
    QTest::newRow("1 MiB") << qsizetype(1 << 20) << true;
}

void TestMessage::payloadSizes()
{
    QFETCH(qsizetype, size);
    QFETCH(bool, shared);
    QByteArray payload(size, 'p');
    MessageParts parts = partsOf("topic/of/odd/size", payload);
    parts.properties = "123";
    const MessagePtr message = Message::create(parts);
    payload.fill('x'); // the message has a copy of its own
    QCOMPARE(message->payload().toByteArray(), QByteArray(size, 'p'));
    QCOMPARE(message->topic().toByteArray(), QByteArray("topic/of/odd/size"));
    QCOMPARE(message->properties().toByteArray(), QByteArray("123"));
    QCOMPARE(!message->sharedPayload().isNull(), shared);
    QVERIFY(message->memoryBytes() >= size + 20 + qsizetype(sizeof(Message)));
    QVERIFY(message->memoryBytes() <= size + 20 + 128);
}

void TestMessage::sharesALargeBlock()
{
    const QByteArray block(100000, 'x');
    MessageParts parts = partsOf("a", {});
    parts.sharedPayload = block;
    const MessagePtr message = Message::create(parts);
    QCOMPARE(message->sharedPayload().constData(), block.constData());
    QCOMPARE(message->payload().data(), block.constData());
}

void TestMessage::takesASmallBlockIn()
{
    MessageParts parts = partsOf("a", {});
    parts.sharedPayload = "small";
    QCOMPARE(Message::create(parts)->payload().toByteArray(), QByteArray("small"));
    QVERIFY(Message::create(parts)->sharedPayload().isNull());
    parts.sharedPayload = QByteArray("");
    QVERIFY(Message::create(parts)->payload().isEmpty());
}

void TestMessage::longestTopicAndProperties()
{
    const QByteArray topic(65535, 't');
    const QByteArray properties(1 << 20, 'p');
    MessageParts parts = partsOf(topic, "end");
    parts.properties = properties;
    const MessagePtr message = Message::create(parts);
    QCOMPARE(message->topic().size(), topic.size());
    QCOMPARE(message->properties().toByteArray(), properties);
    QCOMPARE(message->payload().toByteArray(), QByteArray("end"));
}

void TestMessage::secondsLeft()
{
    using std::chrono::milliseconds;
    MessageParts parts = partsOf("a", "b");
    parts.arrival = milliseconds(10000);
    QVERIFY(!Message::create(parts)->secondsLeft(milliseconds(99999)));
    QVERIFY(!Message::create(parts)->expirySeconds());
    parts.expirySeconds = 5;
    const MessagePtr message = Message::create(parts);
    QCOMPARE(*message->secondsLeft(milliseconds(10000)), 5);
    QCOMPARE(*message->secondsLeft(milliseconds(12999)), 3);
    QCOMPARE(*message->secondsLeft(milliseconds(15000)), 0);
    QCOMPARE(*message->secondsLeft(milliseconds(20000)), -5);
    QCOMPARE(*message->secondsLeft(milliseconds(1000)), 5); // the wall clock went back
    parts.expirySeconds = 0xFFFFFFFF;
    QCOMPARE(*Message::create(parts)->secondsLeft(milliseconds(10000)), qint64(0xFFFFFFFF));
}

void TestMessage::referencesAreCounted()
{
    const qint64 before = Message::totalMemoryBytes();
    MessagePtr first = Message::create(partsOf("a", "b"));
    MessagePtr second = first;
    first = nullptr;
    QCOMPARE(second->topic().toByteArray(), QByteArray("a"));
    QVERIFY(Message::totalMemoryBytes() > before);
    second = nullptr;
    QCOMPARE(Message::totalMemoryBytes(), before);
}

void TestMessage::totalFollowsEveryMessage()
{
    const qint64 before = Message::totalMemoryBytes();
    std::vector<MessagePtr> messages;
    qint64 expected = 0;
    for (int size = 0; size < 20000; size += 777) {
        messages.push_back(Message::create(partsOf("some/topic", QByteArray(size, 'x'))));
        expected += messages.back()->memoryBytes();
    }
    QCOMPARE(Message::totalMemoryBytes() - before, expected);
    messages.clear();
    QCOMPARE(Message::totalMemoryBytes(), before);
}

void TestMessage::lastReferenceMayGoOnAnyThread()
{
    const qint64 before = Message::totalMemoryBytes();
    MessageParts parts = partsOf("a", "b");
    parts.origin = Origin::create("c", "u", "a");
    for (int round = 0; round < 200; ++round) {
        MessagePtr here = Message::create(parts);
        std::thread other([there = here]() mutable { there = nullptr; });
        here = nullptr;
        other.join();
    }
    QCOMPARE(Message::totalMemoryBytes(), before);
}

QTEST_APPLESS_MAIN(TestMessage)
#include "tst_message.moc"
