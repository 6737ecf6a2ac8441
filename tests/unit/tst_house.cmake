# The rooms keep to their arrows. It reads sources, so once is enough: not again under the sanitizers.
if(NOT PIGEON_SANITIZE)
    find_package(Python3 REQUIRED COMPONENTS Interpreter)
    add_test(NAME tst_house.rules COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/house.py --self-test)
    add_test(NAME tst_house COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/house.py ${CMAKE_SOURCE_DIR})
    add_test(NAME tst_house.readme
        COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/readmetests.py ${CMAKE_SOURCE_DIR})
    set_tests_properties(tst_house.rules tst_house tst_house.readme PROPERTIES LABELS unit TIMEOUT 60)
endif()
