#!/usr/bin/env bash
# podman.sh up [rootless]     installs podman and starts its Docker-compatible API for the tests; prints `export` lines
# podman.sh down [rootless]   ends what up started, with all containers and networks of it; images stay for the next run
# With `rootless` it runs as a user made for it, who stays. Storage and state are the tests' own: a podman that the machine uses
# otherwise sees nothing of them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
user=lambda-fixtures
packages=(podman netavark aardvark-dns runc iptables curl ca-certificates procps iproute2)
if [ "${2:-}" = rootless ]; then
  name=podman-rootless
  socket=$STATE/$name/podman.sock
  packages+=(uidmap slirp4netns passwd)
else
  name=podman
  socket=/run/podman/podman.sock # root's default: clients find it with no setting
fi
state=$STATE/$name data=$CACHE/$name log=$STATE/$name.log
export CONTAINERS_CONF=$state/containers.conf CONTAINERS_STORAGE_CONF=$state/storage.conf

ping_podman() { curl -fs -o /dev/null --max-time 5 --unix-socket "$socket" http://podman/_ping; }

as_user() {
  if [ "$name" = podman ]; then
    "$@"
  else
    env --chdir="$state/work" HOME="$data" XDG_RUNTIME_DIR="$state" setpriv --reuid "$user" --regid "$user" --init-groups "$@"
  fi
}

configure() {
  mkdir -p "$state"/{work,run,tmp} "$data" "${socket%/*}"
  # A copy: the service outlives a checkout that is removed.
  sed -e "s|@STATE@|$state|" -e "s|@DATA@|$data|" "$here/containers.conf" >"$CONTAINERS_CONF"
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$data/storage" "$state/run" >"$CONTAINERS_STORAGE_CONF"
  [ "$name" = podman-rootless ] || return 0
  # useradd gives a range of subordinate ids, too; the user stays, since the stored images belong to that range.
  id "$user" >/dev/null 2>&1 || useradd --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$user"
  chown "$user:" "$state" "$state"/{work,run,tmp} "$data"
  chmod 700 "$state"
  # slirp4netns opens it as the user; most systems let everybody (it still takes the right over a network namespace).
  if [ -e /dev/net/tun ]; then
    stat -c %a /dev/net/tun >"$STATE/$name.tun"
    chmod 666 /dev/net/tun
  fi
}

start_service() {
  # An out-of-memory kill makes conmon leave a file "oom" in the service's working folder.
  cd "$state/work"
  if [ "$name" = podman ]; then
    setsid podman system service --time=0 "unix://$socket" </dev/null >"$log" 2>&1 &
  else
    HOME=$data XDG_RUNTIME_DIR=$state setsid setpriv --reuid "$user" --regid "$user" --init-groups \
      podman system service --time=0 "unix://$socket" </dev/null >"$log" 2>&1 &
  fi
  remember "$name" $!
  cd "$here"
}

up() {
  apt_install "${packages[@]}"
  if ! ping_podman; then
    configure
    start_service
    if ! wait_until 60 ping_podman; then
      tail -n 20 "$log" >&2
      down
      die "$name did not answer in 60 s"
    fi
  fi
  if [ "$name" = podman ]; then
    echo "export LAMBDA_FIXTURES_PODMAN=unix://$socket"
  else
    echo "export LAMBDA_FIXTURES_PODMAN_ROOTLESS=unix://$socket"
  fi
}

down() {
  if [ ! -e "$CONTAINERS_CONF" ]; then return 0; fi
  as_user podman rm --all --force --time 0 --volumes >/dev/null 2>&1 || true
  as_user podman network prune --force >/dev/null 2>&1 || true
  as_user podman volume prune --force >/dev/null 2>&1 || true
  # Without root it runs as two processes, of which the first may end without the second.
  local group
  if group=$(running "$name"); then kill -TERM -- "-$group" 2>/dev/null || true; fi
  stop "$name" 20
  if [ "$name" = podman ]; then
    ip link delete podman0 2>/dev/null || true
    # What podman keeps mounted between commands.
    umount "$data/storage/overlay" 2>/dev/null || true
    rmdir /run/runc /sys/fs/cgroup/libpod_parent /sys/fs/cgroup/*/libpod_parent 2>/dev/null || true
  else
    # Ends the process that keeps the user's namespace.
    as_user podman system migrate >/dev/null 2>&1 || true
    if [ -s "$STATE/$name.tun" ]; then chmod "$(cat "$STATE/$name.tun")" /dev/net/tun; fi
    rm -f "/dev/shm/libpod_rootless_lock_$(id -u "$user")"
  fi
  rm -rf "$state" "$log" "$STATE/$name.tun" "$socket"
  rmdir "${socket%/*}" 2>/dev/null || true
}

case ${1:-}-${2:-} in
  up- | up-rootless | down- | down-rootless) "$1" ;;
  *) die "usage: ${0##*/} up|down [rootless]" ;;
esac
