#!/bin/sh
# The search that Lambda's provided runtimes make.
for bootstrap in /var/task/bootstrap /opt/bootstrap; do
  if [ -x $bootstrap ]; then exec $bootstrap; fi
done
echo "Runtime.InvalidEntrypoint: no executable /var/task/bootstrap or /opt/bootstrap" 1>&2
exit 127
