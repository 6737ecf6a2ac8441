foreach(name IN ITEMS tst_signals tst_signaldelivery tst_signalreceivers)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS integration LIBRARIES Qt6::Network)
endforeach()
