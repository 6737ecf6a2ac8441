// Drives MQTT.js clients for test_mqttjs.py: questions come as JSON lines on standard input, answers and events go to
// standard output. {"$bytes": base64} stands for a Buffer. It ends when its standard input ends.
'use strict';
const mqtt = require(process.argv[2] + '/mqtt');
const readline = require('readline');

const clients = new Map(); // by the names that the questions give them

function say(what) {
    process.stdout.write(JSON.stringify(what, (key, value) => {
        if (value && value.type === 'Buffer')
            return { $bytes: Buffer.from(value.data).toString('base64') };
        return value;
    }) + '\n');
}

function parse(line) {
    return JSON.parse(line, (key, value) =>
        (value && value.$bytes !== undefined ? Buffer.from(value.$bytes, 'base64') : value));
}

function connect({ client: name, port, url, options }, answer) {
    const client = mqtt.connect(url || `mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options });
    clients.set(name, client);
    let isAnswered = false;
    const answerOnce = (what) => {
        if (isAnswered)
            return;
        isAnswered = true;
        answer(what);
    };
    client.on('connect', (connack) => {
        answerOnce({ connack });
        say({ event: 'connect', client: name, connack });
    });
    client.on('error', (error) => {
        answerOnce({ error: error.message, code: error.code });
        say({ event: 'error', client: name, error: error.message });
    });
    client.on('close', () => {
        answerOnce({ error: 'closed' });
        say({ event: 'close', client: name });
    });
    client.on('disconnect', (packet) =>
        say({ event: 'disconnect', client: name, reason: packet.reasonCode, properties: packet.properties }));
    client.on('packetreceive', (packet) => {
        if (packet.cmd === 'publish')
            say({ event: 'received', client: name, topic: packet.topic, alias: (packet.properties || {}).topicAlias });
        if (packet.cmd === 'puback' || packet.cmd === 'pubrec')
            say({ event: 'acknowledged', client: name, reason: packet.reasonCode || 0 });
    });
    client.on('packetsend', (packet) => {
        if (packet.cmd === 'publish')
            say({ event: 'sent', client: name, topic: packet.topic, alias: (packet.properties || {}).topicAlias });
    });
    client.on('message', (topic, payload, packet) =>
        say({ event: 'message', client: name, topic, payload: payload.toString('base64'), qos: packet.qos,
            retain: packet.retain, dup: packet.dup, properties: packet.properties || {} }));
}

const actions = {
    connect,
    subscribe({ client, filters, options }, answer) {
        clients.get(client).subscribe(filters, options || {}, (error, granted, packet) =>
            answer(error ? { error: error.message }
                : { granted: packet ? packet.granted : granted.map((each) => each.qos) }));
    },
    unsubscribe({ client, filters }, answer) {
        clients.get(client).unsubscribe(filters, {}, (error, packet) =>
            answer(error ? { error: error.message } : { granted: packet && packet.granted }));
    },
    publish({ client, topic, payload, options }, answer) {
        clients.get(client).publish(topic, payload, options, (error) =>
            answer(error ? { error: error.message, code: error.code } : {}));
    },
    end({ client, force, options }, answer) {
        clients.get(client).end(!!force, options || {}, () => answer({}));
    },
};

readline.createInterface({ input: process.stdin }).on('line', (line) => {
    const question = parse(line);
    const answer = (what) => say({ answer: question.ask, ...what });
    try {
        actions[question.do](question, answer);
    } catch (error) {
        answer({ error: error.message });
    }
}).on('close', () => process.exit(0));
