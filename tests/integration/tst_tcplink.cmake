pigeon_test(tst_tcplink SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_tcplink.cpp ROOMS base transport
    LIBRARIES Qt6::Network LABELS integration)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    # Once more on our own event loop.
    add_test(NAME tst_tcplink_epoll COMMAND tst_tcplink --epoll)
    set_tests_properties(tst_tcplink_epoll PROPERTIES LABELS integration TIMEOUT 120)
endif()
