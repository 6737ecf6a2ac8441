#!/usr/bin/env bash
# Takes a picture of each view of the window with demo traffic: light and dark, at 1280x800, 1920x1080 and at scale 2.
#
#   scripts/screenshots.sh [FOLDER]    resources/screenshots has those that the README shows; all of them go to FOLDER,
#                                      build/screenshots without one
#
# It brings its own X server (xvfb) and needs no display.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh
all=${1:-build/screenshots}

installPackages xvfb fonts-dejavu-core
setUpBuild
buildPreset release build pictures
mkdir -p "$all" resources/screenshots

# The first display that nobody has; Xvfb says which it took.
exec {display}<> <(:)
Xvfb -displayfd "$display" -screen 0 3840x2160x24 -nolisten tcp >/dev/null 2>&1 &
server=$!
trap 'kill $server' EXIT
read -r -t 10 number <&"$display" || die "Xvfb did not start"
export DISPLAY=:$number

# takePictures <light|dark> <width> <height> <suffix>
takePictures() {
    say "Pictures: $*"
    build/bin/pictures "$all" "$1" "$2" "$3" "$4" 2>"$all/log" || die "$(tail -5 "$all/log")"
}
for theme in light dark; do
    takePictures $theme 1280 800 "-$theme-1280x800"
    takePictures $theme 1920 1080 "-$theme-1920x1080"
    QT_SCALE_FACTOR=2 takePictures $theme 1280 800 "-$theme-scale2"
done
for picture in messages-light clients-dark overview-light; do
    cp "$all/$picture-1280x800.png" "resources/screenshots/$picture.png"
done
