#!/usr/bin/env python3
"""MQTT.js against pigeond; mqttjs_driver.js holds the clients."""
import base64
import hashlib
import os
import signal
import unittest

import wire
from fixture import TOP, BrokerTest, JsonLines, eventually, require_program
from wire import Wire

MQTTJS = os.environ.get("MQTTJS", os.path.join(TOP, "build", "mqttjs", "node_modules"))
DRIVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mqttjs_driver.js")
VERSIONS = (3, 4, 5)
SERVER_SHUTTING_DOWN, SESSION_TAKEN_OVER = 0x8B, 0x8E
NO_MATCHING_SUBSCRIBERS, NO_SUBSCRIPTION_EXISTED = 0x10, 0x11


def setUpModule():
    require_program("node", "It is in Debian's package nodejs, which test.sh installs.")
    if not os.path.isdir(os.path.join(MQTTJS, "mqtt")):
        raise AssertionError(f"MQTT.js is not in {MQTTJS}: the end-to-end tests need it. test.sh installs it there.")


def as_bytes(data):
    return {"$bytes": base64.b64encode(data).decode()}


class Client:
    """One MQTT.js client inside a driver; it is connected when it is made."""

    def __init__(self, driver, port, name, version=5, clean=True, properties=None, **options):
        self.driver, self.name = driver, name
        if version == 3:
            options["protocolId"] = "MQIsdp"
        if properties is not None:
            options["properties"] = properties
        options = {"clientId": name, "protocolVersion": version, "clean": clean, "keepalive": 60, **options}
        self.connack = driver.ask(do="connect", client=name, port=port, options=options)["connack"]

    @property
    def session_present(self):
        return self.connack["sessionPresent"]

    def events(self, kind):
        return self._of(kind, self.driver.events.all())

    def _of(self, kind, events):
        return [each for each in events if each["event"] == kind and each["client"] == self.name]

    def wait(self, kind, count=1):
        """The first `count` events of a kind, and what there is beyond them."""
        return self.driver.events.wait(lambda all_: len(self._of(kind, all_)) >= count and self._of(kind, all_),
                                       f"event {count} of kind {kind} at {self.name}")

    def payloads(self, count):
        return [base64.b64decode(each["payload"]).decode() for each in self.wait("message", count)]

    def until(self, payload):
        """The payloads before this one."""
        wanted = base64.b64encode(payload.encode()).decode()
        got = self.driver.events.wait(lambda all_: any(m["payload"] == wanted for m in self._of("message", all_))
                                      and self._of("message", all_), f"{payload} at {self.name}")
        return [base64.b64decode(m["payload"]).decode() for m in got if m["payload"] != wanted]

    def message(self):
        return self.wait("message")[0]

    def subscribe(self, filters, qos=2, **options):
        return self.driver.ask(do="subscribe", client=self.name, filters=filters,
                               options={"qos": qos, **options})["granted"]

    def unsubscribe(self, filters):
        return self.driver.ask(do="unsubscribe", client=self.name, filters=filters)["granted"]

    def publish(self, topic, payload="", qos=1, retain=False, **options):
        """Returns when it is acknowledged, or sent when there is nothing to acknowledge."""
        said = self.start(topic, payload, qos, retain, **options)()
        if "error" in said:
            raise AssertionError(f"{topic} was not published: {said['error']}")

    def start(self, topic, payload="", qos=1, retain=False, **options):
        return self.driver.ask_later(do="publish", client=self.name, topic=topic, payload=payload,
                                     options={"qos": qos, "retain": retain, **options})

    def end(self, force=False, **options):
        self.driver.ask(do="end", client=self.name, force=force, options=options)


class MqttJsTest(BrokerTest):
    def setUp(self):
        super().setUp()
        self.driver = self.new_driver()
        self._publishers = 0

    def new_driver(self):
        driver = JsonLines("node", DRIVER, MQTTJS)
        self.addCleanup(driver.end)
        return driver

    def client(self, name, port=None, driver=None, **more):
        return Client(driver or self.driver, port or self.port, name, **more)

    def publisher(self, **more):
        self._publishers += 1
        return self.client(f"publisher {self._publishers}", **more)

    def wire(self):
        line = Wire(self.port)
        self.addCleanup(line.close)
        return line


