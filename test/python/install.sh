#!/usr/bin/env bash
# Virtual environments for the programs of docs/python.md, one for each list of requirements beside this file: in
# test/python/environments, where tests look for them, or in the folder that is named (and then in SOUVENIR_TEST_PYTHON).
set -euo pipefail
lists="$(cd "$(dirname "$0")" && pwd)"
folder="${1:-$lists/environments}"
python3 -m venv "$folder/uv"
# pip takes minutes for what uv does in seconds; where uv does not get through, pip may.
"$folder/uv/bin/pip" install --quiet uv || true
export UV_NATIVE_TLS=true UV_LINK_MODE=copy UV_NO_PROGRESS=true
for requirements in "$lists"/*.txt; do
  environment="$folder/$(basename "$requirements" .txt)"
  { "$folder/uv/bin/uv" venv --quiet --clear --python "$folder/uv/bin/python" "$environment" &&
    "$folder/uv/bin/uv" pip install --quiet --python "$environment/bin/python" --requirement "$requirements"; } ||
    { python3 -m venv --clear "$environment" && "$environment/bin/pip" install --quiet --requirement "$requirements"; }
done
