<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>BinaryReaders</name>
    <message>
        <source>The value ends at byte %1; what follows is not a part of it.</source>
        <translation>Der Wert endet bei Byte %1; was folgt, gehört nicht dazu.</translation>
    </message>
    <message>
        <source>%1, at byte %2.</source>
        <translation>%1, bei Byte %2.</translation>
    </message>
    <message>
        <source>Reading took too long and ended here</source>
        <translation>Das Lesen dauerte zu lange und endete hier</translation>
    </message>
    <message>
        <source>The value is nested too deeply</source>
        <translation>Der Wert ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>There are more than %1 values; reading ended here</source>
        <translation>Es sind mehr als %1 Werte; das Lesen endete hier</translation>
    </message>
    <message>
        <source>This is no CBOR</source>
        <translation>Das ist kein CBOR</translation>
    </message>
    <message>
        <source>The value breaks off</source>
        <translation>Der Wert bricht ab</translation>
    </message>
    <message>
        <source>tag %1</source>
        <translation>Tag %1</translation>
    </message>
    <message>
        <source>simple value %1</source>
        <translation>einfacher Wert %1</translation>
    </message>
    <message>
        <source>This is no MessagePack</source>
        <translation>Das ist kein MessagePack</translation>
    </message>
    <message>
        <source>type %1: %2</source>
        <translation>Typ %1: %2</translation>
    </message>
</context>
<context>
    <name>CellMenu</name>
    <message>
        <source>… and %1</source>
        <translation>… und %1</translation>
    </message>
    <message>
        <source>… or %1</source>
        <translation>… oder %1</translation>
    </message>
    <message>
        <source>… and not %1</source>
        <translation>… und nicht %1</translation>
    </message>
    <message>
        <source>Apply as filter</source>
        <translation>Als Filter anwenden</translation>
    </message>
    <message>
        <source>Copy cell</source>
        <translation>Zelle kopieren</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>Zeilen kopieren</translation>
    </message>
</context>
<context>
    <name>ClientPresets</name>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Offline with session</source>
        <translation>Abwesend mit Sitzung</translation>
    </message>
    <message>
        <source>Backlogged</source>
        <translation>Rückstau</translation>
    </message>
    <message>
        <source>Dropping</source>
        <translation>Verluste</translation>
    </message>
    <message>
        <source>Slow</source>
        <translation>Langsam</translation>
    </message>
    <message>
        <source>Flapping</source>
        <translation>Flatternd</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Banned</source>
        <translation>Gesperrt</translation>
    </message>
</context>
<context>
    <name>Columns</name>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>online; away: its session waits; gone; refused; banned</source>
        <translation>verbunden; abwesend: die Sitzung wartet; weg; abgewiesen; gesperrt</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>Client-ID</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>User that it was found to be; empty where nobody checks</source>
        <translation>Als welcher Benutzer er erkannt wurde; leer, wo niemand prüft</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Where it comes from</source>
        <translation>Woher er kommt</translation>
    </message>
    <message>
        <source>Listener</source>
        <translation>Listener</translation>
    </message>
    <message>
        <source>The listener that it came in through</source>
        <translation>Der Listener, durch den er hereinkam</translation>
    </message>
    <message>
        <source>MQTT</source>
        <translation>MQTT</translation>
    </message>
    <message>
        <source>Version of MQTT that it speaks</source>
        <translation>MQTT-Version, die er spricht</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Seit</translation>
    </message>
    <message>
        <source>How long it has been connected, or away</source>
        <translation>Wie lange er verbunden oder abwesend ist</translation>
    </message>
    <message>
        <source>Keep alive</source>
        <translation>Keep-Alive</translation>
    </message>
    <message>
        <source>Its keep alive; the bar: how much of it has passed since its last packet</source>
        <translation>Sein Keep-Alive; der Balken: wie viel davon seit seinem letzten Paket vergangen ist</translation>
    </message>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>How long its session is kept when the connection has ended</source>
        <translation>Wie lange seine Sitzung bleibt, wenn die Verbindung endet</translation>
    </message>
    <message>
        <source>Subs</source>
        <translation>Abos</translation>
    </message>
    <message>
        <source>Subscriptions</source>
        <translation>Abonnements</translation>
    </message>
    <message>
        <source>In/s</source>
        <translation>Ein/s</translation>
    </message>
    <message>
        <source>Messages a second from it</source>
        <translation>Nachrichten pro Sekunde von ihm</translation>
    </message>
    <message>
        <source>Out/s</source>
        <translation>Aus/s</translation>
    </message>
    <message>
        <source>Messages a second to it</source>
        <translation>Nachrichten pro Sekunde an ihn</translation>
    </message>
    <message>
        <source>Bytes in</source>
        <translation>Bytes ein</translation>
    </message>
    <message>
        <source>Bytes that came from it</source>
        <translation>Bytes, die von ihm kamen</translation>
    </message>
    <message>
        <source>Bytes out</source>
        <translation>Bytes aus</translation>
    </message>
    <message>
        <source>Bytes that went to it</source>
        <translation>Bytes, die an ihn gingen</translation>
    </message>
    <message>
        <source>In flight</source>
        <translation>Unterwegs</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Messages that wait for it; the bar: how full its queue is</source>
        <translation>Nachrichten, die auf ihn warten; der Balken: wie voll seine Warteschlange ist</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>Verworfen</translation>
    </message>
    <message>
        <source>Messages that it did not and will not get</source>
        <translation>Nachrichten, die er nicht bekam und nicht bekommen wird</translation>
    </message>
    <message>
        <source>p95</source>
        <translation>p95</translation>
    </message>
    <message>
        <source>Take-overs</source>
        <translation>Übernahmen</translation>
    </message>
    <message>
        <source>How many times another connection took its client id over</source>
        <translation>Wie oft eine andere Verbindung seine Client-ID übernahm</translation>
    </message>
    <message>
        <source>Last reason</source>
        <translation>Letzter Grund</translation>
    </message>
    <message>
        <source>Why its last connection ended, or was refused</source>
        <translation>Warum seine letzte Verbindung endete oder abgewiesen wurde</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>When it was logged</source>
        <translation>Wann es protokolliert wurde</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>How serious it is</source>
        <translation>Wie ernst es ist</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Which part of the broker says it</source>
        <translation>Welcher Teil des Brokers es sagt</translation>
    </message>
    <message>
        <source>Whom it is about</source>
        <translation>Um wen es geht</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The line</source>
        <translation>Die Zeile</translation>
    </message>
    <message>
        <source>#</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Number of the message since the window watches</source>
        <translation>Nummer der Nachricht, seit das Fenster zusieht</translation>
    </message>
    <message>
        <source>When the broker took it</source>
        <translation>Wann der Broker sie annahm</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Client that published it</source>
        <translation>Client, der sie veröffentlicht hat</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Topic</translation>
    </message>
    <message>
        <source>QoS</source>
        <translation>QoS</translation>
    </message>
    <message>
        <source>Quality of service it was published with</source>
        <translation>Dienstgüte, mit der sie veröffentlicht wurde</translation>
    </message>
    <message>
        <source>R</source>
        <translation>R</translation>
    </message>
    <message>
        <source>Published with the retain flag</source>
        <translation>Mit dem Retain-Flag veröffentlicht</translation>
    </message>
    <message>
        <source>D</source>
        <translation>D</translation>
    </message>
    <message>
        <source>Duplicate: the publisher has sent it again</source>
        <translation>Duplikat: Der Absender hat sie noch einmal gesendet</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Bytes of the payload</source>
        <translation>Bytes der Nutzdaten</translation>
    </message>
    <message>
        <source>How many clients it was for</source>
        <translation>Für wie viele Clients sie war</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Zugestellt</translation>
    </message>
    <message>
        <source>How many have it</source>
        <translation>Wie viele sie haben</translation>
    </message>
    <message>
        <source>How many will not get it</source>
        <translation>Wie viele sie nicht bekommen werden</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Nutzdaten</translation>
    </message>
    <message>
        <source>The begin of the payload</source>
        <translation>Der Anfang der Nutzdaten</translation>
    </message>
    <message>
        <source>Number of the packet since the window watches</source>
        <translation>Nummer des Pakets, seit das Fenster zusieht</translation>
    </message>
    <message>
        <source>When the broker read or wrote it</source>
        <translation>Wann der Broker es las oder schrieb</translation>
    </message>
    <message>
        <source>Way</source>
        <translation>Weg</translation>
    </message>
    <message>
        <source>An arrow to the right: from the client; to the left: to it</source>
        <translation>Pfeil nach rechts: vom Client; nach links: an ihn</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Type of the control packet</source>
        <translation>Typ des Kontrollpakets</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Packet identifier</source>
        <translation>Paket-ID</translation>
    </message>
    <message>
        <source>Topic or reason</source>
        <translation>Topic oder Grund</translation>
    </message>
    <message>
        <source>Bytes of the whole packet</source>
        <translation>Bytes des ganzen Pakets</translation>
    </message>
    <message>
        <source>Answered in</source>
        <translation>Beantwortet in</translation>
    </message>
    <message>
        <source>Since the packet that this one answers</source>
        <translation>Seit dem Paket, das dieses beantwortet</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>What is remarkable about it</source>
        <translation>Was daran auffällt</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>How long ago it was set</source>
        <translation>Wie lange es her ist, dass sie gesetzt wurde</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>Verfällt</translation>
    </message>
    <message>
        <source>When it goes by itself; empty: never</source>
        <translation>Wann sie von selbst verschwindet; leer: nie</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Topic filter, without the name of a shared group</source>
        <translation>Topic-Filter, ohne den Namen einer Gruppe</translation>
    </message>
    <message>
        <source>Shared group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Of those in a group each message goes to one</source>
        <translation>Von denen in einer Gruppe bekommt je einer eine Nachricht</translation>
    </message>
    <message>
        <source>The highest quality of service that was granted</source>
        <translation>Die höchste Dienstgüte, die gewährt wurde</translation>
    </message>
    <message>
        <source>No local</source>
        <translation>Kein Echo</translation>
    </message>
    <message>
        <source>The client does not get what it publishes itself</source>
        <translation>Der Client bekommt nicht, was er selbst veröffentlicht</translation>
    </message>
    <message>
        <source>Retain as published</source>
        <translation>Retain wie gesendet</translation>
    </message>
    <message>
        <source>The retain flag comes as it was published</source>
        <translation>Das Retain-Flag kommt, wie es veröffentlicht wurde</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Subscription identifier</source>
        <translation>Kennung des Abonnements</translation>
    </message>
    <message>
        <source>How long ago it was made; empty: before the window watched</source>
        <translation>Wie lange es her ist, dass es entstand; leer: bevor das Fenster zusah</translation>
    </message>
    <message>
        <source>Topic, or a level that topics have in common</source>
        <translation>Topic oder eine Ebene, die Topics gemeinsam haben</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>The begin of the last payload</source>
        <translation>Der Anfang der letzten Nutzdaten</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Messages of the topic and of all below it</source>
        <translation>Nachrichten des Topics und aller darunter</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Messages a second, with all below it</source>
        <translation>Nachrichten pro Sekunde, mit allen darunter</translation>
    </message>
    <message>
        <source>Bytes/s</source>
        <translation>Bytes/s</translation>
    </message>
    <message>
        <source>Bytes of payloads a second, with all below it</source>
        <translation>Bytes der Nutzdaten pro Sekunde, mit allen darunter</translation>
    </message>
    <message>
        <source>Since the last message, of it or below it</source>
        <translation>Seit der letzten Nachricht, hier oder darunter</translation>
    </message>
    <message>
        <source>R: it has a retained message; a number: so many are below it</source>
        <translation>R: hat eine aufbewahrte Nachricht; eine Zahl: so viele sind darunter</translation>
    </message>
    <message>
        <source>Pubs</source>
        <translation>Pubs</translation>
    </message>
    <message>
        <source>Clients that have published there</source>
        <translation>Clients, die dort veröffentlicht haben</translation>
    </message>
    <message>
        <source>Clients that the last message was for</source>
        <translation>Clients, für die die letzte Nachricht war</translation>
    </message>
    <message>
        <source>How many subscriptions belong together</source>
        <translation>Wie viele Abonnements zusammengehören</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>How many clients have them</source>
        <translation>Wie viele Clients sie haben</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>How many of the clients are connected</source>
        <translation>Wie viele der Clients verbunden sind</translation>
    </message>
    <message>
        <source>The qualities of service that were granted</source>
        <translation>Die Dienstgüten, die gewährt wurden</translation>
    </message>
    <message>
        <source>Matches/s</source>
        <translation>Treffer/s</translation>
    </message>
    <message>
        <source>Messages a second that the filter matches; of a shared group each goes to one member</source>
        <translation>Nachrichten pro Sekunde, auf die der Filter passt; in einer geteilten Gruppe bekommt jede nur ein Mitglied</translation>
    </message>
    <message>
        <source>Shared group and filter</source>
        <translation>Geteilte Gruppe und Filter</translation>
    </message>
    <message>
        <source>Retained</source>
        <translation>Aufbewahrte</translation>
    </message>
    <message>
        <source>When retained messages are sent: always when it subscribes, when the subscription is new, never</source>
        <translation>Wann aufbewahrte Nachrichten gesendet werden: bei jedem Abonnieren, nur bei einem neuen Abonnement, nie</translation>
    </message>
    <message>
        <source>Messages sent and not acknowledged, of those that it takes at once; the bar shows the same</source>
        <translation>Gesendete, nicht bestätigte Nachrichten, von denen, die er auf einmal nimmt; der Balken zeigt dasselbe</translation>
    </message>
    <message>
        <source>Of twenty messages of QoS 1 and 2 nineteen were acknowledged sooner than that</source>
        <translation>Von zwanzig Nachrichten mit QoS 1 und 2 waren neunzehn schneller bestätigt</translation>
    </message>
    <message>
        <source>Until the last receiver had it, by its acknowledgement: of QoS 1 and 2; at QoS 0 nobody says so</source>
        <translation>Bis der letzte Empfänger sie hatte, nach seiner Bestätigung: bei QoS 1 und 2; bei QoS 0 sagt es niemand</translation>
    </message>
    <message>
        <source>Peer</source>
        <translation>Gegenstelle</translation>
    </message>
    <message>
        <source>Where the connection comes from: address and port</source>
        <translation>Woher die Verbindung kommt: Adresse und Port</translation>
    </message>
    <message>
        <source>What it is about: the topic, the first topic filter, what a CONNECT asks for, the reason</source>
        <translation>Worum es geht: das Topic, der erste Topic-Filter, was ein CONNECT verlangt, der Grund</translation>
    </message>
    <message>
        <source>Sum of the subscriptions: messages that clients have got since this window began to watch. One that several filters of a client match counts for each; what was unseen is not counted</source>
        <translation>Summe der Abonnements: Nachrichten, die Clients bekommen haben, seit dieses Fenster zusieht. Eine, auf die mehrere Filter eines Clients passen, zählt bei jedem; was ungesehen blieb, zählt nicht</translation>
    </message>
    <message>
        <source>Sum of the subscriptions: messages that clients did not and will not get, since this window began to watch. One that several filters of a client match counts for each; what was unseen is not counted</source>
        <translation>Summe der Abonnements: Nachrichten, die Clients nicht bekommen haben und nicht bekommen werden, seit dieses Fenster zusieht. Eine, auf die mehrere Filter eines Clients passen, zählt bei jedem; was ungesehen blieb, zählt nicht</translation>
    </message>
    <message>
        <source>Of twenty messages lately nineteen were sent (QoS 0) or acknowledged (QoS 1 and 2) sooner than that after they were published, all subscriptions together; at once: as soon as it had come</source>
        <translation>Von zwanzig Nachrichten waren zuletzt neunzehn schneller gesendet (QoS 0) oder bestätigt (QoS 1 und 2), gerechnet vom Veröffentlichen, alle Abonnements zusammen; sofort: sobald sie da war</translation>
    </message>
    <message>
        <source>Messages that its client has got since this window began to watch: sent at QoS 0, acknowledged above. One that several filters of the client match counts for each; what was unseen is not counted</source>
        <translation>Nachrichten, die ihr Client bekommen hat, seit dieses Fenster zusieht: bei QoS 0 gesendet, darüber bestätigt. Eine, auf die mehrere Filter des Clients passen, zählt bei jedem; was ungesehen blieb, zählt nicht</translation>
    </message>
    <message>
        <source>Messages that its client did not and will not get, since this window began to watch. One that several filters of the client match counts for each; what was unseen is not counted</source>
        <translation>Nachrichten, die ihr Client nicht bekommen hat und nicht bekommen wird, seit dieses Fenster zusieht. Eine, auf die mehrere Filter des Clients passen, zählt bei jedem; was ungesehen blieb, zählt nicht</translation>
    </message>
    <message>
        <source>Of twenty messages lately nineteen were sent (QoS 0) or acknowledged (QoS 1 and 2) sooner than that after they were published; at once: as soon as it had come</source>
        <translation>Von zwanzig Nachrichten waren zuletzt neunzehn schneller gesendet (QoS 0) oder bestätigt (QoS 1 und 2), gerechnet vom Veröffentlichen; sofort: sobald sie da war</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Version of TLS and cipher; empty: it speaks no TLS with the broker</source>
        <translation>TLS-Version und Chiffre; leer: er spricht kein TLS mit dem Broker</translation>
    </message>
