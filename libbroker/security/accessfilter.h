#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace pigeon {

/// Who asks for access, as rules may name it.
struct AccessNames
{
    QByteArrayView clientId;
    QByteArrayView userName; ///< who the client has proven to be; empty = nobody
};

/// The topics that a rule is about: a topic filter, in which %c and %u may stand for the names of who asks. To
/// decide it never puts a name into a filter, but compares level by level: nothing is allocated, and no name is ever a wildcard.
/// A value, any thread.
class AccessFilter
{
public:
    /// Whether the filter can be used for somebody.
    enum class Fit {
        Yes,
        Nameless, ///< it needs a name that the client does not have
        Dangerous, ///< it needs a name that holds +, # or /: with it the client would reach topics of others
    };

    AccessFilter() = default;
    /// `filter` is a valid one without `$share/`.
    AccessFilter(QByteArray filter, bool hasPlaceholders);

    Fit fitFor(const AccessNames &names) const;
    /// For names that fit.
    bool matches(QByteArrayView topic, const AccessNames &names) const;
    /// True when some topic is matched by both.
    bool overlaps(QByteArrayView filter, const AccessNames &names) const;
    /// True when every topic that `filter` matches is matched.
    bool covers(QByteArrayView filter, const AccessNames &names) const;

    const QByteArray &text() const { return m_text; }
    /// With the names in place of %c and %u, for eyes alone: a name may look like a wildcard there.
    QByteArray textFor(const AccessNames &names) const;

private:
    QByteArray m_text;
    bool m_usesClientId = false;
    bool m_usesUserName = false;
};

} // namespace pigeon
