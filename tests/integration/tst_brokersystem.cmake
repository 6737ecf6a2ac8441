pigeon_test(tst_brokersystem SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_brokersystem.cpp LABELS integration
    LIBRARIES Qt6::Network)
