# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # images and work are the caller's, AWS_CONFIG is for it
# Root file systems made of this machine's own Debian files, and image archives made of root file systems.

# put ROOT FILE...: copies FILE (following links) to the same path under ROOT, with every shared library it needs.
put() {
  local root=$1 file
  shift
  for file in "$@"; do
    install -D -m "$(stat -Lc %a "$file")" "$file" "$root$file"
    put_libraries "$root" "$file"
  done
}
# put_libraries ROOT FILE...: only what FILE links to; one that is part of the root file system already stays.
put_libraries() {
  local root=$1 library
  shift
  for library in $(ldd "$@" 2>/dev/null | grep -oE '(=> |^[[:space:]]+)/[^ ]+' | grep -oE '/[^ ]+' | sort -u); do
    [[ $library == "$root"* || -e $root$library ]] || install -D -m 755 "$(readlink -f "$library")" "$root$library"
  done
}

# base ROOT: busybox, glibc, certificates, Lambda's folders and the entrypoint of AWS's images.
base() {
  local root=$1 name file
  mkdir -p "$root"/{bin,dev,etc/ssl/certs,lib,lib64,opt/extensions,proc,root,sys,tmp,usr/bin,usr/local/bin,var/lang,var/runtime,var/task}
  chmod 1777 "$root/tmp"
  install -m 755 "$(command -v busybox)" "$root/bin/busybox"
  for name in sh ash cat chmod cp cut date env find grep head hostname id kill ls mkdir mkfifo mktemp mount nc printenv ps rm sed sleep \
    stat tail tar test touch tr uname wc; do
    ln -s busybox "$root/bin/$name"
  done
  ln -s /bin/busybox "$root/usr/bin/env"
  printf 'root:x:0:0:root:/root:/bin/sh\nsbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nsbx_user1051:x:990:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  # What native add-ons and compiled bootstraps link to; the Java RIC's JNI wants librt, Rust libgcc_s.
  for name in libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 libresolv.so.2 libnss_files.so.2 \
    libnss_dns.so.2 libgcc_s.so.1 libstdc++.so.6; do
    file=$LIBRARIES/$name
    [ -e "$file" ] || file=/usr$file
    install -D -m 755 "$(readlink -f "$file")" "$root$LIBRARIES/$name"
  done
  install -D -m 755 "$(readlink -f "$LOADER")" "$root$LOADER"
  install -m 755 "$images/lambda-entrypoint.sh" "$root/lambda-entrypoint.sh"
}

# layer NAME FOLDER: adds FOLDER as $work/NAME.tar, the same bytes for the same files.
layer() { tar -C "$2" --owner=0 --group=0 --numeric-owner --sort=name --mtime=@0 -cf "$work/$1.tar" .; }

# image NAME ARCHITECTURE CONFIG LAYER...: adds an image to the archive that is being made. CONFIG is Docker's, in JSON.
image() {
  local name=$1 architecture=$2 config=$3 id diffs
  shift 3
  diffs=$(for name_of_layer in "$@"; do sha256sum "$work/$name_of_layer.tar"; done | jq -R '"sha256:" + .[0:64]' | jq -cs .)
  jq -cn --arg architecture "$architecture" --argjson config "$config" --argjson diffs "$diffs" '{
    $architecture, os: "linux", created: "1970-01-01T00:00:00Z", $config,
    rootfs: {type: "layers", diff_ids: $diffs},
    history: ($diffs | map({created: "1970-01-01T00:00:00Z", created_by: "test/images"}))
  }' >"$work/config.json"
  id=$(sha256sum "$work/config.json" | cut -c1-64)
  mv "$work/config.json" "$work/$id.json"
  printf '%s\n' "$@" | jq -R '. + ".tar"' | jq -cs --arg name "$name" --arg config "$id.json" \
    '{Config: $config, RepoTags: [$name], Layers: .}' >>"$work/images.jsonl"
  echo "$name sha256:$id" >>"$work/ids"
}

# archive FOLDER: all images added so far, as FOLDER/images.tar (docker-archive) and FOLDER/ids.
archive() {
  jq -cs . "$work/images.jsonl" >"$work/manifest.json"
  mv "$work/images.jsonl" "$work/ids" "$1/"
  # Not compressed: it never leaves this machine.
  tar -C "$work" --owner=0 --group=0 --numeric-owner --sort=name --mtime=@0 --exclude=./roots --transform='s|^\./||' -cf "$1/images.tar" .
  rm "$1/images.jsonl"
}

# The configuration of AWS's base images: no command, no port, no user.
AWS_CONFIG='{
  "Entrypoint": ["/lambda-entrypoint.sh"],
  "WorkingDir": "/var/task",
  "Env": [
    "LANG=en_US.UTF-8", "TZ=:/etc/localtime",
    "PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    "LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    "LAMBDA_TASK_ROOT=/var/task", "LAMBDA_RUNTIME_DIR=/var/runtime"
  ]
}'
