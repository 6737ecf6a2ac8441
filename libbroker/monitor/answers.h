#pragma once

#include <pigeon/message.h>
#include <pigeon/outcome.h>
#include <pigeon/packets.h>

#include <QByteArray>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

/// What a MonitorSource answers to commands and queries: plain values.
namespace pigeon {

/// How a command has ended.
struct CommandAnswer
{
    QString error; ///< a sentence for people, with what to do; empty: all is done
    ReasonCode reason = ReasonCode::Success;
    std::vector<ReasonCode> reasons; ///< of subscribe and unsubscribe: one per filter
    quint64 done = 0; ///< of commands about many: how many it was done to (disconnect, ban, retained)

    bool isSuccess() const { return error.isEmpty(); }
};
using CommandAnswered = std::function<void(const CommandAnswer &)>;

/// The answer to the deletion of retained messages: what is needed to undo it.
struct DeletedRetained
{
    CommandAnswer answer;
    std::vector<MessagePtr> messages; ///< as they were
};
using RetainedDeleted = std::function<void(const DeletedRetained &)>;

/// Some of the retained messages, in the order of topics.
struct RetainedPage
{
    QString error; ///< empty: all is well
    std::vector<MessagePtr> messages;
    bool hasMore = false; ///< ask again, behind the topic of the last one
};
using RetainedFound = std::function<void(const RetainedPage &)>;

/// How much a deletion would take away.
struct RetainedCount
{
    QString error;
    quint64 messages = 0;
    quint64 bytes = 0; ///< of payloads
};
using RetainedCounted = std::function<void(const RetainedCount &)>;

/// One message in a client's queue or under way to it.
struct WaitingMessage
{
    MessagePtr message;
    QoS qos = QoS::AtLeastOnce;
    bool retain = false;
    QByteArray sharedFilter; ///< `$share/<group>/<filter>` it came through, else empty
    quint16 packetId = 0; ///< under way only
    enum class Stage : quint8 {
        Queued, ///< was not sent
        WaitsForStore, ///< QoS 2: its packet id is not on disk yet
        Sent, ///< PUBACK or PUBREC is awaited
        Released, ///< QoS 2: PUBCOMP is awaited
    };
    Stage stage = Stage::Queued;
};

/// What is on its way to one client.
struct QueueContents
{
    QString error; ///< there is no such session; empty: all is well
    std::vector<WaitingMessage> inflight; ///< in the order of their first sending
    std::vector<WaitingMessage> queued; ///< the first of them, in order
    quint64 queuedMessages = 0; ///< all that wait, with those that are on disk alone
    quint64 queuedBytes = 0;
};
using QueueFound = std::function<void(const QueueContents &)>;

/// What a right is by: the rule that decides.
struct RightVerdict
{
    bool isAllowed = true;
    QString rule; ///< a sentence: "line 12 of the ACL file: topic read site/#"; empty: nothing stands against it
};

/// A line of the ACL file that is for one client.
struct ClientRule
{
    int line = 0; ///< of the file, from 1
    QByteArray text; ///< as it is there, "pattern read site/%u/#", with the access that no word means
    QByteArray filter; ///< the same topics with the client's names in place of %u and %c
    bool isDenial = false; ///< of publishing and receiving
    bool isToPublish = false;
    bool isToReceive = false; ///< and to subscribe to
    bool isForEverybody = false; ///< false: for its user alone; when it has none, for clients without one
    bool isOfAllTopics = false; ///< a denial that its names cannot be put into, so that it denies everything
};

/// What one client may publish, subscribe to and receive, and who decides.
struct RightsReport
{
    QString error; ///< there is no such session; empty: all is well
    QByteArray userName; ///< of the client; empty: it has none
    QString aclFile; ///< empty: there is none, everything is allowed
    std::vector<ClientRule> rules; ///< in the order in which they are asked: the first that speaks of a topic decides, what none speaks of is denied
    bool isCut = false; ///< there are more rules than are listed (1000)
    bool hasSystemTopics = true; ///< clients may subscribe to what is below `$SYS`; nobody may publish there
    QByteArray mountPoint; ///< begins all topics of its listener's clients, in `filter` as well; empty: none, or it is away
    // Handlers of the program that are asked after the file has allowed it, and may refuse.
    bool isPublishAsked = false; ///< authorizePublish
    bool isSubscribeAsked = false; ///< authorizeSubscribe
    bool isForwardAsked = false; ///< authorizeForward, for each message to it
};
using RightsFound = std::function<void(const RightsReport &)>;

/// Somebody who would get a message, or would but for a right.
struct MatchedReceiver
{
    QByteArray clientId;
    std::vector<QByteArray> filters; ///< of its subscriptions that match
    QoS qos = QoS::AtMostOnce; ///< the highest at which it may come
    bool isConnected = false;
    QByteArray group; ///< name of the shared group, else empty
    bool isNext = false; ///< of a shared group: the member whose turn it is
    std::vector<quint32> identifiers; ///< subscription identifiers it would carry
    RightVerdict right; ///< to receive it
};

/// Somebody who would not get it, though it looks like it.
struct NearMiss
{
    enum class Why : quint8 {
        OneLevelDiffers, ///< all levels but one are the same
        LevelCountDiffers, ///< the filter ends one level too early or too late
        CaseDiffers, ///< the same but for upper and lower case
        DollarTopic, ///< `#` and `+` at the begin do not match a topic that begins with `$`
        NoLocal, ///< it is the publisher's own, and "no local" is set
        LeadingSlash, ///< the same but for a slash at the begin or at the end
    };
    QByteArray clientId;
    QByteArray filter; ///< with `$share/<group>/`
    Why why = Why::OneLevelDiffers;
    int level = -1; ///< from 0, where it differs; -1: does not apply
};

/// Who would get a message of `topic`.
struct MatchReport
{
    QString error; ///< the topic is none, a sentence; empty: all is well
    RightVerdict publish; ///< whether the publisher may, when one was given
    std::vector<MatchedReceiver> receivers; ///< shared members after one another
    std::vector<NearMiss> nearMisses; ///< at most 200
    quint64 receiverCount = 0; ///< sessions that would get it: of a group one counts, those without the right do not
    bool isCut = false; ///< there are more receivers than are listed (10 000)
};
using MatchFound = std::function<void(const MatchReport &)>;

} // namespace pigeon
