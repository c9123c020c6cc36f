#!/bin/sh
# Prints the path of a Python 3.11 that can make environments; or one line that says what to install.
#
# Order: the variable PYTHON; `python3.11`; pyenv's versions; uv's; one that uv fetches now.
# Runs on a bare machine, so nothing but the shell is used, and nothing is believed before it was tried:
# a pyenv shim called python3.11 exists even where it can only say that it does not work.

usable() {
    "$1" -c 'import sys, venv, ensurepip, ssl, sqlite3; sys.exit(sys.version_info[:2] != (3, 11))' \
        >/dev/null 2>&1
}

found() {
    "$1" -c 'import sys; print(sys.executable)'
    exit 0
}

if [ -n "${PYTHON:-}" ]; then
    usable "$PYTHON" && found "$PYTHON"
    echo "PYTHON=$PYTHON is not a complete Python 3.11 (with venv, pip, ssl and sqlite3): name another one, or unset PYTHON and let it be found." >&2
    exit 1
fi

usable python3.11 && found python3.11

for candidate in "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.11.*/bin/python3.11; do
    usable "$candidate" && found "$candidate"
done

if command -v uv >/dev/null 2>&1; then
    candidate=$(uv python find 3.11 2>/dev/null) && usable "$candidate" && found "$candidate"
    echo "No Python 3.11 here; uv fetches one ..." >&2
    uv python install 3.11 >&2 && candidate=$(uv python find 3.11) && usable "$candidate" && found "$candidate"
fi

echo "No Python 3.11 found. Install it (Debian, Ubuntu: apt install python3.11 python3.11-venv; macOS: brew install python@3.11; anywhere: install uv, and it is fetched by itself), or name one: make run PYTHON=/path/to/python3.11" >&2
exit 1
