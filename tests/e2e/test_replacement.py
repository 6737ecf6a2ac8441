#!/usr/bin/env python3
"""pigeond in mosquitto's place: its three files as they are, and clients that notice nothing.

What mosquitto_pub and mosquitto_sub say with -d, word for word, is what they say to a mosquitto 2.0.11. To see that,
give the test one, and every step is done with both:

    MOSQUITTO=/usr/sbin/mosquitto tests/e2e/test_replacement.py
"""
import os
import re
import socket
import subprocess
import unittest

from fixture import DEADLINE, Child, require_program
from test_config import ConfigTest
from test_mosquitto import FROM

MOSQUITTO = os.environ.get("MOSQUITTO")
# Made by mosquitto_passwd 2.0.11, the last two with -H sha512: "secret", "her word", "s3nsor".
PASSWORDS = """alice:$7$101$RAZgWAlL94ASLN2f$8GkbfiZOGyhxv95igqn2nCIEygRZkzkx9P9qHYDRPtHlPP+aj9WJGzJxBIrqFzRgJ2vi+g3t51mDeov+LP6cPg==
carol:$6$PmnY5ewMnZh0PO7h$gBS06P4i+B2hrHOQ2suKBSCrIP4i3qfLxmHqc5Af9s5SHc6ENkOiu7KYEymnTRntp5o8jy1W/Aj2lNCPjgzLJQ==
sensor:$6$Bfm2nwCbTH3ytd5Y$2HRA1Qar+Vpk6LfWrVeoGhAXzhuRwDZALwrKOAAv/2vmkRArss63hbYmeD4K+ri9UZ7BL6tHiHcisfuFhb4+aQ==
"""
ACL = """# the master of the house
user alice
topic readwrite #

user carol
topic read house/#
topic write orders/carol

# each device has a branch of its own
pattern readwrite devices/%u/%c/#
"""
CONFIGURATION = """per_listener_settings false
user root
persistence true
persistence_location {folder}/
autosave_interval 1800
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
max_inflight_messages 20
log_dest stderr
"""
ALICE, CAROL, SENSOR = ("-u", "alice", "-P", "secret"), ("-u", "carol", "-P", "her word"), ("-u", "sensor", "-P", "s3nsor")


def setUpModule():
    require_program("mosquitto_pub", FROM)
    require_program("mosquitto_sub", FROM)
    require_program("stdbuf", "It is in Debian's package coreutils.")


class Side:
    """One broker with the three files, and what clients say of it."""

    def __init__(self, test, folder, start):
        os.makedirs(folder)
        for name, text in (("passwords", PASSWORDS), ("acl", ACL)):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(os.path.join(folder, name), 0o600)
        self.test, self.folder, self.port = test, folder, start(folder)

    def run(self, program, *options):
        """Exit code and what was said, without the client's name."""
        own = [] if "-i" in options else ["-i", program]
        own += ["-W", str(int(DEADLINE))] if program == "sub" else []
        done = subprocess.run(["stdbuf", "-oL", f"mosquitto_{program}", "-d", "-h", "127.0.0.1", "-p", str(self.port), *own,
                               *options], capture_output=True, text=True, timeout=DEADLINE)
        said = [*done.stdout.splitlines(), *done.stderr.splitlines()]
        return done.returncode, [re.sub(r"^Client \w+ ", "", line) for line in said]


IN = ["sending CONNECT", "received CONNACK (0)"]
OUT = "sending DISCONNECT"
V5 = ("-V", "5")


def publish(bits, length, topic="house/door"):
    return f"sending PUBLISH ({bits}, m1, '{topic}', ... ({length} bytes))"


def subscribe(topic, qos=1):
    return f"sending SUBSCRIBE (Mid: 1, Topic: {topic}, QoS: {qos}, Options: 0x00)"


