pigeon_test(tst_decodeacknowledge SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/tst_decodeacknowledge.cpp ROOMS protocol LABELS unit)
