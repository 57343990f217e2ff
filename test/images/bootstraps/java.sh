#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_java17
classpath=/var/task
for folder in /var/task/lib /opt/java/lib; do
  if [ -d $folder ]; then classpath="$classpath:$folder/*"; fi
done
set -- /var/lang/bin/java -XX:+UseSerialGC -XX:+TieredCompilation -XX:TieredStopAtLevel=1 -Xshare:auto \
  -cp "/var/runtime/lib/*:$classpath" com.amazonaws.services.lambda.runtime.api.client.AWSLambda "$_HANDLER"
if [ -n "$AWS_LAMBDA_EXEC_WRAPPER" ]; then exec "$AWS_LAMBDA_EXEC_WRAPPER" "$@"; fi
exec "$@"
