# A room is a folder of libbroker that becomes an OBJECT library and sees only the rooms it names.
#
#   pigeon_room(<name> [USES <room>...] [QT <module>...])
#
# Every *.cpp and *.h of the folder belongs to the room. Its headers are included as "room/header.h". Each room
# has an include folder of its own in the build tree that holds one link, so a room that is not named in USES
# cannot be included by accident. Every room sees include/pigeon and base.
function(pigeon_room name)
    cmake_parse_arguments(ROOM "" "" "USES;QT" ${ARGN})
    set(views ${PROJECT_BINARY_DIR}/rooms)
    file(MAKE_DIRECTORY ${views}/${name})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${name} ${views}/${name}/${name} SYMBOLIC)
    file(GLOB sources CONFIGURE_DEPENDS ${name}/*.cpp ${name}/*.h)

    add_library(pigeon_${name} OBJECT ${sources})
    target_link_libraries(pigeon_${name} PRIVATE pigeon_options PUBLIC Qt6::Core)
    foreach(module IN LISTS ROOM_QT)
        target_link_libraries(pigeon_${name} PUBLIC Qt6::${module})
    endforeach()
    target_include_directories(pigeon_${name} PUBLIC
        $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>)
    foreach(room IN ITEMS ${name} base LISTS ROOM_USES)
        target_include_directories(pigeon_${name} PRIVATE ${views}/${room})
    endforeach()
    target_precompile_headers(pigeon_${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.h)
    set_property(GLOBAL APPEND PROPERTY PIGEON_ROOMS ${name})
endfunction()

# Lets an app include headers of rooms as "room/header.h": config and monitor, see tests/unit/house.py.
#
#   pigeon_app_uses(<target> <room>...)
function(pigeon_app_uses target)
    foreach(room IN LISTS ARGN)
        target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/rooms/${room})
    endforeach()
endfunction()

# A test program: Qt Test, one of CTest's tests, sees every room.
#
#   pigeon_test(<name> SOURCES <file>... [ROOMS <room>...] [LABELS <label>...] [TIMEOUT <seconds>] [THREADS])
#
# With ROOMS it links only those rooms (a unit test stays a unit test and builds fast), else the whole library. THREADS
# says that it has several of them: only such tests are there with the thread sanitizer, which finds nothing in others.
function(pigeon_test name)
    cmake_parse_arguments(TEST "THREADS" "TIMEOUT" "SOURCES;ROOMS;LABELS;LIBRARIES" ${ARGN})
    add_executable(${name} ${TEST_SOURCES})
    target_link_libraries(${name} PRIVATE pigeon_options Qt6::Core Qt6::Test ${TEST_LIBRARIES})
    if(TEST_ROOMS)
        foreach(room IN LISTS TEST_ROOMS)
            target_link_libraries(${name} PRIVATE pigeon_${room})
        endforeach()
    else()
        target_link_libraries(${name} PRIVATE Pigeon::Broker)
    endif()
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/libbroker ${PROJECT_SOURCE_DIR}/libbroker/include
        ${PROJECT_SOURCE_DIR}/tests)
    # Precompiled headers hold for one set of macros. QTest looks at those that say which modules are linked, and Qt6::Test
    # defines two for each folder.
    set(headers pigeon_testheaders)
    if("gui" IN_LIST TEST_LABELS)
        set(headers pigeon_guitestheaders)
        target_link_libraries(${name} PRIVATE Qt6::Widgets)
    endif()
    target_link_libraries(${name} PRIVATE Qt6::Network)
    target_compile_options(${name} PRIVATE -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
    target_precompile_headers(${name} REUSE_FROM ${headers})
    if(PIGEON_SANITIZE STREQUAL "thread" AND NOT TEST_THREADS)
        set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL TRUE)
        return()
    endif()
    # One run of CTest may hold the same test several times, with and without sanitizers.
    set(test_name ${name})
    if(NOT TEST_TIMEOUT)
        set(TEST_TIMEOUT 120)
    endif()
    if(PIGEON_SANITIZE STREQUAL "thread")
        set(test_name tsan.${name})
        list(APPEND TEST_LABELS tsan)
        math(EXPR TEST_TIMEOUT "${TEST_TIMEOUT} * 5")
        # Some tests start processes, which is no fault of theirs; a stack that is forgotten is no match for a suppression.
        set(sanitizer_options
            "TSAN_OPTIONS=die_after_fork=0:history_size=7:suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp")
    elseif(PIGEON_SANITIZE)
        set(test_name sanitized.${name})
        list(APPEND TEST_LABELS sanitizers)
    endif()
    add_test(NAME ${test_name} COMMAND ${name})
    set_tests_properties(${test_name} PROPERTIES LABELS "${TEST_LABELS}" TIMEOUT ${TEST_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QT_LOGGING_RULES=pigeon.*.info=false;${sanitizer_options}")
endfunction()
