# Installs Pigeon into a folder of its own, builds outside/ against nothing but that folder, and runs what comes out.
set(prefix ${WORK}/installed)
set(build ${WORK}/build)

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE} --install ${PIGEON_BUILD} --prefix ${prefix})
# What names the folders it was built in works on this machine only.
file(GLOB_RECURSE package_files ${prefix}/*.cmake)
foreach(file IN LISTS package_files)
    file(READ ${file} text)
    string(FIND "${text}" "${PIGEON_BUILD}" found)
    if(NOT found EQUAL -1 OR text MATCHES "pigeon_options")
        message(FATAL_ERROR "${file} tells others what is ours alone:\n${text}")
    endif()
endforeach()
run(${CMAKE} -S ${CMAKE_CURRENT_LIST_DIR}/outside -B ${build} -G ${GENERATOR}
    -DCMAKE_CXX_COMPILER=${COMPILER} -DQt6_DIR=${QT} -DCMAKE_PREFIX_PATH=${prefix})
run(${CMAKE} --build ${build})
run(${build}/outside)
run(${prefix}/bin/pigeond --version)
