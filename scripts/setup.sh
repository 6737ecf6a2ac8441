# Sourced by run.sh and test.sh, from the top of the project: installs what is missing, configures and builds.
# What there is to say goes to standard error; standard output belongs to the program that is run.

buildPackages=(g++ cmake ninja-build ccache qt6-base-dev qt6-websockets-dev qt6-svg-dev qt6-tools-dev qt6-l10n-tools
    libqt6sql6-sqlite libargon2-dev libssl-dev)
testPackages=(ca-certificates dpkg-dev openssl python3 python3-paho-mqtt mosquitto-clients systemd clang libclang-rt-14-dev tshark)

# Else ccache takes every file that uses a precompiled header for a miss.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}
# A second checkout compiles the same files: what ccache has of the first one will do.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$PWD}
export CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}

say() { echo "$@" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# Debian packages of the list that are not installed, one per line.
missingPackages() {
    local installed
    installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    local package
    for package in "$@"; do
        grep -qxF "installed $package" <<<"$installed" || echo "$package"
    done
}

# installPackages <package>...: only what is missing, with apt, as root or through sudo.
installPackages() {
    if ! command -v dpkg-query >/dev/null; then
        say "This is no Debian: nothing is installed, please see to ${*} or what your system calls them."
        return
    fi
    local missing
    mapfile -t missing < <(missingPackages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0

    local asRoot=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "packages are missing and there is no sudo. As root, run:
    apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
        asRoot=(sudo)
    fi
    say "Installing ${missing[*]}"
    "${asRoot[@]}" apt-get update >&2
    "${asRoot[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends "${missing[@]}" >&2
}

setUpBuild() { installPackages "${buildPackages[@]}"; }

# The tools of the tests. A node that is there already, from wherever, is used as it is.
setUpTests() {
    local packages=("${buildPackages[@]}" "${testPackages[@]}")
    command -v node >/dev/null || packages+=(nodejs)
    command -v npm >/dev/null || packages+=(npm)
    installPackages "${packages[@]}"
    installMqttJs
}

# MQTT.js with exactly the versions of tests/e2e/package-lock.json, into build/mqttjs/node_modules.
installMqttJs() {
    local folder=build/mqttjs
    if [ -d $folder/node_modules/mqtt ] && cmp -s tests/e2e/package-lock.json $folder/installed-lock.json; then
        return
    fi
    say "Installing MQTT.js into $folder"
    mkdir -p $folder
    cp tests/e2e/package.json tests/e2e/package-lock.json $folder/
    local attempt
    for attempt in 1 2 3; do
        if (cd $folder && npm ci --ignore-scripts --no-audit --no-fund >&2); then
            cp tests/e2e/package-lock.json $folder/installed-lock.json
            return
        fi
        say "npm failed (attempt $attempt of 3)"
    done
    die "MQTT.js could not be installed: the end-to-end tests need it. Is there a network?"
}

# buildPreset <preset> <build folder> [target...]: configures when that was never done or the presets changed;
# everything else Ninja notices by itself.
buildPreset() {
    local preset=$1 folder=$2
    shift 2
    if [ ! -f "$folder/build.ninja" ] || [ CMakePresets.json -nt "$folder/build.ninja" ]; then
        cmake --preset "$preset" >&2
    fi
    ninja -C "$folder" "$@" >&2
}
