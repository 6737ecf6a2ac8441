"""A paho client as a process that can be killed or stopped: paho_child.py '{"port": ..., "id": ..., ...}'.

It connects, subscribes, prints a line for everything that happens and stays until its standard input ends.
"""
import json
import sys

from paho.mqtt import client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties


def say(*words):
    print(*words, flush=True)


def main():
    wish = json.loads(sys.argv[1])
    is_mqtt5 = wish["version"] == mqtt.MQTTv5
    client = mqtt.Client(wish["id"], clean_session=None if is_mqtt5 else True, protocol=wish["version"])
    client.reconnect_delay_set(0.1, 0.1)
    client.on_connect = lambda c, _, flags, code, *more: (say("connected"), c.subscribe(wish["id"] + "/in", 1))
    client.on_subscribe = lambda *_: say("subscribed")
    client.on_disconnect = lambda c, _, code, *more: say("disconnected")
    client.on_message = lambda c, _, message: say("message", message.payload.decode())
    properties = None
    if is_mqtt5:
        properties = Properties(PacketTypes.WILLMESSAGE)
        properties.WillDelayInterval = wish.get("will_delay", 0)
    client.will_set(wish["id"] + "/will", "gone", qos=wish.get("will_qos", 1), properties=properties)
    more = {}
    if is_mqtt5:
        more["properties"] = Properties(PacketTypes.CONNECT)
        more["properties"].SessionExpiryInterval = wish.get("session_expiry", 0)
    client.connect("127.0.0.1", wish["port"], wish.get("keep_alive", 60), **more)
    client.loop_start()
    sys.stdin.read()
    client.disconnect()
    client.loop_stop()


main()
