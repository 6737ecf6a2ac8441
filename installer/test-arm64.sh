#!/usr/bin/env bash
# Cross-builds the packages for 64-bit ARM in a clean Debian 12, as README.md says it, and runs pigeond of them in an
# emulator. Takes about ten minutes and a network; needs root. Nothing stays on this machine but the packages, if asked for.
#
#   installer/test-arm64.sh [--base FOLDER] [--keep FOLDER]
#
#   --base FOLDER    a system that debootstrap has made already, which is copied; else one is made
#   --keep FOLDER    where the packages go
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$top/installer/clean-system.sh"
standAlone "$@"

base=
keep=
while [ $# -gt 0 ]; do
    case $1 in
        --base) shift; base=$(cd "${1:?--base needs a folder}" && pwd) ;;
        --keep) shift; keep=$(cd "${1:?--keep needs a folder}" && pwd) ;;
        *) die "\"$1\" is not an option" ;;
    esac
    shift
done

setUp qemu-user-static
makeSystem "$base"

say "Installing the compiler and the libraries"
inside dpkg --add-architecture arm64
inside apt-get update -qq
# Word for word from README.md: what is missing there is missing here.
mapfile -t needed < <(sed -n '/apt install crossbuild-essential-arm64/,/[^\\]$/p' README.md \
    | tr -d '\\' | tr -s ' ' '\n' | grep -vE '^(apt|install)?$')
[ ${#needed[@]} -gt 5 ] || die "README.md does not say what is to be installed"
inside apt-get install -qq --no-install-recommends "${needed[@]}" >/dev/null 2>&1

say "Building"
mkdir "$root/source"
tar -C "$top" --exclude './build*' --exclude ./.git -c . | tar -C "$root/source" -x
inside sh -ec 'cd /source && cmake --preset arm64 >/dev/null && ninja -C build-arm64 >/dev/null
    cd build-arm64 && cpack -G DEB >/dev/null'
for each in pigeon-broker libpigeon-dev; do
    package=$(echo "$root"/source/build-arm64/${each}_*_arm64.deb)
    expect "$each is for arm64" test "$(dpkg-deb --field "$package" Architecture)" = arm64
done
[ -z "$keep" ] || cp "$root"/source/build-arm64/*.deb "$keep/"

say "Running it"
inside apt-get install -qq --no-install-recommends libqt6sql6-sqlite:arm64 mosquitto-clients iproute2 >/dev/null 2>&1
cp "$(command -v qemu-aarch64-static)" "$root/usr/bin/"
dpkg-deb --extract "$root"/source/build-arm64/pigeon-broker_*.deb "$root/extracted"
cat >"$root/check.sh" <<'CHECK'
exchange() {
    mkdir /store
    printf 'listener 1883 127.0.0.1\npersistence true\npersistence_location /store\n' >/check.conf
    qemu-aarch64-static /extracted/usr/bin/pigeond -c /check.conf 2>/log &
    for _ in $(seq 300); do
        if grep -q "is ready" /log; then break; fi
        sleep 0.1
    done
    mosquitto_pub -q 2 -r -t home/door -m closed || { cat /log; exit 1; }
    [ "$(mosquitto_sub -t home/door -C 1 -W 10)" = closed ]
    kill $!
    wait $!
    test -s /store/pigeon.db
}
CHECK
expect "it keeps and hands on a message" insideAlone exchange
say "All is well."
