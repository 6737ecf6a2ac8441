pigeon_test(tst_clients SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_clients.cpp LABELS integration LIBRARIES Qt6::Network
    THREADS)
pigeon_test(tst_listeners SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_listeners.cpp LABELS integration LIBRARIES Qt6::Network)
