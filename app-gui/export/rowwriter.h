#pragma once

#include "export/exportrows.h"

namespace pigeon {

/// Makes bytes of rows, one after the other. Pure but for what it remembers of the rows before.
template <typename Row>
class RowWriter
{
public:
    virtual ~RowWriter() = default;
    virtual QByteArray head() { return {}; }
    virtual QByteArray row(const Row &row) = 0;
};

/// Comma-separated values by RFC 4180: a line with the names of the columns, then one line for each message. A payload that
/// is text stands there as it is, any other in Base64; the column `payload_encoding` says which: text, base64, or missing.
/// A text that a spreadsheet would take for a formula, white space before it or not, has an apostrophe put before it, and so
/// has one that begins with an apostrophe: the first one is always ours. The same holds for what follows a semicolon.
class CsvWriter : public RowWriter<ExportedMessage>
{
public:
    QByteArray head() override;
    QByteArray row(const ExportedMessage &message) override;
};

/// A JSON object in each line. `payload` is a text, `payload_base64` stands in its place where it is none, and where it is
/// JSON there is `payload_json` as well.
class JsonLinesWriter : public RowWriter<ExportedMessage>
{
public:
    QByteArray row(const ExportedMessage &message) override;
};

/// The rows of any table, in either form: its titles are in the first line, or the names in each object.
class CellsCsvWriter : public RowWriter<ExportedCells>
{
public:
    explicit CellsCsvWriter(ExportedCells titles) : m_titles(std::move(titles)) { }
    QByteArray head() override { return row(m_titles); }
    QByteArray row(const ExportedCells &cells) override;

private:
    const ExportedCells m_titles;
};

class CellsJsonLinesWriter : public RowWriter<ExportedCells>
{
public:
    explicit CellsJsonLinesWriter(ExportedCells titles) : m_titles(std::move(titles)) { }
    QByteArray row(const ExportedCells &cells) override;

private:
    const ExportedCells m_titles;
};

/// Nothing before and nothing after it is needed to read the field again.
QByteArray csvField(QByteArrayView text);
/// "2026-11-26T12:03:04.123456789Z"
QByteArray utcTime(qint64 nanoseconds);

} // namespace pigeon