</context>
<context>
    <name>ConfigurationFile</name>
    <message>
        <source>%1 cannot be written: %2. Choose another folder, or free some space.</source>
        <translation>%1 kann nicht geschrieben werden: %2. Wähle einen anderen Ordner oder schaffe Platz.</translation>
    </message>
</context>
<context>
    <name>Decoding</name>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>CBOR</source>
        <translation>CBOR</translation>
    </message>
    <message>
        <source>MessagePack</source>
        <translation>MessagePack</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Showing %1 of %2.</source>
        <translation>Gezeigt werden %1 von %2.</translation>
    </message>
</context>
<context>
    <name>DraftText</name>
    <message>
        <source>line %1, column %2</source>
        <translation>Zeile %1, Spalte %2</translation>
    </message>
    <message>
        <source>This is no JSON (%1): %2.</source>
        <translation>Das ist kein JSON (%1): %2.</translation>
    </message>
    <message>
        <source>Choose a file whose contents are the payload.</source>
        <translation>Wähle eine Datei, deren Inhalt die Nutzdaten sind.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>%1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>%1 has %2: more than %3 are not sent from here.</source>
        <translation>%1 hat %2: Mehr als %3 werden von hier nicht gesendet.</translation>
    </message>
    <message>
        <source>The byte before character %1 has one digit: write two, such as 0a.</source>
        <translation>Das Byte vor Zeichen %1 hat eine Ziffer: Schreibe zwei, etwa 0a.</translation>
    </message>
    <message>
        <source>Character %1 is no hexadecimal digit: %2.</source>
        <translation>Zeichen %1 ist keine hexadezimale Ziffer: %2.</translation>
    </message>
    <message>
        <source>The last byte has one digit: write two, such as 0a.</source>
        <translation>Das letzte Byte hat eine Ziffer: Schreibe zwei, etwa 0a.</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>es ist leer</translation>
    </message>
    <message>
        <source>This is no topic: %1.</source>
        <translation>Das ist kein Topic: %1.</translation>
    </message>
    <message>
        <source>This cannot be sent: %1.</source>
        <translation>Das kann nicht gesendet werden: %1.</translation>
    </message>
</context>
<context>
    <name>FigureText</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 d %2 h</translation>
    </message>
