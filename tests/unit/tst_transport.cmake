pigeon_test(tst_proxyheader SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_proxyheader.cpp ROOMS transport base
    LIBRARIES Qt6::Network Qt6::WebSockets LABELS unit)
