# A folder of app-gui that becomes a static library and sees only the folders it names, as the rooms of libbroker do.
#
#   pigeon_window_room(<name> [USES <folder>...] [LIBRARY <room of libbroker>...] [QT <module>...])
#
# Every *.cpp and *.h of the folder belongs to it; its headers are included as "folder/header.h". The target is
# pigeon_window_<name>. What it USES is linked as well; of the library it sees include/pigeon, and of the rooms under
# LIBRARY the headers (config and monitor, see tests/unit/house.py). Core and Gui are there without being named.
function(pigeon_window_room name)
    cmake_parse_arguments(ROOM "" "" "USES;LIBRARY;QT" ${ARGN})
    set(views ${PROJECT_BINARY_DIR}/window)
    file(MAKE_DIRECTORY ${views}/${name})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${name} ${views}/${name}/${name} SYMBOLIC)
    file(GLOB sources CONFIGURE_DEPENDS ${name}/*.cpp ${name}/*.h)

    set(target pigeon_window_${name})
    # Built when a program or a test asks for it, so that the builds with sanitizers leave most of the window out.
    add_library(${target} STATIC EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(${target} PRIVATE pigeon_options PUBLIC Pigeon::Broker Qt6::Core Qt6::Gui)
    foreach(module IN LISTS ROOM_QT)
        target_link_libraries(${target} PUBLIC Qt6::${module})
    endforeach()
    target_include_directories(${target} PRIVATE ${views}/${name})
    foreach(used IN LISTS ROOM_USES)
        # Its headers are seen because it is named here, not because somebody it uses names it.
        target_include_directories(${target} PRIVATE ${views}/${used})
        target_link_libraries(${target} PUBLIC pigeon_window_${used})
    endforeach()
    pigeon_app_uses(${target} ${ROOM_LIBRARY})
    target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.h)
    if("Widgets" IN_LIST ROOM_QT)
        target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiledwidgets.h)
    endif()
endfunction()
