#!/bin/sh
# Runs a command after making sure that the machine has what Hostolink builds and runs with:
#   - cargo (never installed here: https://rustup.rs says how), a C compiler, pkg-config;
#   - libpq, the Postgres client library, with its development files;
#   - Postgres' server programs (initdb, postgres), unless the first argument names a server that is already there.
# What is missing is installed with the machine's own package manager, and said. Where that can't be done, the exact
# command to type is printed instead. Where nothing is missing, nothing is installed and no network is used.
#
# Usage: with-prerequisites.sh SERVER_URL_OR_EMPTY COMMAND [ARGUMENT...]
set -eu

server_url=$1
shift

has() { command -v "$1" >/dev/null 2>&1; }
say() { printf '%s\n' "hostolink: $*" >&2; }

# Prints the folder of Postgres' server programs: the one named by HOSTOLINK_PG_BIN, on PATH, or a usual one.
# The binary looks in the same places (crates/database), so nothing needs to be on PATH.
server_programs() {
    for folder in "${HOSTOLINK_PG_BIN:-}" $(on_path) \
        /usr/lib/postgresql/*/bin /usr/lib/postgresql*/bin /usr/pgsql-*/bin /usr/libexec/postgresql* \
        /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin \
        /home/linuxbrew/.linuxbrew/opt/postgresql*/bin \
        /Applications/Postgres.app/Contents/Versions/*/bin /usr/local/pgsql/bin; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
            printf '%s\n' "$folder"
            return 0
        fi
    done
    return 1
}

# PATH may hold mere links to the programs: their real folder is the one that counts.
on_path() {
    if has initdb; then
        program=$(command -v initdb)
        while [ -h "$program" ]; do
            target=$(readlink "$program")
            case $target in
                /*) program=$target ;;
                *) program=$(dirname "$program")/$target ;;
            esac
        done
        dirname "$program"
    fi
    if has pg_config; then pg_config --bindir; fi
}

has_libpq() {
    [ -n "${PQ_LIB_DIR:-}" ] && return 0
    has pkg-config && pkg-config --exists libpq && return 0
    has pg_config || return 1
    folder=$(pg_config --libdir)
    [ -e "$folder/libpq.so" ] || [ -e "$folder/libpq.dylib" ] || [ -e "$folder/libpq.a" ]
}

# Homebrew keeps versioned formulas off PATH: the build finds libpq through the folder of its pg_config.
show_homebrew_postgres() {
    has brew && ! has pg_config || return 0
    for folder in "$(brew --prefix)"/opt/postgresql*/bin; do
        [ -x "$folder/pg_config" ] || continue
        PATH=$folder:$PATH
        export PATH
        return 0
    done
}

# Sets `missing` (what, for people) and `packages` (how this machine's package manager calls it).
look() {
    missing=''
    packages=''
    has cc || has gcc || has clang || need 'a C compiler' build-essential gcc build-base ''
    has pkg-config || need pkg-config pkg-config pkgconf-pkg-config pkgconf pkgconf
    has_libpq || need 'libpq with its development files' libpq-dev libpq-devel libpq-dev postgresql@17
    [ -n "$server_url" ] || server_programs >/dev/null ||
        need "Postgres' server programs" postgresql postgresql-server postgresql postgresql@17
}

# need WHAT APT DNF APK BREW
need() {
    missing="${missing:+$missing, }$1"
    case $manager in
        apt-get) packages="$packages $2" ;;
        dnf) packages="$packages $3" ;;
        apk) packages="$packages $4" ;;
        brew) packages="$packages $5" ;;
    esac
}

manager=''
for candidate in apt-get dnf apk brew; do
    if has "$candidate"; then
        manager=$candidate
        break
    fi
done

# rustup's folder may not be on the PATH of this shell yet.
has cargo || PATH=$PATH:${CARGO_HOME:-${HOME:-/root}/.cargo}/bin
export PATH
if ! has cargo; then
    say "Rust is missing. Install it with rustup (https://rustup.rs), open a new terminal, then run this again."
    exit 1
fi

show_homebrew_postgres
look
if [ -n "$missing" ]; then
    case $manager in
        apt-get) install='apt-get install -y --no-install-recommends' ;;
        dnf) install='dnf install -y' ;;
        apk) install='apk add' ;;
        brew) install='brew install' ;;
        *)
            say "missing: $missing."
            say "No package manager that this script knows (apt-get, dnf, apk, brew) is here: install them yourself."
            say "Or set DATABASE_URL (for make test: TEST_DATABASE_URL) to a Postgres server of yours;"
            say "libpq and a C compiler are needed all the same."
            exit 1
            ;;
    esac

    as_root=''
    if [ "$manager" != brew ] && [ "$(id -u)" -ne 0 ]; then
        if ! has sudo; then
            say "missing: $missing."
            say "You are not root and there is no sudo. Ask an administrator to run:"
            say "    $install$packages"
            exit 1
        fi
        as_root=sudo
    fi

    say "missing: $missing. Installing it: ${as_root:+$as_root }$install$packages"
    if [ "$manager" = apt-get ]; then
        say "(Debian's postgresql package may also start a server of its own on port 5432. Hostolink does not use it;"
        say " 'systemctl disable --now postgresql' stops it.)"
        $as_root apt-get update -q >&2 || say "apt-get update failed: trying with the lists that are here."
        # shellcheck disable=SC2086 # a list of words
        $as_root env DEBIAN_FRONTEND=noninteractive $install $packages >&2 || true
    else
        # shellcheck disable=SC2086
        $as_root $install $packages >&2 || true
    fi

    show_homebrew_postgres
    look
    if [ -n "$missing" ]; then
        say "still missing: $missing. Run this yourself, look at what it says, then try again:"
        say "    ${as_root:+$as_root }$install$packages"
        exit 1
    fi
    say "installed."
fi

exec "$@"