# A step: what it is, what is run, its exit code and what it says. Each leaves behind what the next ones find.
STEPS = [
    ("QoS 0", ("pub", *ALICE, "-q", "0", "-t", "house/door", "-m", "closed"), 0, [*IN, publish("d0, q0, r0", 6), OUT]),
    ("QoS 1", ("pub", *ALICE, "-q", "1", "-t", "house/door", "-m", "closed"), 0,
     [*IN, publish("d0, q1, r0", 6), "received PUBACK (Mid: 1, RC:0)", OUT]),
    ("QoS 2, retained", ("pub", *ALICE, "-q", "2", "-r", "-t", "house/door", "-m", "closed"), 0,
     [*IN, publish("d0, q2, r1", 6), "received PUBREC (Mid: 1)", "sending PUBREL (m1)", "received PUBCOMP (Mid: 1, RC:0)",
      OUT]),
    ("5.0, nobody subscribes", ("pub", *V5, *ALICE, "-q", "1", "-t", "house/door", "-m", "closed"), 0,
     [*IN, publish("d0, q1, r0", 6), "received PUBACK (Mid: 1, RC:16)", OUT]), # 0x10: no matching subscribers
    ("5.0, QoS 2", ("pub", *V5, *ALICE, "-q", "2", "-t", "house/door", "-m", "closed"), 0,
     [*IN, publish("d0, q2, r0", 6), "received PUBREC (Mid: 1)", "sending PUBREL (m1)", "received PUBCOMP (Mid: 1, RC:0)",
      OUT]),
    ("a retained message", ("sub", *CAROL, "-q", "1", "-t", "house/#", "-C", "1", "-v"), 0,
     [*IN, subscribe("house/#"), "received SUBACK", "Subscribed (mid: 1): 1",
      "received PUBLISH (d0, q1, r1, m1, 'house/door', ... (6 bytes))", "sending PUBACK (m1, rc0)", "house/door closed", OUT]),
    ("5.0, a retained message", ("sub", *V5, *CAROL, "-q", "2", "-t", "house/#", "-C", "1", "-v"), 0,
     [*IN, subscribe("house/#", 2), "received SUBACK", "Subscribed (mid: 1): 2",
      "received PUBLISH (d0, q2, r1, m1, 'house/door', ... (6 bytes))", "sending PUBREC (m1, rc0)",
      "received PUBREL (Mid: 1)", "sending PUBCOMP (m1)", "house/door closed", OUT]),
    ("5.0, QoS 2 to where one may not", ("pub", *V5, *CAROL, "-q", "2", "-t", "house/door", "-m", "open"), 0,
     [*IN, publish("d0, q2, r0", 4), "received PUBREC (Mid: 1)", OUT, "Warning: Publish 1 failed: Not authorized."]),
    ("to where one may", ("pub", *V5, *CAROL, "-q", "1", "-t", "orders/carol", "-m", "tea"), 0,
     [*IN, publish("d0, q1, r0", 3, "orders/carol"), "received PUBACK (Mid: 1, RC:16)", OUT]),
    ("without a name", ("pub", "-q", "1", "-t", "a", "-m", "x"), 5,
     ["sending CONNECT", "received CONNACK (5)", "Connection error: Connection Refused: not authorised.",
      "Error: The connection was refused."]),
    ("5.0, without a name", ("pub", *V5, "-q", "1", "-t", "a", "-m", "x"), 135,
     ["sending CONNECT", "received CONNACK (135)", "Connection error: Not authorized",
      "Error: A network protocol error occurred when communicating with the broker."]),
    ("a session begins", ("sub", "-i", "dev1", *SENSOR, "-c", "-q", "1", "-t", "devices/sensor/dev1/#", "-E"), 0,
     [*IN, subscribe("devices/sensor/dev1/#"), "received SUBACK", "Subscribed (mid: 1): 1", OUT]),
    ("it has a message", ("pub", *ALICE, "-q", "1", "-t", "devices/sensor/dev1/set", "-m", "on"), 0,
     [*IN, publish("d0, q1, r0", 2, "devices/sensor/dev1/set"), "received PUBACK (Mid: 1, RC:0)", OUT]),
    ("which is there later", ("sub", "-i", "dev1", *SENSOR, "-c", "-q", "1", "-t", "devices/sensor/dev1/#", "-C", "1"), 0,
     [*IN, subscribe("devices/sensor/dev1/#"), "received PUBLISH (d0, q1, r0, m1, 'devices/sensor/dev1/set', ... (2 bytes))",
      "sending PUBACK (m1, rc0)", "on", OUT]),
    ("a retained message goes", ("pub", *ALICE, "-r", "-n", "-t", "house/door", "-q", "1"), 0,
     [*IN, publish("d0, q1, r1", 0), "received PUBACK (Mid: 1, RC:0)", OUT]),
]
DENIED = [OUT, OUT, "All subscription requests were denied."]
# Where we differ on purpose, as docs/mosquitto.md says; behind what pigeond's clients say, what mosquitto's do.
DIFFERENCES = [
    ("a publisher of 3.1.1 that may not", ("pub", *CAROL, "-q", "1", "-t", "house/door", "-m", "open"),
     (7, [*IN, publish("d0, q1, r0", 4), "Error: The connection was lost."]), # [MQTT3-3.3.5-2] leaves these two
     (0, [*IN, publish("d0, q1, r0", 4), "received PUBACK (Mid: 1, RC:0)", OUT])),
    ("a publisher of 5.0 that may not", ("pub", *V5, *CAROL, "-q", "1", "-t", "house/door", "-m", "open"),
     (0, [*IN, publish("d0, q1, r0", 4), "received PUBACK (Mid: 1, RC:135)", OUT,
          "Warning: Publish 1 failed: Not authorized.", "not authorized to publish there"]),
     (0, [*IN, publish("d0, q1, r0", 4), "received PUBACK (Mid: 1, RC:135)", OUT,
          "Warning: Publish 1 failed: Not authorized."])),
    ("a wrong password", ("pub", "-u", "alice", "-P", "wrong", "-q", "1", "-t", "a", "-m", "x"),
     (4, ["sending CONNECT", "received CONNACK (4)", "Connection error: Connection Refused: bad user name or password.",
          "Error: The connection was refused."]),
     (5, ["sending CONNECT", "received CONNACK (5)", "Connection error: Connection Refused: not authorised.",
          "Error: The connection was refused."])),
    ("5.0, a wrong password", ("pub", *V5, "-u", "alice", "-P", "wrong", "-q", "1", "-t", "a", "-m", "x"),
     (134, ["sending CONNECT", "received CONNACK (134)", "Connection error: Bad User Name or Password",
            "Error: A network protocol error occurred when communicating with the broker."]),
     (135, ["sending CONNECT", "received CONNACK (135)", "Connection error: Not authorized",
            "Error: A network protocol error occurred when communicating with the broker."])),
    ("a subscription that could bring nothing", ("sub", *SENSOR, "-q", "1", "-t", "house/#", "-E"),
     (0, [*IN, subscribe("house/#"), "received SUBACK", "Subscribed (mid: 1): 128", *DENIED]),
     (0, [*IN, subscribe("house/#"), "received SUBACK", "Subscribed (mid: 1): 1", OUT])),
    ("5.0, such a subscription", ("sub", *V5, *SENSOR, "-q", "1", "-t", "house/#", "-E"),
     (0, [*IN, subscribe("house/#"), "received SUBACK", "Subscribed (mid: 1): 135", *DENIED]),
     (0, [*IN, subscribe("house/#"), "received SUBACK", "Subscribed (mid: 1): 1", OUT])),
]


