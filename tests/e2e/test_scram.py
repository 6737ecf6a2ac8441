#!/usr/bin/env python3
"""SCRAM-SHA-256 by AUTH packets (MQTT 5.0, 4.12; RFC 5802, RFC 7677) for users of a password file. The client is written
here from the RFC."""
import base64
import hashlib
import hmac
import os
import signal
import socket
import subprocess
import unittest

from fixture import DEADLINE, PIGEOND
from test_config import ConfigTest
from test_log import packet
from test_pigeond import text
from wire import AUTH, CONNACK, DISCONNECT, SUBACK, cut_frame

NOT_AUTHORIZED, BAD_METHOD = 0x87, 0x8C
METHOD = b"SCRAM-SHA-256"


def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.new(key, data, "sha256").digest()


def properties(data):
    """Property 0x15 is the method, 0x16 the data."""
    return b"\x15" + text(METHOD.decode()) + b"\x16" + len(data).to_bytes(2, "big") + data


def with_length(block):
    assert len(block) < 128
    return bytes([len(block)]) + block


def data_of(block):
    """The authentication data among properties, where the method comes first."""
    at = block.index(b"\x16")
    size = int.from_bytes(block[at + 1:at + 3], "big")
    return block[at + 3:at + 3 + size]


class Client:
    """Speaks MQTT 5 and the client's side of SCRAM."""

    def __init__(self, connection, user, password):
        self.socket, self.user, self.password = connection, user, password
        self.received = b""

    def receive(self):
        """(type, body) of the next packet."""
        while not (cut := cut_frame(self.received)):
            more = self.socket.recv(4096)
            if not more:
                raise EOFError
            self.received += more
        self.received = self.received[cut[2]:]
        return cut[0] >> 4, cut[1]

    def begin(self):
        """The server's first message, or the reason of the CONNACK."""
        self.nonce = base64.b64encode(os.urandom(18))
        self.first_bare = b"n=" + self.user + b",r=" + self.nonce
        self.socket.sendall(packet(0x10, text("MQTT"), b"\5\2\0\x3c", with_length(properties(b"n,," + self.first_bare)),
                                   text("scram-client")))
        kind, body = self.receive()
        if kind == CONNACK:
            return body[1]
        assert (kind, body[0]) == (AUTH, 0x18)
        return data_of(body)

    def finish(self, server_first):
        """The reason of the CONNACK; with 0 the server has proven that it knows the verifier."""
        parts = dict(each.split(b"=", 1) for each in server_first.split(b","))
        assert parts[b"r"].startswith(self.nonce) and len(parts[b"r"]) > len(self.nonce)
        salted = hashlib.pbkdf2_hmac("sha256", self.password, base64.b64decode(parts[b"s"]), int(parts[b"i"]))
        final = b"c=biws,r=" + parts[b"r"]
        message = self.first_bare + b"," + server_first + b"," + final
        key = mac(salted, b"Client Key")
        proof = bytes(a ^ b for a, b in zip(key, mac(sha256(key), message)))
        self.socket.sendall(packet(0xF0, b"\x18", with_length(properties(final + b",p=" + base64.b64encode(proof)))))
        kind, body = self.receive()
        assert kind == CONNACK
        if body[1] == 0:
            assert data_of(body) == b"v=" + base64.b64encode(mac(mac(salted, b"Server Key"), message))
        return body[1]

    def log_in(self):
        first = self.begin()
        return self.finish(first) if isinstance(first, bytes) else first


class Scram(ConfigTest):
    def passwd(self, *arguments, password):
        subprocess.run([PIGEOND, "passwd", *arguments], input=password + "\n", text=True, check=True, timeout=DEADLINE)

    def client(self, port, user, password):
        connection = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        self.addCleanup(connection.close)
        return Client(connection, user.encode(), password.encode())

    def serve(self, *lines):
        return self.start("\n".join(("listener 0 127.0.0.1", f"password_file {self.path('passwords')}", *lines, "")))

    def make_users(self):
        self.passwd("-c", "--scram", self.path("passwords"), "ann", password="pencil")
        self.passwd(self.path("passwords"), "bob", password="brush")

    def test_the_file_has_both_lines_and_keeps_them(self):
        self.make_users()

        def forms():
            return [line.split(":", 1)[0] + " " + line.split(":", 1)[1].split("$")[0 if ":SCRAM" in line else 1]
                    for line in self.read("passwords").splitlines()]
        self.assertEqual(forms(), ["ann argon2id", "ann SCRAM-SHA-256", "bob argon2id"])
        before = self.read("passwords")
        self.passwd(self.path("passwords"), "ann", password="pen") # both are of the new password then
        self.assertEqual(forms(), ["ann argon2id", "ann SCRAM-SHA-256", "bob argon2id"])
        self.assertFalse(set(before.splitlines()[:2]) & set(self.read("passwords").splitlines()))
        subprocess.run([PIGEOND, "passwd", "-D", self.path("passwords"), "ann"], check=True, timeout=DEADLINE)
        self.assertEqual(forms(), ["bob argon2id"])

    def test_a_user_proves_its_password_and_has_its_rights(self):
        self.make_users()
        self.write("user ann\ntopic read of/ann\n", "acl")
        broker = self.serve(f"acl_file {self.path('acl')}", "log_type all")
        ann = self.client(broker.port, "ann", "pencil")
        self.assertEqual(ann.log_in(), 0)
        broker.err.wait_match(r'Client "scram-client" \(user "ann", .*\) connected')
        for topic, reason in (("of/ann", 0), ("of/bob", NOT_AUTHORIZED)):
            ann.socket.sendall(packet(0x82, b"\0\1\0", text(topic), b"\0"))
            self.assertEqual(ann.receive(), (SUBACK, b"\0\1\0" + bytes([reason])))

    def test_wrong_passwords_and_unknown_users_cannot_be_told_apart(self):
        self.make_users()
        broker = self.serve()
        heard = []
        for user, password in (("ann", "pencil "), ("nobody", "pencil"), ("bob", "brush")): # bob has no such line
            client = self.client(broker.port, user, password)
            first = client.begin()
            heard.append((sorted(each[:2] for each in first.split(b",")), first.split(b"i=")[1], client.finish(first)))
        self.assertEqual(heard, [heard[0]] * 3)
        self.assertEqual(heard[0][2], NOT_AUTHORIZED)

    def test_without_such_users_there_is_no_such_method(self):
        self.passwd("-c", self.path("passwords"), "bob", password="brush")
        broker = self.serve()
        self.assertEqual(self.client(broker.port, "bob", "brush").log_in(), BAD_METHOD)

    def test_a_reload_brings_users_and_takes_them_away(self):
        self.make_users()
        broker = self.serve()
        ann = self.client(broker.port, "ann", "pencil")
        self.assertEqual(ann.log_in(), 0)
        self.passwd("--scram", self.path("passwords"), "ann", password="changed")
        broker.signal(signal.SIGHUP)
        kind, body = ann.receive()
        self.assertEqual((kind, body[0]), (DISCONNECT, NOT_AUTHORIZED))
        self.assertEqual(self.client(broker.port, "ann", "pencil").log_in(), NOT_AUTHORIZED)
        self.assertEqual(self.client(broker.port, "ann", "changed").log_in(), 0)


if __name__ == "__main__":
    unittest.main()
