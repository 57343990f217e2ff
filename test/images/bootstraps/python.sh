#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_python3.11
export PYTHONPATH=/var/runtime:/opt/python/lib/python3.11/site-packages:/opt/python${PYTHONPATH:+:$PYTHONPATH}
set -- /var/lang/bin/python3.11 -m awslambdaric "$_HANDLER"
if [ -n "$AWS_LAMBDA_EXEC_WRAPPER" ]; then exec "$AWS_LAMBDA_EXEC_WRAPPER" "$@"; fi
exec "$@"
