#include "security/accesslist.h"

#include <optional>

namespace pigeon {

namespace {

using Fit = AccessFilter::Fit;

template <typename Denies, typename Grants>
std::optional<AccessVerdict> verdictOf(const std::vector<AccessRule> &denials, const std::vector<AccessRule> &grantsOf,
    const AccessNames &names, Denies denies, Grants grants)
{
    for (const AccessRule &rule : denials) {
        const Fit fit = rule.filter.fitFor(names);
        // Whoever calls itself such that a denial cannot be put into words is denied.
        if (fit == Fit::Dangerous || (fit == Fit::Yes && denies(rule)))
            return AccessVerdict{false, &rule};
    }
    for (const AccessRule &rule : grantsOf) {
        if (rule.filter.fitFor(names) == Fit::Yes && grants(rule))
            return AccessVerdict{true, &rule};
    }
    return std::nullopt;
}

} // namespace

void AccessList::Rules::add(AccessRule rule)
{
    (rule.kind == AccessKind::Deny ? denials : grants).push_back(std::move(rule));
}

void AccessList::addRule(const QByteArray &user, AccessRule rule)
{
    (user.isEmpty() ? m_nobody : m_users[user]).add(std::move(rule));
}

void AccessList::addPattern(AccessRule rule)
{
    m_patterns.add(std::move(rule));
}

/// Null: there are none.
const AccessList::Rules *AccessList::rulesOfUser(const QByteArray &userName) const
{
    if (userName.isEmpty())
        return &m_nobody;
    const auto user = m_users.constFind(userName);
    return user == m_users.constEnd() ? nullptr : &*user;
}

std::vector<AppliedRule> AccessList::rulesFor(
    const QByteArray &clientId, const QByteArray &userName, size_t most) const
{
    const AccessNames names{clientId, userName};
    std::vector<AppliedRule> found;
    const auto add = [&](const std::vector<AccessRule> &rules, bool isPattern) {
        for (const AccessRule &rule : rules) {
            const Fit fit = rule.filter.fitFor(names);
            const bool isOfAllTopics = fit == Fit::Dangerous && rule.kind == AccessKind::Deny; // as verdictOf has it
            if ((fit == Fit::Yes || isOfAllTopics) && found.size() < most)
                found.push_back({&rule, rule.filter.textFor(names), isPattern, isOfAllTopics});
        }
    };
    if (const Rules *own = rulesOfUser(userName)) {
        add(own->denials, false);
        add(own->grants, false);
    }
    add(m_patterns.denials, true);
    add(m_patterns.grants, true);
    return found;
}

template <typename Denies, typename Grants>
AccessVerdict AccessList::decide(
    const AccessNames &names, const QByteArray &userName, Denies denies, Grants grants) const
{
    if (const Rules *own = rulesOfUser(userName)) {
        if (const auto verdict = verdictOf(own->denials, own->grants, names, denies, grants))
            return *verdict;
    }
    return verdictOf(m_patterns.denials, m_patterns.grants, names, denies, grants).value_or(AccessVerdict());
}

AccessVerdict AccessList::publish(
    const QByteArray &clientId, const QByteArray &userName, QByteArrayView topic) const
{
    const AccessNames names{clientId, userName};
    const auto matches = [&](const AccessRule &rule) { return rule.filter.matches(topic, names); };
    return decide(names, userName, matches, [&](const AccessRule &rule) { return rule.mayWrite() && matches(rule); });
}

AccessVerdict AccessList::receive(
    const QByteArray &clientId, const QByteArray &userName, QByteArrayView topic) const
{
    const AccessNames names{clientId, userName};
    const auto matches = [&](const AccessRule &rule) { return rule.filter.matches(topic, names); };
    return decide(names, userName, matches, [&](const AccessRule &rule) { return rule.mayRead() && matches(rule); });
}

AccessVerdict AccessList::subscribe(
    const QByteArray &clientId, const QByteArray &userName, QByteArrayView filter) const
{
    const AccessNames names{clientId, userName};
    return decide(
        names, userName, [&](const AccessRule &rule) { return rule.filter.covers(filter, names); },
        [&](const AccessRule &rule) { return rule.mayRead() && rule.filter.overlaps(filter, names); });
}

} // namespace pigeon
