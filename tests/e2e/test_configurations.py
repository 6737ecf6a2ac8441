#!/usr/bin/env python3
"""mosquitto.conf files as people have them: each starts as it is, or pigeond says exactly what it cannot do.

They are in configurations/. They name folders of the whole machine and fixed ports, so that a test moves them: each path
goes below a folder of its own, each port becomes any free one. Nothing else is changed.
"""
import os
import re
import shutil
import subprocess
import unittest

from fixture import DEADLINE, PIGEOND, TOP, require_program
from test_config import ConfigTest
from test_listeners import make_certificates
from test_mosquitto import FROM
from test_rights import MOSQUITTOS

FILES = os.path.join(TOP, "tests", "e2e", "configurations")
ALICE = ("-u", "alice", "-P", "secret")
PLUGIN = "does not exist here: A plugin of mosquitto's needs mosquitto."
BRIDGE = "does not work yet: Bridges are not there yet."
# What starts: how a client comes in over the first port, and the notices, by their lines.
STARTS = {
    "debian": (ALICE, []),
    "zigbee2mqtt": ((), []),
    "homeassistant-users": (ALICE, [(2, "protocol stands before the first listener")]),
    "websockets": (ALICE, [(9, "websockets_log_level is not needed")]),
    "perlistener-same": (ALICE, []),
    "persistence": ((), [(8, "autosave_interval is not needed"), (9, "autosave_on_changes is not needed"),
                         (16, "set_tcp_nodelay is not needed")]),
    "embedded": ((), []),
    "tls": (("-h", "localhost", "--cafile", "{root}/ssl/ca.pem", "--cert", "{root}/ssl/alice.pem", "--key",
             "{root}/ssl/alice.key"), []),
    "psk": (("--psk-identity", "device", "--psk", "0123456789abcdef"), []),
    "perlistener-strangers": ((), [(4, "without a user, but who names one needs its password there, too")]),
}
# What does not: every line that it is about, with the words that say what and why.
REFUSED = {
    "homeassistant": [(12, f"auth_plugin {PLUGIN}"), (13, f"auth_opt_backends {PLUGIN}"),
                      (14, f"auth_opt_files_password_path {PLUGIN}"), (15, f"auth_opt_http_host {PLUGIN}"),
                      (16, f"auth_opt_http_port {PLUGIN}"),
                      *((line, "lets in nobody without a name, and there is no password_file") for line in (18, 21, 24))],
    "bridge": [(line, BRIDGE) for line in range(4, 18)],
    "dynamicsecurity": [(3, "allow_anonymous false lets nobody in without a password_file"), (4, f"plugin {PLUGIN}"),
                        (5, f"plugin_opt_config_file {PLUGIN}")],
    "perlistener": [(3, "acl_file is none for port")],
    "mistakes": [(2, '"listen" is not a key that pigeond or mosquitto knows. Is listener meant?'),
                 (3, 'allow_anonymous: "yes" is neither true nor false.'), (4, "Is max_connections meant?"),
                 (5, "persistence_location: the value is missing"),
                 (6, 'protocol: "websocket" is none of mqtt, websockets, any.'), (7, "Is cleansession meant?")],
}


def setUpModule():
    for program in ("mosquitto_pub", "mosquitto_sub"):
        require_program(program, FROM)
    require_program("openssl", "It is in Debian's package openssl.")


