<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
<context>
    <name>PacketFields</name>
    <message numerus="yes">
        <source>Behind the last field there are %n byte(s).</source>
        <translation>
            <numerusform>Behind the last field there is %n byte.</numerusform>
            <numerusform>Behind the last field there are %n bytes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n byte</numerusform>
            <numerusform>%n bytes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ValueTree</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::BanDialog</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::ClientsPage</name>
    <message numerus="yes">
        <source>%n client(s)</source>
        <translation>
            <numerusform>%n client</numerusform>
            <numerusform>%n clients</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n client(s) disconnected.</source>
        <translation>
            <numerusform>%n client disconnected.</numerusform>
            <numerusform>%n clients disconnected.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ban(s) in force.</source>
        <translation>
            <numerusform>%n ban in force.</numerusform>
            <numerusform>%n bans in force.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::DeliveryModel</name>
    <message numerus="yes">
        <source>%1 (%n times)</source>
        <translation>
            <numerusform>%1 (%n time)</numerusform>
            <numerusform>%1 (%n times)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::ImportDialog</name>
    <message numerus="yes">
        <source>%1 holds %n retained message(s), %2 of payload.</source>
        <translation>
            <numerusform>%1 holds %n retained message, %2 of payload.</numerusform>
            <numerusform>%1 holds %n retained messages, %2 of payload.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are being set …</source>
        <translation>
            <numerusform>%n message is being set …</numerusform>
            <numerusform>%n messages are being set …</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n retained message(s) are set.</source>
        <translation>
            <numerusform>%n retained message is set.</numerusform>
            <numerusform>%n retained messages are set.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::InspectorWindows</name>
    <message numerus="yes">
        <source>%n inspector(s) are open in windows of their own: close one of them first.</source>
        <translation>
            <numerusform>%n inspector is open in a window of its own: close it first.</numerusform>
            <numerusform>%n inspectors are open in windows of their own: close one of them first.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::MatchPanel</name>
    <message numerus="yes">
        <source>%n client(s) would get it.</source>
        <translation>
            <numerusform>%n client would get it.</numerusform>
            <numerusform>%n clients would get it.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::PacketsModel</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::RetainedMessagesPage</name>
    <message numerus="yes">
        <source>%n retained message(s) deleted.</source>
        <translation>
            <numerusform>%n retained message deleted.</numerusform>
            <numerusform>%n retained messages deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n retained message(s) are back.</source>
        <translation>
            <numerusform>%n retained message is back.</numerusform>
            <numerusform>%n retained messages are back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::StripChart</name>
    <message numerus="yes">
        <source>%1, %n value(s), the last one %2</source>
        <translation>
            <numerusform>%1, %n value: %2</numerusform>
            <numerusform>%1, %n values, the last one %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>pigeon::SubscriptionsPage</name>
    <message numerus="yes">
        <source>Take away %n subscription(s)? The clients are not told.</source>
        <translation>
            <numerusform>Take away %n subscription? The clients are not told.</numerusform>
            <numerusform>Take away %n subscriptions? The clients are not told.</numerusform>
        </translation>
    </message>
</context>
</TS>
