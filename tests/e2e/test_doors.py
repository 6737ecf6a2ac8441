#!/usr/bin/env python3
"""Certificates that are revoked while the broker runs, proxies before it, and terms that differ by listener."""
import os
import re
import socket
import subprocess
import tempfile
import threading
import unittest

from fixture import DEADLINE, BrokerTest, JsonLines, require_program
from test_listeners import DRIVER, MQTTJS, make_certificates, openssl

CONFIGURATION = """
listener 0 127.0.0.1
allow_anonymous true
listener 0 127.0.0.1
certfile {folder}/server.pem
keyfile {folder}/server.key
capath {folder}/authorities
crlfile {folder}/revoked.crl
tls_check_interval 100ms
require_certificate true
use_subject_as_username true
listener 0 127.0.0.1
enable_proxy_protocol 1
listener 0 127.0.0.1
enable_proxy_protocol 2
trusted_proxies 127.0.0.1
listener 0 127.0.0.1
protocol websockets
websockets_origin https://ours.example
websockets_path /mqtt
trusted_proxies 127.0.0.0/8
listener 0 127.0.0.1
mount_point house/
max_qos 1
listener_auto_id_prefix garden-
accept_protocol_versions 4, 5
"""
REVOCATION = """[ca]
default_ca=a
[a]
database=index.txt
crlnumber=number
default_md=sha256
"""
VERSION_2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x08\x0a\x00\x00\x01\x00\x07\x07\x5b" # 192.0.2.8


def setUpModule():
    require_program("mosquitto_pub", "It is in Debian's package mosquitto-clients, which test.sh installs.")
    require_program("openssl", "It is in Debian's package openssl.")
    require_program("node", "It is in Debian's package nodejs, which test.sh installs.")


