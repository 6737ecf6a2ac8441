#pragma once

#include <pigeon/packets.h>

#include <QByteArray>
#include <QByteArrayList>

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace pigeon::test {

/// Messages of one publisher to one topic at one QoS, numbered from 1 in the order of publishing. A client's wills are
/// a stream, too: one number per connection.
using Stream = int;

/// Who has published, acknowledged and received what, and whether that is what was promised: nothing acknowledged is
/// lost, a QoS 2 message comes once, each stream comes in its order, a retained value is not older than the last one
/// acknowledged. Knows no broker, socket or clock.
class Ledger
{
public:
    /// Whether the order among the messages of a stream is promised; among the members of a shared group it is not.
    enum class Order { Kept, Free };

    Stream open(QByteArray name, QoS qos);
    /// From now on `subscriber` is to have what `stream` acknowledges.
    void expect(const QByteArray &subscriber, Stream stream, Order order = Order::Kept);

    // --- what happens ----------------------------------------------------------------------------------------
    /// The next number of the stream, which may come from now on. `isClear`: an empty retained message.
    int publish(Stream stream, bool isClear = false);
    /// The broker has said that it has it: it must come.
    void acknowledge(Stream stream, int number);
    /// The broker has said that it does not take it: it must not come.
    void refuse(Stream stream, int number);
    void receive(const QByteArray &subscriber, Stream stream, int number);
    /// What a newcomer finds as the retained message of the stream's topic; nothing when there is none.
    void findRetained(Stream stream, std::optional<int> number);
    /// Anything else that must not be.
    void fault(const QByteArray &text);

    // --- what is asked meanwhile -----------------------------------------------------------------------------
    QoS qos(Stream stream) const { return m_streams[index(stream)].qos; }
    /// Messages acknowledged so far, of all streams.
    int acknowledged() const { return m_acknowledged; }
    int received() const { return m_received; }
    /// True when nothing more can come that says something new: of each stream that keeps its order the last one
    /// acknowledged is there (those before it are there or lost), of the others all are.
    bool isSettled() const;
    /// True when a newcomer must find a retained message.
    bool mustHoldRetained(Stream stream) const;
    bool hasFaults() const { return !m_faults.isEmpty(); }

    // --- the verdict, when everything that can come has come -------------------------------------------------
    struct Verdict
    {
        int published = 0;
        int acknowledged = 0;
        int refused = 0;
        int lost = 0; ///< acknowledged and not received; counted per subscriber, like the next ones
        int duplicates = 0; ///< QoS 2 more than once
        int repeats = 0; ///< QoS 1 more than once, which is allowed
        int disordered = 0;
        int strangers = 0; ///< never published, or refused
        QByteArrayList faults; ///< sentences: of each kind and stream the first three, and what `fault` was told

        bool isClean() const { return faults.isEmpty(); }
    };
    Verdict verdict() const;

private:
    enum class State : quint8 { Published, Acknowledged, Refused };
    struct Entry
    {
        State state = State::Published;
        bool isClear = false;
    };
    struct StreamBook
    {
        QByteArray name;
        QoS qos = QoS::AtLeastOnce;
        std::vector<Entry> entries; // of the number index + 1
        int lastAcknowledged = 0;
        size_t acknowledged = 0;
    };
    struct Receipts
    {
        Order order = Order::Kept;
        std::vector<int> numbers; // as they came
        std::set<int> seen;
    };
    static size_t index(Stream stream) { return static_cast<size_t>(stream); }
    const Entry *entry(Stream stream, int number) const;
    void judge(Verdict &verdict, const QByteArray &subscriber, Stream stream, const Receipts &receipts) const;
    void judgeMissing(Verdict &verdict, const QByteArray &who, Stream stream, const Receipts &receipts) const;
    void judgeReceived(Verdict &verdict, const QByteArray &who, Stream stream, const Receipts &receipts) const;

    std::vector<StreamBook> m_streams;
    std::map<std::pair<QByteArray, Stream>, Receipts> m_receipts;
    QByteArrayList m_faults;
    int m_acknowledged = 0;
    int m_received = 0;
};

} // namespace pigeon::test
