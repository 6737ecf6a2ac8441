#pragma once

#include "payload/binaryreaders.h"

#include <QCoreApplication>

namespace pigeon {

/// How a binary value becomes a tree, whatever its encoding: when reading ends, and in which words. A subclass knows the
/// encoding and reads one value after the other.
class BinaryReader
{
    Q_DECLARE_TR_FUNCTIONS(BinaryReaders)

public:
    virtual ~BinaryReader() = default;

    ReadBinary read();

protected:
    BinaryReader(const QByteArray &bytes, Stop &stop)
        : m_stop(stop)
        , m_tree(std::make_shared<ValueTree>(bytes))
    {
    }

    /// The byte that comes next.
    virtual qsizetype position() const = 0;
    /// Reads the value that comes next, with all in it, and adds it below `parent`. False: refuse() was called.
    virtual bool readValue(ValueTree::Node parent, const QString &name, int depth) = 0;

    /// As readValue(), within the bounds of time, depth and number: for values in values.
    bool value(ValueTree::Node parent, const QString &name, int depth);
    /// The tree says what is wrong, the first of it. Always false.
    bool refuse(const QString &what);

    Stop &m_stop;
    std::shared_ptr<ValueTree> m_tree;
};

} // namespace pigeon
