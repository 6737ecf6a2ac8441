#include "captured.h"

#include "monitor/packethead.h"
#include "payload/charttab.h"
#include "payload/inspector.h"
#include "payload/stripchart.h"
#include "support/scriptedsource.h"
#include "views/inspectorpanel.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// The panel with a source that tells messages and packets.
struct Scene
{
    ScriptedSource source;
    Capture capture;
    Wishes wishes;
    std::unique_ptr<InspectorPanel> panel;
    quint64 number = 0;

    Scene()
    {
        source.snapshot.clientNames = {{1, "dev1"}};
        capture.setSource(&source);
        QSignalSpy reset(&capture, &Capture::reset);
        source.attach();
        [[maybe_unused]] const bool isTaken = reset.wait();
        panel = std::make_unique<InspectorPanel>(capture, wishes);
        panel->resize(600, 400);
        panel->show();
        MonitorBatch names;
        names.when = aMoment;
        names.newTopics = {{1, "site/temp"}, {2, "site/other"}};
        source.push(names);
    }
    void publish(TopicNumber topic, const QByteArray &payload, quint64 packet = 0)
    {
        MonitorBatch batch;
        batch.messages = {record(++number, topic, 1, message(topic == 1 ? "site/temp" : "site/other", payload))};
        batch.messages.front().packet = packet;
        batch.when = batch.messages.front().when;
        source.push(batch);
    }
    void packet(const QByteArray &bytes, PacketDirection direction, quint32 size = 0)
    {
        PacketRecord record;
        record.number = capture.packets().end() + 1;
        record.when = aMoment;
        record.connection = 7;
        record.client = 1;
        record.keptBytes = static_cast<quint32>(bytes.size());
        record.size = std::max(size, record.keptBytes);
        record.direction = direction;
        record.version = ProtocolVersion::Mqtt5;
        readPacketHead(bytes, record);
        MonitorBatch batch;
        batch.when = aMoment;
        batch.packets = {record};
        batch.packetBytes = bytes;
        source.push(batch);
    }
    Inspector &inspector() const { return *panel->inspector(); }
    QByteArray payload() const { return inspector().message().payload; }
    std::vector<double> charted() const
    {
        std::vector<double> values;
        for (const ChartPoint &point : inspector().chartTab()->chart()->points())
            values.push_back(point.value);
        return values;
    }
    QString missing() const
    {
        const QList<QLabel *> labels = inspector().findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->accessibleName() == QStringLiteral("Payload"))
                return label->text();
        }
        return {};
    }
    QString fact(const QString &name) const
    {
        for (const auto &[each, value] : inspector().message().facts) {
            if (each == name)
                return value;
        }
        return {};
    }
};

const QByteArray publish5 = QByteArray::fromHex("3b 17 0009") + "site/temp" + QByteArray::fromHex("0007 07 0300 04") + "text" + "21";

} // namespace

/// What the inspector is given of what was chosen, and how it goes on.
class TestInspectorPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chartGoesOn();
    void chartIsBounded();
    void lastValueOfATopicIsFollowed();
    void levelsWithoutAValueSaySo();
    void publishIsTakenApart();
    void packetOfAMessageShowsTheMessage();
    void nothingIsKnownOfReceiversAtQoS0();
};

void TestInspectorPanel::chartGoesOn()
{
    Scene scene;
    for (const char *value : {"1", "2", "3"})
        scene.publish(1, value);
    scene.panel->showMessage(1);
    scene.inspector().setCurrentIndex(Inspector::Chart);
    QCOMPARE(scene.charted(), (std::vector<double>{1, 2}));
    scene.panel->tick();
    QCOMPARE(scene.charted(), (std::vector<double>{1, 2, 3})); // what came after the chosen one
    scene.publish(2, "99");
    scene.publish(1, "4");
    scene.panel->tick();
    QCOMPARE(scene.charted(), (std::vector<double>{1, 2, 3, 4}));
    QCOMPARE(scene.payload(), QByteArray("2")); // the message that was chosen stays
    scene.inspector().setCurrentIndex(Inspector::Payload);
    scene.publish(1, "5");
    scene.panel->tick();
    scene.inspector().setCurrentIndex(Inspector::Chart);
    QCOMPARE(scene.charted().back(), 5.0);
}

void TestInspectorPanel::chartIsBounded()
{
    Scene scene;
    for (size_t i = 0; i < Inspector::maximumHistory; ++i)
        scene.publish(1, QByteArray::number(quint64(i)));
    scene.panel->showMessage(Inspector::maximumHistory - 1);
    scene.inspector().setCurrentIndex(Inspector::Chart);
    QCOMPARE(scene.charted().size(), Inspector::maximumHistory);
    scene.publish(1, "-1");
    scene.panel->tick();
    QCOMPARE(scene.charted().size(), Inspector::maximumHistory);
    QCOMPARE(scene.charted().front(), 1.0);
    QCOMPARE(scene.charted().back(), -1.0);
}

