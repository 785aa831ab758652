#!/bin/sh
# Prints the path of a Python of one of the given versions that really starts, the first that is found.
# A name on PATH proves nothing: pyenv's shims are there for versions that are not selected, and fail.
#
#   find-python.sh 3.10            find-python.sh 3.11 3.12 3.13

starts() {
    [ -x "$1" ] && [ "$("$1" -c 'import ensurepip, sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$2" ]
}

for version in "$@"; do
    for candidate in \
        "$(command -v "python$version" 2>/dev/null)" \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python \
        "$(command -v uv >/dev/null 2>&1 && uv python find "$version" 2>/dev/null)"
    do
        if starts "$candidate" "$version"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            exit 0
        fi
    done
done

wanted=$1
for version in "$@"; do
    [ "$version" = "$1" ] || wanted="$wanted, $version"
done
echo "No Python $wanted that starts was found: install one with \`uv python install $1\`, \`pyenv install $1\` or your system's packages." >&2
exit 1
