#pragma once

#include "payload/decoding.h"
#include "payload/valuetreemodel.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QStackedWidget;
class QToolButton;
class QTableWidget;
class QTreeView;

namespace pigeon {

class HexView;
class LineView;
class TextView;

/// A payload in the form that it most likely has, or in one that is chosen: text, tree, picture, hex, numbers. What is large
/// is decoded on another thread; what is not shown is always said. GUI thread.
class PayloadTab : public QWidget
{
    Q_OBJECT

public:
    explicit PayloadTab(QWidget *parent = nullptr);

    void setPayload(const QByteArray &payload, const QByteArray &contentType);
    /// There is none, for this reason.
    void setMissing(const QString &why);
    /// The form it is shown in.
    PayloadFormat format() const { return m_format; }
    /// Nothing: whatever it most likely is, anew for each payload.
    void chooseFormat(std::optional<PayloadFormat> format);
    bool isDecoding() const { return m_isDecoding; }
    /// What is said below: what is cut, what could not be decoded.
    QString note() const;
    void focusFind();

Q_SIGNALS:
    void shown();
    /// Somebody wants to filter by a value of JSON: `.temp` and what it is. `isText`: it is quoted.
    void filterWanted(const QString &path, const QString &value, bool isText);
    void chartWanted(const QString &path);

private:
    QWidget *makeBar();
    void makeViews();
    void decode();
    void showBeginning();
    void showDecoded(const DecodedPayload &decoded);
    void showCurrent(QWidget *view);
    void showNumbers();
    void showTreeMenu(const QPoint &position);
    void findNext(bool isBackward);
    LineView *currentLines() const;
    void nameAutomatic();

    QByteArray m_payload;
    QByteArray m_contentType;
    std::optional<PayloadFormat> m_chosen;
    PayloadFormat m_format = PayloadFormat::Text;
    bool m_isDecoding = false;
    Decoding m_decoding;
    ValueTreeModel m_treeModel;

    QComboBox *m_formats = nullptr;
    QToolButton *m_asTree = nullptr;
    QLineEdit *m_find = nullptr;
    QLabel *m_size = nullptr;
    QLabel *m_note = nullptr;
    QStackedWidget *m_views = nullptr;
    TextView *m_text = nullptr;
    QTreeView *m_tree = nullptr;
    HexView *m_hex = nullptr;
    QLabel *m_image = nullptr;
    QWidget *m_imagePage = nullptr;
    QTableWidget *m_numbers = nullptr;
    QLabel *m_empty = nullptr;
};

} // namespace pigeon