class Messages(MqttJsTest):
    def test_every_version_to_every_version_at_every_qos(self):
        subscribers = {}
        for version in VERSIONS:
            for qos in (0, 1, 2):
                subscribers[version, qos] = self.client(f"s{version}{qos}", version=version)
                self.assertEqual(subscribers[version, qos].subscribe("m/#", qos), [qos])
        sent = [(version, qos) for version in VERSIONS for qos in (0, 1, 2)]
        for version in VERSIONS:
            publisher = self.publisher(version=version)
            for qos in (0, 1, 2):
                publisher.publish(f"m/{version}/{qos}", f"{version} at {qos}", qos)
        for (version, maximum), subscriber in subscribers.items():
            with self.subTest(version=version, qos=maximum):
                got = sorted((m["topic"], m["qos"], m["retain"]) for m in subscriber.wait("message", len(sent)))
                self.assertEqual(got, [(f"m/{v}/{q}", min(q, maximum), False) for v, q in sent]) # [MQTT-3.8.4-8]

    def test_large_payloads_are_the_same_byte_for_byte(self):
        payload = os.urandom(5_000_000)
        subscriber, publisher = self.client("s"), self.publisher(version=4)
        subscriber.subscribe("large")
        for qos in (0, 1, 2):
            publisher.publish("large", as_bytes(payload), qos)
            message = subscriber.wait("message", qos + 1)[-1]
            got = base64.b64decode(message["payload"])
            self.assertEqual((len(got), message["qos"]), (len(payload), qos))
            self.assertEqual(hashlib.sha256(got).digest(), hashlib.sha256(payload).digest())

    def test_reason_codes(self):
        client = self.client("c")
        for qos in (1, 2):
            client.publish("nobody", "x", qos)
        self.assertEqual(client.subscribe(["a", "b/+"], 1), [1, 1])
        client.publish("a", "x", 1)
        self.assertEqual([each["reason"] for each in client.events("acknowledged")],
                         [NO_MATCHING_SUBSCRIBERS, NO_MATCHING_SUBSCRIBERS, 0])
        with self.assertRaisesRegex(AssertionError, "Not authorized"):
            client.publish("$SYS/broker/version", "forged", 1)
        self.assertEqual(client.unsubscribe(["a", "never"]), [0, NO_SUBSCRIPTION_EXISTED]) # [MQTT-3.11.3-2]

    def test_wildcards_and_many_topics(self):
        client, publisher = self.client("s"), self.publisher()
        filters = [f"t/{i}" for i in range(300)]
        self.assertEqual(client.subscribe(filters, 1), [1] * 300)
        plus, rest = self.client("plus"), self.client("rest")
        plus.subscribe("+/7")
        rest.subscribe("#")
        for i in range(300):
            publisher.start(f"t/{i}", str(i))
        publisher.publish("$hidden", "not for #")
        publisher.publish("t/7", "end")
        self.assertEqual(client.until("end"), [str(i) for i in range(300)]) # [MQTT-4.6.0-6]
        self.assertEqual(plus.until("end"), ["7"])
        self.assertEqual(rest.until("end"), [str(i) for i in range(300)]) # [MQTT-4.7.2-1]

    def test_retained(self):
        publisher = self.publisher()
        for version in VERSIONS:
            for payload in ("old", "new"):
                publisher.publish(f"{version}/kept", payload, 2, True)
            newcomer = self.client(f"n{version}", version=version)
            newcomer.subscribe([f"{version}/+", "end"])
            publisher.publish(f"{version}/kept", "", 1, True)
            publisher.publish("end", f"end {version}", 2)
            self.assertEqual(newcomer.until(f"end {version}")[:1], ["new"])
            got = [(m["topic"], m["retain"]) for m in newcomer.events("message") if m["payload"]]
            self.assertEqual(got, [(f"{version}/kept", True), ("end", False)]) # [MQTT-3.3.1-8]
            later = self.client(f"l{version}", version=version)
            later.subscribe([f"{version}/+", "end"])
            publisher.publish("end", "nothing", 2)
            self.assertEqual(later.until("nothing"), [])
            newcomer.end()
            later.end()


