# Sourced by the scripts beside it: makes sure that what they need is on this machine.

# need PACKAGE TEST...: notes a Debian package as missing unless the test succeeds.
missing=()
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

# header NAME: whether a C header is there, in one of the places where compilers look.
header() {
    compgen -G "/usr/include/$1" || compgen -G "/usr/include/*-linux-gnu/$1" || compgen -G "/usr/local/include/$1"
}

# What the program is built with.
need_build() {
    command -v swift >/dev/null || {
        echo "Swift 6.2 or later is needed: https://www.swift.org/install" >&2
        exit 1
    }
    need git command -v git
    need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
    need libcurl4-openssl-dev header curl/curl.h
    need libsqlite3-dev header sqlite3.h
    need libpq-dev header postgresql/libpq-fe.h
}

# What several instances are run with.
need_instances() {
    need postgresql compgen -G "/usr/lib/postgresql/*/bin/initdb"
    need nginx-light test -x /usr/sbin/nginx
}

# Installs what was noted; says how when it may not.
install_missing() {
    ((${#missing[@]})) || return 0
    local install="apt-get install -y --no-install-recommends ${missing[*]}" root=()
    if ((EUID != 0)); then
        root=(sudo)
        # Without a terminal nobody can type a password.
        [[ -t 0 ]] || root=(sudo -n)
    fi
    if ! command -v apt-get >/dev/null || { ((EUID != 0)) && ! "${root[@]}" true 2>/dev/null; }; then
        echo "Packages are missing. Run this as root, then try again:" >&2
        echo "apt-get update && $install" >&2
        exit 1
    fi
    echo "Installing ${missing[*]}"
    "${root[@]}" apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive $install >/dev/null
}
