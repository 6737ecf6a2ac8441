#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>

namespace pigeon {

/// Keys that clients share with the broker, by their identities, as mosquitto's psk_file has them: lines IDENTITY:KEY,
/// the key in hexadecimal digits; empty lines and those that begin with # are left out. A value.
class PresharedKeys
{
public:
    static constexpr qsizetype mostKeyBytes = 256; // OpenSSL's bound
    static constexpr qsizetype mostIdentityBytes = 128; // likewise

    /// Replaces what was there. What is wrong, a sentence that begins with the number of the line and repeats no key;
    /// nothing has changed then. Empty = all is well.
    QString read(const QByteArray &text);
    /// Empty: nobody has that identity.
    QByteArray find(const QByteArray &identity) const { return m_keys.value(identity); }

private:
    QHash<QByteArray, QByteArray> m_keys;
};

} // namespace pigeon
