#!/usr/bin/env python3
"""paho for Python against pigeond: 3.1, 3.1.1 and 5.0, with wires that break where it hurts."""
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import unittest

import wire
from fixture import DEADLINE, BrokerTest, eventually
from paho_client import MQTT5, MQTT31, MQTT311, Client, mqtt, require_paho
from wire import Wire, qos_of

VERSIONS = (MQTT31, MQTT311, MQTT5)
HERE = os.path.dirname(os.path.abspath(__file__))
SERVER_SHUTTING_DOWN, SESSION_TAKEN_OVER, TOPIC_ALIAS_INVALID = 0x8B, 0x8E, 0x94


def setUpModule():
    require_paho()


class PahoTest(BrokerTest):
    def client(self, name="", port=None, **more):
        return Client(self, port or self.port, name, **more)

    def publisher(self):
        """A client with a name that no other one has."""
        self._publishers = getattr(self, "_publishers", 0) + 1
        return self.client(f"publisher {self._publishers}")

    def wire(self):
        line = Wire(self.port)
        self.addCleanup(line.close)
        return line

    def child(self, **wish):
        child = self.spawn(sys.executable, os.path.join(HERE, "paho_child.py"),
                           json.dumps({"port": self.port, "version": MQTT5, **wish}), stdin=subprocess.PIPE)
        child.out.wait_match("^subscribed")
        return child


class Messages(PahoTest):
    def test_every_version_to_every_version_at_every_qos(self):
        subscribers = {}
        for version in VERSIONS:
            for qos in (0, 1, 2):
                subscribers[version, qos] = self.client(f"s{version}{qos}", version=version)
                self.assertEqual(subscribers[version, qos].subscribe("m/#", qos), qos) # [MQTT-3.8.4-7]
        sent = [(version, qos) for version in VERSIONS for qos in (0, 1, 2)]
        for version in VERSIONS:
            publisher = self.client(f"p{version}", version=version)
            for qos in (0, 1, 2):
                publisher.publish(f"m/{version}/{qos}", f"{version} at {qos}", qos)
        for (version, maximum), subscriber in subscribers.items():
            with self.subTest(version=version, qos=maximum):
                got = sorted((m.payload.decode(), m.topic, m.qos) for m in subscriber.messages.wait_count(len(sent)))
                self.assertEqual(got, [(f"{v} at {q}", f"m/{v}/{q}", min(q, maximum)) for v, q in sent])

    def test_large_payloads_are_the_same_byte_for_byte(self):
        payload = os.urandom(5_000_000)
        for version in (MQTT311, MQTT5):
            subscriber = self.client(f"s{version}", version=version)
            publisher = self.client(f"p{version}", version=version)
            subscriber.subscribe("large")
            for qos in (0, 1, 2):
                with self.subTest(version=version, qos=qos):
                    publisher.publish("large", payload, qos)
                    got = subscriber.messages.wait_count(qos + 1)[-1]
                    self.assertEqual((len(got.payload), got.qos), (len(payload), qos))
                    self.assertEqual(hashlib.sha256(got.payload).digest(), hashlib.sha256(payload).digest())
            for each in (subscriber, publisher):
                each.disconnect()

    def test_order_within_a_burst(self):
        subscriber, publisher = self.client("s"), self.publisher()
        subscriber.subscribe("burst")
        for qos in (0, 1, 2):
            last = [publisher.start("burst", f"{qos}/{i}", qos) for i in range(1000)][-1]
            last.wait_for_publish(DEADLINE)
        got = subscriber.payloads(3000)
        for qos in (0, 1, 2): # [MQTT-4.6.0-6]
            self.assertEqual([each for each in got if each[0] == str(qos)], [f"{qos}/{i}" for i in range(1000)])

    def test_unsubscribe(self):
        for version in VERSIONS:
            subscriber = self.client(f"u{version}", version=version)
            subscriber.subscribe("a")
            subscriber.subscribe("b")
            done = threading.Event()
            subscriber.paho.on_unsubscribe = lambda *_: done.set()
            subscriber.paho.unsubscribe("a")
            self.assertTrue(done.wait(DEADLINE))
            publisher = self.publisher()
            publisher.publish("a", "not any more")
            publisher.publish("b", "end")
            self.assertEqual(subscriber.until("end"), []) # [MQTT-3.10.4-2]

    def test_many_topics_and_wildcards(self):
        client = self.client("many")
        everything, level, one = self.client("all"), self.client("level"), self.client("one")
        everything.subscribe("t/#", 1)
        level.subscribe("t/+/7", 1)
        one.subscribe("t/5/7", 1)
        for a in range(20):
            for b in range(20):
                client.start(f"t/{a}/{b}", f"{a}/{b}")
        client.publish("t/5/7", "end")
        self.assertEqual(len(everything.until("end")), 400)
        self.assertEqual(level.payloads(21), [f"{a}/7" for a in range(20)] + ["end"])
        self.assertEqual(one.payloads(2), ["5/7", "end"])


