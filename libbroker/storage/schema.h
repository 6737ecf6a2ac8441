#pragma once

#include "storage/database.h"

#include <initializer_list>
#include <span>

/// The tables of the store's file and how older files become like it.
///
/// - `sessions`: a row per session that outlives its connection. The other tables name it by its small integer key.
/// - `subscriptions`, `inbound_ids`: what belongs to a session, in the order of keys, so that a session lies together.
/// - `packs`: deliveries that wait in a queue, dozens in a row (storage/packcodec.h), when each is small and the only
///   one of its message: what writing them costs is what most of a queue costs. `count`, `bytes` and `expires_at` are
///   sums over a row, so that loading counts without reading messages.
/// - `deliveries`: a row for each of the others: what is under way, large, came through a shared subscription, or has a
///   message in common with others. A small message of one receiver lies in the row itself: one tree to write to and to
///   delete from instead of two. `expires_at` and `bytes` are there for both kinds.
/// - `messages`: those with several receivers, and large ones, since moving a delivery on rewrites its row. A trigger
///   counts the receivers down and lets the message go with the last.
/// - `ended`: sessions that are gone, whose many deliveries are removed bit by bit. Their keys are never used again.
/// - `retained` and `wills` name topic and client; a will does not need a session.
///
/// Texts are blobs, since MQTT compares bytes. Times are wall time in milliseconds.
namespace pigeon {

namespace table {
inline constexpr char sessions[] = "sessions";
inline constexpr char subscriptions[] = "subscriptions";
inline constexpr char messages[] = "messages";
inline constexpr char deliveries[] = "deliveries";
inline constexpr char packs[] = "packs";
inline constexpr char ended[] = "ended";
inline constexpr char inboundIds[] = "inbound_ids";
inline constexpr char retained[] = "retained";
inline constexpr char wills[] = "wills";
} // namespace table

namespace column {
inline constexpr char id[] = "id";
inline constexpr char clientId[] = "client_id";
inline constexpr char userName[] = "user_name";
inline constexpr char expirySeconds[] = "expiry_seconds";
inline constexpr char endsAt[] = "ends_at";
inline constexpr char lastNumber[] = "last_number"; // the highest number of a delivery that is no longer there
inline constexpr char session[] = "session";
inline constexpr char filter[] = "filter";
inline constexpr char maximumQoS[] = "maximum_qos";
inline constexpr char noLocal[] = "no_local";
inline constexpr char retainAsPublished[] = "retain_as_published";
inline constexpr char identifier[] = "identifier";
inline constexpr char number[] = "number";
inline constexpr char stage[] = "stage"; // DeliveryStage
inline constexpr char packetId[] = "packet_id";
inline constexpr char qos[] = "qos";
inline constexpr char retain[] = "retain";
inline constexpr char flags[] = "flags";
inline constexpr char bytes[] = "bytes"; // Message::memoryBytes
inline constexpr char first[] = "first";
inline constexpr char last[] = "last";
inline constexpr char count[] = "count";
inline constexpr char content[] = "content"; // storage/packcodec.h
inline constexpr char expiresAt[] = "expires_at";
inline constexpr char message[] = "message"; // a row of messages, or NULL: in the row itself
inline constexpr char identifiers[] = "identifiers"; // "3,17"
inline constexpr char sharedFilter[] = "shared_filter";
inline constexpr char receivers[] = "receivers";
inline constexpr char properties[] = "properties"; // as on the wire
inline constexpr char topic[] = "topic";
inline constexpr char payload[] = "payload";
inline constexpr char address[] = "address";
inline constexpr char dueAt[] = "due_at";
} // namespace column

/// A table as those see it who treat all of them alike.
struct TableSpec
{
    const char *name;
    const char *key; ///< columns of its primary key, with commas
};
/// All tables, what others refer to first.
std::span<const TableSpec> allTables();

/// The step from one version of the schema to the next: statements that are run in its transaction.
using SchemaStep = std::span<const char *const>;

/// Which version a file has, and the steps to the newest. In the connection's thread.
class Schema
{
public:
    /// Pigeon's own files: "Pign" in bytes 68 to 71.
    static constexpr qint64 applicationId = 0x5069676E;
    static int newestVersion();

    /// 0: nothing was made yet. Throws SqlError.
    static int versionOf(Database &database);
    /// Makes the file one of `version`, step by step, each in a transaction of its own. Throws SqlError.
    static void migrate(Database &database, int version = newestVersion());
    /// The same with other steps: step n leads to version n + 1.
    static void migrate(Database &database, std::span<const SchemaStep> steps);
};

} // namespace pigeon
