#pragma once

#include <QByteArray>
#include <QString>

#include <vector>

namespace pigeon {

/// A decoded value with all that is in it, and which bytes each part was read from. Parts are numbered, 0 is a root that
/// stands for nothing and has the value (or the fields of a packet) as its children. Constant once it is built: any thread.
class ValueTree
{
public:
    enum class Kind : quint8 { Object, Array, Text, Number, Flag, Null, Bytes, Fields };
    using Node = quint32;
    static constexpr Node root = 0;
    static constexpr size_t maximumNodes = 500'000; // some 20 MB; more is no tree that is looked at
    static constexpr qsizetype shownText = 1000; // characters of one value

    explicit ValueTree(QByteArray bytes);

    // --- building, from the first byte to the last
    /// About so many parts will come.
    void expect(size_t parts) { m_nodes.reserve(std::min(parts, maximumNodes)); }
    /// A part of `parent` that begins at `begin`; its name and text are told.
    Node add(Node parent, Kind kind, qsizetype begin, qsizetype length, const QString &name = {}, const QString &text = {});
    /// The same of JSON, where name and text are read from the bytes when they are shown.
    Node addJson(Node parent, Kind kind, qsizetype begin, qsizetype length, qsizetype nameBegin, qsizetype nameLength);
    void setLength(Node node, qsizetype length) { m_nodes[node].length = quint32(length); }
    void setText(Node node, const QString &text);
    /// What could not be decoded, or was not any more; a sentence.
    void setProblem(const QString &problem) { m_problem = problem; }
    bool isFull() const { return m_nodes.size() >= maximumNodes; }
    /// To be called when all is there.
    void finish();

    // --- reading
    size_t size() const { return m_nodes.size(); }
    int childCount(Node node) const { return static_cast<int>(m_nodes[node].childCount); }
    Node childAt(Node node, int row) const { return m_children[m_nodes[node].firstChild + static_cast<quint32>(row)]; }
    Node parentOf(Node node) const { return m_nodes[node].parent; }
    int rowOf(Node node) const { return static_cast<int>(m_nodes[node].row); }
    Kind kindOf(Node node) const { return m_nodes[node].kind; }
    qsizetype beginOf(Node node) const { return m_nodes[node].begin; }
    qsizetype lengthOf(Node node) const { return m_nodes[node].length; }
    /// The key in an object as one line, "[3]" in an array.
    QString nameOf(Node node) const;
    /// The value as one line; of containers how much is in them.
    QString textOf(Node node) const;
    /// `.sensors[0].temp`, as a filter has it behind the word json.
    QString pathOf(Node node) const;
    /// The smallest part that has the byte at `position`; root when there is none.
    Node nodeAt(qsizetype position) const;
    const QByteArray &bytes() const { return m_bytes; }
    const QString &problem() const { return m_problem; }

private:
    struct Entry
    {
        Node parent = root;
        quint32 row = 0;
        quint32 firstChild = 0; ///< in m_children
        quint32 childCount = 0;
        quint32 begin = 0;
        quint32 length = 0;
        quint32 nameBegin = 0; ///< JSON: of the key in the bytes; else its place in m_texts
        quint32 nameLength = 0; ///< 0: told, or none
        quint32 text = 0; ///< in m_texts
        Kind kind = Kind::Fields;
        bool isJson = false; ///< its name and its text are read from the bytes
    };
    Node append(Entry entry);
    quint32 keep(const QString &text);
    QString keyOf(Node node) const;
    QString jsonText(const Entry &entry) const;

    QByteArray m_bytes;
    std::vector<Entry> m_nodes;
    std::vector<Node> m_children; ///< of all nodes, one after the other
    std::vector<QString> m_texts{QString()};
    QString m_problem;
};

} // namespace pigeon
