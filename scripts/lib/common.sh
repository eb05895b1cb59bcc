# shellcheck shell=bash
# shellcheck disable=SC2034  # what is set here is used by the scripts that source it
# What scripts/serve and scripts/test share. Sourced, not run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SWIFT_NEEDED="6.2"
# The C libraries that the package links: configuration, password hashing, storage; and what finds them.
C_PACKAGES=(libyaml-dev libcrypt-dev libsqlite3-dev libhiredis-dev libmongoc-dev librabbitmq-dev libcurl4-openssl-dev libssl-dev pkg-config)
C_MODULES=(yaml-0.1 libcrypt sqlite3 hiredis libmongoc-1.0 librabbitmq libcurl openssl)

# Standard output is for results; what is being done goes to standard error.
say() { printf '==> %s\n' "$*" >&2; }

fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

# Prints the comment at the top of the calling script, which is its help.
help_of() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$1"; }

need_swift() {
    local how=("Install Swift $SWIFT_NEEDED or newer: https://www.swift.org/install/linux"
        "and see that 'swift --version' answers in this shell.")
    command -v swift >/dev/null 2>&1 || fail "Swift is not installed, or not on the PATH." "${how[@]}"
    local said version
    said=$(swift --version 2>/dev/null) || fail "'swift --version' does not work." "${how[@]}"
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$said" | head -n 1)
    [ -n "$version" ] || fail "'swift --version' says no version that can be read: $said" "${how[@]}"
    if [ "$(printf '%s\n%s\n' "$SWIFT_NEEDED" "$version" | sort -V | head -n 1)" != "$SWIFT_NEEDED" ]; then
        fail "Swift $version is too old: $(command -v swift)" "${how[@]}"
    fi
    SWIFT_VERSION=$version
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "This needs root, and there is no sudo. As root, run:" "$*"
    fi
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Installs the named Debian or Ubuntu packages that are missing; asks nothing of apt when none is.
need_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
        local module missing=()
        command -v pkg-config >/dev/null 2>&1 || fail "pkg-config is missing; install it with your system's packages."
        for module in "${C_MODULES[@]}"; do pkg-config --exists "$module" || missing+=("$module"); done
        [ "${#missing[@]}" -eq 0 ] || fail "This is not Debian or Ubuntu, so install these C libraries yourself:" "${missing[*]}"
        return
    fi
    local package missing=()
    for package in "$@"; do is_installed "$package" || missing+=("$package"); done
    # pkgconf stands in for pkg-config on newer systems.
    if command -v pkg-config >/dev/null 2>&1; then
        local kept=()
        for package in "${missing[@]}"; do [ "$package" = pkg-config ] || kept+=("$package"); done
        missing=("${kept[@]}")
    fi
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "installing ${missing[*]}"
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}")
    if ! as_root "${install[@]}" </dev/null >&2; then
        say "the package lists may be old; fetching them"
        as_root apt-get update -q >&2
        as_root "${install[@]}" </dev/null >&2 || fail "These packages could not be installed: ${missing[*]}"
    fi
}

VENV="$ROOT/.venv"
REQUIREMENTS="$ROOT/Tests/e2e/requirements.txt"

# A virtual environment of exactly the pinned packages, made anew when the list or Python changes.
make_venv() {
    local wanted
    wanted=$(python3 --version && sha256sum <"$REQUIREMENTS")
    if [ -x "$VENV/bin/python" ] && [ "$(cat "$VENV/made-from" 2>/dev/null)" = "$wanted" ]; then
        say "Python packages are up to date"
        return
    fi
    say "installing the Python packages of Tests/e2e/requirements.txt into .venv"
    rm -rf "$VENV"
    if ! python3 -m venv "$VENV" >/dev/null 2>&1; then
        need_packages python3-venv
        rm -rf "$VENV"
        python3 -m venv "$VENV" >&2 || fail "python3 -m venv does not work."
    fi
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$REQUIREMENTS" >&2 ||
        fail "The Python packages could not be installed."
    printf '%s' "$wanted" >"$VENV/made-from"
}

# The packages of the engines that scripts/services runs, of those in the list, or of all.
need_engine_packages() {
    local only=${1:-redis,rabbitmq} packages=()
    case ",$only," in *,redis,*) command -v redis-server >/dev/null 2>&1 || packages+=(redis-server) ;; esac
    case ",$only," in *,rabbitmq,*) [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || packages+=(rabbitmq-server) ;; esac
    if [ "${#packages[@]}" -gt 0 ]; then RUNLEVEL=1 need_packages "${packages[@]}"; fi
}

# The reference's JavaScript client, from a package that carries its published bundle unchanged.
SOCKET_IO_CLIENT="$ROOT/.build/test-tools/socket.io.min.js"
need_socket_io_client() {
    [ ! -s "$SOCKET_IO_CLIENT" ] || return 0
    local directory
    directory=$(dirname "$SOCKET_IO_CLIENT")
    say "fetching the Socket.IO client that the tests drive"
    rm -rf "$directory/wheel"
    mkdir -p "$directory/wheel"
    "$VENV/bin/python" -m pip download -q --no-deps --only-binary=:all: -d "$directory/wheel" nicegui==3.18.0 >&2 &&
        "$VENV/bin/python" -m zipfile -e "$directory"/wheel/nicegui-*.whl "$directory/wheel" &&
        mv "$directory/wheel/nicegui/static/socket.io.min.js" "$SOCKET_IO_CLIENT" ||
        fail "The Socket.IO client could not be fetched (PyPI's nicegui 3.18.0)."
    rm -rf "$directory/wheel"
}

# Swagger UI's published files, from a package that carries them unchanged; the hash is that of the wheel.
SWAGGER_UI="$ROOT/.build-tools/swagger-ui"
SWAGGER_UI_PACKAGE="drf-spectacular-sidecar==2026.10.1 --hash=sha256:fe1d005d8ac9b5d0472f2fe5deeb2e7d6dcffaa24118044f22578b4b8c4b31f2"
SWAGGER_UI_FILES=(swagger-ui.css swagger-ui-bundle.js favicon-32x32.png LICENSE)
need_swagger_ui() {
    local directory=$1 work file
    if [ -s "$directory/from" ] && [ "$(cat "$directory/from")" = "$SWAGGER_UI_PACKAGE" ]; then return; fi
    say "fetching Swagger UI into $directory"
    work=$(mktemp -d)
    if ! python3 -m venv "$work/venv" >/dev/null 2>&1; then
        need_packages python3 python3-venv
        python3 -m venv --clear "$work/venv" >&2 || fail "python3 -m venv does not work."
    fi
    printf '%s\n' "$SWAGGER_UI_PACKAGE" >"$work/requirements.txt"
    "$work/venv/bin/python" -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: \
        --require-hashes -r "$work/requirements.txt" -d "$work" >&2 &&
        "$work/venv/bin/python" -m zipfile -e "$work"/drf_spectacular_sidecar-*.whl "$work/wheel" ||
        fail "Swagger UI could not be fetched (PyPI's ${SWAGGER_UI_PACKAGE%% *})." "Without it /api-docs is a plain list."
    mkdir -p "$directory"
    for file in "${SWAGGER_UI_FILES[@]}"; do
        install -m 0644 "$work/wheel/drf_spectacular_sidecar/static/drf_spectacular_sidecar/swagger-ui-dist/$file" "$directory/$file"
    done
    printf '%s' "$SWAGGER_UI_PACKAGE" >"$directory/from"
    rm -rf "$work"
}
