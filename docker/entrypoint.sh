#!/bin/sh
# What a container, and any other production machine, starts: one of web, worker, beat, migrate.
# Settings come from the environment (docs/operate/environment.md); nothing here has a default that would be unsafe.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python}
CORES=${COUNTERPART_CORES:-$(getconf _NPROCESSORS_ONLN)}

# Beat rings for others and does none of it: it needs no key.
[ "${1:-web}" != beat ] || export COUNTERPART_ONLY_RINGS=1

# What is wrong with the way this is deployed is said before anything is served, and then nothing is.
case "${1:-web}" in
    web) COUNTERPART_DB_ROLE=web "$PYTHON" manage.py check --deploy --fail-level ERROR >/dev/null ;;
    worker | beat) COUNTERPART_DB_ROLE=worker "$PYTHON" manage.py check --deploy --fail-level ERROR >/dev/null ;;
esac

case "${1:-web}" in
    web)
        "$PYTHON" manage.py collectstatic --noinput --verbosity 0
        # Counts of all web processes together (docs/operate/observability.md); as old as this start.
        PROMETHEUS_MULTIPROC_DIR=$(mktemp -d "${TMPDIR:-/tmp}/counterpart-counts.XXXXXX")
        export PROMETHEUS_MULTIPROC_DIR
        exec "$PYTHON" -m gunicorn config.wsgi:application --bind "${COUNTERPART_BIND:-0.0.0.0:8000}" \
            --worker-class config.serving.Worker --workers "$CORES" --threads "${COUNTERPART_THREADS:-8}" --no-control-socket \
            --timeout 30 --graceful-timeout 25 --keep-alive 5 --max-requests 5000 --max-requests-jitter 500 \
            --limit-request-line 4094 --limit-request-fields 64 --limit-request-field_size 8190 --forwarded-allow-ips "${COUNTERPART_PROXIES:-127.0.0.1}"
        ;;
    worker)
        # Two at least: what is asked each night takes long, and the relay must go on beside it.
        [ "$CORES" -ge 2 ] || CORES=2
        exec "$PYTHON" -m celery -A config worker --loglevel INFO --concurrency "${COUNTERPART_WORKERS:-$CORES}" \
            --without-gossip --without-mingle --without-heartbeat
        ;;
    beat)
        exec "$PYTHON" -m celery -A config beat --loglevel INFO --pidfile= \
            --schedule "${COUNTERPART_BEAT_FILE:-/tmp/beat-schedule}"
        ;;
    migrate)
        "$PYTHON" manage.py create_roles
        "$PYTHON" manage.py migrate --noinput
        exec "$PYTHON" manage.py seed --reference
        ;;
    *)
        echo "usage: entrypoint.sh web|worker|beat|migrate" >&2
        exit 64
        ;;
esac
