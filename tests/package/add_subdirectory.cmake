# Configures a project that has Pigeon for a subfolder, and builds one room of it: enough to see whether every path is
# found from there.
file(REMOVE_RECURSE ${WORK})
execute_process(COMMAND ${CMAKE} -S ${CMAKE_CURRENT_LIST_DIR}/subfolder -B ${WORK} -G ${GENERATOR}
    -DCMAKE_CXX_COMPILER=${COMPILER} -DQt6_DIR=${QT} -DPIGEON_SOURCE=${PIGEON_SOURCE} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE} --build ${WORK} --target pigeon_monitor COMMAND_ERROR_IS_FATAL ANY)
