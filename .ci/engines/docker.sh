#!/usr/bin/env bash
# docker.sh up     installs and starts a Docker daemon for the tests; prints `export` lines for the caller
# docker.sh down   ends what up started, with all containers and networks on it; images stay for the next run
# A daemon that answers already is used as it is, and never ended.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
socket=/var/run/docker.sock # the default: clients find it with no setting
data=$CACHE/docker
log=$STATE/dockerd.log

ping_docker() { curl -fs -o /dev/null --max-time 5 --unix-socket "$socket" http://docker/_ping; }

# Debian's iptables speaks nft; on a kernel without nf_tables dockerd needs the legacy one.
iptables_flavour() {
  local flavour
  for flavour in nft legacy; do
    if "iptables-$flavour" -t nat -n -L >/dev/null 2>&1; then
      echo "$flavour"
      return
    fi
  done
  return 1
}

start_daemon() {
  local dir flavour arguments=()
  if flavour=$(iptables_flavour); then
    # Found through PATH, so the machine's own choice of iptables stays what it was.
    dir=$STATE/docker-bin
    mkdir -p "$dir"
    ln -sfn "$(command -v "iptables-$flavour")" "$dir/iptables"
    ln -sfn "$(command -v "ip6tables-$flavour")" "$dir/ip6tables"
  else
    say 'no usable iptables: containers get no way out'
    dir=$STATE
    arguments+=(--iptables=false --ip-masq=false)
  fi
  sysctl -n net.ipv4.ip_forward >"$STATE/docker.ip_forward"
  mkdir -p "$data"
  # In its own session, so that a Ctrl-C at the caller doesn't reach it, and with its working folder out of any checkout.
  (
    cd "$STATE"
    PATH=$dir:$PATH setsid dockerd --host "unix://$socket" --data-root "$data" --exec-root "$STATE/docker" \
      --pidfile "$STATE/dockerd.pidfile" --log-level warn ${arguments[@]+"${arguments[@]}"} \
      </dev/null >"$log" 2>&1 &
    remember docker $!
  )
}

up() {
  apt_install docker.io iptables curl ca-certificates procps iproute2
  if ! ping_docker; then
    rm -f "$STATE/dockerd.pidfile"
    start_daemon
    if ! wait_until 60 ping_docker; then
      tail -n 20 "$log" >&2
      down
      die 'dockerd did not answer in 60 s'
    fi
  fi
  echo "export DOCKER_HOST=unix://$socket"
}

down() {
  if ! running docker >/dev/null; then
    rm -f "$STATE/docker.pid"
    return 0
  fi
  if ping_docker; then
    docker -H "unix://$socket" ps -aq | xargs -r docker -H "unix://$socket" rm -f -v >/dev/null || true
    docker -H "unix://$socket" network prune -f >/dev/null || true
    docker -H "unix://$socket" volume prune -f >/dev/null || true
  fi
  stop docker 30
  # dockerd leaves its bridge, its rules and the sysctl.
  ip link delete docker0 2>/dev/null || true
  forget_firewall
  if [ -s "$STATE/docker.ip_forward" ]; then sysctl -q -w "net.ipv4.ip_forward=$(cat "$STATE/docker.ip_forward")" || true; fi
  rmdir /sys/fs/cgroup/docker /sys/fs/cgroup/*/docker 2>/dev/null || true
  umount "$STATE"/docker/netns/* 2>/dev/null || true
  rm -rf "$STATE/docker" "$STATE/docker-bin" "$STATE"/docker{d.log,d.pidfile,.ip_forward} "$socket"
  # Folders that dockerd and its shims make at fixed places.
  rmdir /run/docker/{plugins,.} /run/containerd/{s,.} /run/runc 2>/dev/null || true
}

# Rules that name docker's chains or bridges, then the chains; the FORWARD policy that dockerd set to DROP.
forget_firewall() {
  local iptables=$STATE/docker-bin/iptables table chain
  [ -x "$iptables" ] || return 0
  for table in filter nat; do
    "$iptables" -t "$table" -S 2>/dev/null | grep -E '^-A .*(DOCKER|docker0)' | while read -r _ rule; do
      # shellcheck disable=SC2086 # the rule is words; none of docker's has a quoted one
      "$iptables" -t "$table" -D $rule 2>/dev/null || true
    done
    for chain in $("$iptables" -t "$table" -S 2>/dev/null | sed -n 's/^-N \(DOCKER.*\)/\1/p'); do
      "$iptables" -t "$table" -F "$chain" || true
    done
    for chain in $("$iptables" -t "$table" -S 2>/dev/null | sed -n 's/^-N \(DOCKER.*\)/\1/p'); do
      "$iptables" -t "$table" -X "$chain" || true
    done
  done
  "$iptables" -P FORWARD ACCEPT || true
}

case ${1:-} in
  up | down) "$1" ;;
  *) die "usage: ${0##*/} up|down" ;;
esac
