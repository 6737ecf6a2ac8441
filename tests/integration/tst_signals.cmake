foreach(name IN ITEMS tst_signals tst_signaldelivery)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS integration LIBRARIES Qt6::Network)
endforeach()
pigeon_test(tst_signalreceivers SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_signalreceivers.cpp LABELS integration
    LIBRARIES Qt6::Network THREADS)
