pigeon_test(tst_broker SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_broker.cpp LABELS integration LIBRARIES Qt6::Network)