class HeaderProxy:
    """A proxy that says at the begin of each connection where it comes from; one connection at a time."""

    def __init__(self, port, header):
        self.header, self.target = header, int(port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = str(self.listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            broker = socket.create_connection(("127.0.0.1", self.target))
            broker.sendall(self.header)
            there = threading.Thread(target=self._pass_on, args=(client, broker), daemon=True)
            there.start()
            self._pass_on(broker, client)
            there.join(DEADLINE)
            client.close()
            broker.close()

    @staticmethod
    def _pass_on(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass # the other side has ended it

    def close(self):
        self.listener.close()


class Doors(BrokerTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        make_certificates(self.folder)
        os.mkdir(self.path("authorities"))
        os.link(self.path("ca.pem"), self.path("authorities/whatever.crt"))
        for name, text in (("ca.cnf", REVOCATION), ("index.txt", ""), ("number", "01\n"),
                           ("pigeond.conf", CONFIGURATION.format(folder=self.folder))):
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(text)
        self.list_revoked()
        self.broker = self.start_broker("-v", "-c", self.path("pigeond.conf"), port=None)
        ready = self.broker.err.wait_match(r"^pigeond \S+ is ready on (.*?); ")[1]
        self.port, self.certified, self.proxied1, self.proxied2, self.ws, self.house = re.findall(r"port (\d+)", ready)

    def path(self, name):
        return os.path.join(self.folder, name)

    def ca(self, *arguments):
        openssl(self.folder, "ca", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", *arguments)

    def list_revoked(self):
        """Turned in at once, as who makes such lists should."""
        self.ca("-gencrl", "-crldays", "10", "-out", "next.crl")
        os.rename(self.path("next.crl"), self.path("revoked.crl"))

    def publish(self, *options):
        return subprocess.run(["mosquitto_pub", "-t", "a", "-m", "x", "-q", "1", *options], capture_output=True, text=True,
                              timeout=DEADLINE)

    def as_alice(self, *options):
        return self.publish("-h", "localhost", "-p", self.certified, "--cafile", self.path("ca.pem"), "--cert",
                            self.path("alice.pem"), "--key", self.path("alice.key"), *options)

    def test_a_certificate_that_is_revoked_while_the_broker_runs(self):
        self.assertEqual(self.as_alice().returncode, 0)
        subscriber = self.spawn("stdbuf", "-oL", "mosquitto_sub", "-h", "localhost", "-p", self.certified, "--cafile",
                                self.path("ca.pem"), "--cert", self.path("alice.pem"), "--key", self.path("alice.key"),
                                "-i", "stays", "-t", "a", "-d")
        subscriber.out.wait_match("Subscribed")
        self.ca("-revoke", "alice.pem")
        self.list_revoked()
        self.broker.err.wait_match(r"tls 127\.0\.0\.1:\d+: the files of TLS have changed and were read again")
        self.assertNotEqual(self.as_alice().returncode, 0)
        refused = self.broker.err.wait_match(r"is closed before it was connected: (.*)$")[1]
        self.assertEqual(refused, "the client's certificate is refused: certificate revoked")
        self.assertEqual(self.publish("-p", self.port).returncode, 0)
        subscriber.out.wait_match(r"^x$") # who was in stays in

    def test_proxies_that_say_where_clients_are(self):
        for port, header, address in ((self.proxied1, b"PROXY TCP4 192.0.2.7 10.0.0.1 7 1883\r\n", "192.0.2.7"),
                                      (self.proxied2, VERSION_2, "192.0.2.8")):
            proxy = HeaderProxy(port, header)
            self.addCleanup(proxy.close)
            done = self.publish("-p", proxy.port, "-i", "client")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.broker.err.wait_match(rf'"client" \({re.escape(address)}:7, tcp [0-9.:]+\) connected')

    def test_without_its_header_a_proxy_is_refused(self):
        for port in (self.proxied1, self.proxied2):
            self.assertNotEqual(self.publish("-p", port).returncode, 0)
        self.broker.err.wait_match(r"does not begin with a PROXY header of version 1")
        self.broker.err.wait_match(r"does not begin with a PROXY header of version 2")

    def browser(self, path="/mqtt", **headers):
        driver = JsonLines("node", DRIVER, MQTTJS)
        self.addCleanup(driver.end)
        options = {"clientId": "browser", "protocolVersion": 5, "wsOptions": {"headers": headers}}
        return driver.ask_later(do="connect", client="c", url=f"ws://127.0.0.1:{self.ws}{path}", options=options)(), driver

    def test_the_address_of_a_browser_behind_a_proxy(self):
        said, driver = self.browser(Origin="https://ours.example", **{"X-Forwarded-For": "198.51.100.1, 192.0.2.9"})
        self.assertNotIn("error", said)
        self.broker.err.wait_match(r'"browser" \(192\.0\.2\.9, ws [0-9.:]+\) connected')
        driver.ask(do="end", client="c")

    def test_pages_of_strangers_and_other_paths_are_refused(self):
        for options in ({"Origin": "https://evil.example"}, {"path": "/elsewhere"}):
            said, _ = self.browser(**options)
            self.assertIn("error", said)
        self.assertNotIn("error", self.browser()[0])

    def test_terms_of_one_listener(self):
        heard = self.spawn("stdbuf", "-oL", "mosquitto_sub", "-p", self.port, "-t", "#", "-v", "-d")
        heard.out.wait_match("Subscribed")
        self.assertEqual(self.publish("-p", self.house).returncode, 0)
        heard.out.wait_match(r"^house/a x$")
        self.broker.err.wait_match(r'"garden-[0-9a-f]{32}" \(.*\) connected')
        self.assertNotEqual(self.publish("-p", self.house, "-V", "mqttv31").returncode, 0)
        self.assertEqual(self.publish("-p", self.port, "-V", "mqttv31").returncode, 0)
        self.publish("-p", self.house, "-q", "2", "-i", "two") # 3.1.1, where it is told of no highest one
        self.broker.err.wait_match(r'"two" .*a QoS above the Maximum QoS of this listener')

    def test_what_is_in_force_is_shown(self):
        done = subprocess.run([os.environ["PIGEOND"], "-c", self.path("pigeond.conf"), "--print-config"],
                              capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for line in ("mount_point house/", "max_qos 1", "accept_protocol_versions 4, 5", "trusted_proxies 127.0.0.0/8",
                     "enable_proxy_protocol 2", "use_subject_as_username true", f"crlfile {self.path('revoked.crl')}"):
            self.assertIn(line, done.stdout)


if __name__ == "__main__":
    unittest.main()
