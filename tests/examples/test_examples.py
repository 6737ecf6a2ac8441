#!/usr/bin/env python3
"""The programs of libbroker/examples do what their first lines say. A class per program."""
import os
import socket
import sys
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
from fixture import DEADLINE, Child, require_program # noqa: E402
from paho_client import MQTT5, MQTT311, Client, require_paho # noqa: E402

EXAMPLES = os.environ.get("EXAMPLES", os.path.join(TOP, "build", "bin", "examples"))
BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED = 0x86, 0x87


def setUpModule():
    require_paho()
    require_program("mosquitto_pub", "It is in Debian's package mosquitto-clients, which test.sh installs.")


class ExampleTest(unittest.TestCase):
    """The program of the class runs on a port of its own, and is still running at the end."""

    program = None
    arguments = ()

    def setUp(self):
        self.example = Child(os.path.join(EXAMPLES, self.program), "0", *self.arguments)
        self.addCleanup(self.end_example)
        self.port = int(self.example.err.wait_match(r"^listening on port (\d+)$")[1])

    def end_example(self):
        try:
            self.assertTrue(self.example.is_running(), self.example.err.all()[-20:])
        finally:
            self.example.end()

    def client(self, name, user=None, password=None, version=MQTT5):
        return Client(self, self.port, name, version, user=user, password=password)

    def answer_to_connect(self, client):
        return client.connects.wait_count(1)[0][0]

    def received(self, client, count):
        return [(message.topic, message.payload.decode()) for message in client.messages.wait_count(count)]

    def mosquitto_pub(self, topic, payload, *options):
        child = Child("mosquitto_pub", "-p", str(self.port), "-V", "5", "-t", topic, "-m", payload, *options)
        self.addCleanup(child.end)
        return child


class Embed(ExampleTest):
    program = "embed"

    def test_messages_get_through(self):
        subscriber = self.client("subscriber")
        self.assertEqual(subscriber.subscribe("home/#", qos=1), 1)
        self.assertEqual(self.mosquitto_pub("home/door", "open", "-q", "1").wait(), 0)
        self.assertEqual(self.received(subscriber, 1), [("home/door", "open")])


class AuthenticateAsync(ExampleTest):
    program = "authenticate-async"
    # Long enough for a few messages on a machine that is busy with other things.
    arguments = ("3000",)

    def test_it_accepts_and_refuses(self):
        listener = self.client("listener")
        listener.subscribe("came/#")
        rows = [("joe", "secret", True), ("ann", "hidden", True), ("joe", "hidden", False), ("joe", "", False),
                ("nobody", "secret", False)]
        children = [self.mosquitto_pub(f"came/{user}/{number}", "hello", "-u", user, "-P", password)
                    for number, (user, password, _) in enumerate(rows)]
        for (user, password, is_known), child in zip(rows, children):
            with self.subTest(user=user, password=password):
                self.assertEqual(child.wait(), 0 if is_known else BAD_USER_NAME_OR_PASSWORD)
        self.assertEqual(sorted(topic for topic, _ in self.received(listener, 2)), ["came/ann/1", "came/joe/0"])

    def test_others_are_served_meanwhile(self):
        listener = self.client("listener")
        listener.subscribe("meanwhile")
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as joe:
            joe.sendall(b"\x10\x1a\0\x04MQTT\x04\xc2\0\x3c\0\x01j\0\x03joe\0\x06secret")
            # His CONNECT is there; by the second message at the latest the broker has turned to it.
            newcomer = self.client("newcomer")
            for number in range(3):
                newcomer.publish("meanwhile", str(number))
                self.assertEqual(listener.payloads(number + 1)[number], str(number))
            joe.setblocking(False)
            with self.assertRaises(BlockingIOError, msg="joe was answered before the others"):
                joe.recv(4)
            joe.settimeout(DEADLINE)
            self.assertEqual(joe.recv(4), b"\x20\x02\0\0")


