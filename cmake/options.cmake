# Compiler options that hold for every target: warnings are errors, sanitizers when asked for.
add_library(pigeon_options INTERFACE)
target_compile_options(pigeon_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
    -Wconversion -Wno-sign-conversion -Werror)
target_compile_definitions(pigeon_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING QT_NO_FOREACH
    QT_DISABLE_DEPRECATED_BEFORE=0x060400 QT_NO_KEYWORDS)
if(PIGEON_SANITIZE)
    target_compile_options(pigeon_options INTERFACE
        -fsanitize=${PIGEON_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(pigeon_options INTERFACE -fsanitize=${PIGEON_SANITIZE})
endif()
if(PIGEON_FUZZ)
    # libFuzzer is led by what the code under test covers.
    target_compile_options(pigeon_options INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(pigeon_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
