# shellcheck shell=bash
# shellcheck disable=SC2154,SC2164 # images is the caller's, and so is set -e
# python_ric: prints a folder with AWS's Python RIC for CPython 3.11, made once. A wheel: nothing is compiled.
PYTHON_RIC=4.2.2
python_ric() {
  local folder=$CACHE/ric-python-$PYTHON_RIC
  cached "$folder" build_python_ric
  echo "$folder"
}
build_python_ric() {
  say 'fetching the Python RIC, once'
  # The wheel is named by its platform, so whichever Python pip runs on fetches the same one.
  retry 3 python3 -m pip install --quiet --no-compile --only-binary :all: --implementation cp --python-version 3.11 \
    --platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64 --target "$1" "awslambdaric==$PYTHON_RIC"
}