class Properties(MqttJsTest):
    def test_request_and_response(self):
        service, caller = self.client("service"), self.client("caller")
        service.subscribe("requests")
        caller.subscribe("answers")
        caller.publish("requests", "6 * 7", properties={
            "responseTopic": "answers", "correlationData": as_bytes(b"\0\xff7"), "contentType": "sum",
            "payloadFormatIndicator": True, "messageExpiryInterval": 1000,
            "userProperties": {"z": ["1", "2"], "a": "3", "ä": "ö"}})
        request = service.message()["properties"]
        self.assertIn(request.pop("messageExpiryInterval"), (999, 1000))
        self.assertEqual(list(request["userProperties"].items()), [("z", ["1", "2"]), ("a", "3"), ("ä", "ö")])
        self.assertEqual((request["contentType"], request["payloadFormatIndicator"]), ("sum", True))
        service.publish(request["responseTopic"], "42", properties={"correlationData": request["correlationData"]})
        self.assertEqual(caller.message()["properties"]["correlationData"], as_bytes(b"\0\xff7"))

    def test_subscription_identifiers(self):
        client = self.client("s")
        client.subscribe("i/#", properties={"subscriptionIdentifier": 1})
        client.subscribe("i/+", properties={"subscriptionIdentifier": 268435455})
        self.publisher().publish("i/x", "x")
        self.publisher().publish("i/x/y", "end")
        client.until("end")
        found = []
        for message in client.events("message")[:-1]:
            identifier = message["properties"]["subscriptionIdentifier"]
            found += identifier if isinstance(identifier, list) else [identifier]
        self.assertEqual(sorted(found), [1, 268435455]) # [MQTT-3.3.4-3..4]

    def test_aliases_that_mqttjs_assigns(self):
        subscriber = self.client("s")
        publisher = self.client("p", autoAssignTopicAlias=True)
        self.assertGreater(publisher.connack["properties"]["topicAliasMaximum"], 0)
        subscriber.subscribe("alias/#")
        maximum = publisher.connack["properties"]["topicAliasMaximum"]
        order = [0, 1, 0, *range(maximum + 5), 1, 0] # so many that aliases are given anew
        for i in order:
            publisher.publish(f"alias/{i}", str(i))
        got = [(m["topic"], base64.b64decode(m["payload"]).decode()) for m in subscriber.wait("message", len(order))]
        self.assertEqual(got, [(f"alias/{i}", str(i)) for i in order])
        self.assertTrue([each for each in publisher.events("sent") if each["topic"] == ""])

    def test_aliases_that_mqttjs_uses(self):
        subscriber, publisher = self.client("s"), self.client("p", autoUseTopicAlias=True)
        subscriber.subscribe("alias/#")
        publisher.publish("alias/a", "0", properties={"topicAlias": 5})
        for i in range(1, 4):
            publisher.publish("alias/a", str(i))
        self.assertEqual(subscriber.payloads(4), ["0", "1", "2", "3"])
        self.assertEqual([(s["topic"], s["alias"]) for s in publisher.events("sent")], [("alias/a", 5)] + [("", 5)] * 3)

    def test_aliases_that_the_broker_assigns(self):
        subscriber, publisher = self.client("s", properties={"topicAliasMaximum": 2}), self.publisher()
        subscriber.subscribe("alias/#")
        order = [0, 0, 1, 1, 2, 2, 0, 0, 1, 2, 2]
        for i in order:
            publisher.publish(f"alias/{i}", str(i))
        got = [(m["topic"] or None, base64.b64decode(m["payload"]).decode())
               for m in subscriber.wait("message", len(order))]
        self.assertEqual(got, [(f"alias/{i}", str(i)) for i in order]) # MQTT.js has put the topics back
        received = subscriber.events("received")
        self.assertLessEqual({r["alias"] for r in received if "alias" in r}, {1, 2}) # [MQTT-3.3.2-8]
        self.assertTrue([each for each in received if "alias" in each])

    def test_receive_maximum_is_kept(self):
        for maximum in (1, 5):
            for qos in (1, 2):
                with self.subTest(maximum=maximum, qos=qos):
                    name, line, publisher = f"flow/{maximum}/{qos}", self.wire(), self.publisher()
                    line.hold(wire.PUBACK, wire.PUBREC)
                    client = self.client(name, line.port, properties={"receiveMaximum": maximum})
                    client.subscribe(name)
                    for i in range(20):
                        publisher.publish(name, str(i), qos)
                    line.ping()
                    line.wait_seen("broker", wire.PINGRESP)
                    self.assertEqual(len(line.seen("broker", wire.PUBLISH)), maximum) # [MQTT-3.3.4-9]
                    line.release()
                    self.assertEqual(client.payloads(20), [str(i) for i in range(20)])

    def test_no_local_and_retain_options(self):
        client, publisher = self.client("own"), self.publisher()
        client.subscribe("own", nl=True)
        client.publish("own", "mine")
        publisher.publish("own", "end", 1, True)
        self.assertEqual(client.until("end"), []) # [MQTT-3.8.3-3]
        rows = [(0, ["end", "end"]), (1, ["end"]), (2, [])] # [MQTT-3.3.1-9..11]
        for handling, wanted in rows:
            with self.subTest(handling=handling):
                late = self.client(f"late{handling}")
                for _ in range(2):
                    late.subscribe("own", rh=handling)
                publisher.publish("own", f"live{handling}", 2)
                self.assertEqual(late.until(f"live{handling}"), wanted)
        as_published = self.client("rap")
        as_published.subscribe("rap", rap=True)
        publisher.publish("rap", "x", 1, True)
        self.assertTrue(as_published.message()["retain"]) # [MQTT-3.3.1-13]

    def test_message_expiry(self):
        away = self.client("away", clean=False, properties={"sessionExpiryInterval": 1000})
        away.subscribe("e/#")
        away.end()
        publisher = self.publisher()
        publisher.publish("e/short", "short", properties={"messageExpiryInterval": 1})
        publisher.publish("e/long", "long", properties={"messageExpiryInterval": 1000})
        publisher.publish("clock", "x", 1, True, properties={"messageExpiryInterval": 1})

        def is_gone():
            late = self.publisher()
            late.subscribe(["clock", late.name])
            late.publish(late.name, "end", 2)
            return late.until("end") == []
        eventually(is_gone, "the end of a retained message that was sent later and lives for 1 s")
        back = self.client("away", clean=False, properties={"sessionExpiryInterval": 1000})
        publisher.publish("e/end", "end")
        self.assertEqual(back.until("end"), ["long"]) # [MQTT-3.3.2-5]
        self.assertLessEqual(back.message()["properties"]["messageExpiryInterval"], 999) # [MQTT-3.3.2-6]


