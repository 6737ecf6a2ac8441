#!/usr/bin/env python3
"""mosquitto_pub and mosquitto_sub against pigeond, in the three versions of MQTT."""
import json
import os
import re
import signal
import subprocess
import tempfile
import unittest

import wire
from fixture import DEADLINE, TOP, BrokerTest, eventually, require_program
from wire import Wire

VERSIONS = ("mqttv31", "mqttv311", "5")
FROM = "It is in Debian's package mosquitto-clients, which test.sh installs."
SERVER_SHUTTING_DOWN, SESSION_TAKEN_OVER = 0x8B, 0x8E


def setUpModule():
    require_program("mosquitto_pub", FROM)
    require_program("mosquitto_sub", FROM)


class Subscriber:
    """A mosquitto_sub that tells what it does; made when it has connected, ready after `subscribed`."""

    def __init__(self, test, port, *options):
        # stdbuf becomes mosquitto_sub, which else keeps what it says of itself until the first message.
        self.child = test.spawn("stdbuf", "-oL", "mosquitto_sub", "-p", str(port), "-d", "-F", "MSG %j", *options)

    def subscribed(self):
        self.child.out.wait_match("^Subscribed ")
        return self

    def raw(self):
        return [line[4:] for line in self.child.out.all() if line.startswith("MSG ")]

    def messages(self):
        return [json.loads(line) for line in self.raw()]

    def payloads(self, count):
        """The payloads of all messages so far, when there are `count` of them."""
        self.child.out.wait(lambda lines: sum(line.startswith("MSG ") for line in lines) >= count, f"message {count}")
        return [message["payload"] for message in self.messages()]

    def message(self):
        self.payloads(1)
        return self.messages()[0]


