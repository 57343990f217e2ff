#!/usr/bin/env bash
# Writes go.mod and go.sum for the Kubernetes release given (v1.MINOR.PATCH).
# Run it once per upgrade and commit what it writes; CI only builds.
#
# k8s.io/kubernetes is not meant to be imported: its go.mod asks for v0.0.0 of
# every staging repository and points them at ./staging by replace lines, which
# Go ignores in a dependency. So the same list of replaces is written here, each
# aimed at the staging repository's published tag v0.MINOR.PATCH.
set -euo pipefail
version=${1:?usage: upgrade.sh v1.MINOR.PATCH}
staging=v0.${version#v1.}
cd "$(dirname "$0")/hyperkube"

upstream=$(cd / && go mod download -json "k8s.io/kubernetes@$version" | sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p')
godirective=$(sed -n 's/^go //p' "$upstream")
godebug=$(sed -n 's/^godebug //p' "$upstream")
{
  echo "module hyperkube"
  echo
  echo "go $godirective"
  if [ -n "$godebug" ]; then
    echo
    echo "godebug $godebug"
  fi
  echo
  echo "require k8s.io/kubernetes $version"
  echo
  # Upstream's own direct and indirect versions, so that what is built is
  # what upstream tested, not the newest that the graph allows.
  awk '/^require \(/ {on = 1} on {print} /^\)/ {on = 0}' "$upstream" | sed "s| v0\.0\.0\$| $staging|"
  echo
  echo "replace ("
  sed -n 's/^\t\(k8s\.io\/[a-z-]*\) v0\.0\.0$/\1/p' "$upstream" | sort -u | while read -r module; do
    printf '\t%s => %s %s\n' "$module" "$module" "$staging"
  done
  echo ")"
} >go.mod
rm -f go.sum
go mod tidy
