# Sourced by the scripts beside it, which have set $top: a clean Debian 12 in a folder, $root, which ends with the script.

say() { echo "== $*" >&2; }
die() { echo "$(basename "$0"): $*" >&2; exit 1; }

# What is mounted and started by the script ends with it, however that ends. To be called first, with all arguments.
standAlone() {
    [ "$(id -u)" -eq 0 ] || die "only root can make a system in a folder"
    if [ -z "${PIGEON_TEST_ALONE:-}" ]; then
        exec env PIGEON_TEST_ALONE=yes unshare --mount --pid --fork --kill-child \
            "$top/installer/$(basename "$0")" "$@"
    fi
}

# setUp <package>...: what this machine needs to build, to make the system, and to do what the script does. Goes to $top.
setUp() {
    cd "$top"
    source scripts/setup.sh
    source installer/clean-system.sh # for its own words
    setUpBuild
    installPackages debootstrap "$@"
}

# makeSystem [folder]: $work and in it $root, made by debootstrap, or a copy of a folder that it has made before. It gets
# its packages from where this machine does.
makeSystem() {
    work=$(mktemp -d)
    root=$work/root
    trap 'umount -q "$root/proc" || true; rm -rf "$work"' EXIT
    if [ -n "${1:-}" ]; then
        cp -a "$1" "$root"
    else
        say "Making a clean Debian 12"
        debootstrap --variant=minbase bookworm "$root" "$(awk '/^URIs:/ { print $2; exit }' \
            /etc/apt/sources.list.d/debian.sources)" >/dev/null
    fi
    rm -f "$root/etc/apt/sources.list"
    cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/"
    cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    echo "127.0.0.1 localhost" >"$root/etc/hosts"
    mount -t proc proc "$root/proc"
}

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"; }
# With nothing but the loopback interface, so that its ports are nobody else's. /check.sh has the functions to call.
insideAlone() { unshare --net chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    bash -euc 'ip link set lo up; source /check.sh; "$@"' check "$@"; }

# expect <what> <command...>
expect() {
    local what=$1
    shift
    "$@" || die "$what: FAILED"
    say "$what: yes"
}
