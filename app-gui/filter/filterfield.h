#pragma once

#include <QByteArrayView>
#include <QString>

#include <optional>
#include <span>
#include <vector>

namespace pigeon {

/// The views that can be filtered; a field says in which of them it is.
enum class FilterView : quint8 {
    Messages = 0x01,
    Packets = 0x02,
    Clients = 0x04,
    Subscriptions = 0x08,
    Topics = 0x10,
    Retained = 0x20,
    Log = 0x40,
};

/// What a field holds, and so what it may be compared with.
enum class FieldType : quint8 {
    Topic, ///< text of levels; ~ is a topic filter
    Text, ///< any text; ~ is a regular expression
    Payload, ///< the bytes of a message, taken as text
    Json, ///< a value inside a payload that is JSON, by its path
    Number, ///< k and M are thousands
    Size, ///< bytes; k and M are 1024 and its square
    Duration, ///< rows give milliseconds; needs a unit
    Flag, ///< yes or no; its name alone asks for yes
    Choice, ///< one word of a few; rows give its place among them
};

/// What a row can be asked for.
enum class FieldId : quint8 {
    Number, Topic, From, Client, User, Address, Listener, Tls, QoS, Retain, Duplicate, Size, Receivers, Delivered, Dropped,
    Latency, Age, Payload, Json, Type, Direction, PacketId, ReasonCode, Version, KeepAlive, CleanStart, Expiry,
    Online, Banned, Refused, Subscriptions, RateIn, RateOut, BytesIn, BytesOut, InFlight, Queued, QueuedBytes, TakeOvers,
    Connects, RecentConnects, RecentDrops, Reason, Filter, NoLocal, RetainAsPublished, RetainHandling, Group, Identifier, Messages, Rate, Publishers,
    Subscribers, Level, Category, Text,
};

/// All about one field of the filter language. Parser, completion and the help page know no field by name; they read
/// this.
struct FilterField
{
    FieldId id = FieldId::Number;
    const char *name = "";
    FieldType type = FieldType::Text;
    quint8 views = 0; ///< of FilterView
    bool isSearched = false; ///< a bare word is looked for in it
    const char *words = ""; ///< Choice: the words with | between them
    bool isOrdered = false; ///< Choice: the words go from less to more
    const char *help = ""; ///< for the eyes of an operator, to be translated in the context "Filter"

    bool isIn(FilterView view) const { return views & static_cast<quint8>(view); }
    std::vector<QByteArrayView> choices() const;
};

/// The table, in the order in which help and completion show it.
std::span<const FilterField> filterFields();
/// The field that `name` means in this view; nothing when there is none. `json.a.b` is a name of Json.
const FilterField *findFilterField(QStringView name, FilterView view);
/// The field that shows `id` in this view, by its first name.
const FilterField *findFilterField(FieldId id, FilterView view);
/// The help of the field in the user's language.
QString filterFieldHelp(const FilterField &field);

} // namespace pigeon