</context>
<context>
    <name>Filter</name>
    <message>
        <source>What follows must not be so.</source>
        <translation>Was folgt, darf nicht so sein.</translation>
    </message>
    <message>
        <source>Both must be so.</source>
        <translation>Beides muss so sein.</translation>
    </message>
    <message>
        <source>One of both must be so.</source>
        <translation>Eines von beiden muss so sein.</translation>
    </message>
    <message>
        <source>Fits a topic filter of MQTT, with + and #.</source>
        <translation>Passt zu einem Topic-Filter von MQTT, mit + und #.</translation>
    </message>
    <message>
        <source>Fits a regular expression.</source>
        <translation>Passt zu einem regulären Ausdruck.</translation>
    </message>
    <message>
        <source>Does not fit a topic filter of MQTT.</source>
        <translation>Passt nicht zu einem Topic-Filter von MQTT.</translation>
    </message>
    <message>
        <source>Does not fit a regular expression.</source>
        <translation>Passt nicht zu einem regulären Ausdruck.</translation>
    </message>
    <message>
        <source>Has the text in it; large and small letters are the same.</source>
        <translation>Enthält den Text; Groß- und Kleinschreibung sind gleich.</translation>
    </message>
    <message>
        <source>The topic; topic ~ &quot;site/+/temp&quot; takes a topic filter of MQTT.</source>
        <translation>Das Topic; topic ~ &quot;site/+/temp&quot; nimmt einen Topic-Filter von MQTT.</translation>
    </message>
    <message>
        <source>The topic filter of the subscription, without its group.</source>
        <translation>Der Topic-Filter des Abonnements, ohne seine Gruppe.</translation>
    </message>
    <message>
        <source>Client id of the publisher; empty for the broker itself.</source>
        <translation>Client-ID des Absenders; leer für den Broker selbst.</translation>
    </message>
    <message>
        <source>Client id.</source>
        <translation>Client-ID.</translation>
    </message>
    <message>
        <source>The same as from.</source>
        <translation>Dasselbe wie from.</translation>
    </message>
    <message>
        <source>User name, where one was checked.</source>
        <translation>Benutzername, wo einer geprüft wurde.</translation>
    </message>
    <message>
        <source>Address that the client comes from.</source>
        <translation>Adresse, von der der Client kommt.</translation>
    </message>
    <message>
        <source>Listener through which it came in, such as &quot;tcp 127.0.0.1:1883&quot;.</source>
        <translation>Listener, durch den er hereinkam, etwa &quot;tcp 127.0.0.1:1883&quot;.</translation>
    </message>
    <message>
        <source>Type of the control packet.</source>
        <translation>Typ des Kontrollpakets.</translation>
    </message>
    <message>
        <source>in: from the client, out: to it.</source>
        <translation>in: vom Client, out: an ihn.</translation>
    </message>
    <message>
        <source>Quality of service, 0 to 2.</source>
        <translation>Dienstgüte, 0 bis 2.</translation>
    </message>
    <message>
        <source>Published with the retain flag; of a topic, it has a retained message.</source>
        <translation>Mit dem Retain-Flag veröffentlicht; von einem Topic: es hat eine aufbewahrte Nachricht.</translation>
    </message>
    <message>
        <source>Sent with the duplicate flag.</source>
        <translation>Mit dem Duplikat-Flag gesendet.</translation>
    </message>
    <message>
        <source>Bytes of the payload, of a packet all of it; size &gt; 1k is 1024 bytes.</source>
        <translation>Bytes der Nutzdaten, bei einem Paket alles; size &gt; 1k sind 1024 Bytes.</translation>
    </message>
    <message>
        <source>The payload, taken as text.</source>
        <translation>Die Nutzdaten, als Text genommen.</translation>
    </message>
    <message>
        <source>A value in a payload that is JSON, by its path: json.temp &gt; 30, json.sensors[0].name == &quot;a&quot;; json.temp alone asks whether there is one.</source>
        <translation>Ein Wert in Nutzdaten, die JSON sind, mit seinem Pfad: json.temp &gt; 30, json.sensors[0].name == &quot;a&quot;; json.temp allein fragt, ob es einen gibt.</translation>
    </message>
    <message>
        <source>How many clients the message was for.</source>
        <translation>Für wie viele Clients die Nachricht war.</translation>
    </message>
    <message>
        <source>How many got it.</source>
        <translation>Wie viele sie bekamen.</translation>
    </message>
    <message>
        <source>How many times something was dropped.</source>
        <translation>Wie oft etwas verworfen wurde.</translation>
    </message>
    <message>
        <source>How long ago it was: age &lt; 5 min.</source>
        <translation>Wie lange es her ist: age &lt; 5 min.</translation>
    </message>
    <message>
        <source>How long it has been connected, or away.</source>
        <translation>Wie lange er verbunden oder abwesend ist.</translation>
    </message>
    <message>
        <source>The number in the first column.</source>
        <translation>Die Nummer in der ersten Spalte.</translation>
    </message>
    <message>
        <source>Packet identifier.</source>
        <translation>Paket-ID.</translation>
    </message>
    <message>
        <source>Reason code; code &gt;= 0x80 is what failed.</source>
        <translation>Grundcode; code &gt;= 0x80 ist, was fehlschlug.</translation>
    </message>
    <message>
        <source>The reason in words.</source>
        <translation>Der Grund in Worten.</translation>
    </message>
    <message>
        <source>Version of MQTT that it speaks.</source>
        <translation>MQTT-Version, die er spricht.</translation>
    </message>
    <message>
        <source>It is connected.</source>
        <translation>Er ist verbunden.</translation>
    </message>
    <message>
        <source>It may not come in.</source>
        <translation>Er darf nicht herein.</translation>
    </message>
    <message>
        <source>It was turned away when it last tried.</source>
        <translation>Er wurde abgewiesen, als er es zuletzt versuchte.</translation>
    </message>
    <message>
        <source>It asked for a session without a past.</source>
        <translation>Er hat eine Sitzung ohne Vergangenheit verlangt.</translation>
    </message>
    <message>
        <source>Its keep alive.</source>
        <translation>Sein Keep-Alive.</translation>
    </message>
    <message>
        <source>How long the session outlives its connection, or the message is kept.</source>
        <translation>Wie lange die Sitzung ihre Verbindung überlebt oder die Nachricht bleibt.</translation>
    </message>
    <message>
        <source>How many subscriptions it has.</source>
        <translation>Wie viele Abonnements er hat.</translation>
    </message>
    <message>
        <source>Messages a second from it.</source>
        <translation>Nachrichten pro Sekunde von ihm.</translation>
    </message>
    <message>
        <source>Messages a second to it.</source>
        <translation>Nachrichten pro Sekunde an ihn.</translation>
    </message>
    <message>
        <source>Bytes that came from it.</source>
        <translation>Bytes, die von ihm kamen.</translation>
    </message>
    <message>
        <source>Bytes that went to it.</source>
        <translation>Bytes, die an ihn gingen.</translation>
    </message>
    <message>
        <source>Messages sent and not yet acknowledged.</source>
        <translation>Gesendete, noch nicht bestätigte Nachrichten.</translation>
    </message>
    <message>
        <source>Messages that wait for it.</source>
        <translation>Nachrichten, die auf ihn warten.</translation>
    </message>
    <message>
        <source>Bytes of the messages that wait for it.</source>
        <translation>Bytes der Nachrichten, die auf ihn warten.</translation>
    </message>
    <message>
        <source>How many times another connection took its client id over.</source>
        <translation>Wie oft eine andere Verbindung seine Client-ID übernahm.</translation>
    </message>
    <message>
        <source>How many times it has connected.</source>
        <translation>Wie oft er sich verbunden hat.</translation>
    </message>
    <message>
        <source>The client does not get what it publishes itself.</source>
        <translation>Der Client bekommt nicht, was er selbst veröffentlicht.</translation>
    </message>
    <message>
        <source>The retain flag comes as it was published.</source>
        <translation>Das Retain-Flag kommt, wie es veröffentlicht wurde.</translation>
    </message>
    <message>
        <source>When retained messages are sent: always, with a new subscription, never.</source>
        <translation>Wann aufbewahrte Nachrichten gesendet werden: always (immer), new (mit einem neuen Abonnement), never (nie).</translation>
    </message>
    <message>
        <source>Group of a shared subscription.</source>
        <translation>Gruppe eines geteilten Abonnements.</translation>
    </message>
    <message>
        <source>Subscription identifier.</source>
        <translation>Kennung des Abonnements.</translation>
    </message>
    <message>
        <source>How many messages there were.</source>
        <translation>Wie viele Nachrichten es waren.</translation>
    </message>
    <message>
        <source>Messages a second.</source>
        <translation>Nachrichten pro Sekunde.</translation>
    </message>
    <message>
        <source>How many clients publish there.</source>
        <translation>Wie viele Clients dort veröffentlichen.</translation>
    </message>
    <message>
        <source>How many clients got the last message.</source>
        <translation>Wie viele Clients die letzte Nachricht bekamen.</translation>
    </message>
    <message>
        <source>How serious it is: level &gt;= warning.</source>
        <translation>Wie ernst es ist: level &gt;= warning.</translation>
    </message>
    <message>
        <source>What the line is about.</source>
        <translation>Worum es in der Zeile geht.</translation>
    </message>
    <message>
        <source>The line.</source>
        <translation>Die Zeile.</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Packets</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>Subscriptions</source>
        <translation>Abonnements</translation>
    </message>
    <message>
        <source>Topics</source>
        <translation>Topics</translation>
    </message>
    <message>
        <source>Retained</source>
        <translation>Aufbewahrt</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>A word alone is looked for in all texts and in the payload; large and small letters are the same.</source>
        <translation>Ein Wort allein wird in allen Texten und in den Nutzdaten gesucht; Groß- und Kleinschreibung sind gleich.</translation>
    </message>
    <message>
        <source>~ is a topic filter for topics and a regular expression for other texts; !~ is its opposite.</source>
        <translation>~ ist bei Topics ein Topic-Filter und bei anderen Texten ein regulärer Ausdruck; !~ ist das Gegenteil.</translation>
    </message>
    <message>
        <source>A regular expression, for topics too; (?i) at its start takes large for small letters.</source>
        <translation>Ein regulärer Ausdruck, auch bei Topics; (?i) am Anfang nimmt groß für klein.</translation>
    </message>
    <message>
        <source>The text is anywhere in it; large and small letters are the same.</source>
        <translation>Der Text steht irgendwo darin; Groß- und Kleinschreibung sind gleich.</translation>
    </message>
    <message>
        <source>and, or, not and parentheses join what is asked; without one of them, and is meant.</source>
        <translation>and, or, not und Klammern verbinden, was gefragt wird; ohne sie gilt and.</translation>
    </message>
    <message>
        <source>Sizes are in bytes or in k, M, G of 1024.</source>
        <translation>Größen stehen in Bytes oder in k, M, G von 1024.</translation>
    </message>
    <message>
        <source>Times have a unit: ns, us, ms, s, min, h, d.</source>
        <translation>Zeiten haben eine Einheit: ns, us, ms, s, min, h, d.</translation>
    </message>
    <message>
        <source>A value inside a payload that is JSON; without it, the row does not pass.</source>
        <translation>Ein Wert in Nutzdaten, die JSON sind; ohne ihn fällt die Zeile heraus.</translation>
    </message>
    <message>
        <source>Quotes hold texts together; inside them \&quot; is a quote, \\ a backslash, \n a line break, \x07 a byte.</source>
        <translation>Anführungszeichen halten Texte zusammen; darin ist \&quot; ein Anführungszeichen, \\ ein Backslash, \n ein Zeilenende, \x07 ein Byte.</translation>
    </message>
    <message>
        <source>One of %1.</source>
        <translation>Eines von %1.</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>After \ comes one of \ &quot; n r t 0, or x and two digits; write \\ for a backslash.</source>
        <translation>Nach \ kommt eines von \ &quot; n r t 0 oder x und zwei Ziffern; ein Backslash wird \\ geschrieben.</translation>
    </message>
    <message>
        <source>The closing quote is missing.</source>
        <translation>Das schließende Anführungszeichen fehlt.</translation>
    </message>
    <message>
        <source>Write and or &amp;&amp;, or or ||.</source>
        <translation>Schreibe and oder &amp;&amp;, or oder ||.</translation>
    </message>
    <message>
        <source>There is no ( for this ).</source>
        <translation>Zu dieser ) gibt es keine (.</translation>
    </message>
    <message>
        <source>The filter is nested too deeply.</source>
        <translation>Der Filter ist zu tief verschachtelt.</translation>
    </message>
    <message>
        <source>The ) for this ( is missing.</source>
        <translation>Zu dieser ( fehlt die ).</translation>
    </message>
    <message>
        <source>%1 needs a comparison, such as %2. To look for the word, write it in quotes.</source>
        <translation>%1 braucht einen Vergleich, etwa %2. Um das Wort zu suchen, setze es in Anführungszeichen.</translation>
    </message>
    <message>
        <source>After %1 comes a value, such as %2.</source>
        <translation>Nach %1 kommt ein Wert, etwa %2.</translation>
    </message>
    <message>
        <source>After json comes the path of a value, such as %1.</source>
        <translation>Nach json kommt der Pfad eines Wertes, etwa %1.</translation>
    </message>
    <message>
        <source>There is no field %1 here; is it %2?</source>
        <translation>Hier gibt es kein Feld %1; ist %2 gemeint?</translation>
    </message>
    <message>
        <source>There is no field %1 here. To look for the text, write all of it in quotes.</source>
        <translation>Hier gibt es kein Feld %1. Um den Text zu suchen, setze ihn ganz in Anführungszeichen.</translation>
    </message>
    <message>
        <source>The filter ends too early: here comes a field, a word or ( .</source>
        <translation>Der Filter endet zu früh: Hier kommt ein Feld, ein Wort oder ( .</translation>
    </message>
    <message>
        <source>Before %1 comes a field.</source>
        <translation>Vor %1 kommt ein Feld.</translation>
    </message>
    <message>
        <source>Here comes a field, a word or ( , not %1.</source>
        <translation>Hier kommt ein Feld, ein Wort oder ( , nicht %1.</translation>
    </message>
    <message>
        <source>A filter has at most %1 characters.</source>
        <translation>Ein Filter hat höchstens %1 Zeichen.</translation>
    </message>
    <message>
        <source>Say the unit: 100 ms, 5 s or 2 min.</source>
        <translation>Nenne die Einheit: 100 ms, 5 s oder 2 min.</translation>
    </message>
    <message>
        <source>%1 is no time; write 100 ms, 5 s, 2 min, 1 h or 1 d.</source>
        <translation>%1 ist keine Zeit; schreibe 100 ms, 5 s, 2 min, 1 h oder 1 d.</translation>
    </message>
    <message>
        <source>%1 is no size; write 100, 1k or 2M.</source>
        <translation>%1 ist keine Größe; schreibe 100, 1k oder 2M.</translation>
    </message>
    <message>
        <source>%1 is no number.</source>
        <translation>%1 ist keine Zahl.</translation>
    </message>
    <message>
        <source>%1 is yes or no.</source>
        <translation>%1 ist ja oder nein.</translation>
    </message>
    <message>
        <source>%1 is one of %2.</source>
        <translation>%1 ist eines von %2.</translation>
    </message>
    <message>
        <source>No regular expression: %1.</source>
        <translation>Kein regulärer Ausdruck: %1.</translation>
    </message>
    <message>
        <source>In a topic filter # is a level of its own, and the last one.</source>
        <translation>In einem Topic-Filter ist # eine eigene Ebene, und zwar die letzte.</translation>
    </message>
    <message>
        <source>In a topic filter + is a level of its own.</source>
        <translation>In einem Topic-Filter ist + eine eigene Ebene.</translation>
    </message>
    <message>
        <source>A topic filter has at least one character.</source>
        <translation>Ein Topic-Filter hat mindestens ein Zeichen.</translation>
    </message>
    <message>
        <source>%1 cannot be compared by %2; write for example %3.</source>
        <translation>%1 lässt sich nicht mit %2 vergleichen; schreibe zum Beispiel %3.</translation>
    </message>
    <message>
        <source>Until the last receiver of QoS 1 or 2 had it, of a packet until its answer: latency &gt; 100 ms.</source>
        <translation>Bis der letzte Empfänger mit QoS 1 oder 2 sie hatte, bei einem Paket bis zu seiner Antwort: latency &gt; 100 ms.</translation>
    </message>
    <message>
        <source>How many times it has connected in the last ten minutes.</source>
        <translation>Wie oft er sich in den letzten zehn Minuten verbunden hat.</translation>
    </message>
    <message>
        <source>How many messages were dropped for it in the last minute.</source>
        <translation>Wie viele Nachrichten in der letzten Minute für ihn verworfen wurden.</translation>
    </message>
    <message>
        <source>How many messages its client got since the window began to watch.</source>
        <translation>Wie viele Nachrichten ihr Client bekam, seit das Fenster zusieht.</translation>
    </message>
    <message>
        <source>Until nineteen of twenty messages were sent (QoS 0) or acknowledged: latency &gt; 100 ms.</source>
        <translation>Bis neunzehn von zwanzig Nachrichten gesendet (QoS 0) oder bestätigt waren: latency &gt; 100 ms.</translation>
    </message>
    <message>
        <source>Version of TLS and cipher, &quot;TLS 1.3, AES-256-GCM&quot;; tls == &quot;&quot; is who speaks none.</source>
        <translation>TLS-Version und Chiffre, „TLS 1.3, AES-256-GCM“; tls == &quot;&quot; findet, wer keines spricht.</translation>
    </message>
    <message>
        <source>The same as address.</source>
        <translation>Dasselbe wie address.</translation>
    </message>
</context>
<context>
    <name>ImageReader</name>
    <message>
        <source>This is no picture.</source>
        <translation>Das ist kein Bild.</translation>
    </message>
    <message>
        <source>The picture does not say how large it is.</source>
        <translation>Das Bild sagt nicht, wie groß es ist.</translation>
    </message>
    <message>
        <source>The picture says that it has %1 × %2 points: more than are decoded.</source>
        <translation>Das Bild sagt, dass es %1 × %2 Punkte hat: mehr, als entschlüsselt werden.</translation>
    </message>
    <message>
        <source>The picture cannot be decoded: %1.</source>
        <translation>Das Bild lässt sich nicht entschlüsseln: %1.</translation>
    </message>
    <message>
        <source>%1, %2 × %3</source>
        <translation>%1, %2 × %3</translation>
    </message>
</context>
<context>
    <name>InspectionText</name>
    <message>
        <source>1 (UTF-8 text)</source>
        <translation>1 (UTF-8-Text)</translation>
    </message>
    <message>
        <source>0 (bytes)</source>
        <translation>0 (Bytes)</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>the broker itself</source>
        <translation>der Broker selbst</translation>
    </message>
    <message>
        <source>%1, as its will</source>
        <translation>%1, als Testament</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>gesendet</translation>
    </message>
    <message>
        <source>sent, not acknowledged yet</source>
        <translation>gesendet, noch nicht bestätigt</translation>
    </message>
    <message>
        <source>received, not completed yet</source>
        <translation>empfangen, noch nicht abgeschlossen</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>abgelehnt: %1</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>dropped: %1</source>
        <translation>verworfen: %1</translation>
    </message>
    <message>
        <source>Published by</source>
        <translation>Veröffentlicht von</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Arrived</source>
        <translation>Angekommen</translation>
    </message>
    <message>
        <source>QoS</source>
        <translation>QoS</translation>
    </message>
    <message>
        <source>Retain</source>
        <translation>Retain</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Nutzdaten</translation>
    </message>
    <message>
        <source>The payload was not kept: too much came at once. Its size was %1.</source>
        <translation>Die Nutzdaten wurden nicht aufgehoben: Es kam zu viel auf einmal. Ihre Größe war %1.</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplikat</translation>
    </message>
    <message>
        <source>yes: the publisher has sent it again</source>
        <translation>ja: Der Absender hat sie noch einmal gesendet</translation>
    </message>
    <message>
        <source>Older steps have left the ring.</source>
        <translation>Ältere Schritte sind aus dem Ring gefallen.</translation>
    </message>
    <message>
        <source>Nobody has subscribed to this topic.</source>
        <translation>Niemand hat dieses Topic abonniert.</translation>
    </message>
    <message>
        <source>It was for %1 receivers; of %2 nothing was seen.</source>
        <translation>Sie war für %1 Empfänger; von %2 wurde nichts gesehen.</translation>
    </message>
    <message>
        <source>Sent by</source>
        <translation>Gesendet von</translation>
    </message>
    <message>
        <source>Sent to</source>
        <translation>Gesendet an</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Topic</translation>
    </message>
    <message>
        <source>%1, of which %2 were kept</source>
        <translation>%1, davon wurden %2 behalten</translation>
    </message>
    <message>
        <source>Packet id</source>
        <translation>Paket-ID</translation>
    </message>
    <message>
        <source>This is the packet alone: how its message has fared is known of those that are among the messages.</source>
        <translation>Das ist nur das Paket: Wie es einer Nachricht ergangen ist, ist von denen bekannt, die unter den Nachrichten sind.</translation>
    </message>
</context>
<context>
    <name>JsonReader</name>
    <message>
        <source>After the value there is something more</source>
        <translation>Nach dem Wert steht noch etwas</translation>
    </message>
    <message>
        <source>%1, at byte %2.</source>
        <translation>%1, bei Byte %2.</translation>
    </message>
    <message>
        <source>Reading took too long and ended here</source>
        <translation>Das Lesen dauerte zu lange und endete hier</translation>
    </message>
    <message>
        <source>Here comes a comma or the end</source>
        <translation>Hier kommt ein Komma oder das Ende</translation>
    </message>
    <message>
        <source>Here comes a key in quotes, then a colon</source>
        <translation>Hier kommt ein Schlüssel in Anführungszeichen, dann ein Doppelpunkt</translation>
    </message>
    <message>
        <source>There are more than %1 values; reading ended here</source>
        <translation>Es sind mehr als %1 Werte; das Lesen endete hier</translation>
    </message>
    <message>
        <source>The value is nested too deeply</source>
        <translation>Der Wert ist zu tief verschachtelt</translation>
    </message>
    <message>
        <source>Laid out in lines it is larger than %1; reading ended here</source>
        <translation>In Zeilen gesetzt ist es größer als %1; das Lesen endete hier</translation>
    </message>
    <message>
        <source>The closing quote is missing</source>
        <translation>Das schließende Anführungszeichen fehlt</translation>
    </message>
    <message>
        <source>Here comes a value</source>
        <translation>Hier kommt ein Wert</translation>
    </message>
</context>
<context>
    <name>NumberReadings</name>
    <message>
        <source>8 bit</source>
        <translation>8 Bit</translation>
    </message>
    <message>
        <source>8 bit unsigned</source>
        <translation>8 Bit ohne Vorzeichen</translation>
    </message>
    <message>
        <source>16 bit</source>
        <translation>16 Bit</translation>
    </message>
    <message>
        <source>16 bit unsigned</source>
        <translation>16 Bit ohne Vorzeichen</translation>
    </message>
    <message>
        <source>32 bit</source>
        <translation>32 Bit</translation>
    </message>
    <message>
        <source>32 bit unsigned</source>
        <translation>32 Bit ohne Vorzeichen</translation>
    </message>
    <message>
        <source>64 bit</source>
        <translation>64 Bit</translation>
    </message>
    <message>
        <source>64 bit unsigned</source>
        <translation>64 Bit ohne Vorzeichen</translation>
    </message>
    <message>
        <source>32 bit floating point</source>
        <translation>32 Bit Gleitkomma</translation>
    </message>
    <message>
        <source>64 bit floating point</source>
        <translation>64 Bit Gleitkomma</translation>
    </message>
    <message>
        <source>32 bit seconds since 1970</source>
        <translation>32 Bit Sekunden seit 1970</translation>
    </message>
    <message>
        <source>64 bit milliseconds since 1970</source>
        <translation>64 Bit Millisekunden seit 1970</translation>
    </message>
</context>
<context>
    <name>PacketFields</name>
    <message>
        <source>Left over</source>
        <translation>Übrig</translation>
    </message>
    <message numerus="yes">
        <source>Behind the last field there are %n byte(s).</source>
        <translation>
            <numerusform>Hinter dem letzten Feld steht %n Byte.</numerusform>
            <numerusform>Hinter dem letzten Feld stehen %n Bytes.</numerusform>
        </translation>
    </message>
    <message>
        <source>The packet ends here, at byte %1, before all of it was read.</source>
        <translation>Das Paket endet hier, bei Byte %1, bevor es ganz gelesen war.</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>Abgeschnitten</translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n Byte</numerusform>
            <numerusform>%n Bytes</numerusform>
        </translation>
    </message>
    <message>
        <source>The number at byte %1 has more than four bytes.</source>
        <translation>Die Zahl bei Byte %1 hat mehr als vier Bytes.</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>Reason code</source>
        <translation>Grundcode</translation>
    </message>
    <message>
        <source>Packet identifier</source>
        <translation>Paket-ID</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>0, which stands for nothing</source>
        <translation>0, was für nichts steht</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplikat</translation>
    </message>
    <message>
        <source>QoS</source>
        <translation>QoS</translation>
    </message>
    <message>
        <source>Retain</source>
        <translation>Retain</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>Flags</translation>
    </message>
    <message>
        <source>Remaining length</source>
        <translation>Restlänge</translation>
    </message>
    <message>
        <source>Of %1 bytes %2 were kept.</source>
        <translation>Von %1 Bytes wurden %2 aufgehoben.</translation>
    </message>
    <message>
        <source>Protocol name</source>
        <translation>Protokollname</translation>
    </message>
    <message>
        <source>Protocol level</source>
        <translation>Protokollstufe</translation>
    </message>
    <message>
        <source>Connect flags</source>
        <translation>Verbindungs-Flags</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Will retain</source>
        <translation>Retain des Testaments</translation>
    </message>
    <message>
        <source>Will QoS</source>
        <translation>QoS des Testaments</translation>
    </message>
    <message>
        <source>Will</source>
        <translation>Testament</translation>
    </message>
    <message>
        <source>Clean start</source>
        <translation>Clean Start</translation>
    </message>
    <message>
        <source>Clean session</source>
        <translation>Clean Session</translation>
    </message>
    <message>
        <source>Keep alive</source>
        <translation>Keep-Alive</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>Eigenschaften</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>Client-ID</translation>
    </message>
    <message>
        <source>Will properties</source>
        <translation>Eigenschaften des Testaments</translation>
    </message>
    <message>
        <source>Will topic</source>
        <translation>Topic des Testaments</translation>
    </message>
    <message>
        <source>Will payload</source>
        <translation>Nutzdaten des Testaments</translation>
    </message>
    <message>
        <source>Session present</source>
        <translation>Sitzung vorhanden</translation>
    </message>
    <message>
        <source>Return code</source>
        <translation>Rückgabecode</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Topic</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Nutzdaten</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Maximum QoS</source>
        <translation>Höchste QoS</translation>
    </message>
    <message>
        <source>No local</source>
        <translation>Kein Echo</translation>
    </message>
    <message>
        <source>Retain as published</source>
        <translation>Retain wie gesendet</translation>
    </message>
    <message>
        <source>Retain handling</source>
        <translation>Umgang mit Retain</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Unknown property %1</source>
        <translation>Unbekannte Eigenschaft %1</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>The property at byte %1 is unknown: what follows cannot be read.</source>
        <translation>Die Eigenschaft bei Byte %1 ist unbekannt: Was folgt, lässt sich nicht lesen.</translation>
    </message>
</context>
<context>
    <name>Perspectives</name>
    <message>
        <source>Watch</source>
        <translation>Zusehen</translation>
    </message>
    <message>
        <source>Debug a device</source>
        <translation>Ein Gerät untersuchen</translation>
    </message>
    <message>
        <source>Publish and test</source>
        <translation>Veröffentlichen und prüfen</translation>
    </message>
    <message>
        <source>Administer</source>
        <translation>Verwalten</translation>
    </message>
</context>
<context>
    <name>ReachableText</name>
    <message>
        <source>Port %1 may not be opened by an ordinary user: take one above 1023, such as 1883.</source>
        <translation>Port %1 darf kein gewöhnlicher Benutzer öffnen: Nimm einen über 1023, etwa 1883.</translation>
    </message>
    <message>
        <source>Port %1 is in use by another program: end that one, or take another port.</source>
        <translation>Port %1 wird von einem anderen Programm benutzt: Beende es oder nimm einen anderen Port.</translation>
    </message>
    <message>
        <source>Port %1 cannot be opened: %2.</source>
        <translation>Port %1 lässt sich nicht öffnen: %2.</translation>
    </message>
</context>
<context>
    <name>RetainedLines</name>
    <message>
        <source>&quot;%1&quot; is no text.</source>
        <translation>„%1“ ist kein Text.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no Base64.</source>
        <translation>„%1“ ist kein Base64.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no whole number from 0 to %2.</source>
        <translation>„%1“ ist keine ganze Zahl von 0 bis %2.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no list of pairs of texts.</source>
        <translation>„%1“ ist keine Liste von Paaren aus Texten.</translation>
    </message>
    <message>
        <source>It has neither &quot;%1&quot; nor &quot;%2&quot;.</source>
        <translation>Es fehlt „%1“ und ebenso „%2“.</translation>
    </message>
    <message>
        <source>Its payload is empty: that would delete the retained message.</source>
        <translation>Der Inhalt ist leer: das würde die aufbewahrte Nachricht löschen.</translation>
    </message>
    <message>
        <source>Its properties are in the form of the view Messages, which does not tell all of them apart: export it from the view Retained.</source>
        <translation>Die Eigenschaften stehen in der Form der Ansicht Nachrichten, die sie nicht alle unterscheidet: bitte aus der Ansicht Aufbewahrt exportieren.</translation>
    </message>
    <message>
        <source>it is JSON, but no object</source>
        <translation>es ist JSON, aber kein Objekt</translation>
    </message>
    <message>
        <source>It is no object of JSON: %1.</source>
        <translation>Das ist kein JSON-Objekt: %1.</translation>
    </message>
</context>
<context>
    <name>StillText</name>
    <message>
        <source>As it was at %1; the views were frozen at %2.</source>
        <translation>Stand von %1; die Ansichten wurden um %2 eingefroren.</translation>
    </message>
</context>
<context>
    <name>ValueTree</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n Eintrag</numerusform>
            <numerusform>%n Einträge</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::AboutDialog</name>
    <message>
        <source>About Pigeon</source>
        <translation>Über Pigeon</translation>
    </message>
    <message>
        <source>Pigeon %1</source>
        <translation>Pigeon %1</translation>
    </message>
    <message>
        <source>The MQTT broker you can see into: MQTT 3.1, 3.1.1 and 5.0.

Pigeon is free software under the MIT licence.
It uses Qt %1 under the LGPL, OpenSSL, SQLite and Argon2.</source>
        <translation>Der MQTT-Broker, in den man hineinsehen kann: MQTT 3.1, 3.1.1 und 5.0.

Pigeon ist freie Software unter der MIT-Lizenz.
Es nutzt Qt %1 unter der LGPL, OpenSSL, SQLite und Argon2.</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>Über &amp;Qt</translation>
    </message>
</context>
<context>
    <name>pigeon::BanDialog</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weiterer</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Ban %1</source>
        <translation>%1 sperren</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>Client-ID</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>10 minutes</source>
        <translation>10 Minuten</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 Stunde</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 Tag</translation>
    </message>
    <message>
        <source>until it is lifted, or the broker ends</source>
        <translation>bis es aufgehoben wird oder der Broker endet</translation>
    </message>
    <message>
        <source>for whoever wonders later</source>
        <translation>für alle, die sich später wundern</translation>
    </message>
    <message>
        <source>&amp;By:</source>
        <translation>&amp;Nach:</translation>
    </message>
    <message>
        <source>&amp;For:</source>
        <translation>&amp;Für:</translation>
    </message>
    <message>
        <source>&amp;Note:</source>
        <translation>N&amp;otiz:</translation>
    </message>
    <message>
        <source>&amp;Ban</source>
        <translation>&amp;Sperren</translation>
    </message>
</context>
<context>
    <name>pigeon::Banner</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>pigeon::BansDialog</name>
    <message>
        <source>Client id</source>
        <translation>Client-ID</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>until it is lifted, or the broker ends</source>
        <translation>bis es aufgehoben wird oder der Broker endet</translation>
    </message>
    <message>
        <source>Bans</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Nobody is banned</source>
        <translation>Niemand ist gesperrt</translation>
    </message>
    <message>
        <source>Shift+Del on a client keeps it out.</source>
        <translation>Umschalt+Entf auf einem Client hält ihn draußen.</translation>
    </message>
    <message>
        <source>&amp;Lift</source>
        <translation>&amp;Aufheben</translation>
    </message>
</context>
<context>
    <name>pigeon::BytesTab</name>
    <message>
        <source>Fields of the packet</source>
        <translation>Felder des Pakets</translation>
    </message>
    <message>
        <source>Bytes of the packet</source>
        <translation>Bytes des Pakets</translation>
    </message>
</context>
<context>
    <name>pigeon::ChartTab</name>
    <message>
        <source>Which number of the value is drawn</source>
        <translation>Welche Zahl des Wertes gezeichnet wird</translation>
    </message>
    <message>
        <source>&amp;Field</source>
        <translation>&amp;Feld</translation>
    </message>
    <message>
        <source>the value itself</source>
        <translation>der Wert selbst</translation>
    </message>
    <message>
        <source>Select a message to see its values over time.</source>
        <translation>Wähle eine Nachricht, um ihre Werte im Lauf der Zeit zu sehen.</translation>
    </message>
    <message>
        <source>There is no number in this value that could be drawn.</source>
        <translation>In diesem Wert ist keine Zahl, die sich zeichnen ließe.</translation>
    </message>
</context>
<context>
    <name>pigeon::ClientDetail</name>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgewiesen</translation>
    </message>
    <message>
        <source>disconnected</source>
        <translation>getrennt</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>übernommen</translation>
    </message>
    <message>
        <source>keep alive timed out</source>
        <translation>Keep-Alive abgelaufen</translation>
    </message>
    <message>
        <source>protocol error</source>
        <translation>Protokollfehler</translation>
    </message>
    <message>
        <source>session ended</source>
        <translation>Sitzung beendet</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>waits for the disk</source>
        <translation>wartet auf die Platte</translation>
    </message>
    <message>
        <source>sent, not acknowledged</source>
        <translation>gesendet, nicht bestätigt</translation>
    </message>
    <message>
        <source>released, not completed</source>
        <translation>freigegeben, nicht abgeschlossen</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Connection history</source>
        <translation>Verlauf der Verbindungen</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Packets</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>Subscriptions</source>
        <translation>Abonnements</translation>
    </message>
    <message>
        <source>Queue and in flight</source>
        <translation>Warteschlange und unterwegs</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Will</source>
        <translation>Testament</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>QoS</source>
        <translation>QoS</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Unsubscribe it</source>
        <translation>Abonnement beenden</translation>
    </message>
    <message>
        <source>Subscribe it to …</source>
        <translation>Abonnieren lassen …</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>Topic</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Nutzdaten</translation>
    </message>
    <message>
        <source>Empty the queue …</source>
        <translation>Warteschlange leeren …</translation>
    </message>
    <message>
        <source>Topic: %1
QoS %2%3
Payload: %4</source>
        <translation>Topic: %1
QoS %2%3
Nutzdaten: %4</translation>
    </message>
    <message>
        <source>, retained</source>
        <translation>, aufbewahrt</translation>
    </message>
    <message>
        <source>It has left no will.</source>
        <translation>Er hat kein Testament hinterlassen.</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Listener</source>
        <translation>Listener</translation>
    </message>
    <message>
        <source>Clean start</source>
        <translation>Clean Start</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>Largest packet it takes</source>
        <translation>Größtes Paket, das er nimmt</translation>
    </message>
    <message>
        <source>any</source>
        <translation>jedes</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgewiesen</translation>
    </message>
    <message>
        <source>Last reason</source>
        <translation>Letzter Grund</translation>
    </message>
    <message>
        <source>Messages in / out</source>
        <translation>Nachrichten ein / aus</translation>
    </message>
    <message>
        <source>Bytes in / out</source>
        <translation>Bytes ein / aus</translation>
    </message>
    <message>
        <source>In flight</source>
        <translation>Unterwegs</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>Verworfen</translation>
    </message>
    <message>
        <source>Latency p50</source>
        <translation>Latenz p50</translation>
    </message>
    <message>
        <source>Latency p95</source>
        <translation>Latenz p95</translation>
    </message>
    <message>
        <source>Latency p99</source>
        <translation>Latenz p99</translation>
    </message>
    <message>
        <source>no local</source>
        <translation>kein Echo</translation>
    </message>
    <message>
        <source>retain as published</source>
        <translation>Retain wie gesendet</translation>
    </message>
    <message>
        <source>In flight %1, waiting %2 (%3)</source>
        <translation>Unterwegs %1, wartend %2 (%3)</translation>
    </message>
    <message>
        <source>; the first %1 are shown</source>
        <translation>; die ersten %1 werden gezeigt</translation>
    </message>
    <message>
        <source>(on disk)</source>
        <translation>(auf der Platte)</translation>
    </message>
    <message>
        <source>Drop all that waits for %1? It is lost for this client.</source>
        <translation>Alles verwerfen, was auf %1 wartet? Für diesen Client ist es verloren.</translation>
    </message>
    <message>
        <source>Empty the queue</source>
        <translation>Warteschlange leeren</translation>
    </message>
    <message>
        <source>nothing acknowledged yet</source>
        <translation>noch nichts bestätigt</translation>
    </message>
    <message>
        <source>before the window watched</source>
        <translation>bevor das Fenster zusah</translation>
    </message>
    <message>
        <source>MQTT version</source>
        <translation>MQTT-Version</translation>
    </message>
    <message>
        <source>Keep alive</source>
        <translation>Keep-Alive</translation>
    </message>
    <message>
        <source>Session is kept</source>
        <translation>Sitzung bleibt</translation>
    </message>
    <message>
        <source>Connected since</source>
        <translation>Verbunden seit</translation>
    </message>
    <message>
        <source>Away since</source>
        <translation>Abwesend seit</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>Latenz</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keins</translation>
    </message>
    <message>
        <source>Rights</source>
        <translation>Rechte</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
</context>
<context>
    <name>pigeon::ClientRights</name>
    <message>
        <source>Everything is allowed: no access list is configured.</source>
        <translation>Alles ist erlaubt: Es ist keine Zugriffsliste eingerichtet.</translation>
    </message>
    <message>
        <source>No access list is configured: the program that runs the broker decides, by its handlers %1.</source>
        <translation>Es ist keine Zugriffsliste eingerichtet: Das Programm, in dem der Broker läuft, entscheidet mit seinen Handlern %1.</translation>
    </message>
    <message>
        <source>The lines of %1 that are for it, in the order in which they are asked: the first one that speaks of a topic decides.</source>
        <translation>Die Zeilen von %1, die für ihn gelten, in der Reihenfolge, in der sie gefragt werden: Die erste, die von einem Topic spricht, entscheidet.</translation>
    </message>
    <message>
        <source>What they allow, the program that runs the broker may refuse by its handlers %1.</source>
        <translation>Was sie erlauben, kann das Programm, in dem der Broker läuft, mit seinen Handlern %1 noch ablehnen.</translation>
    </message>
    <message>
        <source>Only the first %1 are shown.</source>
        <translation>Nur die ersten %1 sind zu sehen.</translation>
    </message>
    <message>
        <source>Below $SYS the broker alone publishes.</source>
        <translation>Unter $SYS veröffentlicht allein der Broker.</translation>
    </message>
    <message>
        <source>Below $SYS the broker alone publishes, and no client may subscribe.</source>
        <translation>Unter $SYS veröffentlicht allein der Broker, und kein Client darf es abonnieren.</translation>
    </message>
    <message>
        <source>Its listener puts %1 before all its topics; rules are about the whole topic.</source>
        <translation>Sein Listener stellt %1 vor alle seine Topics; die Regeln meinen das ganze Topic.</translation>
    </message>
    <message>
        <source>denied</source>
        <translation>verboten</translation>
    </message>
    <message>
        <source>publish, subscribe, receive</source>
        <translation>veröffentlichen, abonnieren, empfangen</translation>
    </message>
    <message>
        <source>publish</source>
        <translation>veröffentlichen</translation>
    </message>
    <message>
        <source>subscribe, receive</source>
        <translation>abonnieren, empfangen</translation>
    </message>
    <message>
        <source>everybody</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>clients without a user</source>
        <translation>Clients ohne Benutzer</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>Benutzer %1</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Recht</translation>
    </message>
    <message>
        <source>Topics</source>
        <translation>Topics</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Für</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>Rights</source>
        <translation>Rechte</translation>
    </message>
    <message>
        <source>all, since its name holds +, # or /</source>
        <translation>alle, weil sein Name +, # oder / enthält</translation>
    </message>
    <message>
        <source>all others</source>
        <translation>alle anderen</translation>
    </message>
    <message>
        <source>no line speaks of them</source>
        <translation>keine Zeile spricht von ihnen</translation>
    </message>
</context>
<context>
    <name>pigeon::ClientsModel</name>
    <message>
        <source>with connection</source>
        <translation>mit Verbindung</translation>
    </message>
    <message>
        <source>for ever</source>
        <translation>für immer</translation>
    </message>
    <message>
        <source>banned</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>online</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>away</source>
        <translation>abwesend</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>weg</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgewiesen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
</context>
<context>
    <name>pigeon::ClientsPage</name>
    <message>
        <source>Clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>Groups of clients</source>
        <translation>Gruppen von Clients</translation>
    </message>
    <message>
        <source>without a filter</source>
        <translation>ohne Filter</translation>
    </message>
    <message>
        <source>Show details</source>
        <translation>Einzelheiten zeigen</translation>
    </message>
    <message>
        <source>Messages from it</source>
        <translation>Nachrichten von ihm</translation>
    </message>
    <message>
        <source>Packets of it</source>
        <translation>Seine Pakete</translation>
    </message>
    <message>
        <source>Copy client id</source>
        <translation>Client-ID kopieren</translation>
    </message>
    <message>
        <source>Subscribe it to …</source>
        <translation>Abonnieren lassen …</translation>
    </message>
    <message>
        <source>Disconnect …</source>
        <translation>Trennen …</translation>
    </message>
    <message>
        <source>Ban …</source>
        <translation>Sperren …</translation>
    </message>
    <message>
        <source>Delete its session …</source>
        <translation>Seine Sitzung löschen …</translation>
    </message>
    <message numerus="yes">
        <source>%n client(s)</source>
        <translation>
            <numerusform>%n Client</numerusform>
            <numerusform>%n Clients</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n client(s) disconnected.</source>
        <translation>
            <numerusform>%n Client getrennt.</numerusform>
            <numerusform>%n Clients getrennt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ban(s) in force.</source>
        <translation>
            <numerusform>%n Sperre gilt.</numerusform>
            <numerusform>%n Sperren gelten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Lift again</source>
        <translation>Wieder aufheben</translation>
    </message>
    <message>
        <source>Delete the session of %1? Its subscriptions and all that waits for it are lost.</source>
        <translation>Die Sitzung von %1 löschen? Ihre Abonnements und alles, was wartet, sind verloren.</translation>
    </message>
    <message>
        <source>Delete sessions</source>
        <translation>Sitzungen löschen</translation>
    </message>
    <message>
        <source>%1 may not subscribe to that.</source>
        <translation>%1 darf das nicht abonnieren.</translation>
    </message>
    <message>
        <source>The client %1 is not known any more.</source>
        <translation>Der Client %1 ist nicht mehr bekannt.</translation>
    </message>
    <message>
        <source>No clients</source>
        <translation>Keine Clients</translation>
    </message>
    <message>
        <source>The broker is not running.</source>
        <translation>Der Broker läuft nicht.</translation>
    </message>
    <message>
        <source>No clients yet</source>
        <translation>Noch keine Clients</translation>
    </message>
    <message>
        <source>Connect to %1</source>
        <translation>Verbinde dich mit %1</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Start the broker</source>
        <translation>Broker starten</translation>
    </message>
</context>
<context>
    <name>pigeon::CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was möchtest du tun?</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
</context>
<context>
    <name>pigeon::ConfigDialog</name>
    <message>
        <source>Configuration of the broker</source>
        <translation>Konfiguration des Brokers</translation>
    </message>
    <message>
        <source>Listeners</source>
        <translation>Listener</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>&amp;Save and apply</source>
        <translation>&amp;Speichern und anwenden</translation>
    </message>
    <message>
        <source>Save and &amp;restart</source>
        <translation>Speichern und &amp;neu starten</translation>
    </message>
    <message>
        <source>port, and an address: 1883 localhost; without one on all interfaces</source>
        <translation>Port und Adresse: 1883 localhost; ohne Adresse auf allen Schnittstellen</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>&amp;Port and address:</source>
        <translation>&amp;Port und Adresse:</translation>
    </message>
    <message>
        <source>Search in keys and what they do</source>
        <translation>In Schlüsseln und ihrer Bedeutung suchen</translation>
    </message>
    <message>
        <source>Search options</source>
        <translation>Optionen suchen</translation>
    </message>
    <message>
        <source>Text of the configuration file</source>
        <translation>Text der Konfigurationsdatei</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>Was nicht stimmt</translation>
    </message>
    <message>
        <source>line %1: </source>
        <translation>Zeile %1: </translation>
    </message>
    <message>
        <source>Everything in it is sound.</source>
        <translation>Alles darin ist in Ordnung.</translation>
    </message>
    <message>
        <source>There are changes that are not saved. Throw them away?</source>
        <translation>Es gibt Änderungen, die nicht gespeichert sind. Verwerfen?</translation>
    </message>
</context>
<context>
    <name>pigeon::ConfigKeyTable</name>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was es bewirkt</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
</context>
<context>
    <name>pigeon::DeliveryModel</name>
    <message>
        <source>Receiver</source>
        <translation>Empfänger</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>QoS</source>
        <translation>QoS</translation>
    </message>
    <message>
        <source>Queued after</source>
        <translation>Eingereiht nach</translation>
    </message>
    <message>
        <source>Sent after</source>
        <translation>Gesendet nach</translation>
    </message>
    <message>
        <source>Received after</source>
        <translation>Empfangen nach</translation>
    </message>
    <message>
        <source>Acknowledged after</source>
        <translation>Bestätigt nach</translation>
    </message>
    <message>
        <source>Dropped after</source>
        <translation>Verworfen nach</translation>
    </message>
    <message>
        <source>Packet id</source>
        <translation>Paket-ID</translation>
    </message>
    <message numerus="yes">
        <source>%1 (%n times)</source>
        <translation>
            <numerusform>%1 (%n-mal)</numerusform>
            <numerusform>%1 (%n-mal)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::DemoLoginDialog</name>
    <message>
        <source>Demo traffic</source>
        <translation>Demo-Verkehr</translation>
    </message>
    <message>
        <source>The broker lets nobody in without user and password.</source>
        <translation>Der Broker lässt niemanden ohne Benutzer und Passwort herein.</translation>
    </message>
    <message>
        <source>The broker does not let %1 in with this password.</source>
        <translation>Der Broker lässt %1 mit diesem Passwort nicht herein.</translation>
    </message>
    <message>
        <source>The simulated devices come in as this user, who needs the right to read and write below demo/. The password is not kept.</source>
        <translation>Die simulierten Geräte melden sich als dieser Benutzer an; er muss unter demo/ lesen und schreiben dürfen. Das Passwort wird nicht gespeichert.</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>&amp;User:</source>
        <translation>&amp;Benutzer:</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>&amp;Passwort:</translation>
    </message>
</context>
<context>
    <name>pigeon::DifferenceTab</name>
    <message>
        <source>Lines that differ</source>
        <translation>Zeilen, die sich unterscheiden</translation>
    </message>
    <message>
        <source>Bytes that differ</source>
        <translation>Bytes, die sich unterscheiden</translation>
    </message>
    <message>
        <source>No earlier value of this topic is known.</source>
        <translation>Ein früherer Wert dieses Topics ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>Es wird verglichen …</translation>
    </message>
    <message>
        <source>The same as before (%1).</source>
        <translation>Derselbe wie zuvor (%1).</translation>
    </message>
    <message>
        <source>Lines added: %1, removed: %2, since %3.</source>
        <translation>Zeilen hinzugekommen: %1, weggefallen: %2, seit %3.</translation>
    </message>
    <message>
        <source>%1 differ since %2.</source>
        <translation>%1 unterscheiden sich seit %2.</translation>
    </message>
</context>
<context>
    <name>pigeon::DisconnectDialog</name>
    <message>
        <source>Disconnect %1</source>
        <translation>%1 trennen</translation>
    </message>
    <message>
        <source>may be empty</source>
        <translation>darf leer sein</translation>
    </message>
    <message>
        <source>&amp;Reason:</source>
        <translation>&amp;Grund:</translation>
    </message>
    <message>
        <source>&amp;Text for the client:</source>
        <translation>&amp;Text für den Client:</translation>
    </message>
    <message>
        <source>A client of MQTT 5.0 is told both; an older one is only disconnected.</source>
        <translation>Einem Client mit MQTT 5.0 wird beides gesagt; ein älterer wird nur getrennt.</translation>
    </message>
    <message>
        <source>&amp;Disconnect</source>
        <translation>&amp;Trennen</translation>
    </message>
</context>
<context>
    <name>pigeon::Export</name>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>The export was given up; nothing was written.</source>
        <translation>Der Export wurde abgebrochen; es wurde nichts geschrieben.</translation>
    </message>
</context>
<context>
    <name>pigeon::Exporting</name>
    <message>
        <source>Export %1 messages</source>
        <translation>%1 Nachrichten exportieren</translation>
    </message>
    <message>
        <source>Export %1 packets</source>
        <translation>%1 Pakete exportieren</translation>
    </message>
    <message>
        <source>Capture for Wireshark (*.pcapng)</source>
        <translation>Mitschnitt für Wireshark (*.pcapng)</translation>
    </message>
    <message>
        <source>An export is still being written: wait for its end, or cancel it.</source>
        <translation>Ein Export wird noch geschrieben: Warte auf sein Ende oder brich ihn ab.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>%1 rows are in %2.</source>
        <translation>%1 Zeilen stehen in %2.</translation>
    </message>
    <message>
        <source>Comma-separated values, a line a row (*.csv)</source>
        <translation>Durch Kommas getrennt, eine Zeile je Eintrag (*.csv)</translation>
    </message>
    <message>
        <source>JSON, an object a line (*.jsonl)</source>
        <translation>JSON, ein Objekt je Zeile (*.jsonl)</translation>
    </message>
    <message>
        <source>%1 is there already. Replace it?</source>
        <translation>%1 gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>Export %1 rows</source>
        <translation>%1 Zeilen exportieren</translation>
    </message>
    <message>
        <source>%1 rows are in %2; %3 had gone before.</source>
        <translation>%1 Zeilen stehen in %2; %3 waren schon fort.</translation>
    </message>
    <message>
        <source>JSON, an object a line, to be imported again (*.jsonl)</source>
        <translation>JSON, ein Objekt je Zeile, zum Wiedereinlesen (*.jsonl)</translation>
    </message>
    <message>
        <source>Export %1 messages; who has got them is told as it is now</source>
        <translation>%1 Nachrichten exportieren; wer sie erhalten hat, nach jetzigem Stand</translation>
    </message>
</context>
<context>
    <name>pigeon::FilterEdit</name>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Completions</source>
        <translation>Vervollständigungen</translation>
    </message>
    <message>
        <source>used before</source>
        <translation>früher benutzt</translation>
    </message>
    <message>
        <source>Filter: a word, or %1</source>
        <translation>Filter: ein Wort, oder %1</translation>
    </message>
</context>
<context>
    <name>pigeon::FindBar</name>
    <message>
        <source>Find in the rows that are shown</source>
        <translation>In den gezeigten Zeilen suchen</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>The one before (Shift+F3)</source>
        <translation>Vorheriger Treffer (Umschalt+F3)</translation>
    </message>
    <message>
        <source>The next one (F3)</source>
        <translation>Nächster Treffer (F3)</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>row %1</source>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message>
        <source>looking …</source>
        <translation>sucht …</translation>
    </message>
    <message>
        <source>Find in all topics</source>
        <translation>In allen Topics suchen</translation>
    </message>
</context>
<context>
    <name>pigeon::FirstRunPage</name>
    <message>
        <source>Programs on &amp;this machine only</source>
        <translation>Nur Programme auf &amp;diesem Rechner</translation>
    </message>
    <message>
        <source>Devices in the &amp;network, too</source>
        <translation>Auch Geräte im &amp;Netzwerk</translation>
    </message>
    <message>
        <source>&amp;Everybody may connect</source>
        <translation>&amp;Jeder darf sich verbinden</translation>
    </message>
    <message>
        <source>Only &amp;with a password</source>
        <translation>Nur &amp;mit Passwort</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Start &amp;demo traffic: simulated devices to look at</source>
        <translation>Demo-Verkehr starten: simulierte &amp;Geräte zum Ansehen</translation>
    </message>
    <message>
        <source>&amp;Run the broker</source>
        <translation>&amp;Broker starten</translation>
    </message>
    <message>
        <source>Pigeon</source>
        <translation>Pigeon</translation>
    </message>
    <message>
        <source>The MQTT broker you can see into. No broker is running yet.</source>
        <translation>Der MQTT-Broker, in den man hineinsehen kann. Noch läuft kein Broker.</translation>
    </message>
    <message>
        <source>Run a broker here</source>
        <translation>Hier einen Broker betreiben</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Passwort</translation>
    </message>
    <message>
        <source>Address to type into a device</source>
        <translation>Adresse für Geräte</translation>
    </message>
    <message>
        <source>What devices are told: this address is where the broker will be found</source>
        <translation>Was Geräten gesagt wird: Unter dieser Adresse ist der Broker zu finden</translation>
    </message>
    <message>
        <source>&amp;Port:</source>
        <translation>&amp;Port:</translation>
    </message>
    <message>
        <source>For:</source>
        <translation>Für:</translation>
    </message>
    <message>
        <source>Address to type &amp;in:</source>
        <translation>&amp;Adresse für Geräte:</translation>
    </message>
    <message>
        <source>Open a configuration file</source>
        <translation>Eine Konfigurationsdatei öffnen</translation>
    </message>
    <message>
        <source>One of pigeond or of mosquitto: the syntax is the same. The broker runs by it, and what you change in the window is saved there.</source>
        <translation>Eine von pigeond oder von mosquitto: Die Syntax ist dieselbe. Der Broker läuft danach, und was du im Fenster änderst, wird dort gespeichert.</translation>
    </message>
    <message>
        <source>&amp;Open a file …</source>
        <translation>Datei ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>free</source>
        <translation>frei</translation>
    </message>
</context>
<context>
    <name>pigeon::ImportDialog</name>
    <message>
        <source>Import retained messages</source>
        <translation>Aufbewahrte Nachrichten importieren</translation>
    </message>
    <message>
        <source>Progress of the import</source>
        <translation>Fortschritt des Imports</translation>
    </message>
    <message>
        <source>Lines that are wrong</source>
        <translation>Fehlerhafte Zeilen</translation>
    </message>
    <message>
        <source>&amp;Import</source>
        <translation>&amp;Importieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Reading %1 …</source>
        <translation>%1 wird gelesen …</translation>
    </message>
    <message numerus="yes">
        <source>%1 holds %n retained message(s), %2 of payload.</source>
        <translation>
            <numerusform>%1 enthält %n aufbewahrte Nachricht mit %2 Inhalt.</numerusform>
            <numerusform>%1 enthält %n aufbewahrte Nachrichten mit %2 Inhalt.</numerusform>
        </translation>
    </message>
    <message>
        <source>None of their topics has one now.</source>
        <translation>Keines ihrer Topics hat jetzt eine.</translation>
    </message>
    <message>
        <source>Topics that have one already, which will be replaced: %1.</source>
        <translation>Topics, die schon eine haben, die ersetzt wird: %1.</translation>
    </message>
    <message>
        <source>They are published by the broker itself: who has subscribed gets them now. You can undo it in the view Retained.</source>
        <translation>Der Broker selbst veröffentlicht sie: Wer abonniert hat, erhält sie jetzt. In der Ansicht Aufbewahrt lässt es sich zurücknehmen.</translation>
    </message>
    <message>
        <source>Lines that are wrong and will be left out: %1.</source>
        <translation>Fehlerhafte Zeilen, die ausgelassen werden: %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are being set …</source>
        <translation>
            <numerusform>%n Nachricht wird gesetzt …</numerusform>
            <numerusform>%n Nachrichten werden gesetzt …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n retained message(s) are set.</source>
        <translation>
            <numerusform>%n aufbewahrte Nachricht ist gesetzt.</numerusform>
            <numerusform>%n aufbewahrte Nachrichten sind gesetzt.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 retained messages are set.</source>
        <translation>%1 von %2 aufbewahrten Nachrichten sind gesetzt.</translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <translation>Zeile %1: %2</translation>
    </message>
    <message>
        <source>… and more.</source>
        <translation>… und weitere.</translation>
    </message>
</context>
<context>
    <name>pigeon::Inspector</name>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Nutzdaten</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>Eigenschaften</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>Zustellung</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>Property</source>
        <translation>Eigenschaft</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Properties of the message</source>
        <translation>Eigenschaften der Nachricht</translation>
    </message>
    <message>
        <source>Receivers of the message</source>
        <translation>Empfänger der Nachricht</translation>
    </message>
    <message>
        <source>Select a message to see what is in it.</source>
        <translation>Wähle eine Nachricht, um zu sehen, was darin ist.</translation>
    </message>
    <message>
        <source>This packet carries no message.</source>
        <translation>Dieses Paket trägt keine Nachricht.</translation>
    </message>
    <message>
        <source>Nobody was to get this message.</source>
        <translation>Niemand sollte diese Nachricht bekommen.</translation>
    </message>
    <message>
        <source>The packet of this message was not recorded. Packets are recorded while &quot;Record packets&quot; is on.</source>
        <translation>Das Paket dieser Nachricht wurde nicht aufgezeichnet. Pakete werden aufgezeichnet, solange „Pakete aufzeichnen“ eingeschaltet ist.</translation>
    </message>
</context>
<context>
    <name>pigeon::InspectorPanel</name>
    <message>
        <source>Select a message, a packet, a topic or a retained message to look into it.</source>
        <translation>Wähle eine Nachricht, ein Paket, ein Topic oder eine aufbewahrte Nachricht, um hineinzusehen.</translation>
    </message>
    <message>
        <source>from</source>
        <translation>von</translation>
    </message>
    <message>
        <source>to</source>
        <translation>an</translation>
    </message>
    <message>
        <source>It goes to each new subscriber of its topic.</source>
        <translation>Sie geht an jeden neuen Abonnenten ihres Topics.</translation>
    </message>
    <message>
        <source>Retained · %1</source>
        <translation>Aufbewahrt · %1</translation>
    </message>
    <message>
        <source>Last value · %1</source>
        <translation>Letzter Wert · %1</translation>
    </message>
    <message>
        <source>The last message of this topic is not kept any more.</source>
        <translation>Die letzte Nachricht dieses Topics ist nicht mehr vorhanden.</translation>
    </message>
    <message>
        <source>This level has no value of its own: choose a topic below it.</source>
        <translation>Diese Ebene hat keinen eigenen Wert: Wähle ein Topic darunter.</translation>
    </message>
</context>
<context>
    <name>pigeon::InspectorWindow</name>
    <message>
        <source>Inspector: %1</source>
        <translation>Inspektor: %1</translation>
    </message>
</context>
<context>
    <name>pigeon::InspectorWindows</name>
    <message numerus="yes">
        <source>%n inspector(s) are open in windows of their own: close one of them first.</source>
        <translation>
            <numerusform>%n Inspektor ist in einem eigenen Fenster offen: bitte erst schließen.</numerusform>
            <numerusform>%n Inspektoren sind in eigenen Fenstern offen: bitte erst einen schließen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Close all of them</source>
        <translation>Alle schließen</translation>
    </message>
</context>
<context>
    <name>pigeon::LatencyHistogram</name>
    <message>
        <source>Latencies</source>
        <translation>Latenzen</translation>
    </message>
    <message>
        <source>Nothing of QoS 1 or 2 was acknowledged lately.</source>
        <translation>In letzter Zeit wurde nichts mit QoS 1 oder 2 bestätigt.</translation>
    </message>
    <message>
        <source>Half of all below %1, nineteen of twenty below %2</source>
        <translation>Die Hälfte unter %1, neunzehn von zwanzig unter %2</translation>
    </message>
</context>
<context>
    <name>pigeon::LineView</name>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>&amp;Alles auswählen</translation>
    </message>
    <message>
        <source>&amp;Larger</source>
        <translation>&amp;Größer</translation>
    </message>
    <message>
        <source>&amp;Smaller</source>
        <translation>&amp;Kleiner</translation>
    </message>
    <message>
        <source>&amp;Usual size</source>
        <translation>&amp;Übliche Größe</translation>
    </message>
</context>
<context>
    <name>pigeon::LogModel</name>
    <message>
        <source>debug</source>
        <translation>Debug</translation>
    </message>
    <message>
        <source>info</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
</context>
<context>
    <name>pigeon::LogPage</name>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Show the client</source>
        <translation>Den Client zeigen</translation>
    </message>
    <message>
        <source>Only warnings and errors</source>
        <translation>Nur Warnungen und Fehler</translation>
    </message>
    <message>
        <source>Nothing was logged</source>
        <translation>Es wurde nichts protokolliert</translation>
    </message>
    <message>
        <source>Connections, refusals and warnings of the broker are told here.</source>
        <translation>Verbindungen, Abweisungen und Warnungen des Brokers stehen hier.</translation>
    </message>
</context>
<context>
    <name>pigeon::LogRowsModel</name>
    <message>
        <source>(gone from the ring while the view was frozen)</source>
        <translation>(aus dem Ring gefallen, während die Ansicht stillstand)</translation>
    </message>
</context>
<context>
    <name>pigeon::MainWindow</name>
    <message>
        <source>Pigeon</source>
        <translation>Pigeon</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>Veröffentlichen</translation>
    </message>
    <message>
        <source>Match tester</source>
        <translation>Empfängertest</translation>
    </message>
    <message>
        <source>Address to type into a device</source>
        <translation>Adresse für Geräte</translation>
    </message>
    <message>
        <source>demo traffic</source>
        <translation>Demo-Verkehr</translation>
    </message>
    <message>
        <source>Simulated devices publish below demo/; Broker, Demo traffic ends it</source>
        <translation>Simulierte Geräte veröffentlichen unter demo/; Broker, Demo-Verkehr beendet es</translation>
    </message>
    <message>
        <source>Copy the address that devices connect to</source>
        <translation>Die Adresse kopieren, mit der sich Geräte verbinden</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>could not start</source>
        <translation>konnte nicht starten</translation>
    </message>
    <message>
        <source>Configuration …</source>
        <translation>Konfiguration …</translation>
    </message>
    <message>
        <source>Use port %1</source>
        <translation>Port %1 nehmen</translation>
    </message>
    <message>
        <source>Open a configuration file</source>
        <translation>Eine Konfigurationsdatei öffnen</translation>
    </message>
    <message>
        <source>Configuration files (*.conf);;All files (*)</source>
        <translation>Konfigurationsdateien (*.conf);;Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>pigeon::MatchModel</name>
    <message>
        <source>level %1 is another one</source>
        <translation>Ebene %1 ist eine andere</translation>
    </message>
    <message>
        <source>the filter has one level too many or too few</source>
        <translation>der Filter hat eine Ebene zu viel oder zu wenig</translation>
    </message>
    <message>
        <source>differs in upper and lower case alone</source>
        <translation>unterscheidet sich nur in Groß- und Kleinschreibung</translation>
    </message>
    <message>
        <source># and + at the begin match no topic that begins with $</source>
        <translation># und + am Anfang passen zu keinem Topic, das mit $ beginnt</translation>
    </message>
    <message>
        <source>it is the publisher&apos;s own message, and &quot;no local&quot; is set</source>
        <translation>es ist die eigene Nachricht des Absenders, und „kein Echo“ ist gesetzt</translation>
    </message>
    <message>
        <source>differs in a slash at the begin or the end</source>
        <translation>unterscheidet sich in einem Schrägstrich am Anfang oder Ende</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>away: it waits in its queue</source>
        <translation>abwesend: sie wartet in seiner Warteschlange</translation>
    </message>
    <message>
        <source>may not receive it</source>
        <translation>darf sie nicht empfangen</translation>
    </message>
    <message>
        <source>its turn in group %1</source>
        <translation>in Gruppe %1 an der Reihe</translation>
    </message>
    <message>
        <source>in group %1, another one&apos;s turn</source>
        <translation>in Gruppe %1, ein anderer ist an der Reihe</translation>
    </message>
    <message>
        <source>gets it</source>
        <translation>bekommt sie</translation>
    </message>
    <message>
        <source>not its turn</source>
        <translation>nicht an der Reihe</translation>
    </message>
    <message>
        <source>not allowed</source>
        <translation>nicht erlaubt</translation>
    </message>
    <message>
        <source>near miss</source>
        <translation>knapp daneben</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>By filter</source>
        <translation>Durch Filter</translation>
    </message>
    <message>
        <source>QoS</source>
        <translation>QoS</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
</context>
<context>
    <name>pigeon::MatchPanel</name>
    <message>
        <source>A topic: who would get a message of it?</source>
        <translation>Ein Topic: Wer bekäme eine Nachricht davon?</translation>
    </message>
    <message>
        <source>the broker itself</source>
        <translation>der Broker selbst</translation>
    </message>
    <message>
        <source>QoS 0</source>
        <translation>QoS 0</translation>
    </message>
    <message>
        <source>QoS 1</source>
        <translation>QoS 1</translation>
    </message>
    <message>
        <source>QoS 2</source>
        <translation>QoS 2</translation>
    </message>
    <message>
        <source>Quality of service</source>
        <translation>Dienstgüte</translation>
    </message>
    <message>
        <source>Receivers and near misses</source>
        <translation>Empfänger und knapp Verfehlte</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>Niemand</translation>
    </message>
    <message>
        <source>Type a topic above: receivers, rights and near misses are listed. Nothing is sent.</source>
        <translation>Gib oben ein Topic ein: Empfänger, Rechte und knapp Verfehlte werden aufgelistet. Es wird nichts gesendet.</translation>
    </message>
    <message>
        <source>&amp;Topic:</source>
        <translation>&amp;Topic:</translation>
    </message>
    <message>
        <source>&amp;From:</source>
        <translation>&amp;Von:</translation>
    </message>
    <message>
        <source>This is no topic: %1.</source>
        <translation>Das ist kein Topic: %1.</translation>
    </message>
    <message>
        <source>The publisher may not: %1</source>
        <translation>Der Absender darf nicht: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n client(s) would get it.</source>
        <translation>
            <numerusform>%n Client bekäme sie.</numerusform>
            <numerusform>%n Clients bekämen sie.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not all are listed.</source>
        <translation>Nicht alle sind aufgelistet.</translation>
    </message>
    <message>
        <source>Who would get a message?</source>
        <translation>Wer bekäme eine Nachricht?</translation>
    </message>
    <message>
        <source>No subscription matches this topic, and none nearly does.</source>
        <translation>Kein Abonnement passt zu diesem Topic, auch nicht beinahe.</translation>
    </message>
</context>
<context>
    <name>pigeon::MessagesModel</name>
    <message>
        <source>(broker)</source>
        <translation>(Broker)</translation>
    </message>
    <message>
        <source>%1 (will)</source>
        <translation>%1 (Testament)</translation>
    </message>
    <message>
        <source>(payload not kept: too much at once)</source>
        <translation>(Nutzdaten nicht aufgehoben: zu viel auf einmal)</translation>
    </message>
</context>
<context>
    <name>pigeon::MessagesPage</name>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>Keep the newest message in sight (End)</source>
        <translation>Die neueste Nachricht im Blick behalten (Ende)</translation>
    </message>
    <message>
        <source>Follow the newest message</source>
        <translation>Der neuesten Nachricht folgen</translation>
    </message>
    <message>
        <source>Time of messages</source>
        <translation>Zeit der Nachrichten</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>Untersuchen</translation>
    </message>
    <message>
        <source>Messages of this topic and below</source>
        <translation>Nachrichten dieses Topics und darunter</translation>
    </message>
    <message>
        <source>Show the client that sent it</source>
        <translation>Den Absender zeigen</translation>
    </message>
    <message>
        <source>Publish to this topic</source>
        <translation>In dieses Topic veröffentlichen</translation>
    </message>
    <message>
        <source>Who would get it? (match tester)</source>
        <translation>Wer bekäme sie? (Empfängertest)</translation>
    </message>
    <message>
        <source>filtering, %1 %</source>
        <translation>filtert, %1 %</translation>
    </message>
    <message>
        <source>+%1 behind</source>
        <translation>+%1 im Rückstand</translation>
    </message>
    <message>
        <source>No messages</source>
        <translation>Keine Nachrichten</translation>
    </message>
    <message>
        <source>The broker is not running.</source>
        <translation>Der Broker läuft nicht.</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Noch keine Nachrichten</translation>
    </message>
    <message>
        <source>Start the broker</source>
        <translation>Broker starten</translation>
    </message>
    <message>
        <source>Connect a device to %1, or publish one yourself.</source>
        <translation>Verbinde ein Gerät mit %1, oder veröffentliche selbst eine.</translation>
    </message>
    <message>
        <source>Publish … (Ctrl+P)</source>
        <translation>Veröffentlichen … (Strg+P)</translation>
    </message>
    <message>
        <source>Go to number or time …</source>
        <translation>Gehe zu Nummer oder Zeit …</translation>
    </message>
    <message>
        <source>Go to number or time</source>
        <translation>Gehe zu Nummer oder Zeit</translation>
    </message>
    <message>
        <source>Number, or time of day such as 14:03 or 14:03:27.5:</source>
        <translation>Nummer, oder Uhrzeit wie 14:03 oder 14:03:27.5:</translation>
    </message>
    <message>
        <source>No message of this view is there, or &quot;%1&quot; is neither a number nor a time.</source>
        <translation>Dort ist keine Nachricht dieser Ansicht, oder „%1“ ist weder Nummer noch Uhrzeit.</translation>
    </message>
    <message>
        <source>Inspect in a window of its own</source>
        <translation>In eigenem Fenster untersuchen</translation>
    </message>
    <message>
        <source>This message is not kept any more: it has made room for newer ones.</source>
        <translation>Diese Nachricht ist nicht mehr da: sie hat neueren Platz gemacht.</translation>
    </message>
</context>
<context>
    <name>pigeon::OverviewPage</name>
    <message>
        <source>its queue was full</source>
        <translation>seine Warteschlange war voll</translation>
    </message>
    <message>
        <source>QoS 0: it does not read</source>
        <translation>QoS 0: er liest nicht</translation>
    </message>
    <message>
        <source>larger than it takes</source>
        <translation>größer, als er nimmt</translation>
    </message>
    <message>
        <source>had expired</source>
        <translation>war verfallen</translation>
    </message>
    <message>
        <source>its session ended before</source>
        <translation>seine Sitzung endete vorher</translation>
    </message>
    <message>
        <source>it may not have it</source>
        <translation>er darf sie nicht haben</translation>
    </message>
    <message>
        <source>its queue was emptied</source>
        <translation>seine Warteschlange wurde geleert</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>Messages a second</source>
        <translation>Nachrichten pro Sekunde</translation>
    </message>
    <message>
        <source>in</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>out</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>Bytes a second</source>
        <translation>Bytes pro Sekunde</translation>
    </message>
    <message>
        <source>Clients</source>
        <translation>Clients</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>Connects a second</source>
        <translation>Verbindungen pro Sekunde</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>Waiting messages</source>
        <translation>Wartende Nachrichten</translation>
    </message>
    <message>
        <source>queued</source>
        <translation>wartend</translation>
    </message>
    <message>
        <source>Dropped a second</source>
        <translation>Verworfen pro Sekunde</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>verworfen</translation>
    </message>
    <message>
        <source>Busiest clients</source>
        <translation>Fleißigste Clients</translation>
    </message>
    <message>
        <source>In/s</source>
        <translation>Ein/s</translation>
    </message>
    <message>
        <source>Out/s</source>
        <translation>Aus/s</translation>
    </message>
    <message>
        <source>Busiest topics</source>
        <translation>Belebteste Topics</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Bytes/s</source>
        <translation>Bytes/s</translation>
    </message>
    <message>
        <source>Messages dropped because …</source>
        <translation>Nachrichten verworfen, weil …</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Messages dropped, by reason</source>
        <translation>Verworfene Nachrichten nach Grund</translation>
    </message>
    <message>
        <source>No client sends or gets anything</source>
        <translation>Kein Client sendet oder bekommt etwas</translation>
    </message>
    <message>
        <source>Nothing is published</source>
        <translation>Es wird nichts veröffentlicht</translation>
    </message>
    <message>
        <source>Nothing was dropped</source>
        <translation>Es wurde nichts verworfen</translation>
    </message>
</context>
<context>
    <name>pigeon::PacketTimeline</name>
    <message>
        <source>Session</source>
        <translation>Sitzung</translation>
    </message>
    <message>
        <source>PUBLISH</source>
        <translation>PUBLISH</translation>
    </message>
    <message>
        <source>Acks</source>
        <translation>Acks</translation>
    </message>
    <message>
        <source>Subscribe</source>
        <translation>Abonnieren</translation>
    </message>
    <message>
        <source>Ping</source>
        <translation>Ping</translation>
    </message>
    <message>
        <source>Packets over time</source>
        <translation>Pakete im Lauf der Zeit</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>vor %1</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>up: from the client, down: to it; the wheel zooms</source>
        <translation>oben: vom Client, unten: an ihn; das Mausrad zoomt</translation>
    </message>
</context>
<context>
    <name>pigeon::PacketsModel</name>
    <message>
        <source>retain</source>
        <translation>Retain</translation>
    </message>
    <message>
        <source>duplicate</source>
        <translation>Duplikat</translation>
    </message>
    <message>
        <source>%1 of %2 kept</source>
        <translation>%1 von %2 aufgehoben</translation>
    </message>
    <message>
        <source>no keep alive</source>
        <translation>kein Keep-Alive</translation>
    </message>
    <message>
        <source>keep alive %1 s</source>
        <translation>Keep-Alive %1 s</translation>
    </message>
    <message>
        <source>%1, clean start</source>
        <translation>%1, Clean Start</translation>
    </message>
    <message>
        <source>%1 and more</source>
        <translation>%1 und weitere</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weiterer</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::PacketsPage</name>
    <message>
        <source>Packets</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>Time of packets</source>
        <translation>Zeit der Pakete</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>Untersuchen</translation>
    </message>
    <message>
        <source>Show the client</source>
        <translation>Den Client zeigen</translation>
    </message>
    <message>
        <source>Only this client</source>
        <translation>Nur dieser Client</translation>
    </message>
    <message>
        <source>Record packets</source>
        <translation>Pakete aufzeichnen</translation>
    </message>
    <message>
        <source>Record every packet (Ctrl+R); costs the broker a little for each</source>
        <translation>Jedes Paket aufzeichnen (Strg+R); kostet den Broker für jedes ein wenig</translation>
    </message>
    <message>
        <source>filtering, %1 %</source>
        <translation>filtert, %1 %</translation>
    </message>
    <message>
        <source>+%1 behind</source>
        <translation>+%1 im Rückstand</translation>
    </message>
    <message>
        <source>Packets are not recorded</source>
        <translation>Pakete werden nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>To record each control packet costs the broker a little.</source>
        <translation>Jedes Kontrollpaket aufzuzeichnen, kostet den Broker ein wenig.</translation>
    </message>
    <message>
        <source>No packets yet</source>
        <translation>Noch keine Pakete</translation>
    </message>
    <message>
        <source>As soon as a client says something, it is here.</source>
        <translation>Sobald ein Client etwas sagt, steht es hier.</translation>
    </message>
    <message>
        <source>Inspect in a window of its own</source>
        <translation>In eigenem Fenster untersuchen</translation>
    </message>
    <message>
        <source>This packet is not kept any more: it has made room for newer ones.</source>
        <translation>Dieses Paket ist nicht mehr da: es hat neueren Platz gemacht.</translation>
    </message>
</context>
<context>
    <name>pigeon::PayloadTab</name>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Select a message to see what is in it.</source>
        <translation>Wähle eine Nachricht, um zu sehen, was darin ist.</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>In which form the payload is shown</source>
        <translation>In welcher Form die Nutzdaten gezeigt werden</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>Baum</translation>
    </message>
    <message>
        <source>Show the value as a tree instead of as text</source>
        <translation>Den Wert als Baum statt als Text zeigen</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Find in the payload</source>
        <translation>In den Nutzdaten suchen</translation>
    </message>
    <message>
        <source>Text, in the hex view also bytes: 0x0a ff. Enter finds the next, Shift+Enter the one before.</source>
        <translation>Text, in der Hex-Ansicht auch Bytes: 0x0a ff. Eingabe findet den nächsten, Umschalt+Eingabe den vorigen.</translation>
    </message>
    <message>
        <source>Payload as text</source>
        <translation>Nutzdaten als Text</translation>
    </message>
    <message>
        <source>Payload as bytes</source>
        <translation>Nutzdaten als Bytes</translation>
    </message>
    <message>
        <source>Payload as a tree</source>
        <translation>Nutzdaten als Baum</translation>
    </message>
    <message>
        <source>Payload as a picture</source>
        <translation>Nutzdaten als Bild</translation>
    </message>
    <message>
        <source>Payload as numbers</source>
        <translation>Nutzdaten als Zahlen</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Little-endian</source>
        <translation>Little-Endian</translation>
    </message>
    <message>
        <source>Big-endian</source>
        <translation>Big-Endian</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Nutzdaten</translation>
    </message>
    <message>
        <source>The payload is empty.</source>
        <translation>Die Nutzdaten sind leer.</translation>
    </message>
    <message>
        <source>The rest is being read.</source>
        <translation>Der Rest wird noch gelesen.</translation>
    </message>
    <message>
        <source>Automatic (%1)</source>
        <translation>Automatisch (%1)</translation>
    </message>
    <message>
        <source>“%1” is not in it.</source>
        <translation>„%1“ ist nicht darin.</translation>
    </message>
    <message>
        <source>&amp;Copy value</source>
        <translation>Wert &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;path</source>
        <translation>&amp;Pfad kopieren</translation>
    </message>
    <message>
        <source>&amp;Filter by this value</source>
        <translation>Nach diesem Wert &amp;filtern</translation>
    </message>
    <message>
        <source>C&amp;hart this field</source>
        <translation>Dieses Feld als &amp;Diagramm</translation>
    </message>
</context>
<context>
    <name>pigeon::PropertiesForm</name>
    <message>
        <source>after</source>
        <translation>danach</translation>
    </message>
    <message>
        <source>not said</source>
        <translation>nicht gesagt</translation>
    </message>
    <message>
        <source>bytes (0)</source>
        <translation>Bytes (0)</translation>
    </message>
    <message>
        <source>UTF-8 text (1)</source>
        <translation>UTF-8-Text (1)</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>Message expiry interval</source>
        <translation>Verfallszeit der Nachricht</translation>
    </message>
    <message>
        <source>hexadecimal, such as 01 a0</source>
        <translation>hexadezimal, etwa 01 a0</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>User properties</source>
        <translation>Eigene Eigenschaften</translation>
    </message>
    <message>
        <source>Content t&amp;ype:</source>
        <translation>&amp;Inhaltstyp:</translation>
    </message>
    <message>
        <source>Payload f&amp;ormat:</source>
        <translation>F&amp;orm der Nutzdaten:</translation>
    </message>
    <message>
        <source>Expires:</source>
        <translation>Verfällt:</translation>
    </message>
    <message>
        <source>&amp;Response topic:</source>
        <translation>Antwort-Top&amp;ic:</translation>
    </message>
    <message>
        <source>Correlat&amp;ion data:</source>
        <translation>&amp;Korrelationsdaten:</translation>
    </message>
    <message>
        <source>Add a user property</source>
        <translation>Eine eigene Eigenschaft hinzufügen</translation>
    </message>
    <message>
        <source>Remove the user property</source>
        <translation>Die eigene Eigenschaft entfernen</translation>
    </message>
    <message>
        <source>User properties:</source>
        <translation>Eigene Eigenschaften:</translation>
    </message>
    <message>
        <source>Correlation data: %1</source>
        <translation>Korrelationsdaten: %1</translation>
    </message>
</context>
<context>
    <name>pigeon::PublishPanel</name>
    <message>
        <source>R&amp;etain</source>
        <translation>&amp;Retain</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Properties of 5.0</source>
        <translation>Eigenschaften von 5.0</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Form of the payload</source>
        <translation>Form der Nutzdaten</translation>
    </message>
    <message>
        <source>QoS 0</source>
        <translation>QoS 0</translation>
    </message>
    <message>
        <source>QoS 1</source>
        <translation>QoS 1</translation>
    </message>
    <message>
        <source>QoS 2</source>
        <translation>QoS 2</translation>
    </message>
    <message>
        <source>Quality of service</source>
        <translation>Dienstgüte</translation>
    </message>
    <message>
        <source>the broker itself</source>
        <translation>der Broker selbst</translation>
    </message>
    <message>
        <source>Client id in whose name it is published, with the rights of that client; empty: the broker itself, which may everything</source>
        <translation>Client-ID, in deren Namen veröffentlicht wird, mit den Rechten dieses Clients; leer: der Broker selbst, der alles darf</translation>
    </message>
    <message>
        <source>Payload</source>
        <translation>Nutzdaten</translation>
    </message>
    <message>
        <source>Payload. ${n} counts, ${time} is the time in milliseconds.</source>
        <translation>Nutzdaten. ${n} zählt, ${time} ist die Zeit in Millisekunden.</translation>
    </message>
    <message>
        <source>File that is the payload</source>
        <translation>Datei mit den Nutzdaten</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>&amp;Topic:</source>
        <translation>&amp;Topic:</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>&amp;As:</source>
        <translation>&amp;Als:</translation>
    </message>
    <message>
        <source>once</source>
        <translation>einmal</translation>
    </message>
    <message>
        <source>repeatedly</source>
        <translation>wiederholt</translation>
    </message>
    <message>
        <source>as a burst</source>
        <translation>als Schwall</translation>
    </message>
    <message>
        <source>How often it is sent</source>
        <translation>Wie oft gesendet wird</translation>
    </message>
    <message>
        <source>every </source>
        <translation>alle </translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source>Interval</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>until stopped</source>
        <translation>bis angehalten</translation>
    </message>
    <message>
        <source> times</source>
        <translation>-mal</translation>
    </message>
    <message>
        <source>How many times</source>
        <translation>Wie viele Male</translation>
    </message>
    <message>
        <source>Publish (Ctrl+Enter)</source>
        <translation>Veröffentlichen (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>Veröffentlichen</translation>
    </message>
    <message>
        <source>Sent %1, taken by the broker %2</source>
        <translation>Gesendet %1, vom Broker angenommen %2</translation>
    </message>
    <message>
        <source>Save as template</source>
        <translation>Als Vorlage speichern</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>Name:</translation>
    </message>
    <message>
        <source>Nothing was sent yet</source>
        <translation>Es wurde noch nichts gesendet</translation>
    </message>
    <message>
        <source>Forget all</source>
        <translation>Alles vergessen</translation>
    </message>
    <message>
        <source>Save as template …</source>
        <translation>Als Vorlage speichern …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>pigeon::RateChart</name>
    <message>
        <source>−%1 min</source>
        <translation>−%1 min</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
</context>
<context>
    <name>pigeon::RelaySource</name>
    <message>
        <source>The broker is not running: start it first.</source>
        <translation>Der Broker läuft nicht: Starte ihn zuerst.</translation>
    </message>
    <message>
        <source>The broker stopped before it had answered: whether it has done it is not known.</source>
        <translation>Der Broker hielt an, ehe er geantwortet hatte: Ob es getan ist, weiß man nicht.</translation>
    </message>
</context>
<context>
    <name>pigeon::RetainedImport</name>
    <message>
        <source>The broker was started anew.</source>
        <translation>Der Broker wurde neu gestartet.</translation>
    </message>
    <message>
        <source>It is longer than %1 MiB.</source>
        <translation>Sie ist länger als %1 MiB.</translation>
    </message>
    <message>
        <source>Its topic is empty.</source>
        <translation>Das Topic ist leer.</translation>
    </message>
    <message>
        <source>This is no topic: %1.</source>
        <translation>Das ist kein Topic: %1.</translation>
    </message>
    <message>
        <source>What is below $SYS is said by the broker itself, and $share is no topic.</source>
        <translation>Was unter $SYS steht, sagt der Broker selbst, und $share ist kein Topic.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>%1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>%1 is no JSON lines. %2</source>
        <translation>%1 besteht nicht aus JSON-Zeilen. %2</translation>
    </message>
</context>
<context>
    <name>pigeon::RetainedMessagesPage</name>
    <message>
        <source>Retained</source>
        <translation>Aufbewahrt</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>Untersuchen</translation>
    </message>
    <message>
        <source>Publish to this topic</source>
        <translation>In dieses Topic veröffentlichen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete with all below it …</source>
        <translation>Mit allem darunter löschen …</translation>
    </message>
    <message>
        <source>There is no retained message below %1.</source>
        <translation>Unter %1 gibt es keine aufbewahrte Nachricht.</translation>
    </message>
    <message>
        <source>Delete %1 retained messages (%2) that %3 matches? Nobody is told, and you can undo it.</source>
        <translation>%1 aufbewahrte Nachrichten (%2) löschen, zu denen %3 passt? Niemand erfährt davon, und du kannst es zurücknehmen.</translation>
    </message>
    <message>
        <source>Delete retained messages</source>
        <translation>Aufbewahrte Nachrichten löschen</translation>
    </message>
    <message numerus="yes">
        <source>%n retained message(s) deleted.</source>
        <translation>
            <numerusform>%n aufbewahrte Nachricht gelöscht.</numerusform>
            <numerusform>%n aufbewahrte Nachrichten gelöscht.</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message numerus="yes">
        <source>%n retained message(s) are back.</source>
        <translation>
            <numerusform>%n aufbewahrte Nachricht ist wieder da.</numerusform>
            <numerusform>%n aufbewahrte Nachrichten sind wieder da.</numerusform>
        </translation>
    </message>
    <message>
        <source>fetching …</source>
        <translation>wird geholt …</translation>
    </message>
    <message>
        <source>No retained messages</source>
        <translation>Keine aufbewahrten Nachrichten</translation>
    </message>
    <message>
        <source>What is published with the retain flag is kept here for those who subscribe later.</source>
        <translation>Was mit dem Retain-Flag veröffentlicht wird, bleibt hier für die, die später abonnieren.</translation>
    </message>
    <message>
        <source>Inspect in a window of its own</source>
        <translation>In eigenem Fenster untersuchen</translation>
    </message>
    <message>
        <source>Import …</source>
        <translation>Importieren …</translation>
    </message>
    <message>
        <source>Undo the deletion or import</source>
        <translation>Löschen oder Import zurücknehmen</translation>
    </message>
    <message>
        <source>The import is undone: %1 removed, %2 as before.</source>
        <translation>Der Import ist zurückgenommen: %1 entfernt, %2 wie zuvor.</translation>
    </message>
    <message>
        <source>Import retained messages</source>
        <translation>Aufbewahrte Nachrichten importieren</translation>
    </message>
    <message>
        <source>JSON, an object a line (*.jsonl);;All files (*)</source>
        <translation>JSON, ein Objekt je Zeile (*.jsonl);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>It has gone, or its payload was not kept when too much came at once. F5 reads everything anew.</source>
        <translation>Sie ist nicht mehr da, oder ihr Inhalt wurde nicht behalten, als zu viel auf einmal kam. F5 liest alles neu.</translation>
    </message>
</context>
<context>
    <name>pigeon::RetainedModel</name>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>(broker)</source>
        <translation>(Broker)</translation>
    </message>
    <message>
        <source>(payload not kept: too much at once)</source>
        <translation>(Nutzdaten nicht aufgehoben: zu viel auf einmal)</translation>
    </message>
</context>
<context>
    <name>pigeon::SettingsDialog</name>
    <message>
        <source>Language, rows and memory are in force from the next start of Pigeon on.</source>
        <translation>Sprache, Zeilen und Speicher gelten ab dem nächsten Start von Pigeon.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source> times a second</source>
        <translation>-mal pro Sekunde</translation>
    </message>
    <message>
        <source>&amp;Colours:</source>
        <translation>&amp;Farben:</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Sprache:</translation>
    </message>
    <message>
        <source>&amp;Messages kept to look at:</source>
        <translation>&amp;Nachrichten zum Ansehen:</translation>
    </message>
    <message>
        <source>&amp;At most:</source>
        <translation>&amp;Höchstens:</translation>
    </message>
    <message>
        <source>&amp;Views are brought up to date:</source>
        <translation>&amp;Ansichten werden erneuert:</translation>
    </message>
</context>
<context>
    <name>pigeon::StatusLine</name>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>Broker</source>
        <translation>Broker</translation>
    </message>
    <message>
        <source>running, no listener</source>
        <translation>läuft, kein Listener</translation>
    </message>
    <message>
        <source>Where the broker listens</source>
        <translation>Wo der Broker lauscht</translation>
    </message>
    <message>
        <source>clients %1/%2</source>
        <translation>Clients %1/%2</translation>
    </message>
    <message>
        <source>clients %1</source>
        <translation>Clients %1</translation>
    </message>
    <message>
        <source>Clients connected now; sessions held: %1</source>
        <translation>Jetzt verbundene Clients; Sitzungen: %1</translation>
    </message>
    <message>
        <source>in %1/s</source>
        <translation>ein %1/s</translation>
    </message>
    <message>
        <source>Messages from clients each second; %1 in all</source>
        <translation>Nachrichten von Clients pro Sekunde; insgesamt %1</translation>
    </message>
    <message>
        <source>out %1/s</source>
        <translation>aus %1/s</translation>
    </message>
    <message>
        <source>Messages to clients each second; %1 in all</source>
        <translation>Nachrichten an Clients pro Sekunde; insgesamt %1</translation>
    </message>
    <message>
        <source>queue %1</source>
        <translation>wartend %1</translation>
    </message>
    <message>
        <source>Messages that wait for clients: %1, %2</source>
        <translation>Nachrichten, die auf Clients warten: %1, %2</translation>
    </message>
    <message>
        <source>dropped %1</source>
        <translation>verworfen %1</translation>
    </message>
    <message>
        <source>Messages that a receiver did not and will not get: dropped by the broker, %1 since it began</source>
        <translation>Nachrichten, die ein Empfänger nicht bekam und nicht bekommen wird: vom Broker verworfen, %1 seit seinem Beginn</translation>
    </message>
    <message>
        <source>unseen 0</source>
        <translation>ungesehen 0</translation>
    </message>
    <message>
        <source>unseen %1</source>
        <translation>ungesehen %1</translation>
    </message>
    <message>
        <source>What the broker did but this window was not told, since it was too much: messages %1, deliveries %2, packets %3, events %4, log lines %5; payloads left out %6. Clients got everything all the same.</source>
        <translation>Was der Broker tat, dieses Fenster aber nicht erfuhr, weil es zu viel war: Nachrichten %1, Zustellungen %2, Pakete %3, Ereignisse %4, Protokollzeilen %5; ausgelassene Nutzdaten %6. Die Clients bekamen trotzdem alles.</translation>
    </message>
    <message>
        <source>rows %1 (%2 %)</source>
        <translation>Zeilen %1 (%2 %)</translation>
    </message>
    <message>
        <source>Messages kept to look at: %1 of at most %2, %3. Older ones that had to make room: %4.</source>
        <translation>Nachrichten zum Ansehen: %1 von höchstens %2, %3. Ältere, die Platz machen mussten: %4.</translation>
    </message>
    <message>
        <source>frozen, %1 behind</source>
        <translation>eingefroren, %1 im Rückstand</translation>
    </message>
    <message>
        <source>The views stand still; nothing is lost that the ring still holds. Space goes on.</source>
        <translation>Die Ansichten stehen still; nichts geht verloren, was der Ring noch hält. Leertaste geht weiter.</translation>
    </message>
</context>
<context>
    <name>pigeon::StripChart</name>
    <message>
        <source>Chart</source>
        <translation>Diagramm</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n value(s), the last one %2</source>
        <translation>
            <numerusform>%1, %n Wert, zuletzt %2</numerusform>
            <numerusform>%1, %n Werte, zuletzt %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::SubscribeDialog</name>
    <message>
        <source>Subscribe %1</source>
        <translation>%1 abonnieren lassen</translation>
    </message>
    <message>
        <source>QoS 0</source>
        <translation>QoS 0</translation>
    </message>
    <message>
        <source>QoS 1</source>
        <translation>QoS 1</translation>
    </message>
    <message>
        <source>QoS 2</source>
        <translation>QoS 2</translation>
    </message>
    <message>
        <source>&amp;Topic filter:</source>
        <translation>&amp;Topic-Filter:</translation>
    </message>
    <message>
        <source>At &amp;most:</source>
        <translation>&amp;Höchstens:</translation>
    </message>
    <message>
        <source>&amp;Subscribe</source>
        <translation>&amp;Abonnieren</translation>
    </message>
    <message>
        <source>This is no topic filter: %1.</source>
        <translation>Das ist kein Topic-Filter: %1.</translation>
    </message>
</context>
<context>
    <name>pigeon::SubscriptionsModel</name>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>always</source>
        <translation>immer</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>sofort</translation>
    </message>
</context>
<context>
    <name>pigeon::SubscriptionsPage</name>
    <message>
        <source>Subscriptions</source>
        <translation>Abonnements</translation>
    </message>
    <message>
        <source>Show the client</source>
        <translation>Den Client zeigen</translation>
    </message>
    <message>
        <source>Messages that it matches</source>
        <translation>Nachrichten, zu denen es passt</translation>
    </message>
    <message>
        <source>Only this client</source>
        <translation>Nur dieser Client</translation>
    </message>
    <message>
        <source>Only shared groups</source>
        <translation>Nur Gruppen</translation>
    </message>
    <message>
        <source>Unsubscribe …</source>
        <translation>Abonnement beenden …</translation>
    </message>
    <message numerus="yes">
        <source>Take away %n subscription(s)? The clients are not told.</source>
        <translation>
            <numerusform>%n Abonnement wegnehmen? Die Clients erfahren es nicht.</numerusform>
            <numerusform>%n Abonnements wegnehmen? Die Clients erfahren es nicht.</numerusform>
        </translation>
    </message>
    <message>
        <source>Unsubscribe</source>
        <translation>Abonnement beenden</translation>
    </message>
    <message>
        <source>No subscriptions</source>
        <translation>Keine Abonnements</translation>
    </message>
    <message>
        <source>As soon as a client subscribes, its filters are here.</source>
        <translation>Sobald ein Client abonniert, stehen seine Filter hier.</translation>
    </message>
    <message>
        <source>Groups of subscriptions</source>
        <translation>Gruppen von Abonnements</translation>
    </message>
    <message>
        <source>Each by itself</source>
        <translation>Einzeln</translation>
    </message>
    <message>
        <source>By filter</source>
        <translation>Nach Filter</translation>
    </message>
    <message>
        <source>By client</source>
        <translation>Nach Client</translation>
    </message>
    <message>
        <source>Shared groups</source>
        <translation>Geteilte Gruppen</translation>
    </message>
    <message>
        <source>Which subscriptions are one row</source>
        <translation>Welche Abonnements eine Zeile sind</translation>
    </message>
    <message>
        <source>Show its subscriptions</source>
        <translation>Ihre Abonnements zeigen</translation>
    </message>
    <message>
        <source>Nothing passes the filter</source>
        <translation>Nichts passt zum Filter</translation>
    </message>
    <message>
        <source>Clear the filter (Esc)</source>
        <translation>Filter löschen (Esc)</translation>
    </message>
    <message>
        <source>No shared subscriptions</source>
        <translation>Keine geteilten Abonnements</translation>
    </message>
    <message>
        <source>Clients that subscribe to $share/&lt;group&gt;/&lt;filter&gt; share the messages: each goes to one of the group.</source>
        <translation>Clients, die $share/&lt;Gruppe&gt;/&lt;Filter&gt; abonnieren, teilen sich die Nachrichten: Jede geht an einen aus der Gruppe.</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>Zeilen kopieren</translation>
    </message>
    <message>
        <source>rows: %1</source>
        <translation>Zeilen: %1</translation>
    </message>
    <message>
        <source>unseen deliveries: %1</source>
        <translation>ungesehene Zustellungen: %1</translation>
    </message>
</context>
<context>
    <name>pigeon::SystemButton</name>
    <message>
        <source>Show what the broker itself publishes below $SYS, too</source>
        <translation>Auch zeigen, was der Broker selbst unterhalb von $SYS veröffentlicht</translation>
    </message>
    <message>
        <source>Show the messages of the broker below $SYS</source>
        <translation>Die Nachrichten des Brokers unterhalb von $SYS zeigen</translation>
    </message>
</context>
<context>
    <name>pigeon::TablePage</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 selected</source>
        <translation>%1 ausgewählt</translation>
    </message>
    <message>
        <source>0 of %1 rows match</source>
        <translation>0 von %1 Zeilen passen</translation>
    </message>
    <message>
        <source>Clear the filter (Esc)</source>
        <translation>Filter löschen (Esc)</translation>
    </message>
    <message>
        <source>Export the selected rows (%1) …</source>
        <translation>Ausgewählte Zeilen exportieren (%1) …</translation>
    </message>
    <message>
        <source>Export all rows that are shown (%1) …</source>
        <translation>Alle gezeigten Zeilen exportieren (%1) …</translation>
    </message>
</context>
<context>
    <name>pigeon::TimeFormButton</name>
    <message>
        <source>Time of day</source>
        <translation>Uhrzeit</translation>
    </message>
    <message>
        <source>Date and time, UTC (ISO 8601)</source>
        <translation>Datum und Zeit, UTC (ISO 8601)</translation>
    </message>
    <message>
        <source>Since the row before</source>
        <translation>Seit der Zeile davor</translation>
    </message>
    <message>
        <source>How times are written</source>
        <translation>Wie Zeiten geschrieben werden</translation>
    </message>
</context>
<context>
    <name>pigeon::TopicTreeModel</name>
    <message>
        <source>(payload not kept: too much at once)</source>
        <translation>(Nutzdaten nicht aufgehoben: zu viel auf einmal)</translation>
    </message>
    <message>
        <source>(empty level)</source>
        <translation>(leere Ebene)</translation>
    </message>
</context>
<context>
    <name>pigeon::TopicsPage</name>
    <message>
        <source>Topics</source>
        <translation>Topics</translation>
    </message>
    <message>
        <source>Topics that match</source>
        <translation>Topics, die passen</translation>
    </message>
    <message>
        <source>Topic tree</source>
        <translation>Topic-Baum</translation>
    </message>
    <message>
        <source>Pinned topics</source>
        <translation>Angeheftete Topics</translation>
    </message>
    <message>
        <source>No topics yet</source>
        <translation>Noch keine Topics</translation>
    </message>
    <message>
        <source>Each topic that is published to appears here.</source>
        <translation>Jedes Topic, in das veröffentlicht wird, erscheint hier.</translation>
    </message>
    <message>
        <source>Messages of this topic and below</source>
        <translation>Nachrichten dieses Topics und darunter</translation>
    </message>
    <message>
        <source>Publish here</source>
        <translation>Hier veröffentlichen</translation>
    </message>
    <message>
        <source>Who would get it? (match tester)</source>
        <translation>Wer bekäme sie? (Empfängertest)</translation>
    </message>
    <message>
        <source>Copy topic</source>
        <translation>Topic kopieren</translation>
    </message>
    <message>
        <source>Pin or unpin</source>
        <translation>Anheften oder lösen</translation>
    </message>
    <message>
        <source>Expand all below</source>
        <translation>Alles darunter aufklappen</translation>
    </message>
    <message>
        <source>Delete the retained message</source>
        <translation>Die aufbewahrte Nachricht löschen</translation>
    </message>
    <message>
        <source>Delete retained messages, with all below …</source>
        <translation>Aufbewahrte Nachrichten löschen, mit allen darunter …</translation>
    </message>
    <message>
        <source>%1 rows are open; what is deeper stays closed.</source>
        <translation>%1 Zeilen sind offen; was tiefer liegt, bleibt zu.</translation>
    </message>
    <message>
        <source>Nothing is pinned: Ctrl+D pins the current topic</source>
        <translation>Nichts ist angeheftet: Strg+D heftet das aktuelle Topic an</translation>
    </message>
    <message>
        <source>%1 of %2 topics</source>
        <translation>%1 von %2 Topics</translation>
    </message>
    <message>
        <source>%1 topics</source>
        <translation>%1 Topics</translation>
    </message>
    <message>
        <source>%1 found no place</source>
        <translation>%1 fanden keinen Platz</translation>
    </message>
    <message>
        <source>0 of %1 topics match</source>
        <translation>0 von %1 Topics passen</translation>
    </message>
    <message>
        <source>Clear the filter (Esc)</source>
        <translation>Filter löschen (Esc)</translation>
    </message>
    <message>
        <source>Export the topics that are shown …</source>
        <translation>Gezeigte Topics exportieren …</translation>
    </message>
    <message>
        <source>$SYS is left out</source>
        <translation>ohne $SYS</translation>
    </message>
    <message>
        <source>%1 selected</source>
        <translation>%1 ausgewählt</translation>
    </message>
    <message>
        <source>Export the selected rows (%1) …</source>
        <translation>Ausgewählte Zeilen exportieren (%1) …</translation>
    </message>
</context>
<context>
    <name>pigeon::ValueTreeModel</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>object</source>
        <translation>Objekt</translation>
    </message>
    <message>
        <source>array</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>number</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>yes or no</source>
        <translation>ja oder nein</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
</context>
<context>
    <name>pigeon::WindowActions</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Open a configuration file …</source>
        <translation>Eine &amp;Konfigurationsdatei öffnen …</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Settings …</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>None was opened yet</source>
        <translation>Es wurde noch keine geöffnet</translation>
    </message>
    <message>
        <source>&amp;Broker</source>
        <translation>&amp;Broker</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>S&amp;toppen</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Neu starten</translation>
    </message>
    <message>
        <source>&amp;Configuration …</source>
        <translation>&amp;Konfiguration …</translation>
    </message>
    <message>
        <source>&amp;Demo traffic</source>
        <translation>&amp;Demo-Verkehr</translation>
    </message>
    <message>
        <source>Simulated devices that publish below demo/</source>
        <translation>Simulierte Geräte, die unter demo/ veröffentlichen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Dock</source>
        <translation>Dock</translation>
    </message>
    <message>
        <source>&amp;Perspective</source>
        <translation>An&amp;ordnung</translation>
    </message>
    <message>
        <source>Reset &amp;layout</source>
        <translation>&amp;Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Nächster Bereich</translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation>&amp;Verkehr</translation>
    </message>
    <message>
        <source>Free&amp;ze the views</source>
        <translation>Ansichten ein&amp;frieren</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>&amp;Filter</source>
        <translation>&amp;Filter</translation>
    </message>
    <message>
        <source>Find &amp;next</source>
        <translation>&amp;Nächster Treffer</translation>
    </message>
    <message>
        <source>Find &amp;previous</source>
        <translation>&amp;Vorheriger Treffer</translation>
    </message>
    <message>
        <source>&amp;Clear messages and packets</source>
        <translation>Nachrichten und Pakete &amp;leeren</translation>
    </message>
    <message>
        <source>&amp;Refresh everything</source>
        <translation>Alles n&amp;eu lesen</translation>
    </message>
    <message>
        <source>P&amp;ublish the message</source>
        <translation>Die Nachricht ver&amp;öffentlichen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Filters</source>
        <translation>&amp;Filter</translation>
    </message>
    <message>
        <source>&amp;All commands …</source>
        <translation>&amp;Alle Befehle …</translation>
    </message>
    <message>
        <source>About &amp;Pigeon</source>
        <translation>Über &amp;Pigeon</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Freeze</source>
        <translation>Einfrieren</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>&amp;Bans …</source>
        <translation>S&amp;perren …</translation>
    </message>
    <message>
        <source>&amp;Publish a message …</source>
        <translation>Nachricht &amp;veröffentlichen …</translation>
    </message>
    <message>
        <source>&amp;Who would get it? (match tester)</source>
        <translation>&amp;Wer bekäme sie? (Empfängertest)</translation>
    </message>
    <message>
        <source>Freeze the views (Space): rows, counts and what their cells say stand still, also where it is copied or exported; the tip of a cell says so where it is of a later moment. The status line goes on, and nothing is lost that the ring still holds.</source>
        <translation>Ansichten einfrieren (Leertaste): Zeilen, Zähler und was in ihren Zellen steht, bleiben stehen, auch beim Kopieren und Exportieren; wo es von einem späteren Zeitpunkt ist, sagt es der Hinweis der Zelle. Die Statuszeile geht weiter, und nichts geht verloren, was der Ring noch hält.</translation>
    </message>
</context>
<context>
    <name>pigeon::Workbench</name>
    <message>
        <source>The configuration is in force.</source>
        <translation>Die Konfiguration gilt.</translation>
    </message>
    <message>
        <source>In force, but for what needs a restart: %1</source>
        <translation>Sie gilt, außer was einen Neustart braucht: %1</translation>
    </message>
    <message>
        <source># Written by the window of Pigeon. pigeond -c runs the same broker without it.</source>
        <translation># Vom Fenster von Pigeon geschrieben. pigeond -c betreibt denselben Broker ohne es.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>Saved; it is in force when the broker starts.</source>
        <translation>Gespeichert; es gilt, sobald der Broker startet.</translation>
    </message>
    <message>
        <source>Demo traffic needs a listener without TLS and WebSocket: there is none.</source>
        <translation>Demo-Verkehr braucht einen Listener ohne TLS und WebSocket: Es gibt keinen.</translation>
    </message>
    <message>
        <source>The store works again.</source>
        <translation>Es wird wieder dauerhaft gespeichert.</translation>
    </message>
    <message>
        <source>Port %1 in place of %2 for this once; %3 is as it was.</source>
        <translation>Dieses eine Mal Port %1 statt %2; %3 bleibt, wie es war.</translation>
    </message>
    <message>
        <source>%1 cannot be kept as %2, so nothing was changed.</source>
        <translation>%1 lässt sich nicht als %2 aufbewahren, darum wurde nichts geändert.</translation>
    </message>
    <message>
        <source>What was in %1 is kept as %2.</source>
        <translation>Was in %1 stand, ist als %2 aufbewahrt.</translation>
    </message>
    <message>
        <source>Demo traffic: the listener without TLS and WebSocket cannot be reached from this machine.</source>
        <translation>Demo-Verkehr: Der Listener ohne TLS und WebSocket ist von diesem Rechner aus nicht zu erreichen.</translation>
    </message>
    <message>
        <source>Demo traffic: the broker refuses its client ids, which begin with &quot;demo-&quot;; the log says why.</source>
        <translation>Demo-Verkehr: Der Broker weist seine Client-IDs ab, die mit „demo-“ beginnen; das Protokoll sagt, warum.</translation>
    </message>
    <message>
        <source>%1 says where to listen: -p has no effect.</source>
        <translation>%1 sagt, wo zu lauschen ist: -p hat keine Wirkung.</translation>
    </message>
</context>
<context>
    <name>pigeon::window::HostedBroker</name>
    <message>
        <source>Port %1 is in use by another program.</source>
        <translation>Port %1 wird von einem anderen Programm benutzt.</translation>
    </message>
    <message>
        <source>Stop that program, or listen on another port: %1 is free.</source>
        <translation>Beende dieses Programm oder lausche auf einem anderen Port: %1 ist frei.</translation>
    </message>
    <message>
        <source>Stop that program, or listen on another port.</source>
        <translation>Beende dieses Programm oder lausche auf einem anderen Port.</translation>
    </message>
</context>
</TS>
