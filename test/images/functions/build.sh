# shellcheck shell=bash
# shellcheck disable=SC2154,SC2164 # images is the caller's, and so is set -e
# The compiled test functions; each prints a code folder, made once.
go_function() {
  local folder
  folder=$CACHE/function-go-$( (go env GOVERSION; cd "$images/functions" && hash_of go) | hash_text)
  cached "$folder" build_go_function
  echo "$folder"
}
build_go_function() {
  local out=$1
  (
    cd "$images/functions/go"
    export CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOTOOLCHAIN=local
    retry 4 go mod download
    go build -trimpath -tags lambda.norpc -ldflags '-s -w' -o "$out/bootstrap" .
    # For the image of a foreign architecture.
    GOARCH=arm64 go build -trimpath -tags lambda.norpc -ldflags '-s -w' -o "$out/bootstrap-arm64" .
  )
}

rust_function() {
  local folder
  folder=$CACHE/function-rust-$( (rustc --version; cd "$images/functions" && hash_of rust/src rust/Cargo.*) | hash_text)
  cached "$folder" build_rust_function
  echo "$folder"
}
build_rust_function() {
  local out=$1
  say 'building the Rust function, once'
  (
    cd "$images/functions/rust"
    retry 4 cargo fetch --quiet --locked
    cargo build --quiet --release --locked --target-dir "$out/target"
  )
  mv "$out/target/release/bootstrap" "$out/bootstrap"
  rm -rf "$out/target"
}
