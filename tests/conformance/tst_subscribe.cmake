foreach(name IN ITEMS tst_subscribe tst_subscriptionoptions tst_unsubscribe)
    pigeon_test(${name} SOURCES ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp LABELS conformance LIBRARIES pigeon_testsupport)
endforeach()
