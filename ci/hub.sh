#!/usr/bin/env bash
# Lets the Python client of the Hugging Face Hub and `push` and `pull` exchange a package, each way,
# through the hub that the tests run: what both understand is the hub's language. Needs a build; gets
# huggingface_hub with pip.
#
# Usage: ci/hub.sh
set -euo pipefail

if (($# > 0)); then
  sed -n '2,6s/^# \{0,1\}//p' "$0"
  [[ $1 == --help || $1 == -h ]] && exit 0 || exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly version=2.4.0 port=15123
readonly work=ci/work/hub venv=ci/work/hub-venv
readonly cli=spark-llama/target/spark-llama-cli.jar
readonly model=spark-llama/src/test/resources/tiny-llama3/genai-int4

if ! "$venv/bin/python" -c "import huggingface_hub as h; assert h.__version__ == '$version'" 2>/dev/null; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install -q "huggingface_hub==$version"
fi
rm -rf "$work"
mkdir -p "$work"
java -cp "spark-llama/target/test-classes:$cli" io.sparkllama.publish.HubServer "$port" \
  2>"$work/server.log" &
readonly server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
# Its client can store large files in two ways; the other one has a protocol of its own.
export HF_ENDPOINT=http://127.0.0.1:$port HF_TOKEN=secret HF_HOME=$PWD/$work/home
export HF_HUB_DISABLE_XET=1 HF_HUB_DISABLE_PROGRESS_BARS=1 NO_PROXY=127.0.0.1
for ((second = 0; second < 30; second++)); do
  (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
  sleep 1
done

echo '== pushed by Python, pulled by us'
"$venv/bin/python" - "$model" <<'PYTHON'
import sys
from huggingface_hub import HfApi

api = HfApi()
api.create_repo("theirs/tiny")
api.upload_folder(repo_id="theirs/tiny", folder_path=sys.argv[1])
PYTHON
java -jar "$cli" pull hub:theirs/tiny "$work/theirs"
diff -r "$model" "$work/theirs"

echo '== pushed by us, pulled by Python'
cp -r "$model" "$work/model"
# Else all large files would be there already.
for file in model.onnx.data tokenizer.json; do echo >>"$work/model/$file"; done
java -jar "$cli" push "$work/model" hub:ours/tiny --license apache-2.0
"$venv/bin/python" - "$work/ours" <<'PYTHON'
import sys
from huggingface_hub import ModelCard, snapshot_download

snapshot_download("ours/tiny", local_dir=sys.argv[1])
license = ModelCard.load(f"{sys.argv[1]}/README.md").data.license
assert license == "apache-2.0", license
PYTHON
diff -r --exclude .cache --exclude README.md "$work/model" "$work/ours"
echo 'The same both ways.'