class Properties5(PahoTest):
    def test_request_and_response(self):
        service, caller = self.client("service"), self.client("caller")
        service.subscribe("requests")
        caller.subscribe("answers/caller")
        caller.publish("requests", "6 * 7", ResponseTopic="answers/caller", CorrelationData=b"\0\xff7",
                       ContentType="sum", PayloadFormatIndicator=1)
        request = service.message()
        self.assertEqual((request.properties.ContentType, request.properties.PayloadFormatIndicator), ("sum", 1))
        service.publish(request.properties.ResponseTopic, "42", CorrelationData=request.properties.CorrelationData)
        answer = caller.message()
        self.assertEqual((answer.payload, answer.properties.CorrelationData), (b"42", b"\0\xff7")) # [MQTT-3.3.2-16]

    def test_user_properties_stay_in_order(self):
        subscriber = self.client("s")
        subscriber.subscribe("u")
        pairs = [("z", "1"), ("a", "2"), ("z", "3"), ("", ""), ("ä", "ö"), ("a", "2")]
        self.publisher().publish("u", "x", UserProperty=pairs)
        self.assertEqual(subscriber.message().properties.UserProperty, pairs) # [MQTT-3.3.2-18]

    def test_subscription_identifiers(self):
        subscriber = self.client("s")
        subscriber.subscribe("i/#", identifier=1)
        subscriber.subscribe("i/+", identifier=268435455)
        subscriber.subscribe("i/x")
        publisher = self.publisher()
        publisher.publish("i/x", "x")
        publisher.publish("i/y/z", "end")
        messages = subscriber.messages.wait(lambda all_: all_ and all_[-1].payload == b"end" and list(all_), "end")
        # One copy for all of them or one for each: both are right [MQTT-3.3.4-2].
        identifiers = sorted(sum((m.properties.SubscriptionIdentifier for m in messages[:-1]
                                  if hasattr(m.properties, "SubscriptionIdentifier")), []))
        self.assertEqual(identifiers, [1, 268435455]) # [MQTT-3.3.4-3..4]
        self.assertEqual(messages[-1].properties.SubscriptionIdentifier, [1])

    def test_aliases_towards_the_broker(self):
        subscriber, publisher = self.client("s"), self.publisher()
        subscriber.subscribe("alias/#")
        granted = publisher.connects.all()[0][2].TopicAliasMaximum
        self.assertGreater(granted, 0)
        for alias in (1, granted):
            publisher.publish(f"alias/{alias}", "named", TopicAlias=alias)
            publisher.publish("", "by alias", TopicAlias=alias)
        publisher.publish("alias/new", "named again", TopicAlias=1)
        publisher.publish("", "by the new one", TopicAlias=1)
        got = [(m.topic, m.payload.decode()) for m in subscriber.messages.wait_count(6)]
        self.assertEqual(got, [("alias/1", "named"), ("alias/1", "by alias"), (f"alias/{granted}", "named"),
                               (f"alias/{granted}", "by alias"), ("alias/new", "named again"),
                               ("alias/new", "by the new one")])
        publisher.start("alias/x", "x", TopicAlias=granted + 1)
        publisher.disconnects.wait(lambda codes: codes and codes[0] == TOPIC_ALIAS_INVALID,
                                   "DISCONNECT with 0x94") # [MQTT-3.3.2-9]

    def test_aliases_from_the_broker(self):
        subscriber, publisher = self.client("s", TopicAliasMaximum=3), self.publisher()
        subscriber.subscribe("alias/#")
        order = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 4, 4, 0]
        for i in order:
            publisher.publish(f"alias/{i}", str(i))
        known, aliased = {}, 0
        for message in subscriber.messages.wait_count(len(order)):
            alias = getattr(message.properties, "TopicAlias", None)
            if alias is not None:
                self.assertIn(alias, (1, 2, 3)) # [MQTT-3.3.2-8]
                known[alias] = message.topic or known[alias]
                aliased += not message.topic
            self.assertEqual(message.topic or known[alias], f"alias/{message.payload.decode()}")
        self.assertGreater(aliased, 0)

    def test_no_alias_for_a_client_that_wants_none(self):
        subscriber, publisher = self.client("s"), self.publisher()
        subscriber.subscribe("alias")
        for _ in range(5):
            publisher.publish("alias", "x")
        for message in subscriber.messages.wait_count(5):
            self.assertEqual((message.topic, hasattr(message.properties, "TopicAlias")), ("alias", False))

    def test_receive_maximum_is_kept(self):
        for maximum in (1, 5):
            with self.subTest(maximum=maximum):
                line, publisher = self.wire(), self.publisher()
                line.hold(wire.PUBACK, wire.PUBREC)
                subscriber = self.client("s", line.port, ReceiveMaximum=maximum)
                subscriber.subscribe("flow")
                for i in range(20):
                    publisher.publish("flow", str(i), qos=1 + i % 2)
                line.ping()
                line.wait_seen("broker", wire.PINGRESP)
                self.assertEqual(len(line.seen("broker", wire.PUBLISH)), maximum) # [MQTT-3.3.4-9]
                line.release()
                self.assertEqual(sorted(subscriber.payloads(20), key=int), [str(i) for i in range(20)])
                under_way = largest = 0
                for frame in line.frames.all():
                    under_way += (frame.sender, frame.type) == ("broker", wire.PUBLISH) and qos_of(frame) > 0
                    under_way -= frame.sender == "client" and frame.type in (wire.PUBACK, wire.PUBCOMP)
                    largest = max(largest, under_way)
                self.assertEqual(largest, maximum)
                subscriber.disconnect()

    def test_no_local(self):
        for no_local in (True, False):
            with self.subTest(no_local=no_local):
                client = self.client("self")
                client.subscribe("own", noLocal=no_local)
                client.publish("own", "mine")
                self.publisher().publish("own", "end")
                self.assertEqual(client.until("end"), [] if no_local else ["mine"]) # [MQTT-3.8.3-3]

    def test_retain_handling(self):
        publisher = self.publisher()
        publisher.publish("kept", "old", retain=True)
        rows = [(0, ["old"], ["old"]), (1, ["old"], []), (2, [], [])] # [MQTT-3.3.1-9..11]
        for handling, at_first, again in rows:
            with self.subTest(handling=handling):
                client = self.client(f"rh{handling}")
                for number, wanted in (("1", at_first), ("2", again)):
                    before = len(client.messages.all())
                    client.subscribe("kept", retainHandling=handling)
                    publisher.publish("kept", "live" + number)
                    got = client.until("live" + number)
                    self.assertEqual([each for each in got[before:] if each == "old"], wanted)

    def test_retain_as_published(self):
        publisher, plain, bridge = self.publisher(), self.client("a"), self.client("b")
        plain.subscribe("rap")
        bridge.subscribe("rap", retainAsPublished=True)
        publisher.publish("rap", "x", retain=True)
        self.assertEqual((plain.message().retain, bridge.message().retain), (0, 1)) # [MQTT-3.3.1-12..13]