class Replacement(ConfigTest):
    def pigeond(self, folder):
        path = os.path.join(folder, "mosquitto.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=folder, port=0))
        return self.start_broker("-c", path, port=None).port

    def mosquitto(self, folder):
        """Takes no port 0, so that one is looked for."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        path = os.path.join(folder, "mosquitto.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=folder, port=port))
        broker = Child(MOSQUITTO, "-v", "-c", path)
        self.addCleanup(broker.end)
        broker.err.wait_match("running")
        return port

    def setUp(self):
        super().setUp()
        self.sides = [Side(self, self.path("pigeond"), self.pigeond)]
        if MOSQUITTO:
            self.sides.append(Side(self, self.path("mosquitto"), self.mosquitto))

    def assert_said(self, side, command, code, lines):
        self.assertEqual(side.run(*command), (code, lines), f"{os.path.basename(side.folder)}: {' '.join(command)}")

    def test_clients_notice_nothing(self):
        for name, command, code, lines in STEPS:
            with self.subTest(name):
                for side in self.sides:
                    self.assert_said(side, command, code, lines)

    def test_but_for_this(self):
        for name, command, ours, theirs in DIFFERENCES:
            with self.subTest(name):
                for side, expected in zip(self.sides, (ours, theirs)):
                    self.assert_said(side, command, *expected)

    def test_the_files_are_left_as_they_are(self):
        for name, text in (("passwords", PASSWORDS), ("acl", ACL)):
            self.assertEqual(self.read(f"pigeond/{name}"), text)


if __name__ == "__main__":
    unittest.main()