class MosquittoTest(BrokerTest):
    def subscriber(self, *filters, version="5", qos=2, options=(), port=None):
        topics = [part for each in filters for part in ("-t", each)]
        return Subscriber(self, port or self.port, "-V", version, "-q", str(qos), *topics, *options)

    def publish(self, topic, payload, *options, version="5", qos=1, port=None):
        what = ["-n"] if payload is None else ["-m", payload]
        done = subprocess.run(["mosquitto_pub", "-p", str(port or self.port), "-V", version, "-q", str(qos),
                               "-t", topic, *what, *options], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def retained(self, filter_, version="5"):
        """{topic: payload} of the retained messages that a newcomer gets."""
        newcomer = self.subscriber(filter_, "sync", version=version).subscribed()
        self.publish("sync", "end")
        newcomer.child.out.wait_match('^MSG .*"sync"')
        return {m["topic"]: m["payload"] for m in newcomer.messages() if m["retain"]}


class Messages(MosquittoTest):
    def test_every_version_to_every_version_at_every_qos(self):
        subscribers = {(version, qos): self.subscriber("m/#", version=version, qos=qos)
                       for version in VERSIONS for qos in (0, 1, 2)}
        for subscriber in subscribers.values():
            subscriber.subscribed()
        sent = [(version, qos) for version in VERSIONS for qos in (0, 1, 2)]
        for version, qos in sent:
            self.publish(f"m/{version}/{qos}", f"{version} at {qos}", version=version, qos=qos)
        for (version, maximum), subscriber in subscribers.items():
            with self.subTest(version=version, qos=maximum):
                subscriber.payloads(len(sent))
                got = [(m["topic"], m["payload"], m["qos"], m["retain"]) for m in subscriber.messages()]
                # [MQTT-3.8.4-8]: the lower one of the two; sent one after the other, they stay in order
                self.assertEqual(got, [(f"m/{v}/{q}", f"{v} at {q}", min(q, maximum), 0) for v, q in sent])

    def test_large_payloads_are_the_same_byte_for_byte(self):
        payload = os.urandom(5_000_000)
        with tempfile.NamedTemporaryFile() as file:
            file.write(payload)
            file.flush()
            for version, qos in (("mqttv31", 0), ("mqttv311", 1), ("5", 2), ("5", 0), ("5", 1), ("mqttv311", 2)):
                with self.subTest(version=version, qos=qos):
                    topic = f"large/{version}/{qos}"
                    sub = subprocess.Popen(["mosquitto_sub", "-p", str(self.port), "-V", version, "-q", str(qos), "-t",
                                            topic, "-C", "1", "-N"], stdout=subprocess.PIPE)
                    self.addCleanup(sub.stdout.close)
                    self.addCleanup(sub.kill)
                    self.broker.err.wait_match(f'subscribed to "{topic}"')
                    subprocess.run(["mosquitto_pub", "-p", str(self.port), "-V", version, "-q", str(qos), "-t", topic,
                                    "-f", file.name], check=True, timeout=DEADLINE)
                    got = sub.communicate(timeout=DEADLINE)[0]
                    self.assertEqual(len(got), len(payload))
                    self.assertTrue(got == payload)

    def test_an_empty_payload_and_one_of_all_bytes(self):
        subscriber = self.subscriber("bytes", options=("-F", "HEX %x.")).subscribed()
        self.publish("bytes", None)
        every = bytes(range(256))
        subprocess.run(["mosquitto_pub", "-p", str(self.port), "-t", "bytes", "-s"], input=every, check=True,
                       timeout=DEADLINE)
        subscriber.child.out.wait_match(r"^HEX \.$")
        self.assertEqual(subscriber.child.out.wait_match(r"^HEX (\w{512})\.$")[1].lower(), every.hex())

    def test_wildcards(self):
        rows = [
            ("w/+/c", {"w/a/c", "w/b/c", "w//c"}),
            ("w/#", {"w", "w/a", "w/a/c", "w/b/c", "w//c", "w/a/b/c/d"}),
            ("+/+", {"w/a", "/w", "ä/ö"}),
            ("w/+/+/+/d", {"w/a/b/c/d"}),
            ("#", {"w", "w/a", "w/a/c", "w/b/c", "w//c", "w/a/b/c/d", "/w", "ä/ö"}), # [MQTT-4.7.2-1]
            ("$not", {"$not"}),
            ("+/ö", {"ä/ö"}),
        ]
        subscribers = [self.subscriber(filter_, "end/of/it/all") for filter_, _ in rows]
        for subscriber in subscribers:
            subscriber.subscribed()
        for topic in ("w", "w/a", "w/a/c", "w/b/c", "w//c", "w/a/b/c/d", "/w", "$not", "ä/ö", "end/of/it/all"):
            self.publish(topic, "x")
        for subscriber, (filter_, topics) in zip(subscribers, rows):
            with self.subTest(filter_):
                subscriber.child.out.wait_match('^MSG .*"end/of/it/all"')
                got = [m["topic"] for m in subscriber.messages() if m["topic"] != "end/of/it/all"]
                self.assertEqual(sorted(got), sorted(topics))

    def test_many_filters_of_one_client(self):
        filters = [f"many/{i}" for i in range(200)]
        subscriber = self.subscriber(*filters).subscribed()
        lines = "".join(f"{i}\n" for i in range(200))
        # -l sends each line as a message of its own
        for i in (0, 57, 199):
            subprocess.run(["mosquitto_pub", "-p", str(self.port), "-q", "1", "-t", f"many/{i}", "-l"], input=lines,
                           text=True, check=True, timeout=DEADLINE)
        self.assertEqual(subscriber.payloads(600), [str(i) for i in range(200)] * 3)

    def test_forty_processes_at_once(self):
        subscriber = self.subscriber("crowd/#").subscribed()
        crowd = [subprocess.Popen(["mosquitto_pub", "-p", str(self.port), "-V", VERSIONS[i % 3], "-q", str(i % 3), "-t",
                                   f"crowd/{i}", "-m", str(i)]) for i in range(40)]
        for each in crowd:
            self.assertEqual(each.wait(DEADLINE), 0)
        self.assertEqual(sorted(subscriber.payloads(40), key=int), [str(i) for i in range(40)])


class Properties(MosquittoTest):
    def test_all_properties_of_a_message_arrive(self):
        subscriber = self.subscriber("p", options=("-D", "subscribe", "subscription-identifier", "268435455"))
        subscriber.subscribed()
        self.publish("p", "question", "-D", "publish", "response-topic", "answers/here", "-D", "publish",
                     "correlation-data", "number 7", "-D", "publish", "content-type", "text/plain", "-D", "publish",
                     "payload-format-indicator", "1", "-D", "publish", "message-expiry-interval", "3600")
        properties = subscriber.message()["properties"]
        self.assertIn(properties.pop("message-expiry-interval"), (3599, 3600)) # [MQTT-3.3.2-6]
        self.assertEqual(properties, {"response-topic": "answers/here", "correlation-data": "number 7",
                                      "content-type": "text/plain", "payload-format-indicator": 1,
                                      "subscription-identifier": 268435455}) # [MQTT-3.3.4-3]

    def test_user_properties_stay_in_order(self):
        subscriber = self.subscriber("u").subscribed()
        pairs = [("z", "1"), ("a", "2"), ("z", "3"), ("", "4"), ("m", ""), ("a", "2")]
        options = [part for pair in pairs for part in ("-D", "publish", "user-property", *pair)]
        self.publish("u", "x", *options)
        subscriber.payloads(1)
        message = json.loads(self.only(subscriber.raw()), object_pairs_hook=lambda all_: all_)
        self.assertEqual(dict(dict(message)["properties"])["user-properties"], pairs) # [MQTT-3.3.2-18]

    def test_an_older_subscriber_gets_the_message_without_properties(self):
        subscriber = self.subscriber("p", version="mqttv311").subscribed()
        self.publish("p", "plain", "-D", "publish", "user-property", "a", "b", "-D", "publish", "topic-alias", "3")
        self.assertEqual(subscriber.message()["payload"], "plain")

    def test_topic_alias_of_a_publisher(self):
        subscriber = self.subscriber("alias/#").subscribed()
        lines = "".join(f"{i}\n" for i in range(10))
        # With -l and an alias mosquitto_pub sends the topic once, then the alias alone.
        subprocess.run(["mosquitto_pub", "-p", str(self.port), "-V", "5", "-q", "1", "-t", "alias/long", "-l", "-D",
                        "publish", "topic-alias", "7"], input=lines, text=True, check=True, timeout=DEADLINE)
        self.assertEqual(subscriber.payloads(10), [str(i) for i in range(10)])
        self.assertEqual({m["topic"] for m in subscriber.messages()}, {"alias/long"})

    def test_receive_maximum_is_kept(self):
        for maximum in (1, 5):
            with self.subTest(maximum=maximum):
                line = Wire(self.port)
                self.addCleanup(line.close)
                line.hold(wire.PUBACK, wire.PUBREC)
                topic = f"flow/{maximum}"
                subscriber = self.subscriber(topic, port=line.port, options=(
                    "-D", "connect", "receive-maximum", str(maximum))).subscribed()
                for i in range(12):
                    self.publish(topic, str(i), qos=1 + i % 2)
                line.wait_seen("broker", wire.PUBLISH, maximum)
                line.ping()
                line.wait_seen("broker", wire.PINGRESP)
                self.assertEqual(len(line.seen("broker", wire.PUBLISH)), maximum) # [MQTT-3.3.4-9]
                line.release()
                # mosquitto_sub shows a QoS 2 message when its handshake ends: not in the order of sending
                self.assertEqual(sorted(subscriber.payloads(12), key=int), [str(i) for i in range(12)])
                sent = [frame.body[-2:].strip(b"\0").decode("latin-1")[-1] for frame in
                        line.seen("broker", wire.PUBLISH)]
                self.assertEqual(sent, [str(i % 10) for i in range(12)]) # [MQTT-4.6.0-6]

    def test_message_expiry(self):
        self.subscriber("e/#", options=("-c", "-i", "away", "-E")).child.wait()
        for topic, seconds in (("e/short", "1"), ("e/long", "1000")):
            self.publish(topic, "x", "-D", "publish", "message-expiry-interval", seconds)
        # Sent later, with the same time to live: when it is gone, so is the one in the queue.
        self.publish("clock/short", "x", "-r", "-D", "publish", "message-expiry-interval", "1")
        eventually(lambda: self.retained("clock/#") == {}, "the end of a retained message with an expiry of 1 s")
        back = self.subscriber("end", options=("-c", "-i", "away")).subscribed()
        self.publish("end", "end")
        back.child.out.wait_match('^MSG .*"end"')
        first, last = back.messages()
        self.assertEqual((first["topic"], last["topic"]), ("e/long", "end")) # [MQTT-3.3.2-5]
        self.assertLessEqual(first["properties"]["message-expiry-interval"], 999) # [MQTT-3.3.2-6]


class Retained(MosquittoTest):
    def test_set_replace_delete_in_every_version(self):
        for version in VERSIONS:
            with self.subTest(version):
                topic = f"{version}/door"
                self.publish(topic, "open", "-r", version=version)
                self.publish(topic, "closed", "-r", version=version)
                self.publish(topic, "not kept", version=version)
                self.assertEqual(self.retained(f"{version}/#", version), {topic: "closed"}) # [MQTT-3.3.1-5]
                self.publish(topic, None, "-r", version=version)
                self.assertEqual(self.retained(f"{version}/#", version), {}) # [MQTT-3.3.1-6]

    def test_wildcards_find_them(self):
        for topic in ("r", "r/a", "r/a/b", "r/c/b", "q/a", "$r/a"):
            self.publish(topic, topic, "-r")
        self.assertEqual(self.retained("r/#"), {each: each for each in ("r", "r/a", "r/a/b", "r/c/b")})
        self.assertEqual(self.retained("r/+/b"), {"r/a/b": "r/a/b", "r/c/b": "r/c/b"})

    def test_a_live_copy_is_not_marked_as_retained(self):
        plain, bridge = self.subscriber("live"), self.subscriber("live", options=("--retain-as-published",))
        for each in (plain, bridge):
            each.subscribed()
        self.publish("live", "x", "-r")
        self.assertEqual(plain.message()["retain"], 0) # [MQTT-3.3.1-12]
        self.assertEqual(bridge.message()["retain"], 1) # [MQTT-3.3.1-13]


class Wills(MosquittoTest):
    will = ("--will-topic", "will/here", "--will-payload", "gone", "--will-qos", "1")

    def end_watch(self, watcher):
        """What the watcher got before a message that is sent now."""
        self.publish("will/end", "end")
        watcher.child.out.wait_match('^MSG .*"will/end"')
        return [m["payload"] for m in watcher.messages() if m["topic"] != "will/end"]

    def test_a_killed_client_leaves_its_will(self):
        for version in VERSIONS:
            with self.subTest(version):
                watcher = self.subscriber("will/#").subscribed()
                victim = self.subscriber("x", version=version, options=self.will).subscribed()
                victim.child.kill()
                self.assertEqual(watcher.payloads(1), ["gone"]) # [MQTT-3.1.2-8]
                self.assertEqual(watcher.message()["qos"], 1)

    def test_a_client_that_disconnects_does_not(self):
        for version in VERSIONS:
            with self.subTest(version):
                watcher = self.subscriber("will/#").subscribed()
                leaving = self.subscriber("x", version=version, options=(*self.will, "-C", "1")).subscribed()
                self.publish("x", "enough")
                self.assertEqual(leaving.child.wait(), 0)
                self.assertEqual(self.end_watch(watcher), []) # [MQTT-3.14.4-3]

    def test_disconnect_with_will(self):
        watcher = self.subscriber("will/#").subscribed()
        leaving = self.subscriber("x", options=self.will).subscribed()
        leaving.child.signal(signal.SIGTERM) # mosquitto_sub then disconnects with reason 0x04
        self.assertEqual(watcher.payloads(1), ["gone"])

    def test_a_retained_will_stays(self):
        victim = self.subscriber("x", options=(*self.will, "--will-retain")).subscribed()
        victim.child.kill()
        eventually(lambda: self.first_retained("will/here"), "the retained will") # [MQTT-3.1.2-15]

    def first_retained(self, topic):
        done = subprocess.run(["mosquitto_sub", "-p", str(self.port), "-t", topic, "-C", "1", "-W", "1"],
                              capture_output=True, text=True, timeout=DEADLINE)
        return done.stdout == "gone\n"

    def test_will_delay(self):
        watcher = self.subscriber("will/#").subscribed()
        delayed = self.subscriber("x", options=(*self.will, "-x", "100", "-i", "delayed", "-D", "will",
                                                "will-delay-interval", "2")).subscribed()
        delayed.child.kill()
        self.broker.err.wait_match('Client "delayed" .* is gone')
        self.assertEqual(self.end_watch(watcher), [])
        self.assertEqual(watcher.payloads(2), ["end", "gone"]) # [MQTT-3.1.3-9]

    def test_the_end_of_the_session_cuts_the_delay_short(self):
        watcher = self.subscriber("will/#").subscribed()
        delayed = self.subscriber("x", options=(*self.will, "-x", "1", "-D", "will", "will-delay-interval", "1000"))
        delayed.subscribed().child.kill()
        self.assertEqual(watcher.payloads(1), ["gone"]) # [MQTT-3.1.2-8]


class Sessions(MosquittoTest):
    def test_what_came_meanwhile_waits(self):
        for version in VERSIONS:
            with self.subTest(version):
                name, topic = f"phone-{version}", f"alerts/{version}"
                self.subscriber(topic, version=version, options=("-c", "-i", name, "-E")).child.wait()
                for i in range(10):
                    self.publish(topic, str(i), version=version, qos=i % 3)
                kept = [str(i) for i in range(10) if i % 3 > 0] # QoS 0 does not wait
                back = self.subscriber(topic, version=version, options=("-c", "-i", name, "-C", str(len(kept))))
                self.assertEqual(back.child.wait(), 0)
                self.assertEqual(sorted(back.payloads(len(kept))), kept)
                again = self.subscriber(topic, version=version, options=("-c", "-i", name)).subscribed()
                self.publish(topic, "new")
                self.assertEqual(again.payloads(1), ["new"]) # [MQTT-4.4.0-1]: what was acknowledged is not sent again

    def test_a_clean_start_ends_the_session(self):
        self.subscriber("s", options=("-c", "-i", "phone", "-E")).child.wait()
        self.publish("s", "lost")
        fresh = self.subscriber("t", options=("-i", "phone")).subscribed()
        self.publish("s", "lost as well")
        self.publish("t", "end")
        self.assertEqual(fresh.payloads(1), ["end"]) # [MQTT-3.1.2-4]

    def test_take_over(self):
        first = self.subscriber("t", options=("-i", "same")).subscribed()
        self.subscriber("t", options=("-i", "same", "-E")).child.wait()
        first.child.out.wait_match(rf"^Received DISCONNECT \({SESSION_TAKEN_OVER}\)") # [MQTT-3.1.4-3]

    def test_a_broker_that_ends_says_so(self):
        clients = [self.subscriber("t", version=version).subscribed() for version in VERSIONS]
        self.assertEqual(self.broker.stop(), 0)
        clients[2].child.out.wait_match(rf"^Received DISCONNECT \({SERVER_SHUTTING_DOWN}\)")

    def test_an_empty_client_id(self):
        for version in ("mqttv311", "5"): # without -i mosquitto_sub leaves it empty
            client = self.subscriber("t", version=version).subscribed()
            if version == "5":
                client.child.out.wait_match(r"^Client pigeon-\w+ received CONNACK \(0\)") # [MQTT-3.1.3-6]
        def names(lines):
            return {line.split('"')[1] for line in lines if " connected: " in line}
        self.broker.err.wait(lambda lines: len(names(lines)) == 2, "two clients with names of their own")

    def test_a_silent_client_is_closed_and_comes_back(self):
        watcher = self.subscriber("will/#").subscribed()
        silent = self.subscriber("t", version="mqttv311", options=("-k", "5", "-i", "silent", *Wills.will))
        silent.subscribed() # before 5.0: at a DISCONNECT of the broker mosquitto_sub ends
        silent.child.signal(signal.SIGSTOP)
        self.assertEqual(watcher.payloads(1), ["gone"]) # [MQTT-3.1.2-22]
        silent.child.signal(signal.SIGCONT)
        silent.child.out.wait(lambda lines: len([line for line in lines if line.startswith("Subscribed ")]) >= 2,
                              "a second connection")
        self.publish("t", "again")
        self.assertEqual(silent.payloads(1), ["again"])

    def test_qos_2_across_a_broken_connection(self):
        line = Wire(self.port)
        self.addCleanup(line.close)
        subscriber = self.subscriber("twice/#", port=line.port, options=("-c", "-i", "twice")).subscribed()
        steps = [("broker", wire.PUBLISH), ("client", wire.PUBREC), ("broker", wire.PUBREL), ("client", wire.PUBCOMP)]
        for i, (sender, packet) in enumerate(steps):
            line.break_at(sender, packet, passes=False)
            self.publish("twice/x", str(i), qos=2)
            subscriber.payloads(i + 1)
            line.wait_seen("client", wire.PUBCOMP, i + 1)
        self.publish("twice/x", "end", qos=2)
        self.assertEqual(subscriber.payloads(5), ["0", "1", "2", "3", "end"]) # [MQTT-4.3.3-8..11]
        self.assertEqual(max(frame.connection for frame in line.frames.all()), len(steps))


class Shared(MosquittoTest):
    def test_each_message_goes_to_one_of_three(self):
        for version in ("mqttv311", "5"):
            with self.subTest(version):
                topic = f"jobs/{version}"
                members = [self.subscriber(f"$share/workers/{topic}", version=version) for _ in range(3)]
                everybody = self.subscriber(topic, version=version)
                for each in (*members, everybody):
                    each.subscribed()
                for i in range(12):
                    self.publish(topic, str(i), version=version, qos=i % 3)
                self.assertEqual(everybody.payloads(12), [str(i) for i in range(12)])
                eventually(lambda: sum(len(m.raw()) for m in members) >= 12, "twelve messages for the group")
                got = [[m["payload"] for m in member.messages()] for member in members]
                self.assertEqual(sorted(sum(got, []), key=int), [str(i) for i in range(12)]) # [MQTT-4.8.2-4..6]
                self.assertTrue(all(len(each) == 4 for each in got), got)

    def test_the_work_of_a_killed_member_goes_on(self):
        members = [self.subscriber("$share/g/jobs").subscribed() for _ in range(3)]
        members[0].child.kill()
        self.broker.err.wait_match("is gone")
        for i in range(6):
            self.publish("jobs", str(i))
        eventually(lambda: sum(len(m.raw()) for m in members[1:]) >= 6, "six messages for the other two")


class FiveMinutes(MosquittoTest):
    """The commands of README.md, with the port of this broker."""

    def setUp(self):
        super().setUp()
        with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
            section = re.search(r"^## Five minutes\n(.*?)^## ", file.read(), re.M | re.S)[1]
        self.lines = [re.sub(r"-p 1883\b", f"-p {self.port}", line.strip()) for line in section.split("\n")
                      if line.startswith("    ") and "run.sh" not in line]

    def run_line(self, line):
        return subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=DEADLINE).stdout

    def test_the_commands_do_what_the_text_says(self):
        subscribe, publish, keep, come_later, stay, meanwhile, return_, *workers, figures = self.lines
        home = self.spawn("bash", "-c", "exec " + subscribe)
        self.broker.err.wait_match('subscribed to "home/#"')
        self.run_line(publish)
        self.assertEqual(home.out.wait_count(1), ["home/kitchen/temperature 21.5"])
        self.run_line(keep)
        self.assertEqual(self.run_line(come_later), "home/door closed\n")
        self.run_line(stay)
        self.run_line(meanwhile)
        self.assertEqual(self.run_line(return_), "alerts/smoke kitchen\n")
        members = [self.spawn("bash", "-c", "exec " + line.rstrip(" &")) for line in workers[:2]]
        self.broker.err.wait(lambda lines: sum("$share/workers/jobs" in line for line in lines) == 2, "two workers")
        self.run_line(workers[2])
        got = [member.out.wait_count(2) for member in members]
        self.assertEqual(sorted(sum(got, [])), ["job 1", "job 2", "job 3", "job 4"])
        shown = self.spawn("bash", "-c", "exec " + figures)
        shown.out.wait(lambda lines: any("$SYS/broker/version pigeon" in line for line in lines), "the figures")


if __name__ == "__main__":
    unittest.main()
