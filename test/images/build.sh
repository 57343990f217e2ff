#!/usr/bin/env bash
# build.sh [docker] [podman] [podman-rootless] [kubernetes]
# Builds equivalents of AWS's base images, the test functions and the images for failure tests, from registry packages and this
# machine's own Debian files, and loads them into the engines named, under the official names. Prints `export` lines.
# Kept under the hash of all that they are made from: nothing changed is a matter of seconds.
set -euo pipefail
images=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$images"
# shellcheck disable=SC2034 # read by what is sourced
LIBRARIES=/lib/x86_64-linux-gnu LOADER=/lib64/ld-linux-x86-64.so.2 JAVA_17=/usr/lib/jvm/java-17-openjdk-amd64
. ../../.ci/engines/lib.sh
. ./lib.sh
. ./rics/node.sh
. ./rics/python.sh
. ./rics/java.sh
. ./functions/build.sh
. ./runtimes.sh
[ "$(uname -m)" = x86_64 ] || die 'the test images are made for x86_64 only'
for engine in "$@"; do
  case $engine in
    docker) command -v docker >/dev/null || die 'docker is not installed: .ci/engines/docker.sh up' ;;
    podman*) command -v podman >/dev/null || die 'podman is not installed: .ci/engines/podman.sh up' ;;
    kubernetes) [ -n "${CONTAINERD_ADDRESS:-}" ] || die 'no cluster: run .ci/engines/kubernetes.sh up and eval what it prints' ;;
    *) die "usage: ${0##*/} [docker] [podman] [podman-rootless] [kubernetes]" ;;
  esac
done

packages=(bash busybox-static ca-certificates curl jq libc6 libgcc-s1 libpython3.11-stdlib libstdc++6 openjdk-17-jdk-headless python3.11-minimal)
apt_install "${packages[@]}"
key=$( (
  hash_of .
  dpkg-query -W "${packages[@]}"
  go env GOVERSION
  rustc --version
) | hash_text)
folder=$CACHE/images-$key

# prepare NAME...: the slow, independent parts side by side.
prepare() {
  local part pids=()
  for part in "$@"; do
    "$part" >/dev/null &
    pids+=($!)
  done
  for part in "${pids[@]}"; do wait "$part"; done
}