class Wills(MqttJsTest):
    def will(self, topic, **properties):
        return {"will": {"topic": topic, "payload": "gone", "qos": 1, "properties": properties}}

    def test_a_killed_process_leaves_its_will(self):
        watcher = self.client("watcher")
        watcher.subscribe("will/#")
        other = self.new_driver()
        for version in VERSIONS:
            self.client(f"v{version}", driver=other, version=version, **self.will(f"will/{version}"))
        other.kill()
        watcher.wait("message", 3)
        got = {m["topic"]: (m["payload"], m["qos"]) for m in watcher.events("message")}
        self.assertEqual(got, {f"will/{v}": (base64.b64encode(b"gone").decode(), 1) for v in VERSIONS})

    def test_only_a_disconnect_without_reason_takes_it_back(self):
        watcher = self.client("watcher")
        watcher.subscribe("will/#")
        self.client("a", **self.will("will/a")).end() # [MQTT-3.14.4-3]
        self.client("b", **self.will("will/b")).end(reasonCode=4)
        self.assertEqual(watcher.wait("message")[0]["topic"], "will/b")

    def test_will_delay(self):
        watcher, other = self.client("watcher"), self.new_driver()
        watcher.subscribe("will/#")
        expiry = {"sessionExpiryInterval": 1000}
        self.client("slow", driver=other, properties=expiry, **self.will("will/slow", willDelayInterval=3))
        self.client("back", driver=other, properties=expiry, **self.will("will/back", willDelayInterval=2))
        self.client("quick", driver=other, **self.will("will/quick", willDelayInterval=1000)) # ends with its session
        other.kill()
        watcher.wait("message") # all of them are gone then or at the next reading
        self.broker.err.wait_match('"back" .* is gone')
        self.assertTrue(self.client("back", clean=False).session_present)
        watcher.wait("message", 2)
        self.assertEqual([m["topic"] for m in watcher.events("message")], ["will/quick", "will/slow"]) # [MQTT-3.1.3-9]

    def test_a_silent_process_is_closed_and_comes_back(self):
        watcher, other = self.client("watcher"), self.new_driver()
        watcher.subscribe("will/#")
        silent = self.client("silent", driver=other, keepalive=1, reconnectPeriod=50, **self.will("will/silent"))
        silent.subscribe("in")
        other.signal(signal.SIGSTOP)
        watcher.wait("message") # [MQTT-3.1.2-22]
        other.signal(signal.SIGCONT)
        silent.wait("connect", 2)
        # MQTT.js subscribes again by itself
        self.broker.err.wait(lambda lines: sum('subscribed to "in"' in line for line in lines) >= 2, "a subscription")
        self.publisher().publish("in", "again")
        self.assertEqual(silent.payloads(1), ["again"])


