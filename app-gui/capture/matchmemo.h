#pragma once

#include "monitor/records.h"

#include <optional>
#include <span>
#include <vector>

namespace pigeon {

class DeliveryCounts;

/// What the filters of clients gave for topics, remembered, since a flood asks for the same few thousand pairs over and
/// over. A client is known by the version of its subscriptions, so that nothing is to be taken back when they change. It
/// has a place for each pair and no other: what is pushed out is worked out again. Window's thread.
class MatchMemo
{
public:
    using Matches = std::span<DeliveryCounts *const>;

    /// Nothing: it is not remembered. Good until the next `remember`.
    std::optional<Matches> find(quint64 version, TopicNumber topic) const;
    void remember(quint64 version, TopicNumber topic, Matches matches);
    void clear();

private:
    static constexpr int placeBits = 17; // 131 072 pairs, 3 MB; the flood that is promised has 10 000
    static constexpr size_t maximumMatches = 1 << 19; // 4 MB of pointers; then all is forgotten

    struct Place
    {
        quint64 version = 0; ///< 0: empty
        TopicNumber topic = 0;
        quint32 first = 0; ///< in m_matches
        quint32 count = 0;
    };
    static size_t placeOf(quint64 version, TopicNumber topic);

    std::vector<Place> m_places; // from the first pair on
    std::vector<DeliveryCounts *> m_matches;
};

} // namespace pigeon
