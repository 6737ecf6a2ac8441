#pragma once

#include "models/clientsmodel.h"
#include "views/tablepage.h"

#include <QElapsedTimer>

class QComboBox;
class QListWidget;
class QSplitter;

namespace pigeon {

class ClientDetail;
class MonitorSource;

/// Everybody who is or was connected, with what an operator does to them. GUI thread; the source must outlive it.
class ClientsPage final : public TablePage
{
    Q_OBJECT

public:
    ClientsPage(Capture &capture, MonitorSource &source, const FilterNames *names, Wishes &wishes, QWidget *parent = nullptr);

    void setFrozen(bool isFrozen) override;
    void tick() override;
    QVariantMap saved() const override;
    void restore(const QVariantMap &saved) override;
    void setUrls(const QStringList &urls);
    void showClient(const QByteArray &clientId);
    ClientsModel &model() const { return *m_model; }

private:
    void setModelFilter(const FilterProgramPtr &program) override;
    quint64 totalRows() const override;
    void describeEmpty(EmptyState &empty) override;
    void makeActions();
    void makePresets();
    void countPresets();
    void showDetail();
    std::vector<QByteArray> chosen() const;
    QString chosenText() const;
    void disconnectChosen();
    void banChosen();
    void banNext(const std::vector<Ban> &bans, size_t next);
    void endSessions();
    void subscribeChosen();

    Capture &m_capture;
    MonitorSource &m_source;
    ClientsModel *const m_model;
    QListWidget *const m_presets;
    QSplitter *m_splitter = nullptr;
    ClientDetail *m_detail = nullptr;
    QStringList m_urls;
    bool m_isChoosingPreset = false;
    QElapsedTimer m_sinceCount; ///< of presets
    qint64 m_countCost = 0; ///< ms
};

} // namespace pigeon
