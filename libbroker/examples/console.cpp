// Writes a line to standard output for everything that happens: the signals of a broker, made into text.
//
//     console [port]
//
// EventLines knows nothing of the console. For a widget replace the one connection in `main` that says so:
//
//     QPlainTextEdit view;
//     view.setMaximumBlockCount(1000); // else it grows for as long as there are clients
//     QObject::connect(&lines, &EventLines::line, &view, &QPlainTextEdit::appendPlainText);
//
// Where the broker lives in a thread of its own, EventLines is made there, beside it, and this connection brings the
// lines to the window's thread. A window on a busy broker does not want a line per message: leave `published` out.

#include <pigeon/broker.h>

#include <QCoreApplication>

#include <cstdio>

using namespace pigeon;

namespace {

bool breaksLines(QChar character)
{
    return character.category() == QChar::Separator_Line || character.category() == QChar::Separator_Paragraph;
}

/// Bytes of a stranger as text that stays on its line, whatever they are.
QString printable(QByteArrayView bytes)
{
    QString text = QString::fromUtf8(bytes);
    for (QChar &character : text) {
        if (!character.isPrint() || breaksLines(character))
            character = QChar::ReplacementCharacter;
    }
    return text;
}

QString quoted(QByteArrayView bytes)
{
    return u'"' + printable(bytes).replace(u'"', u'\'') + u'"';
}

QString why(const EventError &error)
{
    const auto code = QStringLiteral("0x%1").arg(int(error.reason), 2, 16, QLatin1Char('0'));
    return QStringLiteral("%1 (%2)").arg(printable(error.text), code);
}

} // namespace

/// Makes lines of a broker's signals. In the broker's thread.
class EventLines : public QObject
{
    Q_OBJECT

public:
    explicit EventLines(const Broker &broker, QObject *parent = nullptr)
        : QObject(parent)
    {
        connect(&broker, &Broker::clientReady, this, [this](const ClientInfo &client) {
            Q_EMIT line(QStringLiteral("%1 connected from %2").arg(quoted(client.clientId), quoted(client.address)));
        });
        connect(&broker, &Broker::clientDisconnected, this, [this](const ClientInfo &client, const EventError &error) {
            Q_EMIT line(QStringLiteral("%1 is gone: %2").arg(quoted(client.clientId), why(error)));
        });
        connect(&broker, &Broker::clientError, this, [this](const ClientInfo &client, const EventError &error) {
            Q_EMIT line(QStringLiteral("%1 was closed: %2").arg(quoted(client.clientId), why(error)));
        });
        connect(&broker, &Broker::connectionError, this, [this](const ClientInfo &client, const EventError &error) {
            Q_EMIT line(QStringLiteral("a stranger from %1 was closed: %2").arg(quoted(client.address), why(error)));
        });
        connect(&broker, &Broker::subscribed, this, &EventLines::tellSubscribed);
        connect(&broker, &Broker::unsubscribed, this, &EventLines::tellUnsubscribed);
        connect(&broker, &Broker::published, this, &EventLines::tellPublished);
        connect(&broker, &Broker::deliveryDropped, this, [this](const DroppedEvent &event) {
            Q_EMIT line(QStringLiteral("%1 was dropped for %2").arg(quoted(event.message->topic()), quoted(event.clientId)));
        });
    }

Q_SIGNALS:
    void line(const QString &text);

private:
    void tellSubscribed(const ClientInfo &client, const std::vector<GrantedSubscription> &subscriptions)
    {
        for (const GrantedSubscription &each : subscriptions) {
            const QString what = isFailure(each.granted) ? QStringLiteral("may not subscribe to")
                                                         : QStringLiteral("subscribed to");
            Q_EMIT line(QStringLiteral("%1 %2 %3").arg(quoted(client.clientId), what, quoted(each.entry.filter)));
        }
    }
    void tellUnsubscribed(const ClientInfo &client, const std::vector<QByteArray> &filters)
    {
        for (const QByteArray &filter : filters)
            Q_EMIT line(QStringLiteral("%1 unsubscribed from %2").arg(quoted(client.clientId), quoted(filter)));
    }
    void tellPublished(const PublishedEvent &event)
    {
        if (!event.isByClient)
            return; // the broker's own figures below $SYS
        Q_EMIT line(QStringLiteral("%1 published %2 bytes to %3, receivers: %4")
                        .arg(quoted(event.client.clientId))
                        .arg(event.message->payload().size())
                        .arg(quoted(event.message->topic()))
                        .arg(event.receivers));
    }
};

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    Broker broker;
    const EventLines lines(broker);
    QObject::connect(&lines, &EventLines::line, &application, [](const QString &text) { // a widget is connected here
        std::printf("%s\n", qPrintable(text));
        std::fflush(stdout); // also where it is a file or a pipe
    });
    if (!broker.listen(QHostAddress::LocalHost, argc > 1 ? QByteArray(argv[1]).toUShort() : 1883)) {
        qCritical("%s", qPrintable(broker.errorString()));
        return 1;
    }
    qInfo("listening on port %d", broker.port());
    return application.exec();
}

#include "console.moc"
