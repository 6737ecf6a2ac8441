#include "payload/valuetree.h"

#include "filter/jsonpath.h"
#include "look/plaintext.h"

#include <QCoreApplication>

namespace pigeon {

namespace {

/// A text of JSON as one line. Six bytes are one character at most (\u0041): what lies behind need not be read.
QString jsonLine(QByteArrayView raw)
{
    return plainLine(unescapedJson(raw.first(std::min(raw.size(), (ValueTree::shownText + 1) * 6))), ValueTree::shownText);
}

} // namespace

ValueTree::ValueTree(QByteArray bytes)
    : m_bytes(std::move(bytes))
{
    m_nodes.push_back({.length = static_cast<quint32>(m_bytes.size()), .kind = Kind::Fields});
}

ValueTree::Node ValueTree::append(Entry entry)
{
    entry.row = m_nodes[entry.parent].childCount++;
    m_nodes.push_back(entry);
    return static_cast<Node>(m_nodes.size()) - 1;
}

quint32 ValueTree::keep(const QString &text)
{
    if (text.isEmpty())
        return 0;
    m_texts.push_back(text);
    return static_cast<quint32>(m_texts.size()) - 1;
}

ValueTree::Node ValueTree::add(
    Node parent, Kind kind, qsizetype begin, qsizetype length, const QString &name, const QString &text)
{
    return append({.parent = parent, .begin = quint32(begin), .length = quint32(length), .nameBegin = keep(name),
        .text = keep(text), .kind = kind});
}

ValueTree::Node ValueTree::addJson(
    Node parent, Kind kind, qsizetype begin, qsizetype length, qsizetype nameBegin, qsizetype nameLength)
{
    return append({.parent = parent, .begin = quint32(begin), .length = quint32(length), .nameBegin = quint32(nameBegin),
        .nameLength = quint32(nameLength), .kind = kind, .isJson = true});
}

void ValueTree::setText(Node node, const QString &text) { m_nodes[node].text = keep(text); }

void ValueTree::finish()
{
    quint32 place = 0;
    for (Entry &entry : m_nodes) {
        entry.firstChild = place;
        place += entry.childCount;
    }
    m_children.resize(place);
    for (Node node = 1; node < m_nodes.size(); ++node)
        m_children[m_nodes[m_nodes[node].parent].firstChild + m_nodes[node].row] = node;
}

QString ValueTree::nameOf(Node node) const
{
    const Entry &entry = m_nodes[node];
    if (entry.nameLength > 0)
        return jsonLine(QByteArrayView(m_bytes).sliced(entry.nameBegin, entry.nameLength));
    if (!entry.isJson && entry.nameBegin > 0)
        return m_texts[entry.nameBegin];
    return kindOf(entry.parent) == Kind::Array ? QStringLiteral("[%1]").arg(entry.row) : QString();
}

QString ValueTree::textOf(Node node) const
{
    const Entry &entry = m_nodes[node];
    if (entry.text != 0)
        return m_texts[entry.text];
    if (entry.kind == Kind::Object || entry.kind == Kind::Array)
        return QCoreApplication::translate("ValueTree", "%n item(s)", nullptr, childCount(node));
    return entry.isJson ? jsonText(entry) : QString();
}

QString ValueTree::jsonText(const Entry &entry) const
{
    QByteArrayView raw = QByteArrayView(m_bytes).sliced(entry.begin, entry.length);
    if (entry.kind != Kind::Text)
        return plainLine(raw, shownText);
    if (raw.size() >= 2)
        raw = raw.sliced(1, raw.size() - 2);
    return jsonLine(raw);
}

/// The name as it was sent, all of it: a filter compares with that.
QString ValueTree::keyOf(Node node) const
{
    const Entry &entry = m_nodes[node];
    return entry.nameLength > 0 ? unescapedJson(QByteArrayView(m_bytes).sliced(entry.nameBegin, entry.nameLength)) : nameOf(node);
}

QString ValueTree::pathOf(Node node) const
{
    QString path;
    for (; node != root && m_nodes[node].parent != root; node = m_nodes[node].parent) {
        const bool isElement = kindOf(parentOf(node)) == Kind::Array;
        path.prepend(isElement ? QStringLiteral("[%1]").arg(rowOf(node)) : JsonPath::textOfStep(keyOf(node)));
    }
    return path;
}

ValueTree::Node ValueTree::nodeAt(qsizetype position) const
{
    Node node = root;
    for (bool isDeeper = true; isDeeper;) {
        isDeeper = false;
        const auto begin = m_children.begin() + m_nodes[node].firstChild;
        const auto end = begin + m_nodes[node].childCount;
        // Parts are in the order of their bytes.
        auto after = std::upper_bound(begin, end, position, [this](qsizetype at, Node child) { return at < beginOf(child); });
        if (after != begin && position < beginOf(*(after - 1)) + lengthOf(*(after - 1))) {
            node = *(after - 1);
            isDeeper = true;
        }
    }
    return node;
}

} // namespace pigeon
