# Sourced by scripts/run and scripts/test: sets up what is missing and says what it does.
# shellcheck shell=bash
#
# Debian packages (scripts/packages.txt), a .venv with the locked dependencies (requirements.lock), Lotse itself.
# What was set up is noted in .venv/.lotse-setup, so the second time takes no time.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\033[1m» %s\033[0m\n' "$*"; }
fail() { printf '✗ %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "This needs root. Please run as root: $*"
    fi
}

# Prints those of the packages in its arguments that are not installed.
missing_packages() {
    comm -23 <(printf '%s\n' "$@" | sort -u) \
        <(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p' | sort -u)
}

# Prints the packages of this release.
packages() {
    sed 's/#.*//' scripts/packages.txt | awk -v release="$(. /etc/os-release && echo "${VERSION_ID:-}")" \
        'NF == 1 || $2 == release { print $1 }'
}

# Prints those of the packages in its arguments that the mirror has, and says which it has not.
offered() {
    local package
    for package; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            echo "$package"
        else
            say "This mirror does not have $package; what needs it will not work" >&2
        fi
    done
}

# Installs those of the packages in its arguments that are missing.
set_up_packages() {
    local missing
    command -v dpkg-query >/dev/null || fail "This is not Debian. Lotse runs on Debian 12 and 13."
    missing=$(missing_packages "$@")
    [ -z "$missing" ] && return
    # shellcheck disable=SC2086
    say "Installing Debian packages, this takes some minutes:" $missing
    as_root apt-get -qq update </dev/null
    # shellcheck disable=SC2086
    missing=$(offered $missing)
    [ -z "$missing" ] && return
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends \
        $missing </dev/null >/dev/null
}

# What .venv was made from: the lock, the project, these scripts, this Python, this folder.
fingerprint() {
    { cat requirements.lock pyproject.toml scripts/setup.sh; /usr/bin/python3 -VV; pwd; } | sha256sum
}

set_up_venv() {
    local stamp=.venv/.lotse-setup wanted
    wanted=$(fingerprint)
    [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && return
    if ! [ -x .venv/bin/pip ] || [ "$(.venv/bin/python -VV 2>&1)" != "$(/usr/bin/python3 -VV)" ] ||
        ! .venv/bin/pip --version >/dev/null 2>&1; then
        say "Making .venv with $(/usr/bin/python3 -V)"
        /usr/bin/python3 -m venv --clear .venv
    fi
    say "Installing the locked dependencies into .venv"
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
    say "Installing Lotse into .venv"
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -e .
    printf '%s\n' "$wanted" >$stamp
}

# shellcheck disable=SC2046 # words are package names
set_up_packages $(packages)
set_up_venv
