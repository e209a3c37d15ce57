# Sourced by what needs fresh Debian roots: scripts/package, scripts/machine, scripts/fresh.
# shellcheck shell=bash

say() { printf '\033[1m» %s\033[0m\n' "$*"; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || fail "This needs root"
command -v mmdebstrap >/dev/null || fail "This needs mmdebstrap: apt-get install mmdebstrap"
. /etc/os-release
MIRROR=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' | awk -v r="$VERSION_CODENAME" '$1 == r { print $2; exit }')
[ -n "$MIRROR" ] || fail "No Debian mirror for $VERSION_CODENAME in this machine's apt sources"

suite_of() {
    case $1 in 12) echo bookworm ;; 13) echo trixie ;; *) fail "Only 12 and 13, not $1" ;; esac
}

# Makes a root (a folder or a .tar): make_root 12 ROOT PACKAGE,PACKAGE. What this machine needs to reach its mirror
# (proxies, its clock) is taken over.
make_root() {
    local options
    options=$(mktemp)
    apt-config dump --no-empty --format '%f "%v";%n' | grep -E '^Acquire::(http|https|ftp|Check-)' >"$options" || true
    mmdebstrap --quiet --mode=root --variant=minbase --include="$3" --aptopt="$options" "$(suite_of "$1")" "$2" "$MIRROR"
    rm -f "$options"
    # mmdebstrap leaves it behind where something looks into it at that moment
    ! mountpoint -q "$2/proc" || umount -l "$2/proc"
}

# Runs a command in a root, with pip's settings and certificates and nothing else of our environment. It has namespaces
# of its own: when it ends, its processes and mounts end too. MINUTES bounds it.
inside() {
    local root=$1 pass=() file name value
    shift
    for file in /etc/resolv.conf /etc/hosts "${PIP_CERT:-}" "${SSL_CERT_FILE:-}"; do
        [ -f "$file" ] && install -D -m 644 "$file" "$root$file"
    done
    while IFS='=' read -r name value; do
        case $name in PIP_FIND_LINKS) ;; PIP_* | SSL_CERT_FILE | SSL_CERT_DIR | *_proxy | *_PROXY | LOTSE_BUILD) pass+=("$name=$value") ;; esac
    done < <(env)
    # shellcheck disable=SC2016 # expanded in the new namespace
    timeout --kill-after=10 "${MINUTES:-40}m" unshare --mount --pid --ipc --uts --fork --kill-child \
        sh -c 'mount --make-rprivate / && mount -t proc proc "$1/proc" && mount -t sysfs -o ro sysfs "$1/sys" &&
               mount -t tmpfs tmpfs "$1/dev/shm" && mkdir -p "$1/dev/pts" &&
               mount -t devpts -o newinstance,ptmxmode=666 devpts "$1/dev/pts" && ln -sf pts/ptmx "$1/dev/ptmx" &&
               mount -t tmpfs tmpfs "$1/tmp" && chmod 1777 "$1/dev/shm" "$1/tmp" &&
               root=$1 && shift && exec chroot "$root" "$@"' sh "$root" \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "${pass[@]}" "$@" </dev/null
}
