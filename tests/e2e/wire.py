"""A wire between client and broker that reads every packet, may hold some back and breaks when it is told to."""
import collections
import socket
import threading

from fixture import Inbox

(CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ,
 PINGRESP, DISCONNECT, AUTH) = range(1, 16)

# One packet: the number of its connection, "client" or "broker", its type, the low bits of its first byte, the rest.
Frame = collections.namedtuple("Frame", "connection sender type flags body")
Rule = collections.namedtuple("Rule", "sender type passes")


def qos_of(frame):
    return (frame.flags >> 1) & 3


def cut_frame(data):
    """(first byte, body, bytes used) of the first packet in data, or None."""
    length = 0
    for i in range(1, 5):
        if len(data) <= i:
            return None
        length |= (data[i] & 0x7F) << (7 * (i - 1))
        if data[i] < 0x80:
            end = i + 1 + length
            return (data[0], bytes(data[i + 1:end]), end) if len(data) >= end else None
    raise ValueError("a remaining length of more than four bytes")


class Wire:
    """Listens on a port of its own and passes on to `target`, which may change for connections to come."""

    def __init__(self, target):
        self.target = target
        self.frames = Inbox("wire")
        self._rules = []
        self._held = None # the types that wait, or None
        self._waiting = [] # (socket, bytes) that are held
        self._pairs = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def break_at(self, sender, packet_type, passes):
        """The next such packet breaks its connection, after it was passed on or instead."""
        with self._lock:
            self._rules.append(Rule(sender, packet_type, passes))

    def hold(self, *types):
        """Packets of these types from clients wait for `release`."""
        with self._lock:
            self._held = types

    def release(self):
        with self._lock:
            self._held = None
            waiting, self._waiting = self._waiting, []
            for to, data in waiting:
                to.sendall(data)

    def break_all(self):
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            self._break(*pair)

    def ping(self):
        """Asks the broker in the newest client's name; its answer proves that all that came before was handled."""
        with self._lock:
            client, broker = self._pairs[-1]
            broker.sendall(bytes([PINGREQ << 4, 0]))

    def close(self):
        self._listener.close()
        self.break_all()

    def seen(self, sender, *types):
        return [frame for frame in self.frames.all() if frame.sender == sender and frame.type in types]

    def wait_seen(self, sender, packet_type, count=1):
        return self.frames.wait(lambda all_: sum((f.sender, f.type) == (sender, packet_type) for f in all_) >= count,
                                f"packet {count} of type {packet_type} from the {sender}")

    @staticmethod
    def _break(*ends):
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass # the other side was faster
            end.close()

    def _accept(self):
        count = 0
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return # closed
            try:
                broker = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close() # no broker there at the moment
                continue
            for end in (client, broker):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.append((client, broker))
            for sender, source, to in (("client", client, broker), ("broker", broker, client)):
                threading.Thread(target=self._pump, args=(count, sender, source, to), daemon=True).start()
            count += 1

    def _pump(self, connection, sender, source, to):
        data = bytearray()
        try:
            while True:
                more = source.recv(65536)
                if not more:
                    break
                data += more
                while True:
                    cut = cut_frame(data)
                    if not cut:
                        break
                    whole = bytes(data[:cut[2]])
                    del data[:cut[2]]
                    if not self._pass_on(Frame(connection, sender, cut[0] >> 4, cut[0] & 15, cut[1]), whole, to):
                        raise ConnectionAbortedError
        except OSError:
            pass # broken, by a rule or by either side
        self._break(source, to)

    def _pass_on(self, frame, whole, to):
        """Whether the connection goes on. Acks are recorded before they are passed on, what they cause after them."""
        with self._lock:
            rule = next((r for r in self._rules if (r.sender, r.type) == (frame.sender, frame.type)), None)
            if rule:
                self._rules.remove(rule)
            held = frame.sender == "client" and self._held and frame.type in self._held
            if held:
                self._waiting.append((to, whole))
        if not held and (not rule or rule.passes):
            self.frames.put(frame)
            to.sendall(whole)
        elif held:
            self.frames.put(frame)
        return not rule