class Sessions(MqttJsTest):
    def test_what_came_meanwhile_waits(self):
        for version in VERSIONS:
            with self.subTest(version=version):
                more = {"properties": {"sessionExpiryInterval": 1000}} if version == 5 else {}
                phone = self.client(f"phone{version}", version=version, clean=False, **more)
                self.assertFalse(phone.session_present)
                phone.subscribe("alerts")
                phone.end()
                publisher = self.publisher()
                for i in range(20):
                    publisher.publish("alerts", str(i), 1)
                # The driver's events of that name go on
                phone = self.client(f"phone{version}", version=version, clean=False, **more)
                self.assertEqual(bool(phone.session_present), version != 3) # 3.1 has no word for it in its CONNACK
                self.assertEqual(phone.payloads(20), [str(i) for i in range(20)])
                phone.end()

    def test_a_session_can_be_ended_at_disconnect(self):
        kept = {"properties": {"sessionExpiryInterval": 1000}}
        self.client("phone", clean=False, **kept).end(properties={"sessionExpiryInterval": 0})
        self.assertFalse(self.client("phone", clean=False, **kept).session_present)

    def test_take_over_and_shutdown_say_why(self):
        first = self.client("same")
        second = self.client("same", driver=self.new_driver())
        self.assertEqual(first.wait("disconnect")[0]["reason"], SESSION_TAKEN_OVER) # [MQTT-3.1.4-3]
        self.assertEqual(self.broker.stop(), 0)
        self.assertEqual(second.wait("disconnect")[0]["reason"], SERVER_SHUTTING_DOWN)

    def test_an_empty_client_id(self):
        connack = self.client("a", clientId="").connack
        self.assertTrue(connack["properties"]["assignedClientIdentifier"]) # [MQTT-3.2.2-16]
        self.client("b", clientId="", version=4)
        names = self.broker.err.wait(lambda lines: [line.split('"')[1] for line in lines if " connected: " in line],
                                     "connections")
        self.assertEqual(len(set(names)), 2)

    def test_qos_2_across_a_broken_connection(self):
        steps = [("client", wire.PUBLISH, False), ("client", wire.PUBLISH, True), ("broker", wire.PUBREC, False),
                 ("client", wire.PUBREL, False), ("client", wire.PUBREL, True), ("broker", wire.PUBCOMP, False)]
        self._break(steps, lambda line: (self.lasting("p", line.port), self.lasting("s", self.port)), 0)
        steps = [("broker", wire.PUBLISH, False), ("broker", wire.PUBLISH, True), ("client", wire.PUBREC, False),
                 ("client", wire.PUBREC, True), ("broker", wire.PUBREL, False), ("broker", wire.PUBREL, True),
                 ("client", wire.PUBCOMP, False), ("client", wire.PUBCOMP, True)]
        self._break(steps, lambda line: (self.lasting("q", self.port), self.lasting("t", line.port)), 1)

    def lasting(self, name, port):
        return self.client(name, port, clean=False, reconnectPeriod=50, resubscribe=False,
                           properties={"sessionExpiryInterval": 1000})

    def _break(self, steps, make, broken):
        line = self.wire()
        pair = publisher, subscriber = make(line)
        subscriber.subscribe("once")
        for i, (sender, packet, passes) in enumerate(steps):
            with self.subTest(sender=sender, packet=packet, passes=passes):
                line.break_at(sender, packet, passes)
                answer = publisher.start("once", str(i), 2)
                pair[broken].wait("connect", i + 2)
                answer()
                subscriber.payloads(i + 1)
        publisher.publish("once", "end", 2)
        self.assertEqual(subscriber.until("end"), [str(i) for i in range(len(steps))]) # [MQTT-4.3.3-1..13]
        for each in pair:
            each.end()


