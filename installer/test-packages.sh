#!/usr/bin/env bash
# Builds the packages, and installs, runs, upgrades and purges them in a clean Debian 12. Takes some minutes and a network;
# needs root. Nothing stays on this machine: the clean system is a folder, with processes and mounts of its own.
#
#   installer/test-packages.sh [--development] [--base FOLDER]
#
#   --development    also builds a program against libpigeon-dev there: downloads a compiler and Qt's headers
#   --base FOLDER    a system that debootstrap has made already, which is copied; else one is made
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

source "$top/installer/clean-system.sh"
standAlone "$@"

development=no
base=
while [ $# -gt 0 ]; do
    case $1 in
        --development) development=yes ;;
        --base) shift; base=$(cd "${1:?--base needs a folder}" && pwd) ;;
        *) die "\"$1\" is not an option" ;;
    esac
    shift
done

setUp dpkg-dev openssl python3
makeSystem "$base"

# --- the packages, and those of a version that comes later ------------------------------------------------------
say "Building the packages"
cmake --preset package >/dev/null
ninja -C build-package >/dev/null
version=$(sed -nE 's/^CMAKE_PROJECT_VERSION:STATIC=//p' build-package/CMakeCache.txt)
later=${version%.*}.$((${version##*.} + 1))
for each in "$version" "$later"; do
    (cd build-package && cpack -G DEB -R "$each" -B "$work/debs" >/dev/null)
done

mkdir "$root/debs"
cp "$work"/debs/*.deb "$root/debs/"

# Every file there is, users and groups; without what dpkg, apt and adduser write for themselves.
trace() { inside sh -c "find / -xdev \( -path /proc -o -path /debs -o -path /tmp -o -path /var/cache -o -path /var/log/apt \
    -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /run/adduser -o -path '/etc/*-' \) -prune -o -print
    cat /etc/passwd /etc/group" | sort; }

say "Installing what the packages need"
inside apt-get update -qq
broker=/debs/pigeon-broker_${version}-1_amd64.deb
laterBroker=/debs/pigeon-broker_${later}-1_amd64.deb
[ -f "$root$broker" ] || die "there is no $broker"
# The clients and what looks at ports, first: what pigeon-broker itself lacks is not among it.
inside apt-get install -qq --no-install-recommends mosquitto-clients iproute2 >/dev/null 2>&1
inside apt-get satisfy -qq --no-install-recommends "$(dpkg-deb -f "$root$broker" Depends)" >/dev/null 2>&1

mkdir "$work/tls"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$work/tls/key.pem" \
    -out "$work/tls/cert.pem" -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null

# What is done inside, in one network of its own.
cat >"$root/check.sh" <<'CHECK'
pid=
startBroker() {
    setpriv --reuid pigeon --regid pigeon --init-groups pigeond -c /etc/pigeon/pigeond.conf 2>/tmp/log &
    pid=$!
    for _ in $(seq 100); do
        if grep -q "is ready" /tmp/log; then return; fi
        kill -0 $pid || { cat /tmp/log; exit 1; }
        sleep 0.1
    done
    cat /tmp/log; exit 1
}
windowRun() {
    export HOME=/tmp/home QT_QPA_PLATFORM=offscreen
    mkdir -p "$HOME"
    pigeon -p 1883 >/tmp/log 2>&1 &
    pid=$!
    for _ in $(seq 100); do
        if mosquitto_pub -r -t window -m open 2>/dev/null; then break; fi
        kill -0 $pid || { cat /tmp/log; exit 1; }
        sleep 0.1
    done
    [ "$(mosquitto_sub -t window -C 1 -W 10)" = open ]
    loopbackOnly
    kill $pid
    wait $pid || true # a window knows of no signals
}
stopBroker() { kill $pid; wait $pid; }
loopbackOnly() { ! ss -Hltn | grep -vE '^\S+ +\S+ +\S+ +(127\.0\.0\.1|\[::1\]):'; }
firstRun() {
    startBroker
    loopbackOnly
    mosquitto_pub -q 1 -r -t home/door -m closed
    [ "$(mosquitto_sub -t home/door -C 1 -W 10)" = closed ]
    mosquitto_sub -c -i sleeper -q 1 -t orders/# -E
    mosquitto_pub -q 1 -t orders/1 -m wake
    stopBroker
    secondRun
}
secondRun() {
    startBroker
    [ "$(mosquitto_sub -t home/door -C 1 -W 10)" = closed ]
    [ "$(mosquitto_sub -c -i sleeper -q 1 -t orders/# -C 1 -W 10)" = wake ]
    stopBroker
}
# After the upgrade: what the operator has said holds, and what the old version has kept is there.
laterRun() {
    startBroker
    [ "$(mosquitto_sub -t home/door -C 1 -W 10 -u joe -P geheim)" = closed ]
    [ "$(mosquitto_sub -h localhost -p 8883 --cafile /etc/pigeon/cert.pem -u joe -P geheim -t home/door -C 1 -W 10)" = closed ]
    if mosquitto_sub -t home/door -C 1 -W 2 2>/dev/null; then exit 1; fi
    stopBroker
}
CHECK

trace >"$work/before"

# --- install, run, upgrade, remove, purge ------------------------------------------------------------------------
say "Installing $broker"
inside dpkg -i "$broker" >/dev/null
expect "the user pigeon is there" inside getent passwd pigeon
expect "its folder is its own" test "$(inside stat -c '%U:%G %a' /var/lib/pigeon)" = "pigeon:pigeon 750"
isVersion() { [ "$(inside dpkg-query -W -f '${Status} ${Version}' pigeon-broker)" = "install ok installed $1-1" ]; }
expect "it is installed" isVersion "$version"
expect "the version is told" test "$(inside pigeond --version | head -1)" = "pigeond $version"
expect "the configuration is sound" inside pigeond --check-config -c /etc/pigeon/pigeond.conf
expect "the service is enabled" test -L "$root/etc/systemd/system/multi-user.target.wants/pigeond.service"
expect "it serves this machine only, and keeps what it acknowledged" insideAlone firstRun

say "An operator makes it theirs"
inside sh -c 'echo geheim | pigeond passwd -c /etc/pigeon/passwords joe && chown pigeon: /etc/pigeon/passwords'
cp "$work"/tls/*.pem "$root/etc/pigeon/"
inside chown pigeon: /etc/pigeon/key.pem /etc/pigeon/cert.pem
cat >"$root/etc/pigeon/conf.d/local.conf" <<'LOCAL'
password_file /etc/pigeon/passwords
listener 8883 localhost
certfile /etc/pigeon/cert.pem
keyfile /etc/pigeon/key.pem
LOCAL
echo "# ours" >>"$root/etc/pigeon/pigeond.conf"

say "Upgrading to $laterBroker"
inside dpkg -i "$laterBroker" >/dev/null
expect "it is upgraded" isVersion "$later"
expect "what the operator has changed is kept" grep -q "^# ours" "$root/etc/pigeon/pigeond.conf"
expect "store, users and TLS work in the later version" insideAlone laterRun

say "Removing"
inside dpkg -r pigeon-broker >/dev/null
expect "the program is gone" test ! -e "$root/usr/bin/pigeond"
expect "configuration and store stay" test -f "$root/etc/pigeon/passwords" -a -f "$root/var/lib/pigeon/pigeon.db"
say "Purging"
inside dpkg -P pigeon-broker >/dev/null
trace >"$work/after"
expect "no trace is left" diff "$work/before" "$work/after"

# --- the window: installed, run without a screen, purged ----------------------------------------------------------
window=/debs/pigeon_${version}-1_amd64.deb
if [ -f "$root$window" ]; then
    say "Installing what $window needs"
    inside apt-get satisfy -qq --no-install-recommends "$(dpkg-deb -f "$root$window" Depends)" >/dev/null 2>&1
    trace >"$work/before"
    inside dpkg -i "$window" >/dev/null
    expect "the window is installed" inside test -x /usr/bin/pigeon
    expect "it tells its version without a screen" test "$(inside pigeon --version | head -1)" = "pigeon $version"
    expect "its broker serves this machine only" insideAlone windowRun
    inside dpkg -P pigeon >/dev/null
    trace >"$work/after"
    expect "no trace of the window is left" diff "$work/before" "$work/after"
fi

if [ $development = yes ]; then
    say "Building a program against libpigeon-dev"
    inside apt-get install -qq --no-install-recommends g++ cmake ninja-build "/debs/libpigeon-dev_${later}-1_amd64.deb" \
        >/dev/null
    cp -r tests/package/outside "$root/tmp/outside"
    inside sh -ec 'cmake -S /tmp/outside -B /tmp/outside/build -G Ninja >/dev/null; ninja -C /tmp/outside/build >/dev/null'
    expect "it runs" insideAlone /tmp/outside/build/outside
    inside dpkg -P libpigeon-dev >/dev/null
    expect "nothing of it stays" test ! -e "$root/usr/include/pigeon"
fi
say "All is well."
