#!/usr/bin/env bash
# podman.sh up     installs podman and starts its Docker-compatible API for the tests; prints `export` lines
# podman.sh down   ends what up started, with all containers and networks of it; images stay for the next run
# Storage and network state are the tests' own: a podman that the machine uses otherwise sees nothing of it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
socket=/run/podman/podman.sock # root's default: clients find it with no setting
log=$STATE/podman.log

ping_podman() { curl -fs -o /dev/null --max-time 5 --unix-socket "$socket" http://podman/_ping; }

export CONTAINERS_CONF=$STATE/podman/containers.conf CONTAINERS_STORAGE_CONF=$STATE/podman/storage.conf
configure() {
  mkdir -p "$STATE/podman/work" "$CACHE/podman" "${socket%/*}"
  # A copy: the service outlives a checkout that is removed.
  cp "$here/containers.conf" "$CONTAINERS_CONF"
  {
    echo "network_config_dir = \"$CACHE/podman/networks\"" # last section of the file: [network]
  } >>"$CONTAINERS_CONF"
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$CACHE/podman/storage" "$STATE/podman/run" >"$CONTAINERS_STORAGE_CONF"
}

up() {
  apt_install podman netavark aardvark-dns runc iptables curl ca-certificates procps iproute2
  configure
  if ! ping_podman; then
    # An out-of-memory kill makes conmon leave a file "oom" in the service's working folder.
    (
      cd "$STATE/podman/work"
      setsid podman system service --time=0 "unix://$socket" </dev/null >"$log" 2>&1 &
      remember podman $!
    )
    if ! wait_until 60 ping_podman; then
      tail -n 20 "$log" >&2
      down
      die 'podman did not answer in 60 s'
    fi
  fi
  echo "export LAMBDA_FIXTURES_PODMAN=unix://$socket"
  # For the podman command line; the API's users need neither.
  echo "export CONTAINERS_CONF=$CONTAINERS_CONF CONTAINERS_STORAGE_CONF=$CONTAINERS_STORAGE_CONF"
}

down() {
  if [ ! -e "$CONTAINERS_CONF" ]; then return 0; fi
  podman rm --all --force --time 0 --volumes >/dev/null 2>&1 || true
  podman network prune --force >/dev/null 2>&1 || true
  podman volume prune --force >/dev/null 2>&1 || true
  stop podman 20
  ip link delete podman0 2>/dev/null || true
  # What podman keeps mounted between commands.
  umount "$CACHE/podman/storage/overlay" 2>/dev/null || true
  rm -rf "$STATE/podman" "$log" "$socket"
  rmdir "${socket%/*}" 2>/dev/null || true
}

case ${1:-} in
  up | down) "$1" ;;
  *) die "usage: ${0##*/} up|down" ;;
esac