class Retained(PahoTest):
    def retained(self, filter_, version=MQTT5):
        client = self.client("newcomer", version=version)
        client.subscribe("sync")
        client.subscribe(filter_)
        self.publisher().publish("sync", "end", 2) # paho shows QoS 2 after its handshake: so must this be
        client.until("end")
        kept = {m.topic: m.payload.decode() for m in client.messages.all() if m.retain}
        client.disconnect()
        return kept

    def test_set_replace_delete(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                publisher = self.client("p2", version=version)
                for qos in (0, 1, 2):
                    publisher.publish(f"{version}/{qos}", "old", qos, retain=True)
                    publisher.publish(f"{version}/{qos}", f"new {qos}", qos, retain=True)
                    publisher.publish(f"{version}/{qos}", "not kept", qos)
                self.assertEqual(self.retained(f"{version}/+", version),
                                 {f"{version}/{qos}": f"new {qos}" for qos in (0, 1, 2)})
                for qos in (0, 1, 2):
                    publisher.publish(f"{version}/{qos}", "", qos, retain=True)
                publisher.disconnect()
                self.assertEqual(self.retained("#", version), {})

    def test_they_expire(self):
        publisher = self.publisher()
        publisher.publish("x/short", "x", retain=True, MessageExpiryInterval=1)
        publisher.publish("x/long", "x", retain=True, MessageExpiryInterval=1000)
        eventually(lambda: list(self.retained("x/#")) == ["x/long"], "the end of a message that lives for 1 s")


class Wills(PahoTest):
    def test_a_killed_process_leaves_its_will(self):
        watcher = self.client("watcher")
        watcher.subscribe("+/will")
        for version in VERSIONS:
            with self.subTest(version=version):
                count = len(watcher.messages.all())
                self.child(id=f"victim{version}", version=version, will_qos=version - 3).kill()
                will = watcher.messages.wait_count(count + 1)[-1]
                self.assertEqual((will.topic, will.payload, will.qos), (f"victim{version}/will", b"gone", version - 3))

    def test_a_process_that_disconnects_does_not(self):
        watcher = self.client("watcher")
        watcher.subscribe("+/will")
        for version in VERSIONS:
            leaving = self.child(id=f"leaving{version}", version=version)
            leaving.process.stdin.close()
            self.assertEqual(leaving.wait(), 0)
        self.publisher().publish("x/will", "end")
        self.assertEqual(watcher.until("end"), []) # [MQTT-3.14.4-3]

    def test_a_delayed_will_is_cancelled_by_coming_back(self):
        watcher = self.client("watcher")
        watcher.subscribe("+/will")
        self.child(id="delayed", will_delay=2, session_expiry=100).kill()
        self.broker.err.wait_match('Client "delayed" .* is gone')
        back = self.client("delayed", clean=False, SessionExpiryInterval=100)
        self.assertTrue(back.session_present)
        self.child(id="later", will_delay=3, session_expiry=100).kill() # due after the one that was cancelled
        self.assertEqual([m.topic for m in watcher.messages.wait_count(1)], ["later/will"]) # [MQTT-3.1.3-9]

    def test_a_silent_process_is_closed_and_comes_back(self):
        watcher = self.client("watcher")
        watcher.subscribe("+/will")
        for version in (MQTT311, MQTT5):
            with self.subTest(version=version):
                count = len(watcher.messages.all())
                silent = self.child(id=f"silent{version}", version=version, keep_alive=1)
                silent.signal(signal.SIGSTOP)
                watcher.messages.wait_count(count + 1) # [MQTT-3.1.2-22]
                silent.signal(signal.SIGCONT)
                silent.out.wait(lambda lines: lines.count("subscribed") >= 2, "a second connection")
                self.publisher().publish(f"silent{version}/in", "again")
                silent.out.wait_match("^message again$")


class Sessions(PahoTest):
    def away(self, version, **more):
        """A session with a subscription whose client has gone."""
        options = {"SessionExpiryInterval": 1000, **more} if version == MQTT5 else {}
        client = self.client(f"phone{version}", version=version, clean=False, **options)
        self.assertFalse(client.session_present)
        client.subscribe("alerts/#")
        client.disconnect()
        return lambda: self.client(f"phone{version}", version=version, clean=False, **options)

    def test_what_came_meanwhile_waits_in_order(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                come_back, publisher = self.away(version), self.publisher()
                for i in range(50):
                    publisher.publish(f"alerts/{i % 2}", str(i), 1 + i % 2)
                back = come_back()
                self.assertEqual(back.session_present, version != MQTT31) # 3.1 has no word for it in its CONNACK
                got = back.payloads(50)
                for parity in (0, 1):
                    self.assertEqual([each for each in got if int(each) % 2 == parity],
                                     [str(i) for i in range(50) if i % 2 == parity]) # [MQTT-4.6.0-6]
                back.disconnect()
                again = come_back()
                publisher.publish("alerts/x", "end")
                self.assertEqual(again.until("end"), [])

    def test_a_session_ends_when_it_expires(self):
        self.client("short", clean=False, SessionExpiryInterval=1).disconnect()
        self.client("long", clean=False, SessionExpiryInterval=1000).disconnect()
        watcher = self.client("watcher")
        watcher.subscribe("+/will")
        # Its will comes when its session ends, a second after the first one's was due.
        self.child(id="clock", will_delay=1000, session_expiry=2).kill()
        watcher.messages.wait_count(1)
        self.assertFalse(self.client("short", clean=False).session_present) # [MQTT-3.1.2-23]
        self.assertTrue(self.client("long", clean=False).session_present)

    def test_a_session_can_be_ended_at_disconnect(self):
        self.client("phone", clean=False, SessionExpiryInterval=1000).disconnect(SessionExpiryInterval=0)
        self.assertFalse(self.client("phone", clean=False).session_present)

    def test_clean_start_ends_it(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                self.away(version)
                fresh = self.client(f"phone{version}", version=version, clean=True)
                self.assertFalse(fresh.session_present)
                self.publisher().publish("alerts/x", "lost")
                fresh.subscribe("end")
                self.publisher().publish("end", "end")
                self.assertEqual(fresh.until("end"), []) # [MQTT-3.1.2-4]
                fresh.disconnect()

    def test_take_over(self):
        first = self.client("same", clean=False, SessionExpiryInterval=100)
        first.subscribe("t")
        first.paho.reconnect_delay_set(1000, 1000) # else they would take it from each other for ever
        second = self.client("same", clean=False, SessionExpiryInterval=100)
        self.assertEqual(first.disconnects.wait_count(1)[0], SESSION_TAKEN_OVER) # [MQTT-3.1.4-3]
        self.assertTrue(second.session_present)
        self.publisher().publish("t", "x")
        self.assertEqual(second.payloads(1), ["x"])

    def test_a_broker_that_ends_says_so(self):
        clients = [self.client(f"c{version}", version=version) for version in VERSIONS]
        self.assertEqual(self.broker.stop(), 0)
        for client in clients:
            client.disconnects.wait_count(1)
        self.assertEqual(clients[-1].disconnects.all()[0], SERVER_SHUTTING_DOWN)

    def test_an_empty_client_id(self):
        names = {self.client().connects.all()[0][2].AssignedClientIdentifier for _ in range(3)} # [MQTT-3.2.2-16]
        self.assertEqual(len(names), 3)
        self.assertEqual(self.client(version=MQTT311).connects.all()[0][0], 0) # [MQTT3-3.1.3-6]


class BrokenWires(PahoTest):
    """A QoS 2 message arrives once, whichever packet of its handshake is lost [MQTT-4.3.3-1..13]."""

    def test_from_a_publisher(self):
        steps = [("client", wire.PUBLISH, False), ("client", wire.PUBLISH, True), ("broker", wire.PUBREC, False),
                 ("client", wire.PUBREL, False), ("client", wire.PUBREL, True), ("broker", wire.PUBCOMP, False)]
        for version in (MQTT311, MQTT5):
            line, subscriber = self.wire(), self.client(f"s{version}")
            subscriber.subscribe("once")
            options = {"SessionExpiryInterval": 1000} if version == MQTT5 else {}
            publisher = self.client(f"p{version}", line.port, version=version, clean=False, **options)
            for i, (sender, packet, passes) in enumerate(steps):
                with self.subTest(version=version, sender=sender, packet=packet, passes=passes):
                    line.break_at(sender, packet, passes)
                    publisher.publish("once", f"{i}", qos=2)
                    self.assertEqual(len(publisher.connects.wait_count(i + 2)), i + 2)
                    self.assertTrue(publisher.session_present)
            publisher.publish("once", "end", qos=2)
            self.assertEqual(subscriber.until("end"), [str(i) for i in range(len(steps))])
            subscriber.disconnect()
            publisher.disconnect()

    def test_to_a_subscriber(self):
        steps = [("broker", wire.PUBLISH, False), ("broker", wire.PUBLISH, True), ("client", wire.PUBREC, False),
                 ("client", wire.PUBREC, True), ("broker", wire.PUBREL, False), ("broker", wire.PUBREL, True),
                 ("client", wire.PUBCOMP, False), ("client", wire.PUBCOMP, True)]
        for version in (MQTT311, MQTT5):
            line, publisher = self.wire(), self.publisher()
            options = {"SessionExpiryInterval": 1000} if version == MQTT5 else {}
            subscriber = self.client(f"s{version}", line.port, version=version, clean=False, **options)
            subscriber.subscribe("once")
            for i, (sender, packet, passes) in enumerate(steps):
                with self.subTest(version=version, sender=sender, packet=packet, passes=passes):
                    line.break_at(sender, packet, passes)
                    publisher.publish("once", f"{i}", qos=2)
                    subscriber.connects.wait_count(i + 2)
                    self.assertTrue(subscriber.session_present)
                    subscriber.payloads(i + 1)
            publisher.publish("once", "end", qos=2)
            self.assertEqual(subscriber.until("end"), [str(i) for i in range(len(steps))])
            subscriber.disconnect()

    def test_qos_1_is_sent_again_with_dup(self):
        line, publisher = self.wire(), self.publisher()
        subscriber = self.client("s", line.port, clean=False, SessionExpiryInterval=1000)
        subscriber.subscribe("again")
        line.break_at("client", wire.PUBACK, False)
        publisher.publish("again", "x")
        messages = subscriber.messages.wait_count(2)
        self.assertEqual([bool(m.dup) for m in messages], [False, True]) # [MQTT-3.3.1-1]
        self.assertEqual(messages[0].mid, messages[1].mid) # [MQTT-4.4.0-1]

    def test_a_storm_of_reconnects(self):
        line, publisher = self.wire(), self.publisher()
        crowd = [self.client(f"c{i}", line.port, clean=False, SessionExpiryInterval=1000) for i in range(30)]
        for client in crowd:
            client.subscribe("storm")
        for round_ in range(3):
            line.break_all()
            publisher.publish("storm", str(round_), 2)
            for client in crowd:
                client.connects.wait_count(round_ + 2)
        for client in crowd:
            self.assertEqual(client.payloads(3), ["0", "1", "2"])

    def test_one_client_id_from_many_sides(self):
        def connect():
            for _ in range(10):
                client = mqtt.Client("fought over", protocol=mqtt.MQTTv311)
                client.connect("127.0.0.1", self.port)
                for _ in range(5):
                    if client.loop(0.01) != mqtt.MQTT_ERR_SUCCESS:
                        break
                client._sock_close()
        sides = [threading.Thread(target=connect) for _ in range(10)]
        for side in sides:
            side.start()
        for side in sides:
            side.join(DEADLINE)
        last = self.client("fought over")
        last.subscribe("t")
        last.publish("t", "alive")
        self.assertEqual(last.payloads(1), ["alive"])


class Crowds(PahoTest):
    def test_each_message_goes_to_one_of_three(self):
        for version in (MQTT311, MQTT5):
            with self.subTest(version=version):
                members = [self.client(f"m{i}", version=version) for i in range(3)]
                for member in members:
                    member.subscribe("$share/workers/jobs/#")
                everybody, publisher = self.client("all", version=version), self.client(f"p{version}", version=version)
                everybody.subscribe("jobs/#")
                for i in range(60):
                    publisher.publish(f"jobs/{i}", str(i), i % 3)
                everybody.payloads(60)
                eventually(lambda: sum(len(m.messages.all()) for m in members) >= 60, "60 messages for the group")
                got = [[m.payload.decode() for m in member.messages.all()] for member in members]
                self.assertEqual(sorted(sum(got, []), key=int), [str(i) for i in range(60)]) # [MQTT-4.8.2-4..6]
                self.assertEqual([len(each) for each in got], [20, 20, 20])
                for each in (*members, everybody, publisher):
                    each.disconnect()

    def test_two_hundred_connections(self):
        crowd = [self.client(f"c{i}", version=VERSIONS[i % 3]) for i in range(200)]
        for i, client in enumerate(crowd):
            client.paho.subscribe([("crowd/all", i % 3), (f"crowd/{i}", 1)])
        for client in crowd:
            client.subacks.wait_count(1)
        publisher = self.publisher()
        for i in range(200):
            publisher.start(f"crowd/{i}", str(i))
        publisher.publish("crowd/all", "end", 2)
        for i, client in enumerate(crowd):
            self.assertEqual(sorted(client.payloads(2)), [str(i), "end"])


if __name__ == "__main__":
    unittest.main()
