#pragma once

#include <pigeon/options.h>
#include <pigeon/store.h>

#include <QString>

#include <memory>

namespace pigeon {

/// The store that the options ask for.
struct ChosenStore
{
    std::unique_ptr<Store> store; ///< never null: the memory store where there is a problem
    QString problem; ///< why the one that was asked for cannot be had, a sentence; empty when all is well
};

/// Opens it, which may take seconds; how far it has come is logged about once a second. Broker thread.
ChosenStore chooseStore(const BrokerOptions &options);

} // namespace pigeon
