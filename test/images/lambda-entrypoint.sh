#!/bin/sh
# AWS's base images put their emulator in front when no Runtime API is given. These test images have none: one must be there.
if [ $# -ne 1 ]; then
  echo "entrypoint requires the handler name to be the first argument" 1>&2
  exit 142
fi
export _HANDLER="$1"
if [ -z "$AWS_LAMBDA_RUNTIME_API" ]; then
  echo "AWS_LAMBDA_RUNTIME_API is not set" 1>&2
  exit 143
fi
exec /var/runtime/bootstrap
