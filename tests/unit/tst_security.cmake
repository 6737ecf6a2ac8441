pigeon_test(tst_scram SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_scram.cpp ROOMS base protocol security
    LABELS unit LIBRARIES Qt6::Network)
foreach(test accesslist connectionguard passwordfile loginguard)
    pigeon_test(tst_${test} SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_${test}.cpp ROOMS base protocol security
        LABELS unit LIBRARIES Qt6::Network)
endforeach()
