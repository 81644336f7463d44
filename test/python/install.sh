#!/usr/bin/env bash
# Virtual environments for the programs of docs/python.md, one for each list of requirements beside this file:
#   test/python/install.sh FOLDER && SOUVENIR_TEST_PYTHON=FOLDER npx vitest run test/python-page.test.ts
set -euo pipefail
lists="$(cd "$(dirname "$0")" && pwd)"
python3 -m venv "$1/uv"
# pip takes minutes for what uv does in seconds; where uv does not get through, pip may.
"$1/uv/bin/pip" install --quiet uv || true
export UV_NATIVE_TLS=true UV_LINK_MODE=copy UV_NO_PROGRESS=true
for requirements in "$lists"/*.txt; do
  environment="$1/$(basename "$requirements" .txt)"
  { "$1/uv/bin/uv" venv --quiet --clear --python "$1/uv/bin/python" "$environment" &&
    "$1/uv/bin/uv" pip install --quiet --python "$environment/bin/python" --requirement "$requirements"; } ||
    { python3 -m venv --clear "$environment" && "$environment/bin/pip" install --quiet --requirement "$requirements"; }
done
