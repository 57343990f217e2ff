#!/bin/sh
# Builds init/dist/init-x86_64 and init-arm64 with Zig's C compiler, or takes them from the cache if the sources have not changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
zig_version=0.17.1
cache=${LAMBDA_FIXTURES_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/lambda-fixtures}
flags='-std=gnu11 -D_GNU_SOURCE -Os -static -s -Wall -Wextra -Werror -ffunction-sections -fdata-sections -Wl,--gc-sections'

key=$(cat "$here"/src/*.[ch] "$here/build.sh" | sha256sum | cut -c1-32)
built=$cache/init/$key

# Prints the compiler: $ZIG, or the `ziglang` wheel in a virtual environment in the cache.
find_zig() {
  if [ -n "${ZIG:-}" ]; then echo "$ZIG"; return; fi
  if [ ! -x "$cache/zig-$zig_version/bin/python" ]; then
    python3 -m venv "$cache/zig-$zig_version.$$" >&2
    "$cache/zig-$zig_version.$$/bin/pip" install --quiet --disable-pip-version-check "ziglang==$zig_version" >&2
    mv -T "$cache/zig-$zig_version.$$" "$cache/zig-$zig_version" 2>/dev/null || rm -rf "$cache/zig-$zig_version.$$"
  fi
  echo "$cache/zig-$zig_version/bin/python -m ziglang"
}

if [ ! -e "$built/init-x86_64" ] || [ ! -e "$built/init-arm64" ]; then
  zig=$(find_zig)
  mkdir -p "$built"
  for pair in x86_64:x86_64 aarch64:arm64; do
    # shellcheck disable=SC2086 # both are lists of words
    $zig cc -target "${pair%:*}-linux-musl" $flags "$here"/src/*.c -o "$built/init-${pair#*:}.$$"
    mv "$built/init-${pair#*:}.$$" "$built/init-${pair#*:}"
  done
fi
mkdir -p "$here/dist"
for name in init-x86_64 init-arm64; do
  if cmp -s "$built/$name" "$here/dist/$name"; then continue; fi
  # Renamed, because the existing file may be running.
  cp "$built/$name" "$here/dist/.$name.$$"
  mv "$here/dist/.$name.$$" "$here/dist/$name"
done
