#!/bin/sh
# Makes sure that a compiler, the given commands and the given libraries are there; on Debian and
# its kin installs what is missing, elsewhere names it.
# usage: CC=cc deps.sh [command=PACKAGE | library:PACKAGE]...   (library: its pkg-config name)
set -eu

compiler=${CC:-cc}

compiles() {
    printf '#include <stdio.h>\nint main(void) { return !stdout; }\n' |
        $compiler -x c -o /dev/null - 2>/dev/null
}

# pkg-config knows libraries of any origin; where it is missing itself, ask the package manager.
has_library() { # library package
    pkg-config --exists "$1" 2>/dev/null || has_package "$2"
}

has_package() {
    dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

list_missing() {
    case $compiler in
        *clang*) package="clang libclang-rt-dev" ;; # the second for its sanitizers and libFuzzer
        *) package=gcc ;;
    esac
    compiles || echo "$package libc6-dev"
    for need in "$@"; do
        case $need in
            *=*) command -v "${need%%=*}" >/dev/null || echo "${need#*=}" ;;
            *:*) has_library "${need%%:*}" "${need#*:}" || echo "${need#*:}" ;;
        esac
    done
}

missing=$(list_missing "$@" | tr '\n' ' ')
missing=${missing% }
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "deps: please install what Debian calls: $missing" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    as_root=sudo
    if ! command -v sudo >/dev/null; then
        echo "deps: please run as root: apt-get install $missing" >&2
        exit 1
    fi
fi

echo "deps: installing $missing"
install() {
    # shellcheck disable=SC2086 # a list of packages
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        -o Dpkg::Use-Pty=0 $missing >"$log" 2>&1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! apt-cache show $missing >/dev/null 2>&1 || ! install; then
    echo "deps: apt-get update"
    $as_root apt-get -qq update || true # one broken source is no reason to stop
    install || { cat "$log" >&2; echo "deps: apt-get could not install $missing" >&2; exit 1; }
fi
