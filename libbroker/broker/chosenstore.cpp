#include "broker/chosenstore.h"

#include "base/logging.h"
#include "storage/memorystore.h"

#include <pigeon/sqlitestore.h>

#include <QDir>

namespace pigeon {

namespace {

const char *nameOf(StoreProgress::Step step)
{
    switch (step) {
    case StoreProgress::Step::Checking:
        return "checking";
    case StoreProgress::Step::Salvaging:
        return "salvaging";
    case StoreProgress::Step::Loading:
        return "loading";
    }
    return "";
}

SqliteStoreOptions storeOptions(const BrokerOptions &options)
{
    SqliteStoreOptions wanted;
    wanted.file = QDir(options.persistenceLocation).filePath(options.persistenceFile);
    wanted.durability = options.durability;
    wanted.retryLimit = options.storeRetryLimit;
    wanted.progress = [file = wanted.file](const StoreProgress &progress) {
        qCInfo(logBroker, "The store %s: %s, %llu rows so far", qPrintable(file), nameOf(progress.step),
            static_cast<unsigned long long>(progress.rows));
    };
    return wanted;
}

} // namespace

ChosenStore chooseStore(const BrokerOptions &options)
{
    if (!options.persistence || !options.problems().isEmpty())
        return {std::make_unique<MemoryStore>(), {}};
    OpenedStore opened = openSqliteStore(storeOptions(options));
    if (opened.store)
        return {std::move(opened.store), {}};
    return {std::make_unique<MemoryStore>(), opened.error};
}

} // namespace pigeon
