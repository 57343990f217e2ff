# shellcheck shell=bash
# Functions shared by the engine scripts and test/images; sourced, never run.
# Everything downloaded or built goes below CACHE, keyed by what it was made from, never into the checkout.
# What runs keeps its state below STATE.
CACHE=${LAMBDA_FIXTURES_CACHE:-/var/cache/lambda-fixtures}
STATE=${LAMBDA_FIXTURES_STATE:-/run/lambda-fixtures}
export DEBIAN_FRONTEND=noninteractive
# A failure inside $(…) ends the caller too.
shopt -s inherit_errexit
mkdir -p "$CACHE" "$STATE"

say() { echo "${0##*/}: $*" >&2; }
die() { say "$*"; exit 1; }

# retry COUNT COMMAND...: registries fail now and then; the wait grows by 3 s a try.
retry() {
  local count=$1 try
  shift
  for ((try = 1; ; try++)); do
    "$@" && return
    [ "$try" -lt "$count" ] || return 1
    say "try $try of $count failed: $*"
    sleep $((3 * try))
  done
}

# apt_install PACKAGE...: only those that are missing, so that a prepared machine needs no network.
apt_install() {
  local package missing=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  # A package must not start a service of its own: we start and end the daemons.
  # An exit of 101 tells invoke-rc.d so; a policy that was there already is kept.
  (
    exec 8>"$CACHE/apt.lock"
    flock 8
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
      printf '#!/bin/sh\nexit 101\n' >"$policy"
      chmod 755 "$policy"
      trap 'rm -f "$policy"' EXIT
    fi
    retry 4 apt_once "${missing[@]}" >"$STATE/apt.log" 2>&1 || {
      tail -n 30 "$STATE/apt.log"
      die "could not install ${missing[*]}"
    }
  ) >&2
}
apt_once() {
  apt-get -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -qq update 8>&- &&
    apt-get -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -qq -y --no-install-recommends install "$@" 8>&-
}

# hash_of FOLDER...: one key for the files below and their names, but for pages. Names count relative to the folder of the call,
# so a clone elsewhere has the same key. hash_text is for the rest that a build is made from: versions, say.
hash_of() { find "$@" -type f ! -name '*.md' -printf '%p\0' | sort -z | xargs -0 sha256sum | hash_text; }
hash_text() { sha256sum | cut -c1-16; }

# cached FOLDER COMMAND...: runs COMMAND FOLDER.tmp once and renames the folder on success.
# A second caller waits for the first; a build that was killed leaves nothing that looks finished. What the same thing
# was built into under other keys goes once nobody has used it for three days.
# Never call it under `if`, `&&` or `||`: bash would go on after a command of the build that failed.
cached() {
  local folder=$1
  shift
  (
    exec 9>"$folder.lock"
    flock 9
    if [ ! -e "$folder" ]; then
      rm -rf "$folder.tmp"
      mkdir -p "$folder.tmp"
      "$@" "$folder.tmp" 9>&-
      mv "$folder.tmp" "$folder"
    fi
    touch "$folder"
    find "$CACHE" -mindepth 1 -maxdepth 1 -path "${folder%-*}-*" ! -path "$folder*" -mtime +3 -exec rm -rf {} +
  ) >&2
}

# start_time PID: with the pid it names one process for ever, so that we never signal a stranger. Zombies count as gone.
start_time() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -r -a fields <<<"${stat##*) }"
  [ "${fields[0]}" != Z ] && echo "${fields[19]}"
}

# remember NAME PID / running NAME / forget NAME: the daemons that we started.
remember() { echo "$2 $(start_time "$2")" >"$STATE/$1.pid"; }
running() {
  local pid started
  read -r pid started 2>/dev/null <"$STATE/$1.pid" || return 1
  [ "$(start_time "$pid")" = "$started" ] && echo "$pid"
}

# wait_until SECONDS COMMAND...: readiness of a daemon that offers no event of its own; on failure the caller shows the log.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# stop NAME [SECONDS]: SIGTERM, then SIGKILL once the time is up.
stop() {
  local name=$1 pid
  if pid=$(running "$name"); then
    kill -TERM "$pid" 2>/dev/null || true
    if ! wait_until "${2:-20}" not running "$name"; then
      say "$name did not end by SIGTERM: killed"
      kill -KILL "$pid" 2>/dev/null || true
      wait_until 10 not running "$name" || die "$name (pid $pid) can't be ended"
    fi
  fi
  rm -f "$STATE/$name.pid"
}
not() { ! "$@"; }
