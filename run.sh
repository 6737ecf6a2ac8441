#!/usr/bin/env bash
# Sets up, builds and runs Pigeon: the window where there is a display, else the broker alone.
#
#   ./run.sh [arguments]              the window, or pigeond without a display or before there is a window
#   ./run.sh --headless [arguments]   always pigeond
#   ./run.sh --build-only             builds and stops
set -euo pipefail
startFolder=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
source scripts/setup.sh

hasDisplay() { [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; }

headless=no
buildOnly=no
case "${1:-}" in
    --headless) headless=yes; shift ;;
    --build-only) buildOnly=yes; shift ;;
esac

setUpBuild
programs=(pigeond)
[ ! -f app-gui/main.cpp ] || programs+=(pigeon)
buildPreset release build "${programs[@]}"

[ $buildOnly = no ] || exit 0
program=$PWD/build/bin/pigeond
if [ $headless = no ] && hasDisplay && [ -x build/bin/pigeon ]; then
    program=$PWD/build/bin/pigeon
fi
cd "$startFolder" # what the arguments name lies there
exec "$program" "$@"
