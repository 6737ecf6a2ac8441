#pragma once

#include "transport/tlsterms.h"

#include <QBasicTimer>
#include <QObject>
#include <QString>

#include <memory>
#include <utility>
#include <vector>

namespace pigeon {

/// Keeps the TLS terms of one listener up to date with its files: reads them when it is told to, and by itself when they
/// have changed and stayed the same for a while, since a certificate and its key are never replaced at the same moment.
/// By time and not by notifications, which links that are turned elsewhere (certbot, Kubernetes) and network file systems
/// do not give. Broker thread; blocks on the disk; knows no connection.
class TlsRenewal final : public QObject
{
    Q_OBJECT

public:
    explicit TlsRenewal(TlsOptions options)
        : m_options(std::move(options))
    {
    }
    /// Of the listener, for the log.
    void setName(const QByteArray &name) { m_name = name; }

    /// Reads the files. What is wrong, a sentence, and then all is as before; else `take` puts it in force.
    QString read();
    void take();
    /// What is in force; null before the first `take`.
    const std::shared_ptr<const TlsTerms> &terms() const { return m_terms; }

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    /// How a file looks from outside, as much as tells that it is another one.
    struct Stamp
    {
        qint64 changed = 0; // ms since 1970
        qint64 bytes = -1;
        friend bool operator==(const Stamp &, const Stamp &) = default;
    };
    using Stamps = std::vector<Stamp>;
    Stamps look() const;
    void renew();

    const TlsOptions m_options;
    QByteArray m_name;
    std::shared_ptr<const TlsTerms> m_terms;
    std::shared_ptr<const TlsTerms> m_read;
    QString m_warning;
    Stamps m_before; // at the last look
    Stamps m_known; // when the files were read
    QBasicTimer m_lookAgain;
};

} // namespace pigeon
