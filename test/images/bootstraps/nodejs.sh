#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_nodejs24.x
[ -n "$NODE_PATH" ] || export NODE_PATH=/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task
set -- /var/lang/bin/node --expose-gc --max-http-header-size 81920 /var/runtime/index.mjs
if [ -n "$AWS_LAMBDA_EXEC_WRAPPER" ]; then
  [ -f "$AWS_LAMBDA_EXEC_WRAPPER" ] || { echo "$AWS_LAMBDA_EXEC_WRAPPER: does not exist"; exit 127; }
  exec "$AWS_LAMBDA_EXEC_WRAPPER" "$@"
fi
exec "$@"
