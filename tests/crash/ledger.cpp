#include "crash/ledger.h"

#include <algorithm>

namespace pigeon::test {

namespace {

QByteArray text(int number)
{
    return QByteArray::number(number);
}

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
    const StreamBook &book = m_streams[index(stream)];
    const QByteArray who = subscriber + ", " + book.name + ": ";
    const auto count = [&verdict, &who](int &figure, int number, const char *what) {
        if (figure++ < 3)
            verdict.faults.append(who + text(number) + ' ' + what);
    };
    int lost = 0;
    for (int number = 1; number <= static_cast<int>(book.entries.size()); ++number) {
        if (entry(stream, number)->state == State::Acknowledged && !receipts.seen.contains(number))
            count(lost, number, "is lost");
    }
    int duplicates = 0, disordered = 0, strangers = 0, last = 0;
    std::set<int> seen;
    for (const int number : receipts.numbers) {
        const Entry *known = entry(stream, number);
        if (!known || known->state == State::Refused)
            count(strangers, number, known ? "came though it was refused" : "came though nobody has published it");
        const bool isFirst = seen.insert(number).second;
        if (isFirst && number < last && receipts.order == Order::Kept)
            count(disordered, number, ("came behind " + text(last)).constData());
        last = std::max(last, number);
        if (!isFirst && book.qos == QoS::ExactlyOnce)
            count(duplicates, number, "came more than once");
        verdict.repeats += !isFirst && book.qos != QoS::ExactlyOnce;
    }
    verdict.lost += lost;
    verdict.duplicates += duplicates;
    verdict.disordered += disordered;
    verdict.strangers += strangers;
}

} // namespace pigeon::test
