# Every program fuzz_<name> of tests/fuzz becomes one of CTest's tests: it starts from its committed inputs,
# tests/fuzz/corpus/<name> or fuzz_<name>, and has its share of the two minutes. What it finds worth keeping goes
# to corpus/ of the build folder, an input that crashes to crashes/.
set(PIGEON_FUZZ_SECONDS 120 CACHE STRING "How long CTest fuzzes, all targets together")
# The same inputs each time, so that what fails can be seen to fail again; whoever looks for new faults takes 0.
set(PIGEON_FUZZ_SEED 1 CACHE STRING "With what libFuzzer begins; 0 = with another number each time")

set(targets "")
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/CMakeLists.txt)
    get_property(candidates DIRECTORY fuzz PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS candidates)
        get_target_property(type ${target} TYPE)
        if(type STREQUAL "EXECUTABLE" AND target MATCHES "^fuzz_")
            list(APPEND targets ${target})
        endif()
    endforeach()
endif()
add_custom_target(fuzzers DEPENDS ${targets})

list(LENGTH targets count)
if(count GREATER 0)
    math(EXPR share "${PIGEON_FUZZ_SECONDS} / ${count}")
    math(EXPR limit "${share} + 120")
endif()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/crashes)
foreach(target IN LISTS targets)
    set(corpus ${CMAKE_BINARY_DIR}/corpus/${target})
    file(MAKE_DIRECTORY ${corpus})
    # libFuzzer writes new inputs to the first folder and only reads the others.
    set(folders ${corpus})
    string(REPLACE "fuzz_" "" name ${target})
    foreach(seeds IN ITEMS ${name} ${target})
        if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${seeds})
            list(APPEND folders ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${seeds})
        endif()
    endforeach()
    add_test(NAME fuzz.${target} COMMAND ${target} -seed=${PIGEON_FUZZ_SEED} -max_total_time=${share} -timeout=10 -rss_limit_mb=2048
        -artifact_prefix=${CMAKE_BINARY_DIR}/crashes/ ${folders})
    set_tests_properties(fuzz.${target} PROPERTIES LABELS fuzz TIMEOUT ${limit})
endforeach()
