foreach(name IN ITEMS tst_clients tst_listeners)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS integration LIBRARIES Qt6::Network)
endforeach()
