#!/usr/bin/env bash
# Runs the steps of the Dockerfile by hand in a clean folder, for machines without a Docker engine: installs the package
# into an empty environment with another interpreter, from a copy without .git and tests, and loads the sample letters.
#   tests/install/dockerfile_by_hand.sh [python]
# Does not cover: the base image, the user, the health check.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=${1:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
(cd "$here" && tar --exclude-from=.dockerignore --exclude=tests -cf - .) | tar -xf - -C "$work/src"
"$python" -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check -c "$work/src/constraints.txt" "$work/src"
rm -rf "$work/src"
# Folders of the user's that are called like packages.
mkdir -p "$work/cwd/assets" "$work/cwd/warehouse"
touch "$work/cwd/assets/__init__.py" "$work/cwd/warehouse/__init__.py"
cd "$work/cwd"
export IMR_LETTERS="$here/tests/fixtures/letters" IMR_DATA="$work/data" HOME="$work"
"$work/env/bin/imr-etl" run
"$work/env/bin/python" -m imr_etl status --check
"$work/env/bin/imr-etl" ask coverage >/dev/null
"$work/env/bin/python" -m assets.wiring.instance "$IMR_DATA" 2>/dev/null || (cd / && "$work/env/bin/python" -m assets.wiring.instance "$IMR_DATA")
cd "$IMR_DATA/.dagster"
DAGSTER_HOME=$PWD "$work/env/bin/dagster" definitions validate -w workspace.yaml
echo "The steps of the Dockerfile work with $("$work/env/bin/python" --version)."
