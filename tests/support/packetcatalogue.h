#pragma once

#include "protocol/sender.h"

#include <pigeon/packets.h>

#include <QByteArray>

#include <span>

namespace pigeon::test {

/// Turns readable packet bytes into bytes:
///
///     30         two hexadecimal digits are one byte; blanks separate nothing
///     |text|     the bytes of the text
///     'text'     the same behind a length of two bytes
///     ( ... )    what is inside, behind its length as a variable byte integer (remaining length, property length)
///
/// "30 ('a/b' |hi|)" is a PUBLISH of "hi" to a/b in 3.1.1. It shares no code with the codec under test.
inline QByteArray packetBytes(QByteArrayView notation);

/// One named packet and what a strict decoder makes of it.
struct CataloguedPacket
{
    const char *name;
    const char *notation; ///< for packetBytes
    ProtocolVersion version; ///< of the connection; a CONNECT names its own
    Sender sender;
    quint8 reason; ///< 0: the packet is right; else the reason code it is refused with
    const char *clause; ///< what the row is about: a statement of 5.0, MQTT3-... of 3.1.1, or a section

    bool isValid() const { return reason == 0; }
    QByteArray bytes() const { return packetBytes(notation); }
};

// Implementation of the notation.

namespace notation {

inline QByteArray lengthPrefixed(const QByteArray &text)
{
    QByteArray bytes;
    bytes.append(static_cast<char>(text.size() >> 8));
    bytes.append(static_cast<char>(text.size()));
    return bytes + text;
}

inline QByteArray variableLengthPrefixed(const QByteArray &block)
{
    QByteArray bytes;
    auto rest = block.size();
    do {
        bytes.append(static_cast<char>((rest % 128) | (rest >= 128 ? 128 : 0)));
        rest /= 128;
    } while (rest > 0);
    return bytes + block;
}

inline QByteArray takeQuoted(QByteArrayView &rest, char quote)
{
    const auto end = rest.indexOf(quote, 1);
    Q_ASSERT_X(end > 0, "packetBytes", "a quote is not closed");
    const QByteArray text = rest.sliced(1, end - 1).toByteArray();
    rest = rest.sliced(end + 1);
    return text;
}

inline QByteArray takeHexByte(QByteArrayView &rest)
{
    Q_ASSERT_X(rest.size() >= 2, "packetBytes", "half a byte");
    const QByteArray byte = QByteArray::fromHex(rest.first(2).toByteArray());
    Q_ASSERT_X(byte.size() == 1, "packetBytes", "not a hexadecimal byte");
    rest = rest.sliced(2);
    return byte;
}

inline QByteArray takeAll(QByteArrayView &rest)
{
    QByteArray bytes;
    while (!rest.isEmpty() && rest.front() != ')') {
        if (rest.front() == ' ') {
            rest = rest.sliced(1);
        } else if (rest.front() == '|') {
            bytes += takeQuoted(rest, '|');
        } else if (rest.front() == '\'') {
            bytes += lengthPrefixed(takeQuoted(rest, '\''));
        } else if (rest.front() == '(') {
            rest = rest.sliced(1);
            bytes += variableLengthPrefixed(takeAll(rest));
            Q_ASSERT_X(!rest.isEmpty(), "packetBytes", "a parenthesis is not closed");
            rest = rest.sliced(1);
        } else {
            bytes += takeHexByte(rest);
        }
    }
    return bytes;
}

} // namespace notation

inline QByteArray packetBytes(QByteArrayView text) { return notation::takeAll(text); }

namespace catalogue {

inline constexpr auto V31 = ProtocolVersion::Mqtt31;
inline constexpr auto V311 = ProtocolVersion::Mqtt311;
inline constexpr auto V5 = ProtocolVersion::Mqtt5;
inline constexpr auto C = Sender::Client;
inline constexpr auto S = Sender::Server;

// clang-format off
inline constexpr CataloguedPacket rows[] = {
    // CONNECT: name, level, flags, keep alive, payload
    {"CONNECT 3.1", "10 ('MQIsdp' 03 02 003C 'c1')", V31, C, 0, "3.1"},
    {"CONNECT 3.1 bridge", "10 ('MQIsdp' 83 02 003C 'c1')", V31, C, 0, "3.1.2.2"},
    {"CONNECT 3.1 will, user, password", "10 ('MQIsdp' 03 EE 000A 'c1' 'w/t' 'gone' 'joe' 'pw')", V31, C, 0, "3.1"},
    {"CONNECT 3.1 user name flag, no user name", "10 ('MQIsdp' 03 82 003C 'c1')", V31, C, 0, "3.1 of 3.1"},
    {"CONNECT 3.1 password flag, no password", "10 ('MQIsdp' 03 C2 003C 'c1' 'joe')", V31, C, 0, "3.1 of 3.1"},
    {"CONNECT 3.1.1", "10 ('MQTT' 04 02 003C 'c1')", V311, C, 0, "3.1"},
    {"CONNECT 3.1.1 bridge", "10 ('MQTT' 84 02 003C 'c1')", V311, C, 0, "3.1.2.2"},
    {"CONNECT 3.1.1 clean session 0", "10 ('MQTT' 04 00 0000 'c1')", V311, C, 0, "MQTT3-3.1.2-4"},
    {"CONNECT 3.1.1 empty client id", "10 ('MQTT' 04 02 0000 '')", V311, C, 0, "MQTT3-3.1.3-6"},
    {"CONNECT 3.1.1 empty client id, clean session 0", "10 ('MQTT' 04 00 0000 '')", V311, C, 0, "MQTT3-3.1.3-8"},
    {"CONNECT 3.1.1 everything", "10 ('MQTT' 04 F6 FFFF 'c1' 'w/t' 'gone' 'joe' 'pw')", V311, C, 0, "MQTT3-3.1.3-1"},
    {"CONNECT 3.1.1 user without password", "10 ('MQTT' 04 82 003C 'c1' 'joe')", V311, C, 0, "MQTT3-3.1.2-19"},
    {"CONNECT 3.1.1 empty will payload", "10 ('MQTT' 04 06 003C 'c1' 'w/t' '')", V311, C, 0, "3.1.3.3"},
    {"CONNECT 5.0", "10 ('MQTT' 05 02 003C () 'c1')", V5, C, 0, "3.1"},
    {"CONNECT 5.0 empty client id", "10 ('MQTT' 05 00 003C () '')", V5, C, 0, "MQTT-3.1.3-6"},
    {"CONNECT 5.0 password without user name", "10 ('MQTT' 05 42 003C () 'c1' 'pw')", V5, C, 0, "3.1.2.9"},
    {"CONNECT 5.0 all properties",
        "10 ('MQTT' 05 02 003C (11 FFFFFFFF 15 'SCRAM' 16 0002 00FF 17 00 19 01 21 000A 22 0010 26 'k' 'v' 26 'k' 'w' 27 00010000) 'c1')",
        V5, C, 0, "3.1.2.11"},
    {"CONNECT 5.0 will with all properties",
        "10 ('MQTT' 05 EE 003C () 'c1' (01 01 02 0000003C 03 'text/plain' 08 'r/t' 09 0003 000102 18 0000000A 26 'k' 'v') 'w/t' 0002 00FF 'joe' 'pw')",
        V5, C, 0, "3.1.3.2"},
    {"CONNECT flags of the fixed header", "11 ('MQTT' 04 02 003C 'c1')", V311, C, 0x81, "MQTT-2.1.3-1"},
    {"CONNECT name in lower case", "10 ('mqtt' 04 02 003C 'c1')", V311, C, 0x82, "MQTT-3.1.2-1"},
    {"CONNECT empty name", "10 ('' 04 02 003C 'c1')", V311, C, 0x82, "MQTT-3.1.2-1"},
    {"CONNECT longer name", "10 ('MQTTT' 04 02 003C 'c1')", V311, C, 0x82, "MQTT-3.1.2-1"},
    {"CONNECT level 0", "10 ('MQTT' 00 02 003C 'c1')", V311, C, 0x84, "MQTT-3.1.2-2"},
    {"CONNECT level 6", "10 ('MQTT' 06 02 003C () 'c1')", V5, C, 0x84, "MQTT-3.1.2-2"},
    {"CONNECT level 5 with the bridge bit", "10 ('MQTT' 85 02 003C () 'c1')", V5, C, 0x84, "MQTT-3.1.2-2"},
    {"CONNECT MQTT with level 3", "10 ('MQTT' 03 02 003C 'c1')", V31, C, 0x84, "MQTT3-3.1.2-2"},
    {"CONNECT MQIsdp with level 4", "10 ('MQIsdp' 04 02 003C 'c1')", V311, C, 0x84, "MQTT3-3.1.2-2"},
    {"CONNECT MQIsdp with level 5", "10 ('MQIsdp' 05 02 003C () 'c1')", V5, C, 0x84, "MQTT-3.1.2-2"},
    {"CONNECT reserved flag", "10 ('MQTT' 04 03 003C 'c1')", V311, C, 0x81, "MQTT-3.1.2-3"},
    {"CONNECT 5.0 reserved flag", "10 ('MQTT' 05 03 003C () 'c1')", V5, C, 0x81, "MQTT-3.1.2-3"},
    {"CONNECT will QoS without will", "10 ('MQTT' 05 0A 003C () 'c1')", V5, C, 0x81, "MQTT-3.1.2-11"},
    {"CONNECT will retain without will", "10 ('MQTT' 05 22 003C () 'c1')", V5, C, 0x81, "MQTT-3.1.2-13"},
    {"CONNECT 3.1.1 will QoS without will", "10 ('MQTT' 04 12 003C 'c1')", V311, C, 0x81, "MQTT3-3.1.2-13"},
    {"CONNECT will QoS 3", "10 ('MQTT' 05 1E 003C () 'c1' () 'w' 'p')", V5, C, 0x81, "MQTT-3.1.2-12"},
    {"CONNECT 3.1.1 will QoS 3", "10 ('MQTT' 04 1E 003C 'c1' 'w' 'p')", V311, C, 0x81, "MQTT3-3.1.2-14"},
    {"CONNECT 3.1.1 password without user name", "10 ('MQTT' 04 42 003C 'c1' 'pw')", V311, C, 0x81, "MQTT3-3.1.2-22"},
    {"CONNECT 3.1 password without user name", "10 ('MQIsdp' 03 42 003C 'c1' 'pw')", V31, C, 0x81, "MQTT3-3.1.2-22"},
    {"CONNECT no client id", "10 ('MQTT' 04 02 003C)", V311, C, 0x81, "MQTT-3.1.3-3"},
    {"CONNECT client id not UTF-8", "10 ('MQTT' 04 02 003C 0002 C328)", V311, C, 0x81, "MQTT-3.1.3-4"},
    {"CONNECT client id with U+0000", "10 ('MQTT' 05 02 003C () 0003 610062)", V5, C, 0x81, "MQTT-1.5.4-2"},
    {"CONNECT will flag, no will", "10 ('MQTT' 04 06 003C 'c1')", V311, C, 0x81, "MQTT-3.1.2-9"},
    {"CONNECT 5.0 will without will properties", "10 ('MQTT' 05 06 003C () 'c1' 'w' 'p')", V5, C, 0x81, "MQTT-3.1.2-9"},
    {"CONNECT will topic with #", "10 ('MQTT' 05 06 003C () 'c1' () 'w/#' 'p')", V5, C, 0x90, "MQTT-3.3.2-2"},
    {"CONNECT will topic with +", "10 ('MQTT' 04 06 003C 'c1' 'w/+' 'p')", V311, C, 0x90, "MQTT-3.3.2-2"},
    {"CONNECT empty will topic", "10 ('MQTT' 04 06 003C 'c1' '' 'p')", V311, C, 0x82, "MQTT-4.7.3-1"},
    {"CONNECT will topic not UTF-8", "10 ('MQTT' 04 06 003C 'c1' 0001 FF 'p')", V311, C, 0x81, "MQTT-3.1.3-11"},
    {"CONNECT user name flag, no user name", "10 ('MQTT' 04 82 003C 'c1')", V311, C, 0x81, "MQTT-3.1.2-17"},
    {"CONNECT password flag, no password", "10 ('MQTT' 04 C2 003C 'c1' 'joe')", V311, C, 0x81, "MQTT-3.1.2-19"},
    {"CONNECT user name without flag", "10 ('MQTT' 04 02 003C 'c1' 'joe')", V311, C, 0x81, "MQTT-3.1.2-16"},
    {"CONNECT password without flag", "10 ('MQTT' 05 82 003C () 'c1' 'joe' 'pw')", V5, C, 0x81, "MQTT-3.1.2-18"},
    {"CONNECT user name is a surrogate", "10 ('MQTT' 04 82 003C 'c1' 0003 EDA080)", V311, C, 0x81, "MQTT-3.1.3-12"},
    {"CONNECT 5.0 no property length", "10 ('MQTT' 05 02 003C)", V5, C, 0x81, "MQTT-2.2.2-1"},
    {"CONNECT property length past the end", "10 ('MQTT' 05 02 003C 20 'c1')", V5, C, 0x81, "2.2.2.1"},
    {"CONNECT property cut by its length", "10 ('MQTT' 05 02 003C (11 0000) 'c1')", V5, C, 0x81, "2.2.2.2"},
    {"CONNECT unknown property", "10 ('MQTT' 05 02 003C (04 00) 'c1')", V5, C, 0x81, "2.2.2.2"},
    {"CONNECT property identifier overlong", "10 ('MQTT' 05 02 003C (9100 0000000A) 'c1')", V5, C, 0x81, "MQTT-1.5.5-1"},
    {"CONNECT property length overlong", "10 ('MQTT' 05 02 003C 8000 'c1')", V5, C, 0x81, "MQTT-1.5.5-1"},
    {"CONNECT property of CONNACK", "10 ('MQTT' 05 02 003C (24 01) 'c1')", V5, C, 0x81, "2.2.2.2"},
    {"CONNECT will delay outside the will", "10 ('MQTT' 05 02 003C (18 00000001) 'c1')", V5, C, 0x81, "2.2.2.2"},
    {"CONNECT receive maximum in the will", "10 ('MQTT' 05 06 003C () 'c1' (21 0001) 'w' 'p')", V5, C, 0x81, "2.2.2.2"},
    {"CONNECT session expiry twice", "10 ('MQTT' 05 02 003C (11 00000001 11 00000001) 'c1')", V5, C, 0x82, "3.1.2.11.2"},
    {"CONNECT receive maximum 0", "10 ('MQTT' 05 02 003C (21 0000) 'c1')", V5, C, 0x82, "3.1.2.11.3"},
    {"CONNECT maximum packet size 0", "10 ('MQTT' 05 02 003C (27 00000000) 'c1')", V5, C, 0x82, "3.1.2.11.4"},
    {"CONNECT request response information 2", "10 ('MQTT' 05 02 003C (19 02) 'c1')", V5, C, 0x82, "3.1.2.11.6"},
    {"CONNECT request problem information 2", "10 ('MQTT' 05 02 003C (17 02) 'c1')", V5, C, 0x82, "3.1.2.11.7"},
    {"CONNECT authentication data without method", "10 ('MQTT' 05 02 003C (16 0001 00) 'c1')", V5, C, 0x82, "3.1.2.11.10"},
    {"CONNECT user property not UTF-8", "10 ('MQTT' 05 02 003C (26 'k' 0001 FF) 'c1')", V5, C, 0x81, "MQTT-1.5.7-1"},
    {"CONNECT will payload format 2", "10 ('MQTT' 05 06 003C () 'c1' (01 02) 'w' 'p')", V5, C, 0x82, "3.1.3.2.3"},
    {"CONNECT will response topic with wildcard", "10 ('MQTT' 05 06 003C () 'c1' (08 'r/#') 'w' 'p')", V5, C, 0x82, "MQTT-3.3.2-14"},
    {"CONNECT empty", "10 ()", V311, C, 0x81, "MQTT-3.1.4-1"},
    {"CONNECT from a server", "10 ('MQTT' 04 02 003C 'c1')", V311, S, 0x82, "2.1.2"},

    // CONNACK
    {"CONNACK 3.1", "20 (00 00)", V31, S, 0, "3.2"},
    {"CONNACK 3.1.1 session present", "20 (01 00)", V311, S, 0, "MQTT3-3.2.2-2"},
    {"CONNACK 3.1.1 not authorized", "20 (00 05)", V311, S, 0, "3.2.2.3"},
    {"CONNACK 5.0", "20 (00 00 ())", V5, S, 0, "3.2"},
    {"CONNACK 5.0 refused", "20 (00 87 (1F 'no'))", V5, S, 0, "3.2.2.2"},
    {"CONNACK 5.0 all properties",
        "20 (01 00 (11 0000000A 12 'id' 13 003C 15 'm' 16 0001 00 1A 'ri' 1C 'other:1883' 1F 'ok' 21 0014 22 000A 24 01 25 01 26 'k' 'v' 27 00001000 28 01 29 00 2A 01))",
        V5, S, 0, "3.2.2.3"},
    {"CONNACK reserved flags", "20 (02 00)", V311, S, 0x81, "MQTT-3.2.2-1"},
    {"CONNACK 3.1 session present", "20 (01 00)", V31, S, 0x81, "3.2 of 3.1"},
    {"CONNACK 3.1.1 return code 6", "20 (00 06)", V311, S, 0x82, "MQTT3-3.2.2-6"},
    {"CONNACK refused with session present", "20 (01 87 ())", V5, S, 0x82, "MQTT-3.2.2-6"},
    {"CONNACK reason of another packet", "20 (00 92 ())", V5, S, 0x82, "MQTT-3.2.2-8"},
    {"CONNACK maximum QoS 2", "20 (00 00 (24 02))", V5, S, 0x82, "3.2.2.3.4"},
    {"CONNACK retain available 2", "20 (00 00 (25 02))", V5, S, 0x82, "3.2.2.3.5"},
    {"CONNACK receive maximum 0", "20 (00 00 (21 0000))", V5, S, 0x82, "3.2.2.3.3"},
    {"CONNACK left over", "20 (00 00 00)", V311, S, 0x81, "2.1.4"},
    {"CONNACK from a client", "20 (00 00)", V311, C, 0x82, "2.1.2"},

    // PUBLISH
    {"PUBLISH QoS 0", "30 ('a/b' |hi|)", V311, C, 0, "3.3"},
    {"PUBLISH 3.1 QoS 1", "32 ('a/b' 0001 |hi|)", V31, C, 0, "3.3"},
    {"PUBLISH QoS 1 retain", "33 ('a/b' 0001 |hi|)", V311, C, 0, "3.3.1.3"},
    {"PUBLISH QoS 2 duplicate", "3C ('a/b' FFFF |hi|)", V311, C, 0, "3.3.1.1"},
    {"PUBLISH empty payload", "31 ('a/b')", V311, C, 0, "MQTT-3.3.1-6"},
    {"PUBLISH topic with spaces and levels", "30 ('/ a//\xC3\xA4/' |x|)", V311, C, 0, "4.7.3"},
    {"PUBLISH topic with a byte order mark", "30 (0004 EFBBBF61 |x|)", V311, C, 0, "MQTT-1.5.4-3"},
    {"PUBLISH topic of the server", "30 ('$SYS/x' |x|)", V311, C, 0, "MQTT-4.7.2-1"},
    {"PUBLISH topic of one slash", "30 ('/' |x|)", V311, C, 0, "MQTT-4.7.3-1"},
    {"PUBLISH remaining length of two bytes",
        "30 ('a' |0123456789012345678901234567890123456789012345678901234567890123456789|"
        " |0123456789012345678901234567890123456789012345678901234567890123456789|)",
        V311, C, 0, "2.1.4"},
    {"PUBLISH 5.0", "30 ('a/b' () |hi|)", V5, C, 0, "3.3"},
    {"PUBLISH 5.0 alias with topic", "30 ('a/b' (23 0001) |hi|)", V5, C, 0, "3.3.2.3.4"},
    {"PUBLISH 5.0 alias for the topic", "30 ('' (23 0001) |hi|)", V5, C, 0, "3.3.2.3.4"},
    {"PUBLISH 5.0 alias 0 (the session refuses)", "30 ('a' (23 0000) |hi|)", V5, C, 0, "MQTT-3.3.2-8"},
    {"PUBLISH 5.0 forwarded properties",
        "32 ('a/b' 0007 (01 01 03 'text/plain' 08 'r/t' 09 0002 00FF 26 'k' 'v' 26 'k' 'v') |hi|)", V5, C, 0, "3.3.2.3"},
    {"PUBLISH 5.0 all properties of a client",
        "3D ('a/b' 0007 (01 01 02 0000003C 03 'text/plain' 08 'r/t' 09 0002 00FF 23 0003 26 'k' 'v') |hi|)", V5, C, 0, "3.3.2.3"},
    {"PUBLISH 5.0 user properties apart", "30 ('a' (26 'k' 'v' 02 00000001 26 'k' 'w' 23 0001 01 00) |x|)", V5, C, 0, "3.3.2.3.7"},
    {"PUBLISH 5.0 all properties of a server",
        "32 ('a/b' 0007 (01 01 02 0000003C 03 'text/plain' 08 'r/t' 09 0002 00FF 0B 01 0B FFFFFF7F 23 0003 26 'k' 'v') |hi|)",
        V5, S, 0, "MQTT-3.3.4-4"},
    {"PUBLISH QoS 3", "36 ('a/b' 0001 |hi|)", V311, C, 0x81, "MQTT-3.3.1-4"},
    {"PUBLISH 5.0 QoS 3", "36 ('a/b' 0001 () |hi|)", V5, C, 0x81, "MQTT-3.3.1-4"},
    {"PUBLISH duplicate of QoS 0", "38 ('a/b' |hi|)", V311, C, 0x81, "MQTT-3.3.1-2"},
    {"PUBLISH 5.0 duplicate of QoS 0", "38 ('a/b' () |hi|)", V5, C, 0x81, "MQTT-3.3.1-2"},
    {"PUBLISH empty", "30 ()", V311, C, 0x81, "MQTT-3.3.2-1"},
    {"PUBLISH topic cut", "30 (0005 |a/b|)", V311, C, 0x81, "MQTT-3.3.2-1"},
    {"PUBLISH empty topic", "30 ('' |hi|)", V311, C, 0x82, "MQTT-4.7.3-1"},
    {"PUBLISH 5.0 empty topic without alias", "30 ('' () |hi|)", V5, C, 0x82, "3.3.2.1"},
    {"PUBLISH topic with #", "30 ('a/#' |hi|)", V311, C, 0x90, "MQTT-3.3.2-2"},
    {"PUBLISH topic with +", "30 ('+/b' () |hi|)", V5, C, 0x90, "MQTT-3.3.2-2"},
    {"PUBLISH topic with U+0000", "30 (0003 610062 |hi|)", V311, C, 0x81, "MQTT-1.5.4-2"},
    {"PUBLISH topic with a surrogate", "30 (0003 EDA080 |hi|)", V311, C, 0x81, "MQTT-1.5.4-1"},
    {"PUBLISH topic with an overlong slash", "30 (0003 61C0AF |hi|)", V311, C, 0x81, "MQTT-1.5.4-1"},
    {"PUBLISH topic beyond U+10FFFF", "30 (0004 F4908080 |hi|)", V311, C, 0x81, "MQTT-1.5.4-1"},
    {"PUBLISH topic cut in a character", "30 (0002 61C3 |hi|)", V311, C, 0x81, "MQTT-1.5.4-1"},
    {"PUBLISH no packet identifier", "32 ('a/b')", V311, C, 0x81, "2.2.1"},
    {"PUBLISH packet identifier 0", "32 ('a/b' 0000 |hi|)", V311, C, 0x81, "MQTT3-2.3.1-1"},
    {"PUBLISH 5.0 packet identifier 0", "32 ('a/b' 0000 () |hi|)", V5, C, 0x82, "MQTT-2.2.1-3"},
    {"PUBLISH 5.0 no property length", "30 ('a/b')", V5, C, 0x81, "MQTT-2.2.2-1"},
    {"PUBLISH subscription identifier from a client", "30 ('a' (0B 01) |hi|)", V5, C, 0x82, "MQTT-3.3.4-6"},
    {"PUBLISH subscription identifier 0", "30 ('a' (0B 00) |hi|)", V5, S, 0x82, "3.3.2.3.8"},
    {"PUBLISH subscription identifier overlong", "30 ('a' (0B 8100) |hi|)", V5, S, 0x81, "MQTT-1.5.5-1"},
    {"PUBLISH payload format 2", "30 ('a' (01 02) |hi|)", V5, C, 0x82, "3.3.2.3.2"},
    {"PUBLISH payload format twice", "30 ('a' (01 01 01 01) |hi|)", V5, C, 0x82, "3.3.2.3.2"},
    {"PUBLISH message expiry twice", "30 ('a' (02 00000001 02 00000001) |hi|)", V5, C, 0x82, "3.3.2.3.3"},
    {"PUBLISH topic alias twice", "30 ('a' (23 0001 23 0001) |hi|)", V5, C, 0x82, "3.3.2.3.4"},
    {"PUBLISH response topic with +", "30 ('a' (08 'r/+') |hi|)", V5, C, 0x82, "MQTT-3.3.2-14"},
    {"PUBLISH response topic empty", "30 ('a' (08 '') |hi|)", V5, C, 0x82, "MQTT-4.7.3-1"},
    {"PUBLISH response topic not UTF-8", "30 ('a' (08 0001 FF) |hi|)", V5, C, 0x81, "MQTT-3.3.2-13"},
    {"PUBLISH correlation data twice", "30 ('a' (09 0001 00 09 0001 00) |hi|)", V5, C, 0x82, "3.3.2.3.6"},
    {"PUBLISH content type not UTF-8", "30 ('a' (03 0001 80) |hi|)", V5, C, 0x81, "MQTT-3.3.2-19"},
    {"PUBLISH property of CONNECT", "30 ('a' (11 00000001) |hi|)", V5, C, 0x81, "2.2.2.2"},
    {"PUBLISH will delay", "30 ('a' (18 00000001) |hi|)", V5, C, 0x81, "2.2.2.2"},
    {"PUBLISH property cut", "30 ('a' 03 02 0000)", V5, C, 0x81, "2.2.2.2"},

    // PUBACK, PUBREC, PUBREL, PUBCOMP
    {"PUBACK", "40 (0001)", V311, C, 0, "3.4"},
    {"PUBREC", "50 (0001)", V311, C, 0, "3.5"},
    {"PUBREL", "62 (0001)", V311, C, 0, "3.6"},
    {"PUBREL 3.1", "62 (0001)", V31, C, 0, "3.6"},
    {"PUBREL 3.1 duplicate", "6A (0001)", V31, C, 0, "2.1 of 3.1"},
    {"PUBCOMP", "70 (FFFF)", V311, C, 0, "3.7"},
    {"PUBACK 5.0 without reason", "40 (0001)", V5, C, 0, "3.4.2.1"},
    {"PUBACK 5.0 with reason", "40 (0001 80)", V5, C, 0, "3.4.2.2.1"},
    {"PUBACK 5.0 with empty properties", "40 (0001 00 ())", V5, C, 0, "3.4.2.2.1"},
    {"PUBACK 5.0 no matching subscribers", "40 (0001 10)", V5, S, 0, "3.4.2.1"},
    {"PUBACK 5.0 all properties", "40 (0001 97 (1F 'full' 26 'k' 'v' 26 'k' 'v'))", V5, S, 0, "3.4.2.2"},
    {"PUBREC 5.0 all properties", "50 (0001 91 (1F 'used' 26 'k' 'v'))", V5, C, 0, "3.5.2.2"},
    {"PUBREL 5.0 all properties", "62 (0001 92 (1F 'lost' 26 'k' 'v'))", V5, C, 0, "3.6.2.2"},
    {"PUBCOMP 5.0 all properties", "70 (0001 92 (1F 'lost' 26 'k' 'v'))", V5, C, 0, "3.7.2.2"},
    {"PUBACK flags", "42 (0001)", V311, C, 0x81, "MQTT-2.1.3-1"},
    {"PUBREL flags 0", "60 (0001)", V311, C, 0x81, "MQTT-3.6.1-1"},
    {"PUBREL flags 3", "63 (0001)", V5, C, 0x81, "MQTT-3.6.1-1"},
    {"PUBREL 3.1.1 duplicate", "6A (0001)", V311, C, 0x81, "MQTT3-3.6.1-1"},
    {"PUBREL 5.0 duplicate", "6A (0001)", V5, C, 0x81, "MQTT-3.6.1-1"},
    {"PUBACK packet identifier 0", "40 (0000)", V311, C, 0x81, "MQTT3-2.3.1-1"},
    {"PUBREL 5.0 packet identifier 0", "62 (0000)", V5, C, 0x82, "MQTT-2.2.1-3"},
    {"PUBACK empty", "40 ()", V311, C, 0x81, "3.4.2"},
    {"PUBACK half a packet identifier", "40 (00)", V5, C, 0x81, "3.4.2"},
    {"PUBACK 3.1.1 with reason", "40 (0001 00)", V311, C, 0x81, "2.1.4"},
    {"PUBCOMP 5.0 left over", "70 (0001 00 () 00)", V5, C, 0x81, "2.1.4"},
    {"PUBACK reason of PUBREL", "40 (0001 92)", V5, C, 0x82, "MQTT-3.4.2-1"},
    {"PUBACK unknown reason", "40 (0001 7F)", V5, C, 0x82, "MQTT-3.4.2-1"},
    {"PUBACK no matching subscribers from a client", "40 (0001 10)", V5, C, 0x82, "3.4.2.1"},
    {"PUBREC reason of SUBACK", "50 (0001 01)", V5, C, 0x82, "MQTT-3.5.2-1"},
    {"PUBREL reason of PUBACK", "62 (0001 10)", V5, C, 0x82, "MQTT-3.6.2-1"},
    {"PUBCOMP reason of PUBACK", "70 (0001 80)", V5, C, 0x82, "MQTT-3.7.2-1"},
    {"PUBACK reason string twice", "40 (0001 80 (1F 'a' 1F 'b'))", V5, C, 0x82, "3.4.2.2.2"},
    {"PUBACK property of PUBLISH", "40 (0001 80 (01 01))", V5, C, 0x81, "2.2.2.2"},

    // SUBSCRIBE
    {"SUBSCRIBE", "82 (0001 'a/b' 01)", V311, C, 0, "3.8"},
    {"SUBSCRIBE 3.1", "82 (0001 'a/b' 01)", V31, C, 0, "3.8"},
    {"SUBSCRIBE 3.1 duplicate", "8A (0001 'a/b' 01)", V31, C, 0, "2.1 of 3.1"},
    {"SUBSCRIBE many", "82 (0001 'a/+' 00 '#' 01 'a/+' 02)", V311, C, 0, "MQTT-3.8.4-5"},
    {"SUBSCRIBE shared", "82 (0001 '$share/g/a/#' 01)", V311, C, 0, "4.8.2"},
    {"SUBSCRIBE 5.0 all options", "82 (0001 () 'a' 00 'b' 05 'c' 0A 'd' 2C '$share/g/e' 19)", V5, C, 0, "3.8.3.1"},
    {"SUBSCRIBE 5.0 all properties", "82 (0001 (0B FFFFFF7F 26 'k' 'v') 'a' 00)", V5, C, 0, "3.8.2.1"},
    {"SUBSCRIBE invalid filter (the session answers)", "82 (0001 () 'a/#/b' 00)", V5, C, 0, "MQTT-4.7.1-1"},
    {"SUBSCRIBE empty filter (the session answers)", "82 (0001 '' 00)", V311, C, 0, "MQTT-4.7.3-1"},
    {"SUBSCRIBE flags 0", "80 (0001 'a/b' 01)", V311, C, 0x81, "MQTT-3.8.1-1"},
    {"SUBSCRIBE 5.0 duplicate", "8A (0001 () 'a/b' 01)", V5, C, 0x81, "MQTT-3.8.1-1"},
    {"SUBSCRIBE packet identifier 0", "82 (0000 'a/b' 01)", V311, C, 0x81, "MQTT3-2.3.1-1"},
    {"SUBSCRIBE 5.0 packet identifier 0", "82 (0000 () 'a/b' 01)", V5, C, 0x82, "MQTT-2.2.1-3"},
    {"SUBSCRIBE no filter", "82 (0001)", V311, C, 0x82, "MQTT3-3.8.3-3"},
    {"SUBSCRIBE 5.0 no filter", "82 (0001 ())", V5, C, 0x82, "MQTT-3.8.3-2"},
    {"SUBSCRIBE no options", "82 (0001 'a/b')", V311, C, 0x81, "3.8.3"},
    {"SUBSCRIBE filter not UTF-8", "82 (0001 0001 FF 00)", V311, C, 0x81, "MQTT-3.8.3-1"},
    {"SUBSCRIBE 3.1.1 QoS 3", "82 (0001 'a' 03)", V311, C, 0x81, "MQTT3-3.8.3-4"},
    {"SUBSCRIBE 3.1.1 reserved bit", "82 (0001 'a' 04)", V311, C, 0x81, "MQTT3-3.8.3-4"},
    {"SUBSCRIBE 5.0 QoS 3", "82 (0001 () 'a' 03)", V5, C, 0x82, "3.8.3.1"},
    {"SUBSCRIBE 5.0 retain handling 3", "82 (0001 () 'a' 30)", V5, C, 0x82, "3.8.3.1"},
    {"SUBSCRIBE 5.0 reserved bit 6", "82 (0001 () 'a' 40)", V5, C, 0x81, "MQTT-3.8.3-5"},
    {"SUBSCRIBE 5.0 reserved bit 7", "82 (0001 () 'a' 80)", V5, C, 0x81, "MQTT-3.8.3-5"},
    {"SUBSCRIBE no local on a shared subscription", "82 (0001 () '$share/g/a' 04)", V5, C, 0x82, "MQTT-3.8.3-4"},
    {"SUBSCRIBE subscription identifier 0", "82 (0001 (0B 00) 'a' 00)", V5, C, 0x82, "3.8.2.1.2"},
    {"SUBSCRIBE subscription identifier twice", "82 (0001 (0B 01 0B 02) 'a' 00)", V5, C, 0x82, "3.8.2.1.2"},
    {"SUBSCRIBE subscription identifier of five bytes", "82 (0001 (0B FFFFFFFF01) 'a' 00)", V5, C, 0x81, "1.5.5"},
    {"SUBSCRIBE reason string", "82 (0001 (1F 'x') 'a' 00)", V5, C, 0x81, "2.2.2.2"},
    {"SUBSCRIBE from a server", "82 (0001 'a/b' 01)", V311, S, 0x82, "2.1.2"},

    // SUBACK
    {"SUBACK 3.1", "90 (0001 00 01 02)", V31, S, 0, "3.9"},
    {"SUBACK 3.1.1 with failure", "90 (0001 00 01 02 80)", V311, S, 0, "MQTT3-3.9.3-2"},
    {"SUBACK 5.0", "90 (0001 () 00 01 02 80 83 87 8F 91 97 9E A1 A2)", V5, S, 0, "3.9.3"},
    {"SUBACK 5.0 all properties", "90 (0001 (1F 'ok' 26 'k' 'v') 00)", V5, S, 0, "3.9.2.1"},
    {"SUBACK 3.1.1 reserved code", "90 (0001 03)", V311, S, 0x82, "MQTT3-3.9.3-2"},
    {"SUBACK 5.0 reason of UNSUBACK", "90 (0001 () 11)", V5, S, 0x82, "MQTT-3.9.3-2"},
    {"SUBACK without reason", "90 (0001)", V311, S, 0x81, "MQTT-3.8.4-6"},
    {"SUBACK packet identifier 0", "90 (0000 00)", V311, S, 0x81, "MQTT-2.2.1-6"},
    {"SUBACK from a client", "90 (0001 00)", V311, C, 0x82, "2.1.2"},

    // UNSUBSCRIBE and UNSUBACK
    {"UNSUBSCRIBE", "A2 (0001 'a/b' '#')", V311, C, 0, "3.10"},
    {"UNSUBSCRIBE 3.1 duplicate", "AA (0001 'a/b')", V31, C, 0, "2.1 of 3.1"},
    {"UNSUBSCRIBE 5.0", "A2 (0001 () 'a/b')", V5, C, 0, "3.10"},
    {"UNSUBSCRIBE 5.0 all properties", "A2 (0001 (26 'k' 'v') 'a/b')", V5, C, 0, "3.10.2.1"},
    {"UNSUBSCRIBE flags 0", "A0 (0001 'a/b')", V311, C, 0x81, "MQTT-3.10.1-1"},
    {"UNSUBSCRIBE 3.1.1 duplicate", "AA (0001 'a/b')", V311, C, 0x81, "MQTT3-3.10.1-1"},
    {"UNSUBSCRIBE no filter", "A2 (0001)", V311, C, 0x82, "MQTT-3.10.3-2"},
    {"UNSUBSCRIBE 5.0 no filter", "A2 (0001 ())", V5, C, 0x82, "MQTT-3.10.3-2"},
    {"UNSUBSCRIBE filter not UTF-8", "A2 (0001 0002 C080)", V311, C, 0x81, "MQTT-3.10.3-1"},
    {"UNSUBSCRIBE filter cut", "A2 (0001 'a' 0003 61)", V311, C, 0x81, "3.10.3"},
    {"UNSUBSCRIBE packet identifier 0", "A2 (0000 () 'a')", V5, C, 0x82, "MQTT-2.2.1-3"},
    {"UNSUBSCRIBE subscription identifier", "A2 (0001 (0B 01) 'a')", V5, C, 0x81, "2.2.2.2"},
    {"UNSUBACK 3.1.1", "B0 (0001)", V311, S, 0, "3.11"},
    {"UNSUBACK 5.0", "B0 (0001 () 00 11 80 83 87 8F 91)", V5, S, 0, "3.11.3"},
    {"UNSUBACK 5.0 all properties", "B0 (0001 (1F 'ok' 26 'k' 'v') 11)", V5, S, 0, "3.11.2.1"},
    {"UNSUBACK 5.0 reason of SUBACK", "B0 (0001 () 01)", V5, S, 0x82, "MQTT-3.11.3-2"},
    {"UNSUBACK 5.0 without reason", "B0 (0001 ())", V5, S, 0x81, "MQTT-3.11.3-2"},
    {"UNSUBACK 3.1.1 with reason", "B0 (0001 00)", V311, S, 0x81, "2.1.4"},

    // PINGREQ and PINGRESP
    {"PINGREQ", "C0 ()", V311, C, 0, "3.12"},
    {"PINGREQ 5.0", "C0 ()", V5, C, 0, "3.12"},
    {"PINGRESP", "D0 ()", V311, S, 0, "3.13"},
    {"PINGREQ with a body", "C0 (00)", V311, C, 0x81, "3.12"},
    {"PINGREQ flags", "C1 ()", V311, C, 0x81, "MQTT-2.1.3-1"},
    {"PINGRESP with a body", "D0 (00)", V5, S, 0x81, "3.13"},
    {"PINGRESP from a client", "D0 ()", V311, C, 0x82, "2.1.2"},

    // DISCONNECT
    {"DISCONNECT 3.1", "E0 ()", V31, C, 0, "3.14"},
    {"DISCONNECT 3.1.1", "E0 ()", V311, C, 0, "3.14"},
    {"DISCONNECT 5.0", "E0 ()", V5, C, 0, "3.14.2.1"},
    {"DISCONNECT 5.0 with will", "E0 (04)", V5, C, 0, "3.14.2.1"},
    {"DISCONNECT 5.0 empty properties", "E0 (00 ())", V5, C, 0, "3.14.2.2.1"},
    {"DISCONNECT 5.0 all properties of a client", "E0 (00 (11 0000000A 1F 'bye' 26 'k' 'v'))", V5, C, 0, "3.14.2.2"},
    {"DISCONNECT 5.0 all properties of a server", "E0 (9D (1C 'other' 1F 'moved' 26 'k' 'v'))", V5, S, 0, "3.14.2.2"},
    {"DISCONNECT 5.0 taken over", "E0 (8E)", V5, S, 0, "MQTT-3.1.4-3"},
    {"DISCONNECT flags", "E1 ()", V5, C, 0x81, "MQTT-3.14.1-1"},
    {"DISCONNECT 3.1.1 with reason", "E0 (00)", V311, C, 0x81, "3.14"},
    {"DISCONNECT 3.1.1 from a server", "E0 ()", V311, S, 0x82, "3.14"},
    {"DISCONNECT taken over from a client", "E0 (8E)", V5, C, 0x82, "MQTT-3.14.2-1"},
    {"DISCONNECT with will from a server", "E0 (04)", V5, S, 0x82, "MQTT-3.14.2-1"},
    {"DISCONNECT unknown reason", "E0 (03)", V5, C, 0x82, "MQTT-3.14.2-1"},
    {"DISCONNECT session expiry from a server", "E0 (00 (11 0000000A))", V5, S, 0x82, "MQTT-3.14.2-2"},
    {"DISCONNECT server reference from a client", "E0 (00 (1C 'x'))", V5, C, 0x82, "3.14.2.2.5"},
    {"DISCONNECT left over", "E0 (00 () 00)", V5, C, 0x81, "2.1.4"},

    // AUTH
    {"AUTH empty", "F0 ()", V5, S, 0, "3.15.2.1"},
    {"AUTH continue", "F0 (18 (15 'SCRAM' 16 0002 00FF))", V5, C, 0, "3.15.2"},
    {"AUTH re-authenticate", "F0 (19 (15 'SCRAM'))", V5, C, 0, "4.12.1"},
    {"AUTH all properties", "F0 (18 (15 'SCRAM' 16 0002 00FF 1F 'go on' 26 'k' 'v'))", V5, S, 0, "3.15.2.2"},
    {"AUTH success without properties", "F0 (00 ())", V5, S, 0, "3.15.2.1"},
    {"AUTH flags", "F2 ()", V5, C, 0x81, "MQTT-3.15.1-1"},
    {"AUTH before 5.0", "F0 ()", V311, C, 0x81, "2.1.2"},
    {"AUTH in 3.1", "F0 ()", V31, C, 0x81, "2.1.2"},
    {"AUTH reason without property length", "F0 (18)", V5, C, 0x81, "3.15.2.2"},
    {"AUTH without method", "F0 (18 (16 0001 00))", V5, C, 0x82, "3.15.2.2.2"},
    {"AUTH unknown reason", "F0 (01 (15 'm'))", V5, C, 0x82, "MQTT-3.15.2-1"},
    {"AUTH re-authenticate from a server", "F0 (19 (15 'm'))", V5, S, 0x82, "MQTT-3.15.2-1"},
    {"AUTH method twice", "F0 (18 (15 'm' 15 'm'))", V5, C, 0x82, "3.15.2.2.2"},

    // The fixed header
    {"packet type 0", "00 ()", V5, C, 0x81, "2.1.2"},
    {"remaining length not minimal", "C0 8000", V311, C, 0x81, "MQTT-1.5.5-1"},
    {"remaining length not minimal in four bytes", "40 82808000 0001", V311, C, 0x81, "MQTT-1.5.5-1"},
    {"remaining length of five bytes", "30 FFFFFFFF01", V311, C, 0x81, "2.1.4"},
};
// clang-format on

} // namespace catalogue

/// All packets of the catalogue, by type, right ones and wrong ones.
inline std::span<const CataloguedPacket> packetCatalogue() { return catalogue::rows; }

} // namespace pigeon::test