# The archive's own order is that of the layers below; a failed step ends it all.
build() {
  local out=$1 name config go functions
  say 'building the test images'
  prepare node_ric python_ric java_ric go_function rust_function
  go=$(go_function)
  work=$out/work
  mkdir -p "$work/roots"
  functions=$out/functions
  mkdir -p "$functions"/{go,java/lib,rust}
  cp -r functions/{nodejs,python,bash} "$functions/"
  cp "$go/bootstrap" "$functions/go/"
  cp "$(rust_function)/bootstrap" "$functions/rust/"
  cp "$(java_ric)/function/function.jar" "$functions/java/lib/"

  for name in nodejs:24 python:3.11 java:17 provided:al2023; do
    "${name%:*}_root" "$work/roots/${name%:*}"
    layer "${name%:*}" "$work/roots/${name%:*}"
    image "public.ecr.aws/lambda/$name" amd64 "$AWS_CONFIG" "${name%:*}"
  done

  # A user's image: FROM nodejs:24, COPY, CMD.
  mkdir -p "$work/roots/function/var/task"
  cp functions/nodejs/app.mjs "$work/roots/function/var/task/"
  layer function "$work/roots/function"
  image localhost/lambda-fixtures/function:1 amd64 "$(jq -c '. + {Cmd: ["app.handler"]}' <<<"$AWS_CONFIG")" nodejs function

  # A user's image with nothing but one static program: no shell, no C library, no /tmp.
  mkdir -p "$work/roots/static"
  cp "$go/bootstrap" "$work/roots/static/bootstrap"
  layer static "$work/roots/static"
  image localhost/lambda-fixtures/static:1 amd64 '{"Entrypoint": ["/bootstrap"], "WorkingDir": "/"}' static

  # Images that can't work, each in its own way.
  mkdir -p "$work/roots/arm64"
  cp "$go/bootstrap-arm64" "$work/roots/arm64/bootstrap"
  layer arm64 "$work/roots/arm64"
  image localhost/lambda-fixtures/foreign-architecture:1 arm64 '{"Entrypoint": ["/bootstrap"], "WorkingDir": "/"}' arm64
  image localhost/lambda-fixtures/foreign-binary:1 amd64 '{"Entrypoint": ["/bootstrap"], "WorkingDir": "/"}' arm64
  image localhost/lambda-fixtures/no-entrypoint:1 amd64 '{"WorkingDir": "/var/task", "Env": ["PATH=/usr/bin:/bin"]}' provided
  config='{"Entrypoint": ["/bin/sh", "-c", "echo leaving at once >&2; exit 3"], "WorkingDir": "/var/task", "Env": ["PATH=/usr/bin:/bin"]}'
  image localhost/lambda-fixtures/exits-at-once:1 amd64 "$config" provided
  config='{"Entrypoint": ["/bin/sh", "-c", "echo never polling; exec sleep 86400"], "WorkingDir": "/var/task", "Env": ["PATH=/usr/bin:/bin"]}'
  image localhost/lambda-fixtures/never-polls:1 amd64 "$config" provided

  # The test double of Ryuk under the name that testcontainers pulls. The label is how Ryuk spares itself and how a second
  # client finds it; testcontainers doesn't set it, so the image does.
  mkdir -p "$work/roots/ryuk"
  (
    cd ryuk-double
    CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOTOOLCHAIN=local go build -trimpath -ldflags '-s -w' -o "$work/roots/ryuk/ryuk" .
  )
  layer ryuk "$work/roots/ryuk"
  config='{"Entrypoint": ["/ryuk"], "WorkingDir": "/", "ExposedPorts": {"8080/tcp": {}}, "Labels": {"org.testcontainers.ryuk": "true"}}'
  image docker.io/testcontainers/ryuk:0.14.0 amd64 "$config" ryuk

  archive "$out"
  rm -rf "$work"
}

# Both by their sockets: the podman command alone would use a storage of its own.
client() {
  case $1 in
    docker) docker --host "${DOCKER_HOST:-unix:///var/run/docker.sock}" "${@:2}" ;;
    podman) podman --remote --url "${LAMBDA_FIXTURES_PODMAN:-unix:///run/podman/podman.sock}" "${@:2}" ;;
    podman-rootless) podman --remote --url "${LAMBDA_FIXTURES_PODMAN_ROOTLESS:?}" "${@:2}" ;;
  esac
}
# has ENGINE: that engine has every image, made from these very files.
has() {
  local name id
  while read -r name id; do
    [ "$(client "$1" image inspect --format '{{.Id}}' "$name" 2>/dev/null | sed 's/^sha256://')" = "${id#sha256:}" ] || return 1
  done <"$folder/ids"
}
load() {
  case $1 in
    docker | podman*)
      if has "$1"; then return; fi
      say "loading the images into $1"
      client "$1" load --quiet --input "$folder/images.tar" >/dev/null
      # Those of an earlier key have lost their names just now.
      client "$1" image prune --force >/dev/null
      ;;
    kubernetes)
      local seen=${CONTAINERD_ADDRESS%/*}/images-$key
      if [ -e "$seen" ]; then return; fi
      say 'loading the images into the cluster'
      ctr --address "$CONTAINERD_ADDRESS" --namespace k8s.io images import --all-platforms "$folder/images.tar" >/dev/null
      touch "$seen"
      ;;
  esac
}

cached "$folder" build
for engine in "$@"; do load "$engine"; done
echo "export LAMBDA_FIXTURES_TEST_FUNCTIONS=$folder/functions"
echo "export LAMBDA_FIXTURES_TEST_RICS_NODEJS=$(node_ric) LAMBDA_FIXTURES_TEST_RICS_PYTHON=$(python_ric)"
