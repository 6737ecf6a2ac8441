foreach(name frame decoder encoder properties)
    pigeon_test(tst_${name} SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/tst_${name}.cpp ROOMS protocol base LABELS unit)
endforeach()

# Writes the fuzzers' seeds anew after a change of the catalogue: make_codec_seeds tests/fuzz/corpus
add_executable(make_codec_seeds EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/../support/make_codec_seeds.cpp)
target_link_libraries(make_codec_seeds PRIVATE pigeon_options Qt6::Core)
target_include_directories(make_codec_seeds PRIVATE ${CMAKE_SOURCE_DIR}/libbroker
    ${CMAKE_SOURCE_DIR}/libbroker/include ${CMAKE_SOURCE_DIR}/tests)
