#!/usr/bin/env bash
# Builds the parts of the test cluster that no registry ships as a program, and prints the folder that holds them:
# hyperkube (etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet and kubectl in one binary, picked by
# argv[0]) with a link for each beside it, and pause, the only program of the sandbox image that every pod needs.
# Kept under the hash of its inputs: 8 CPU-minutes the first time, nothing afterwards.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../../.ci/engines/lib.sh
export CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOTOOLCHAIN=local
# No DWARF (-s -w drops it anyway) and a lazier collector: an eighth less work for the compiler.
export GOGC=400
flags=(-trimpath -gcflags=all=-dwarf=false)

version=$(sed -n 's/^require k8s\.io\/kubernetes //p' hyperkube/go.mod)
folder=$CACHE/cluster-$version-$( (go env GOVERSION GOARCH; hash_of hyperkube pause) | hash_text)

build() {
  local out=$1 minor ldflags='-s -w' package component
  minor=${version#v1.}
  minor=${minor%%.*}
  # Without these the API server takes itself for v0.0.0-master and the kubelet registers with that version.
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    ldflags+=" -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor -X $package.gitTreeState=clean"
  done
  # 2.8 GB that nothing else can use: dropped after success, kept after a failure so that the next run goes on from there.
  export GOCACHE=$CACHE/go-build-cluster
  (
    cd hyperkube
    retry 4 go mod download
    go build "${flags[@]}" -ldflags "$ldflags" -o "$out/hyperkube" .
  )
  for component in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl; do
    ln -s hyperkube "$out/$component"
  done
  (
    cd pause
    go build "${flags[@]}" -ldflags '-s -w' -o "$out/pause" .
  )
  rm -rf "$GOCACHE"
}

[ -e "$folder" ] || say "building Kubernetes $version for the tests, once"
cached "$folder" build
echo "$folder"