class AuthorizeTopics(ExampleTest):
    program = "authorize-topics"

    def joe(self, name="joe's phone", **more):
        return self.client(name, "joe", "secret", **more)

    def test_nobody_comes_in_without_a_name(self):
        for user, password in ((None, None), ("joe", "hidden"), ("nobody", "secret")):
            with self.subTest(user=user):
                refused = self.client("stranger", user, password)
                self.assertEqual(self.answer_to_connect(refused), BAD_USER_NAME_OR_PASSWORD)
                refused.end()

    def test_a_user_subscribes_below_his_prefix_only(self):
        joe = self.joe()
        for filter_ in ("users/joe/#", "users/joe/letters/+", "$share/us/users/joe/#"):
            with self.subTest(filter_):
                self.assertEqual(joe.subscribe(filter_, qos=1), 1)
        for filter_ in ("#", "users/#", "users/+/letters", "users/ann/#", "users/joe", "users/joey/#",
                        "$share/us/users/ann/#", "$share/users/joe/#"):
            with self.subTest(filter_):
                self.assertEqual(joe.subscribe(filter_, qos=1), NOT_AUTHORIZED)

    def test_a_user_publishes_below_his_prefix_only(self):
        ann = self.client("ann's phone", "ann", "hidden")
        ann.subscribe("users/ann/#")
        joe = self.joe()
        joe.subscribe("users/joe/#")
        joe.publish("users/ann/letters", "from joe") # 5.0: he is told and stays
        joe.publish("users/joe/letters", "to myself")
        self.assertEqual(self.received(joe, 1), [("users/joe/letters", "to myself")])
        ann.publish("users/ann/notes", "mine")
        self.assertEqual(ann.until("mine"), [])

    def test_before_5_0_a_refused_publisher_is_closed(self):
        joe = self.joe("old phone", version=MQTT311)
        joe.start("users/ann/letters", "from joe")
        joe.disconnects.wait_count(1)


class ForwardFilter(ExampleTest):
    program = "forward-filter"

    def test_each_receiver_gets_his_share(self):
        owner, guest = self.client("owner"), self.client("guest of honour")
        for client in (owner, guest):
            client.subscribe("#")
        sent = [("hall/temperature", "21.46"), ("private/diary", "tired"), ("hall/temperature", "-0.7"),
                ("hall/temperature", "nan"), ("hall/temperature", "21.5 C"), ("hall/light", "on")]
        for topic, payload in sent:
            owner.publish(topic, payload)
        self.assertEqual(self.received(owner, len(sent)), sent)
        self.assertEqual(self.received(guest, 3),
                         [("hall/temperature", "21"), ("hall/temperature", "-1"), ("hall/light", "on")])

    def test_retained_messages_are_no_way_around_it(self):
        owner = self.client("owner")
        owner.publish("private/diary", "tired", retain=True)
        owner.publish("cellar/temperature", "11.9", retain=True)
        guest = self.client("guest")
        guest.subscribe("+/+")
        owner.publish("hall/light", "on")
        self.assertEqual(self.received(guest, 2), [("cellar/temperature", "12"), ("hall/light", "on")])


class Console(ExampleTest):
    program = "console"

    def test_a_line_for_everything_that_happens(self):
        client = self.client("desk")
        client.subscribe("home/#")
        client.publish("home/door", "open")
        client.paho.unsubscribe("home/#")
        self.example.out.wait_match("unsubscribed")
        client.disconnect()
        self.example.out.wait_match("is gone")
        self.assertEqual(self.example.out.all(), [
            '"desk" connected from "127.0.0.1"',
            '"desk" subscribed to "home/#"',
            '"desk" published 4 bytes to "home/door", receivers: 1',
            '"desk" unsubscribed from "home/#"',
            self.example.out.all()[-1],
        ])
        self.assertRegex(self.example.out.all()[-1], r'^"desk" is gone: .* \(0x00\)$')

    def test_strangers_who_speak_no_mqtt(self):
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as stranger:
            stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self.example.out.wait_match(r'^a stranger from "127\.0\.0\.1" was closed: .* \(0x8[0-9a-f]\)$')

    def test_a_name_stays_in_its_quotes_and_on_its_line(self):
        self.client('x" subscribed to "all\u2028\u202eabc')
        line = self.example.out.wait_match("connected from")
        self.assertEqual(line.string, '"x\' subscribed to \'all\ufffd\ufffdabc" connected from "127.0.0.1"')


class Subscriber(ExampleTest):
    program = "subscriber"

    def test_it_hears_and_answers(self):
        asker = self.client("asker")
        self.assertEqual(asker.subscribe("answer/temperature/+", qos=0), 0)
        self.assertEqual(self.mosquitto_pub("home/kitchen/temperature", "21.5", "-q", "1").wait(), 0)
        self.assertEqual(self.mosquitto_pub("ask/temperature", "kitchen", "-q", "1").wait(), 0)
        self.assertEqual(self.received(asker, 1), [("answer/temperature/kitchen", "21.5")])
        self.assertEqual(self.mosquitto_pub("ask/temperature", "a/#", "-q", "1").wait(), 0) # no topic to answer on
        self.assertEqual(self.mosquitto_pub("ask/temperature", "cellar", "-q", "1").wait(), 0)
        self.assertEqual(self.received(asker, 2)[1], ("answer/temperature/cellar", "unknown"))


if __name__ == "__main__":
    unittest.main()
