#include "transport/acceptor.h"

#include "base/logging.h"
#include "transport/streamsocket.h"

#include <QSocketNotifier>

#include <cerrno>
#include <cstring>

namespace pigeon {

namespace {

bool isExhaustion(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

} // namespace

Acceptor::Acceptor(std::function<void(qintptr)> accepted)
    : m_accepted(std::move(accepted))
    , m_reserve(std::make_unique<ReserveDescriptor>())
{
    m_resume.setSingleShot(true);
    m_resume.setInterval(exhaustionPause);
    connect(&m_resume, &QTimer::timeout, this, [this] {
        logRefusals();
        if (m_arrivals)
            m_arrivals->setEnabled(true);
    });
}

Acceptor::~Acceptor() = default;

void Acceptor::start(qintptr listener, const QByteArray &name)
{
    m_listener = listener;
    m_name = name;
    m_arrivals = std::make_unique<QSocketNotifier>(listener, QSocketNotifier::Read);
    connect(m_arrivals.get(), &QSocketNotifier::activated, this, [this] { acceptWaiting(); });
}

void Acceptor::stop()
{
    m_resume.stop();
    m_listener = -1;
    if (m_arrivals) { // it may be its signal that has led here
        m_arrivals->setEnabled(false);
        m_arrivals.release()->deleteLater();
    }
}

void Acceptor::acceptWaiting()
{
    for (int left = acceptedPerTurn; left > 0 && m_listener >= 0; --left) {
        int error = 0;
        const qintptr descriptor = StreamSocket::accept(m_listener, error);
        if (descriptor < 0) {
            if (error != 0)
                acceptFailed(error);
            return;
        }
        m_accepted(descriptor);
    }
}

void Acceptor::acceptFailed(int error)
{
    m_arrivals->setEnabled(false); // going on at once would only spin
    m_resume.start();
    if (!isExhaustion(error)) {
        qCWarning(logConnection, "%s: cannot accept a connection: %s", m_name.constData(), strerror(error));
        return;
    }
    m_refused += quint64(m_reserve->refuseWaiting(m_listener));
    logRefusals();
}

void Acceptor::logRefusals()
{
    if (m_refused == m_refusedLogged || (m_sinceLogged.isValid() && !m_sinceLogged.hasExpired(1000)))
        return;
    qCWarning(logConnection,
        "%s: no file descriptor left, %llu connections refused: raise the limit (ulimit -n, LimitNOFILE= of the"
        " service) or allow fewer connections",
        m_name.constData(), static_cast<unsigned long long>(m_refused - m_refusedLogged));
    m_sinceLogged.start();
    m_refusedLogged = m_refused;
}

} // namespace pigeon
