#!/usr/bin/env bash
# Sets up, builds and runs all tests in one run of CTest; its summary is the last thing to be read.
#
#   ./test.sh [arguments of ctest]           everything: the tests of the release build, unit, machine, integration
#                                            and storage tests under the sanitizers, two minutes of fuzzing
#   ./test.sh --quick [arguments of ctest]   the tests of the release build alone
#
# For example: ./test.sh --quick -R tst_scram
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source scripts/setup.sh

# One suite of the tests of several build folders, of which CTest knows nothing by itself.
writeSuite() {
    mkdir -p build/suite
    local folder
    for folder in "$@"; do
        echo "subdirs(\"$PWD/$folder\")"
    done >build/suite/CTestTestfile.cmake
}

quick=no
if [ "${1:-}" = --quick ]; then
    quick=yes
    shift
fi

setUpTests
buildPreset release build
suite=(build)
if [ $quick = no ]; then
    buildPreset asan build-asan
    buildPreset fuzz build-fuzz fuzzers
    suite+=(build-asan build-fuzz/tests)
fi
writeSuite "${suite[@]}"

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
exec ctest --test-dir build/suite --output-on-failure --no-tests=error --parallel "$(nproc)" "$@"
