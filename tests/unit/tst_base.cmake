pigeon_test(tst_bytequeue SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_bytequeue.cpp ROOMS base LABELS unit)
pigeon_test(tst_deadlinewheel SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_deadlinewheel.cpp ROOMS base LABELS unit)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    pigeon_test(tst_epolldispatcher SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_epolldispatcher.cpp ROOMS base
        LIBRARIES Qt6::Network LABELS unit THREADS)
endif()
pigeon_test(tst_recordring SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_recordring.cpp ROOMS base LABELS unit THREADS)
