#include "crash/ledger.h"

#include <algorithm>

namespace pigeon::test {

namespace {

QByteArray text(int number)
{
    return QByteArray::number(number);
}

/// One kind of fault of one subscriber and stream: all are counted, the first three are told.
class Count
{
public:
    Count(Ledger::Verdict &verdict, int Ledger::Verdict::*figure, const QByteArray &who)
        : m_verdict(verdict)
        , m_figure(figure)
        , m_who(who)
    {
    }
    void add(int number, const QByteArray &what)
    {
        ++(m_verdict.*m_figure);
        if (++m_told <= 3)
            m_verdict.faults.append(m_who + text(number) + ' ' + what);
    }

private:
    Ledger::Verdict &m_verdict;
    int Ledger::Verdict::*m_figure;
    const QByteArray m_who;
    int m_told = 0;
};

} // namespace

Stream Ledger::open(QByteArray name, QoS qos)
{
    StreamBook book;
    book.name = std::move(name);
    book.qos = qos;
    m_streams.push_back(std::move(book));
    return static_cast<Stream>(m_streams.size()) - 1;
}

void Ledger::expect(const QByteArray &subscriber, Stream stream, Order order)
{
    m_receipts[{subscriber, stream}].order = order;
}

int Ledger::publish(Stream stream, bool isClear)
{
    StreamBook &book = m_streams[index(stream)];
    book.entries.push_back({State::Published, isClear});
    return static_cast<int>(book.entries.size());
}

const Ledger::Entry *Ledger::entry(Stream stream, int number) const
{
    if (stream < 0 || index(stream) >= m_streams.size())
        return nullptr;
    const std::vector<Entry> &entries = m_streams[index(stream)].entries;
    const bool isKnown = number >= 1 && static_cast<size_t>(number) <= entries.size();
    return isKnown ? &entries[static_cast<size_t>(number) - 1] : nullptr;
}

void Ledger::acknowledge(Stream stream, int number)
{
    StreamBook &book = m_streams[index(stream)];
    book.entries[static_cast<size_t>(number) - 1].state = State::Acknowledged;
    book.lastAcknowledged = std::max(book.lastAcknowledged, number);
    ++book.acknowledged;
    ++m_acknowledged;
}

void Ledger::refuse(Stream stream, int number)
{
    m_streams[index(stream)].entries[static_cast<size_t>(number) - 1].state = State::Refused;
}

void Ledger::receive(const QByteArray &subscriber, Stream stream, int number)
{
    Receipts &receipts = m_receipts[{subscriber, stream}];
    receipts.numbers.push_back(number);
    receipts.seen.insert(number);
    ++m_received;
}

void Ledger::fault(const QByteArray &text)
{
    if (!m_faults.contains(text))
        m_faults.append(text);
}

/// Later values may stand there as well: taken, and their acknowledgements lost.
void Ledger::findRetained(Stream stream, std::optional<int> number)
{
    const StreamBook &book = m_streams[index(stream)];
    if (number) {
        const Entry *found = entry(stream, *number);
        if (!found || found->isClear || found->state == State::Refused)
            fault(book.name + ": the retained message " + text(*number) + " should not be");
        else if (*number < book.lastAcknowledged)
            fault(book.name + ": the retained message is number " + text(*number) + ", acknowledged was "
                + text(book.lastAcknowledged));
        return;
    }
    const auto first = book.entries.begin() + std::max(book.lastAcknowledged - 1, 0);
    const bool mayBeNone = book.lastAcknowledged == 0
        || std::any_of(first, book.entries.end(), [](const Entry &each) { return each.isClear; });
    if (!mayBeNone)
        fault(book.name + ": the retained message " + text(book.lastAcknowledged) + " is lost");
}

bool Ledger::mustHoldRetained(Stream stream) const
{
    const StreamBook &book = m_streams[index(stream)];
    const auto first = book.entries.begin() + std::max(book.lastAcknowledged - 1, 0);
    return book.lastAcknowledged > 0
        && std::none_of(first, book.entries.end(), [](const Entry &each) { return each.isClear; });
}

bool Ledger::isSettled() const
{
    return std::all_of(m_receipts.begin(), m_receipts.end(), [this](const auto &each) {
        const auto &[place, receipts] = each;
        if (!entry(place.second, 1))
            return true;
        const StreamBook &book = m_streams[index(place.second)];
        return receipts.order == Order::Free
            ? receipts.seen.size() >= book.acknowledged
            : book.lastAcknowledged == 0 || receipts.seen.contains(book.lastAcknowledged);
    });
}

Ledger::Verdict Ledger::verdict() const
{
    Verdict verdict;
    verdict.acknowledged = m_acknowledged;
    verdict.faults = m_faults;
    for (const StreamBook &book : m_streams) {
        verdict.published += static_cast<int>(book.entries.size());
        verdict.refused += static_cast<int>(std::count_if(book.entries.begin(), book.entries.end(),
            [](const Entry &each) { return each.state == State::Refused; }));
    }
    for (const auto &[place, receipts] : m_receipts)
        judge(verdict, place.first, place.second, receipts);
    return verdict;
}

void Ledger::judge(Verdict &verdict, const QByteArray &subscriber, Stream stream, const Receipts &receipts) const
{
    if (stream < 0 || index(stream) >= m_streams.size()) {
        verdict.strangers += static_cast<int>(receipts.numbers.size());
        verdict.faults.append(subscriber + " got messages that nobody has published");
        return;
    }
    const QByteArray who = subscriber + ", " + m_streams[index(stream)].name + ": ";
    judgeMissing(verdict, who, stream, receipts);
    judgeReceived(verdict, who, stream, receipts);
}

void Ledger::judgeMissing(Verdict &verdict, const QByteArray &who, Stream stream, const Receipts &receipts) const
{
    Count lost(verdict, &Verdict::lost, who);
    int number = 0;
    for (const Entry &each : m_streams[index(stream)].entries) {
        ++number;
        if (each.state == State::Acknowledged && !receipts.seen.contains(number))
            lost.add(number, "is lost");
    }
}

void Ledger::judgeReceived(Verdict &verdict, const QByteArray &who, Stream stream, const Receipts &receipts) const
{
    Count duplicates(verdict, &Verdict::duplicates, who);
    Count disordered(verdict, &Verdict::disordered, who);
    Count strangers(verdict, &Verdict::strangers, who);
    const bool isOnce = qos(stream) == QoS::ExactlyOnce;
    std::set<int> seen;
    int last = 0;
    for (const int number : receipts.numbers) {
        const Entry *known = entry(stream, number);
        if (!known || known->state == State::Refused)
            strangers.add(number, known ? "came though it was refused" : "came though nobody has published it");
        const bool isFirst = seen.insert(number).second;
        if (isFirst && number < last && receipts.order == Order::Kept)
            disordered.add(number, "came behind " + text(last));
        last = std::max(last, number);
        if (!isFirst && isOnce)
            duplicates.add(number, "came more than once");
        verdict.repeats += !isFirst && !isOnce;
    }
}

} // namespace pigeon::test
