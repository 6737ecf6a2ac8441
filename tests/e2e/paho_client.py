"""A paho client whose doings are in inboxes."""
import sys

from fixture import DEADLINE, Inbox

try:
    from paho.mqtt import client as mqtt
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties
    from paho.mqtt.subscribeoptions import SubscribeOptions
except ImportError:
    mqtt = None

MQTT31, MQTT311, MQTT5 = 3, 4, 5


def require_paho():
    if not mqtt:
        raise AssertionError(f"paho for Python is not there for {sys.executable}: the end-to-end tests need it. It is "
                             "in Debian's package python3-paho-mqtt, which test.sh installs for /usr/bin/python3.")


def properties(packet, **values):
    made = Properties(getattr(PacketTypes, packet))
    for name, value in values.items():
        setattr(made, name, value)
    return made


class Client:
    """A paho client that is connected when it is made, with everything that happens to it in inboxes."""

    def __init__(self, test, port, name="", version=MQTT5, clean=True, keep_alive=60, user=None,
                 password=None, **connect):
        is_mqtt5 = version == MQTT5
        self.connects, self.disconnects = Inbox(f"connections of {name}"), Inbox(f"disconnections of {name}")
        self.messages, self.subacks = Inbox(f"messages of {name}"), Inbox(f"SUBACKs of {name}")
        self.paho = mqtt.Client(name, clean_session=None if is_mqtt5 else clean, protocol=version)
        self.paho.username_pw_set(user, password)
        self.paho.reconnect_delay_set(0.05, 0.05)
        self.paho.max_inflight_messages_set(0)
        self.paho.on_connect = self._connected
        self.paho.on_disconnect = lambda c, _, code, *more: self.disconnects.put(getattr(code, "value", code))
        self.paho.on_message = lambda c, _, message: self.messages.put(message)
        self.paho.on_subscribe = lambda c, _, mid, codes, *more: self.subacks.put(
            [getattr(code, "value", code) for code in codes])
        if is_mqtt5:
            connect = {"clean_start": clean, "properties": properties("CONNECT", **connect)}
        self.paho.connect("127.0.0.1", port, keep_alive, **connect)
        self.paho.loop_start()
        test.addCleanup(self.end)
        self.connects.wait_count(1)

    def _connected(self, _client, _userdata, flags, code, *more):
        self.connects.put((getattr(code, "value", code), bool(flags["session present"]), more[0] if more else None))

    @property
    def session_present(self):
        return self.connects.all()[-1][1]

    def subscribe(self, filter_, qos=2, identifier=None, **options):
        """The answer to it, a reason code."""
        count = len(self.subacks.all())
        if self.paho._protocol == MQTT5:
            more = {"SubscriptionIdentifier": identifier} if identifier else {}
            self.paho.subscribe(filter_, options=SubscribeOptions(qos, **options),
                                properties=properties("SUBSCRIBE", **more))
        else:
            self.paho.subscribe(filter_, qos)
        return self.subacks.wait_count(count + 1)[-1][0]

    def publish(self, topic, payload="", qos=1, retain=False, **values):
        """Returns when it is acknowledged, or sent when there is nothing to acknowledge."""
        info = self.start(topic, payload, qos, retain, **values)
        info.wait_for_publish(DEADLINE)
        if not info.is_published():
            raise AssertionError(f"{topic} was not acknowledged in {DEADLINE} s")

    def start(self, topic, payload="", qos=1, retain=False, **values):
        more = {"properties": properties("PUBLISH", **values)} if values else {}
        return self.paho.publish(topic, payload, qos, retain, **more)

    def payloads(self, count):
        """All payloads so far, when there are `count` of them."""
        return [message.payload.decode() for message in self.messages.wait_count(count)]

    def message(self):
        return self.messages.wait_count(1)[0]

    def until(self, payload):
        """The payloads before this one."""
        got = self.messages.wait(lambda all_: any(m.payload == payload.encode() for m in all_) and list(all_), payload)
        return [m.payload.decode() for m in got if m.payload != payload.encode()]

    def disconnect(self, **values):
        self.paho.disconnect(**({"properties": properties("DISCONNECT", **values)} if values else {}))
        self.disconnects.wait(len, "the end")
        self.paho.loop_stop()

    def end(self):
        self.paho.disconnect()
        self.paho.loop_stop()