void TestInspectorPanel::lastValueOfATopicIsFollowed()
{
    Scene scene;
    scene.publish(1, "1");
    scene.publish(1, "2");
    scene.publish(2, "99");
    scene.panel->showTopic("site/temp");
    QCOMPARE(scene.payload(), QByteArray("2"));
    QCOMPARE(scene.inspector().message().previous, QByteArray("1"));
    scene.inspector().setCurrentIndex(Inspector::Chart);
    QCOMPARE(scene.charted(), (std::vector<double>{1, 2}));
    scene.publish(1, "3");
    scene.publish(1, "4");
    scene.panel->tick();
    QCOMPARE(scene.payload(), QByteArray("4"));
    QCOMPARE(scene.inspector().message().previous, QByteArray("3"));
    QCOMPARE(scene.charted(), (std::vector<double>{1, 2, 3, 4}));

    scene.panel->setFrozen(true);
    scene.publish(1, "4.5");
    scene.panel->tick();
    QCOMPARE(scene.payload(), QByteArray("4"));
    scene.panel->setFrozen(false);
    scene.publish(1, "4");
    scene.panel->tick();
    QCOMPARE(scene.charted(), (std::vector<double>{1, 2, 3, 4, 4.5, 4}));

    // It has left the ring: the tree still has it.
    scene.capture.clearTraffic();
    scene.panel->showTopic("site/temp");
    QCOMPARE(scene.payload(), QByteArray("4"));
    QCOMPARE(scene.charted(), (std::vector<double>{4}));
}

void TestInspectorPanel::levelsWithoutAValueSaySo()
{
    Scene scene;
    scene.publish(1, "1");
    scene.panel->showTopic("site/temp");
    QCOMPARE(scene.payload(), QByteArray("1"));
    scene.panel->showTopic("site");
    QVERIFY(scene.payload().isEmpty());
    QCOMPARE(scene.missing(), QStringLiteral("This level has no value of its own: choose a topic below it."));
    QCOMPARE(scene.panel->findChild<QLabel *>()->text(), QStringLiteral("Last value \u00B7 site"));
    scene.publish(1, "2");
    scene.panel->tick();
    QVERIFY(scene.payload().isEmpty());
}

void TestInspectorPanel::publishIsTakenApart()
{
    Scene scene;
    scene.packet(publish5, PacketDirection::ToClient);
    scene.packet(publish5, PacketDirection::ToClient, 5'000);
    scene.packet(QByteArray::fromHex("c000"), PacketDirection::FromClient);
    scene.panel->showPacket(0);
    QCOMPARE(scene.inspector().currentIndex(), int(Inspector::Bytes));
    QCOMPARE(scene.payload(), QByteArray("21"));
    QCOMPARE(scene.inspector().message().packet, publish5);
    QCOMPARE(scene.fact(QStringLiteral("Topic")), QStringLiteral("site/temp"));
    QCOMPARE(scene.fact(QStringLiteral("QoS")), QStringLiteral("1"));
    QCOMPARE(scene.fact(QStringLiteral("Retain")), QStringLiteral("yes"));
    QCOMPARE(scene.fact(QStringLiteral("Duplicate")), QStringLiteral("yes"));
    QCOMPARE(scene.fact(QStringLiteral("Packet id")), QStringLiteral("7"));
    QCOMPARE(scene.fact(QStringLiteral("Sent to")), QStringLiteral("dev1"));
    QCOMPARE(scene.fact(QStringLiteral("Content Type")), QStringLiteral("text"));
    scene.inspector().setCurrentIndex(Inspector::Payload);
    scene.panel->showPacket(1); // who goes from one to the next has chosen a tab
    QCOMPARE(scene.inspector().currentIndex(), int(Inspector::Payload));
    QVERIFY(scene.fact(QStringLiteral("Payload")).contains(QStringLiteral("were kept")));
    scene.panel->showPacket(2);
    QCOMPARE(scene.inspector().currentIndex(), int(Inspector::Bytes));
    QCOMPARE(scene.missing(), QStringLiteral("This packet carries no message."));
}

void TestInspectorPanel::packetOfAMessageShowsTheMessage()
{
    Scene scene;
    scene.packet(publish5, PacketDirection::FromClient, 5'000);
    scene.publish(2, "99", 0);
    scene.publish(1, "all of it", 1);
    scene.panel->showPacket(0);
    QCOMPARE(scene.payload(), QByteArray("all of it"));
    QCOMPARE(scene.inspector().message().packet, publish5);
    QCOMPARE(scene.inspector().currentIndex(), int(Inspector::Bytes));
}

void TestInspectorPanel::nothingIsKnownOfReceiversAtQoS0()
{
    Scene scene;
    scene.publish(1, "1");
    MonitorBatch batch;
    batch.when = aMoment;
    batch.deliveries = {step(1, 1, DeliveryStep::Sent, 0, QoS::AtMostOnce), step(1, 2, DeliveryStep::Sent, 5'000)};
    scene.source.push(batch);
    scene.panel->showMessage(0);
    const std::vector<InspectedDelivery> &deliveries = scene.inspector().message().deliveries;
    QCOMPARE(deliveries.size(), size_t(2));
    QCOMPARE(deliveries[0].sentAfter, -1);
    QCOMPARE(deliveries[1].sentAfter, 5'000);
}

QTEST_MAIN(TestInspectorPanel)
#include "tst_inspectorpanel.moc"
