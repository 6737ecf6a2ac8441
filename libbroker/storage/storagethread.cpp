#include "storage/storagethread.h"

#include "base/logging.h"

namespace pigeon {

StorageThread::StorageThread(StoreFile &file, const SqliteStoreOptions &options, AnswerBox &answers)
    : m_file(file)
    , m_answers(answers)
    , m_options(options)
    , m_thread([this] { run(); })
{
}

StorageThread::~StorageThread()
{
    m_queue.end();
    m_thread.join();
}

void StorageThread::run()
{
    GroupCommit commits(m_file, m_options); // with its connection, which belongs to this thread
    bool isOver = false;
    while (!isOver) {
        StoreWork work = m_queue.take(commits.wakeAt(), commits.gathers());
        isOver = work.isOver;
        commits.add(std::move(work));
        commits.run(SystemClock().now());
        m_answers.put(commits.takeAnswers());
    }
    if (commits.unwritten() > 0)
        qCCritical(logStore, "%zu commits are lost: the store %s could not be written when it was closed",
            commits.unwritten(), m_file.name().constData());
}

} // namespace pigeon
