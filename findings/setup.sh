# Sourced by every finding: strict mode, and packages in a folder of their own that is removed at the end.
# Needs Python 3.11 or newer with venv, for some Node 20 or newer, and the package registries; nothing of DigitLens.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

# The head of the calling script says what is found; it is printed so that a run can be read by itself.
sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"
echo

# python_with PACKAGE==VERSION... < PROGRAM: run a Python program with these packages alone; uv is faster, where it is.
python_with() {
    rm -rf "$room/python"
    if command -v uv >/dev/null; then
        uv --quiet --no-config venv --python "${PYTHON:-python3}" "$room/python"
        VIRTUAL_ENV="$room/python" uv --quiet --no-config pip install --only-binary :all: "$@"
    else
        "${PYTHON:-python3}" -m venv "$room/python"
        "$room/python/bin/pip" --quiet --disable-pip-version-check install --only-binary :all: "$@"
    fi
    (cd "$room" && PYTHONPATH="$here" PYTHONDONTWRITEBYTECODE=1 python/bin/python -)
}

# node_with PACKAGE@VERSION... < PROGRAM: run a JavaScript module with these packages alone.
node_with() {
    (
        cd "$room"
        echo '{"type": "module", "private": true}' >package.json
        npm install --silent --no-audit --no-fund --ignore-scripts "$@"
        cat >finding.mjs
        node finding.mjs
    )
}
