foreach(name IN ITEMS tst_brokermonitor tst_monitorcommands)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS integration LIBRARIES Qt6::Network)
endforeach()
