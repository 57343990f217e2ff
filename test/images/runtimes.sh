# shellcheck shell=bash
# shellcheck disable=SC2154,SC2164 # images is the caller's, and so is set -e
# Equivalents of AWS's base images, each a root file system of one layer. Argument: the (empty) root.

nodejs_root() {
  local root=$1 ric
  ric=$(node_ric)
  base "$root"
  mkdir -p "$root/var/lang/bin"
  cp "$ric/bin/node" "$root/var/lang/bin/node"
  put_libraries "$root" "$ric/bin/node"
  cp -r "$ric/runtime/." "$root/var/runtime/"
  install -m 755 "$images/bootstraps/nodejs.sh" "$root/var/runtime/bootstrap"
}

python_root() {
  local root=$1 ric module
  ric=$(python_ric)
  base "$root"
  put "$root" /usr/bin/python3.11
  mkdir -p "$root/usr/lib/python3.11" "$root/var/lang/bin"
  tar -C /usr/lib/python3.11 --exclude={test,idlelib,tkinter,lib2to3,ensurepip,__pycache__,'config-3.11-*',dist-packages,turtledemo,distutils} -cf - . |
    tar -C "$root/usr/lib/python3.11" -xf -
  for module in /usr/lib/python3.11/lib-dynload/*.so; do put_libraries "$root" "$module"; done
  ln -s /usr/bin/python3.11 "$root/var/lang/bin/python3.11"
  ln -s python3.11 "$root/usr/bin/python3"
  cp -r "$ric/." "$root/var/runtime/"
  for module in "$root"/var/runtime/*.so; do put_libraries "$root" "$module"; done
  # Compiled ahead, and never checked against the sources' times, which the layer sets to 0: else every cold start compiles anew.
  # Some files of the standard library are bad on purpose.
  /usr/bin/python3.11 -m compileall -q --invalidation-mode unchecked-hash -s "$root" -p / "$root/usr/lib/python3.11" "$root/var/runtime" || true
  install -m 755 "$images/bootstraps/python.sh" "$root/var/runtime/bootstrap"
}

java_root() {
  local root=$1 ric file
  ric=$(java_ric)
  base "$root"
  rmdir "$root/var/lang"
  "$JAVA_17/bin/jlink" --strip-debug --no-header-files --no-man-pages --compress=1 --output "$root/var/lang" --add-modules \
    java.base,java.logging,java.naming,java.management,java.xml,java.net.http,java.sql,java.desktop,jdk.unsupported,jdk.crypto.ec,jdk.zipfs
  for file in "$root/var/lang/bin/java" "$root"/var/lang/lib/*.so "$root/var/lang/lib/server/libjvm.so"; do put_libraries "$root" "$file"; done
  mkdir -p "$root/var/runtime/lib"
  cp "$ric"/ric/*.jar "$root/var/runtime/lib/"
  # The class-data archive takes a good part of the JVM's start off every cold start.
  "$root/var/lang/bin/java" -Xshare:dump >/dev/null
  install -m 755 "$images/bootstraps/java.sh" "$root/var/runtime/bootstrap"
}

provided_root() {
  local root=$1
  base "$root"
  put "$root" /usr/bin/bash /usr/bin/curl
  ln -s /usr/bin/bash "$root/bin/bash"
  install -m 755 "$images/bootstraps/provided.sh" "$root/var/runtime/bootstrap"
}
