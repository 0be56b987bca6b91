#!/bin/bash
# The contract of the public rabbitmq image with management, as far as tests use it: RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS; logs to stdout.
set -euo pipefail
cat > /etc/rabbitmq/rabbitmq.conf <<CONF
loopback_users = none
default_user = ${RABBITMQ_DEFAULT_USER:-guest}
default_pass = ${RABBITMQ_DEFAULT_PASS:-guest}
log.console = true
CONF
echo '[rabbitmq_management].' > /etc/rabbitmq/enabled_plugins
export RABBITMQ_LOGS=- HOME=/var/lib/rabbitmq
chown -R rabbitmq:rabbitmq /etc/rabbitmq /var/lib/rabbitmq
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server
