#!/usr/bin/env bash
# Prepares a Docker engine and the images that tests use from Debian's packages, for machines without an image registry.
# Writes to stdout only `export NAME=value` lines for the tests; says what it does on stderr. Where the engine or the images cannot be
# had it says so and prints nothing: the tests then use the machine's own PostgreSQL and RabbitMQ. Needs root and apt.
#   eval "$(tests/images/prepare.sh)"
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
say() { echo "images: $*" >&2; }
without() { say "$*; the tests use the machine's own PostgreSQL and RabbitMQ."; exit 0; }

[ "$(id -u)" = 0 ] || without "not root"
command -v apt-get >/dev/null || without "no apt"
missing=()
command -v dockerd >/dev/null || missing+=(docker.io iptables)
command -v debootstrap >/dev/null || missing+=(debootstrap)
if [ ${#missing[@]} -gt 0 ]; then
  say "installing ${missing[*]}"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 || without "could not install ${missing[*]}"
fi

export DOCKER_API_VERSION=1.41 DOCKER_BUILDKIT=0
if ! docker version >/dev/null 2>&1; then
  say "starting dockerd"
  log=$(mktemp -t gdx-dockerd.XXXXXX)
  setsid nohup dockerd >"$log" 2>&1 </dev/null &
  engine=$!
  for _ in $(seq 60); do # Half a minute; it takes two seconds.
    docker version >/dev/null 2>&1 && break
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.5
  done
  docker version >/dev/null 2>&1 || { tail -3 "$log" >&2; kill "$engine" 2>/dev/null; without "the Docker engine does not start here"; }
  echo "export GDX_DOCKERD_PID=$engine" # Whoever asked stops it again.
fi

if ! docker image inspect gdx-test/base >/dev/null 2>&1; then
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null | awk -v suite="$suite" '$2 == suite { print $1; exit }')
  [ -n "$mirror" ] || without "apt has no mirror of $suite"
  rootfs=$(mktemp -d -t gdx-rootfs.XXXXXX)
  say "making the base image from Debian's packages (about a minute)"
  if ! debootstrap --variant=minbase --include=postgresql,rabbitmq-server "$suite" "$rootfs" "$mirror" >"$rootfs.log" 2>&1; then
    tail -3 "$rootfs.log" >&2
    rm -rf "$rootfs" "$rootfs.log"
    without "debootstrap failed"
  fi
  rm -rf "$rootfs"/var/cache/apt/archives/*.deb
  tar -C "$rootfs" -c . | docker import - gdx-test/base >/dev/null || { rm -rf "$rootfs" "$rootfs.log"; without "the base image cannot be imported"; }
  rm -rf "$rootfs" "$rootfs.log"
fi

for image in postgres rabbitmq; do
  ports=$([ "$image" = postgres ] && echo 5432 || echo "5672 15672")
  printf 'FROM gdx-test/base\nCOPY %s-entrypoint.sh /entrypoint.sh\nENV PATH="/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" LANG=C.UTF-8\nRUN chmod 755 /entrypoint.sh && ln -sf /usr/lib/postgresql/*/bin/pg_isready /usr/lib/postgresql/*/bin/psql /usr/local/bin/\nEXPOSE %s\nENTRYPOINT ["/entrypoint.sh"]\n' "$image" "$ports" \
    | docker build -q -t "gdx-test/$image" -f - "$here" >/dev/null 2>&1 || without "the image of $image cannot be built"
done

echo "export DOCKER_API_VERSION=$DOCKER_API_VERSION"
echo "export TESTCONTAINERS_RYUK_DISABLED=true" # Its image cannot be had; the test environment removes its own containers.
echo "export GDX_TEST_POSTGRES_IMAGE=gdx-test/postgres GDX_TEST_RABBITMQ_IMAGE=gdx-test/rabbitmq"
say "ready"
