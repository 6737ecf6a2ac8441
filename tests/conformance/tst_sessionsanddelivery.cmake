foreach(name IN ITEMS tst_sessionstate tst_delivery tst_ordering tst_topicmatching tst_sharedsubscriptions tst_flowcontrol
        tst_networkconnection)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS conformance LIBRARIES pigeon_testsupport)
endforeach()
