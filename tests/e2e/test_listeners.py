#!/usr/bin/env python3
"""Other people's clients over TLS, WebSocket and local sockets: mosquitto_pub and mosquitto_sub, MQTT.js."""
import base64
import os
import re
import subprocess
import tempfile
import unittest

from fixture import DEADLINE, TOP, BrokerTest, JsonLines, require_program

MQTTJS = os.environ.get("MQTTJS", os.path.join(TOP, "build", "mqttjs", "node_modules"))
DRIVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mqttjs_driver.js")
CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
# The first listener is the one that the fixture knows; the others take any free port and say which.
CONFIGURATION = """
allow_anonymous true
listener 0 127.0.0.1
listener 0 {folder}/socket
listener 0 127.0.0.1
certfile {folder}/server.pem
keyfile {folder}/server.key
listener 0 127.0.0.1
certfile {folder}/server.pem
keyfile {folder}/server.key
cafile {folder}/ca.pem
require_certificate true
use_identity_as_username true
listener 0 127.0.0.1
protocol websockets
listener 0 127.0.0.1
protocol websockets
certfile {folder}/server.pem
keyfile {folder}/server.key
listener 0 127.0.0.1
psk_hint pigeon
use_identity_as_username true
psk_file {folder}/keys
listener 0 127.0.0.1
protocol any
certfile {folder}/server.pem
keyfile {folder}/server.key
"""
KEY = "000102030405060708090a0b0c0d0e0f"


def setUpModule():
    require_program("mosquitto_pub", "It is in Debian's package mosquitto-clients, which test.sh installs.")
    require_program("openssl", "It is in Debian's package openssl.")
    require_program("node", "It is in Debian's package nodejs, which test.sh installs.")


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=DEADLINE)


def make_certificates(folder):
    openssl(folder, "req", "-x509", *CURVE, "-keyout", "ca.key", "-out", "ca.pem", "-days", "10", "-subj", "/CN=ca")
    for name, subject in (("server", "localhost"), ("alice", "alice")):
        openssl(folder, "req", "-new", *CURVE, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj",
                f"/CN={subject}", "-addext", f"subjectAltName=DNS:{subject},IP:127.0.0.1")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-copy_extensions", "copy", "-days", "10", "-out", f"{name}.pem")


