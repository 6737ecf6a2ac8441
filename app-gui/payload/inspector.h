#pragma once

#include "payload/deliverymodel.h"
#include "payload/inspectedmessage.h"

#include <QTabWidget>

#include <array>

class QLabel;
class QStandardItemModel;
class QTableView;
class QTreeView;

namespace pigeon {

class BytesTab;
class ChartTab;
class DifferenceTab;
class PayloadTab;

/// All about one message, in tabs: what is in it, its properties, who got it, its bytes, what is different from before, its
/// numbers over time. A tab does its work when it is looked at. It knows nothing of where messages come from. GUI thread.
class Inspector : public QTabWidget
{
    Q_OBJECT

public:
    static constexpr size_t maximumHistory = 2'000; // values of a topic; more is more than a chart has pixels

    enum Tab { Payload, Properties, Delivery, Bytes, Difference, Chart, TabCount };

    explicit Inspector(QWidget *parent = nullptr);

    void setMessage(const InspectedMessage &message);
    /// There is nothing to show, for this reason; empty: nothing is selected.
    void clearMessage(const QString &why = {});
    /// Other deliveries of the same message, without losing what is selected in the tabs.
    void updateDeliveries(std::vector<InspectedDelivery> deliveries, const QString &note);
    /// Values that came to its topic since.
    void addHistory(const std::vector<TimedPayload> &more);
    /// The next message of the same topic, which brings `more` values; those that there are stay.
    void setNextMessage(InspectedMessage message, const std::vector<TimedPayload> &more);
    /// A packet that carries no message: the tab of bytes is shown.
    void setPacket(const QByteArray &bytes, qsizetype size, ProtocolVersion version);
    const InspectedMessage &message() const { return m_message; }

    PayloadTab *payloadTab() const { return m_payload; }
    BytesTab *bytesTab() const { return m_bytes; }
    DifferenceTab *differenceTab() const { return m_difference; }
    ChartTab *chartTab() const { return m_chart; }

Q_SIGNALS:
    /// Somebody wants to filter by a value of JSON: `.temp` and what it is. `isText`: it is to be quoted.
    void filterWanted(const QString &path, const QString &value, bool isText);

private:
    QWidget *makeProperties();
    QWidget *makeDelivery();
    void fillCurrent();
    void fill(Tab tab);
    void fillProperties();

    InspectedMessage m_message;
    bool m_hasMessage = false;
    std::array<bool, TabCount> m_isFilled{};
    PayloadTab *m_payload = nullptr;
    QTreeView *m_properties = nullptr;
    QStandardItemModel *m_facts = nullptr;
    QTableView *m_deliveries = nullptr;
    DeliveryModel m_deliveryModel;
    QLabel *m_deliveryNote = nullptr;
    BytesTab *m_bytes = nullptr;
    DifferenceTab *m_difference = nullptr;
    ChartTab *m_chart = nullptr;
};

} // namespace pigeon
