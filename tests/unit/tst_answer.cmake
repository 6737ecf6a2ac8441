pigeon_test(tst_answer SOURCES ${CMAKE_CURRENT_LIST_DIR}/tst_answer.cpp ROOMS base protocol LABELS unit THREADS)
