#pragma once

#include "capture/capture.h"
#include "models/rowsmodel.h"

namespace pigeon {

/// The groups of clients that an operator asks for, each with its filter in the filter language.
struct ClientPreset
{
    const char *name; ///< to be translated in the context "ClientPresets"
    const char *filter;
};
std::span<const ClientPreset> clientPresets();

/// Clients that are or were, a row each. Window's thread.
class ClientsModel final : public StoreRowsModel
{
    Q_OBJECT

public:
    enum Column {
        State, Id, User, Address, Listener, Tls, Version, Since, KeepAlive, Session, Subscriptions, RateIn, RateOut, BytesIn,
        BytesOut, InFlight, Queue, Dropped, Latency, TakeOvers, LastReason, ColumnCount
    };

    explicit ClientsModel(const Capture &capture, QObject *parent = nullptr);

    ClientNumber clientAt(int row) const { return static_cast<ClientNumber>(keyAt(row)); }
    /// Null when it is not known any more.
    const SeenClient *seen(int row) const;
    QByteArray idAt(int row) const;
    /// How many clients each preset has now.
    std::vector<int> presetCounts() const;

    int storeCount() const override { return m_capture.clients().count(); }

private:
    QVariant cell(const QModelIndex &index, int role) const override;
    Key keyOfStoreRow(int storeRow) const override { return m_capture.clients().numberAt(storeRow); }
    bool passes(int storeRow, FilterRun &run) override;
    SortKey sortKey(Key key, int column) const override;
    void beginPass(qint64 now) override;
    QVariant shown(const SeenClient &client, ClientNumber number, int column) const;
    QVariant fill(const SeenClient &client, int column) const;
    QVariant filterValue(const SeenClient &client, ClientNumber number, int column) const;
    QVariant colour(const SeenClient &client, int column) const;
    double numberOf(const SeenClient &client, int column) const;

    const Capture &m_capture;
    std::unique_ptr<ClientRow> m_row;
};

/// "online", "away", "gone", "refused".
QString clientStateText(const SeenClient &client);
/// How long its session is kept when the connection has ended.
QString sessionText(const ClientFacts &facts);
/// "60 s", "none".
QString keepAliveText(const ClientInfo &info);
/// How long ago a moment was; empty for 0.
QString agoText(qint64 when, qint64 now);

} // namespace pigeon
