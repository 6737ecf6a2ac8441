#include "capture/matchmemo.h"

namespace pigeon {

size_t MatchMemo::placeOf(quint64 version, TopicNumber topic)
{
    constexpr quint64 golden = 0x9E37'79B9'7F4A'7C15; // spreads neighbours; its high bits are the good ones
    return static_cast<size_t>(((version * golden) ^ topic) * golden >> (64 - placeBits));
}

std::optional<MatchMemo::Matches> MatchMemo::find(quint64 version, TopicNumber topic) const
{
    if (m_places.empty())
        return std::nullopt;
    const Place &place = m_places[placeOf(version, topic)];
    if (place.version != version || place.topic != topic)
        return std::nullopt;
    return Matches(m_matches).subspan(place.first, place.count);
}

void MatchMemo::remember(quint64 version, TopicNumber topic, Matches matches)
{
    if (m_matches.size() + matches.size() > maximumMatches)
        clear();
    if (m_places.empty())
        m_places.resize(size_t(1) << placeBits);
    m_places[placeOf(version, topic)]
        = {version, topic, static_cast<quint32>(m_matches.size()), static_cast<quint32>(matches.size())};
    m_matches.insert(m_matches.end(), matches.begin(), matches.end());
}

void MatchMemo::clear()
{
    m_places.clear();
    m_matches.clear();
}

} // namespace pigeon