class Listeners(BrokerTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        make_certificates(self.folder)
        with open(self.path("keys"), "w", encoding="utf-8") as file:
            file.write(f"alice:{KEY}\n")
        self.configuration = self.path("pigeond.conf")
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=self.folder))
        self.broker = self.start_broker("-v", "-c", self.configuration, port=None)
        ready = self.broker.err.wait_match(r"^pigeond \S+ is ready on (.*?); (.*)\.$")
        self.ready, self.admission = ready[1], ready[2]
        ports = re.findall(r"port (\d+) on 127\.0\.0\.1(?: \(([\w, ]+)\))?", self.ready)
        self.port = ports[0][0]
        self.tls, self.certified, self.keyed = [port for port, kind in ports if kind == "tls"]
        self.ws, = [port for port, kind in ports if kind == "ws"]
        self.wss, = [port for port, kind in ports if kind == "wss"]
        self.any, = [port for port, kind in ports if kind == "tcp, tls, ws, wss"]

    def path(self, name):
        return os.path.join(self.folder, name)

    def exchange(self, *where):
        """One message to a subscriber over plain TCP from a publisher there, and one back."""
        payload = os.urandom(1_000_000)
        with open(self.path("payload"), "wb") as file:
            file.write(payload)
        for near, far in ((["-p", self.port], list(where)), (list(where), ["-p", self.port])):
            subscriber = subprocess.Popen(["stdbuf", "-oL", "mosquitto_sub", *near, "-V", "5", "-q", "1", "-t", "a",
                                           "-C", "1", "-F", "%x", "-W", str(int(DEADLINE))],
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.addCleanup(subscriber.kill)
            self.broker.err.wait(lambda lines, count=len(self.subscribed()): len(self.subscribed()) > count,
                                 "the subscription")
            done = subprocess.run(["mosquitto_pub", *far, "-V", "5", "-q", "1", "-t", "a", "-f", self.path("payload")],
                                  capture_output=True, text=True, timeout=DEADLINE)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            out, _ = subscriber.communicate(timeout=DEADLINE)
            self.assertEqual(bytes.fromhex(out.decode().strip()), payload)

    def subscribed(self):
        return [line for line in self.broker.err.all() if "subscri" in line]

    def test_the_ready_line_names_every_listener(self):
        self.assertIn(f"socket {self.path('socket')} (unix)", self.ready)
        for kind in ("tls", "ws", "wss"):
            self.assertIn(f"({kind})", self.ready)

    def test_the_ready_line_says_who_is_let_in(self):
        open_, certified, keyed = self.admission.split("; ")
        self.assertRegex(open_, rf"^every client is let in \(port {self.port} on .*, port {self.wss} on .* \(wss\), "
                         rf"port {self.any} on .* \(tcp, tls, ws, wss\)\)$")
        self.assertEqual(certified, f"clients need a certificate (port {self.certified} on 127.0.0.1 (tls))")
        self.assertEqual(keyed, f"clients need a pre-shared key (port {self.keyed} on 127.0.0.1 (tls))")

    def test_a_local_socket(self):
        self.exchange("--unix", self.path("socket"))
        self.assertEqual(self.broker.stop(), 0)
        self.assertFalse(os.path.exists(self.path("socket")))

    def test_tls(self):
        self.exchange("-h", "localhost", "-p", self.tls, "--cafile", self.path("ca.pem"))

    def test_tls_with_a_certificate(self):
        self.exchange("-h", "localhost", "-p", self.certified, "--cafile", self.path("ca.pem"), "--cert",
                      self.path("alice.pem"), "--key", self.path("alice.key"))

    def test_pre_shared_keys(self):
        # mosquitto's clients speak 1.3 by themselves, where the key is looked for in another way than in 1.2.
        for version in ("tlsv1.2", "tlsv1.3"):
            self.exchange("-p", self.keyed, "--psk", KEY, "--psk-identity", "alice", "--tls-version", version)
        self.broker.err.wait_match(r'\(user "alice", 127\.0\.0\.1:\d+, tls 127\.0\.0\.1:\d+\) connected: MQTT')

    def test_with_a_wrong_key_nobody_comes_in(self):
        for identity, key in (("alice", KEY.replace("f", "e")), ("bob", KEY)):
            done = subprocess.run(["mosquitto_pub", "-p", self.keyed, "--psk", key, "--psk-identity", identity, "-t", "a",
                                   "-m", "x"], capture_output=True, text=True, timeout=DEADLINE)
            self.assertNotEqual(done.returncode, 0)
        self.broker.err.wait_match(r"\(127\.0\.0\.1:\d+, tls 127\.0\.0\.1:\d+\) is closed before it was connected: ")

    def test_without_its_certificate_nobody_comes_in(self):
        done = subprocess.run(["mosquitto_pub", "-h", "localhost", "-p", self.certified, "--cafile",
                               self.path("ca.pem"), "-t", "a", "-m", "x"], capture_output=True, text=True,
                              timeout=DEADLINE)
        self.assertNotEqual(done.returncode, 0)
        self.exchange("--unix", self.path("socket")) # the broker is none the worse for it

    def browser(self, url):
        driver = JsonLines("node", DRIVER, MQTTJS)
        self.addCleanup(driver.end)
        with open(self.path("ca.pem"), "rb") as file:
            authority = {"$bytes": base64.b64encode(file.read()).decode()}
        driver.ask(do="connect", client="c", url=url, options={"clientId": "c", "protocolVersion": 5, "ca": authority})
        driver.ask(do="subscribe", client="c", filters=["big"], options={"qos": 1})
        payload = os.urandom(3_000_000)
        driver.ask(do="publish", client="c", topic="big", options={"qos": 1},
                   payload={"$bytes": base64.b64encode(payload).decode()})
        message = driver.events.wait(lambda all_: [each for each in all_ if each["event"] == "message"], "the message")
        self.assertEqual(base64.b64decode(message[0]["payload"]), payload)
        driver.ask(do="end", client="c")

    def test_websocket(self):
        self.browser(f"ws://127.0.0.1:{self.ws}/mqtt") # [MQTT-6.0.0-1..4]

    def test_websocket_within_tls(self):
        self.browser(f"wss://localhost:{self.wss}/mqtt")

    def test_one_port_for_all(self):
        self.exchange("-p", self.any)
        self.exchange("-h", "localhost", "-p", self.any, "--cafile", self.path("ca.pem"))
        self.browser(f"ws://127.0.0.1:{self.any}/mqtt")
        self.browser(f"wss://localhost:{self.any}/mqtt")
        for kind in ("tcp", "tls", "ws", "wss"):
            self.broker.err.wait_match(rf", {kind} 127\.0\.0\.1:{self.any}\) connected: MQTT")

    def test_a_wrong_key_is_told_and_ends_the_start(self):
        broken = self.path("broken.conf")
        with open(broken, "w", encoding="utf-8") as file:
            file.write(f"listener 0 127.0.0.1\ncertfile {self.path('server.pem')}\nkeyfile {self.path('alice.key')}\n")
        done = subprocess.run([os.environ["PIGEOND"], "-c", broken], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not belong to the certificate", done.stderr)


if __name__ == "__main__":
    unittest.main()
