#pragma once

#include "export/rowwriter.h"

#include <QString>

namespace pigeon {

/// Retained messages as lines of JSON, an object each, from which they can be set again byte for byte: `topic`, `qos`,
/// `payload` where it is text and `payload_base64` where it is not, and the properties of 5.0 by the names of the standard,
/// in lower case with underscores: `message_expiry_interval`, what is left of it, `payload_format_indicator`,
/// `content_type`, `response_topic`, `correlation_data_base64`, `user_properties` as pairs. `publisher`, `time` and `size`
/// are for who reads it.
class RetainedLinesWriter : public RowWriter<ExportedRetained>
{
public:
    QByteArray row(const ExportedRetained &message) override;
};

/// What a line says: a message, or why it is none.
struct RetainedLine
{
    ExportedRetained message;
    QString problem; ///< a sentence; empty: the message is there
    bool isJson = true; ///< it is an object of JSON at all
};

/// The other way round. Keys that it does not know are passed over. Pure; any thread.
RetainedLine readRetainedLine(QByteArrayView line);

} // namespace pigeon