class Crowds(MqttJsTest):
    def test_each_message_goes_to_one_of_three(self):
        for version in (4, 5):
            with self.subTest(version=version):
                members = [self.client(f"m{version}{i}", version=version) for i in range(3)]
                for member in members:
                    member.subscribe("$share/workers/jobs/#")
                publisher = self.publisher()
                for i in range(30):
                    publisher.publish(f"jobs/{i}", str(i), i % 3)
                eventually(lambda: sum(len(m.events("message")) for m in members) >= 30, "30 messages for the group")
                got = [[base64.b64decode(m["payload"]).decode() for m in each.events("message")] for each in members]
                self.assertEqual(sorted(sum(got, []), key=int), [str(i) for i in range(30)]) # [MQTT-4.8.2-4..6]
                self.assertEqual([len(each) for each in got], [10, 10, 10])
                for member in members:
                    member.end()

    def test_two_hundred_connections_and_a_new_broker(self):
        line = self.wire()
        answers = [self.driver.ask_later(do="connect", client=f"c{i}", port=line.port, options={
            "clientId": f"c{i}", "protocolVersion": VERSIONS[i % 3] if i % 3 else 4, "reconnectPeriod": 100})
            for i in range(200)]
        for answer in answers:
            self.assertIn("connack", answer())
        for answer in [self.driver.ask_later(do="subscribe", client=f"c{i}", filters=["all", f"to/{i}"],
                                             options={"qos": 1}) for i in range(200)]:
            self.assertEqual(answer()["granted"], [1, 1])
        self.send_to_all(200, "first")
        self.assertEqual(self.broker.stop(), 0)
        self.broker = self.start_broker("-v")
        self.port = line.target = self.broker.port
        self.broker.err.wait(lambda lines: sum(" subscribed to " in each for each in lines) >= 400, "400 subscriptions")
        self.send_to_all(200, "second")

    def send_to_all(self, count, what):
        publisher = self.publisher()
        for i in range(count):
            publisher.start(f"to/{i}", f"{what} {i}")
        publisher.publish("all", what)

        def have_all(events):
            got = [base64.b64decode(e["payload"]).decode() for e in events if e["event"] == "message"]
            return got.count(what) >= count and len([g for g in got if g.startswith(what + " ")]) >= count and got
        got = self.driver.events.wait(have_all, f"{2 * count} messages")
        self.assertEqual(got.count(what), count)
        self.assertEqual(sorted(g for g in got if g.startswith(what + " ")),
                         sorted(f"{what} {i}" for i in range(count)))


if __name__ == "__main__":
    unittest.main()
