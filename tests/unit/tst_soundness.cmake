pigeon_test(tst_soundness SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_soundness.cpp ROOMS protocol base LABELS unit)