class Configurations(ConfigTest):
    def setUp(self):
        super().setUp()
        for folder in ("run/mosquitto", "var/lib/mosquitto", "var/log/mosquitto", "mosquitto/data", "mosquitto/log", "data",
                       "share/mosquitto", "etc/mosquitto/conf.d", "etc/mosquitto/certs", "ssl"):
            os.makedirs(self.path(folder))
        make_certificates(self.path("ssl"))
        shutil.copytree(self.path("ssl"), self.path("etc/mosquitto/certs"), dirs_exist_ok=True)
        self.write(MOSQUITTOS, "etc/mosquitto/passwd")
        self.write("user alice\ntopic readwrite #\n", "etc/mosquitto/acl")
        self.write("device:0123456789abcdef\n", "etc/mosquitto/psk")
        self.write(self.moved("conf.d/home"), "etc/mosquitto/conf.d/home.conf")

    def moved(self, name):
        with open(os.path.join(FILES, f"{name}.conf"), encoding="utf-8") as file:
            text = file.read()
        text = re.sub(r"(?m)^(\w+ (?:\w+ )*)/", rf"\1{self.folder}/", text)
        return re.sub(r"(?m)^(listener|port) \d+", r"\1 0", text)

    def diagnostics(self, name, severity):
        """What is said of that file and its neighbours, as (line, text)."""
        path = self.write(self.moved(name), f"{name}.conf")
        done = subprocess.run([PIGEOND, "--check-config", "-c", path], capture_output=True, text=True, timeout=DEADLINE)
        found = re.findall(rf"(?m)^pigeond: {re.escape(path)}:(\d+): {severity}: (.*)$", done.stderr)
        self.assertEqual(len(found), done.stderr.count(f" {severity}: "), done.stderr)
        return done.returncode, [(int(line), text) for line, text in found]

    def assert_said(self, said, expected):
        self.assertEqual([line for line, _ in said], [line for line, _ in expected], said)
        for (_, text), (_, words) in zip(said, expected):
            self.assertIn(words.format(root=self.folder), text)

    def test_every_file_is_tested(self):
        files = {name[:-5] for name in os.listdir(FILES) if name.endswith(".conf")}
        self.assertEqual(files, set(STARTS) | set(REFUSED))

    def test_it_says_what_it_cannot_do(self):
        for name, expected in REFUSED.items():
            with self.subTest(name):
                code, said = self.diagnostics(name, "error")
                self.assertEqual(code, 3)
                self.assert_said(said, expected)

    def test_it_starts(self):
        for name, (user, notices) in STARTS.items():
            with self.subTest(name):
                code, said = self.diagnostics(name, "notice")
                self.assertEqual(code, 0)
                self.assert_said(said, notices)
                broker = self.start_broker("-c", self.path(f"{name}.conf"), port=None)
                where = ["-p", str(broker.port), *(option.format(root=self.folder) for option in user)]
                self.exchange(where)
                self.assertEqual(broker.stop(), 0)

    def exchange(self, where):
        """A retained message, and somebody who comes later and finds it."""
        publish = ["mosquitto_pub", *where, "-q", "1", "-r", "-t", "house/door", "-m", "closed"]
        done = subprocess.run(publish, capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        subscribe = ["mosquitto_sub", *where, "-t", "house/#", "-C", "1", "-W", str(int(DEADLINE)), "-v"]
        done = subprocess.run(subscribe, capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stdout), (0, "house/door closed\n"), done.stderr)

    def test_what_it_kept_is_there_again(self):
        """persistence.conf: a session and what waits for it, over a restart."""
        path = self.write(self.moved("persistence"), "persistence.conf")
        broker = self.start_broker("-c", path, port=None)
        sleeper = ["-i", "sleeper", "-c", "-q", "1", "-t", "orders/#"]
        subprocess.run(["mosquitto_sub", "-p", str(broker.port), *sleeper, "-E"], check=True, timeout=DEADLINE)
        subprocess.run(["mosquitto_pub", "-p", str(broker.port), "-q", "1", "-t", "orders/1", "-m", "wake"], check=True,
                       timeout=DEADLINE)
        broker.stop()
        self.assertTrue(os.path.isfile(self.path("var/lib/mosquitto/gateway.db")))
        broker = self.start_broker("-c", path, port=None)
        done = subprocess.run(["mosquitto_sub", "-p", str(broker.port), *sleeper, "-C", "1", "-W", str(int(DEADLINE))],
                              capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.stdout, "wake\n")


if __name__ == "__main__":
    unittest.main()
