# The application: web, worker, beat and the migration are this one image with other commands.
# The servers that bin/run brings along (PostgreSQL, Valkey) are not in it.

FROM python:3.11-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements-production.txt /
RUN /opt/venv/bin/pip install --no-deps --require-hashes --requirement /requirements-production.txt

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=alliance.settings.production \
    STATE_DIR=/var/lib/commonweal
# What the worker draws PDFs with (WeasyPrint finds it by name), and letters to draw.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-liberation libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/commonweal commonweal
WORKDIR /srv/commonweal
COPY --from=packages /opt/venv /opt/venv
COPY . .
# Settings want their secrets even here; these are of no use anywhere else.
RUN SECRET_KEY=while-building \
    DATABASE_URL=postgresql://nobody@localhost/nothing \
    REDIS_URL=redis://localhost:6379/0 \
    python manage.py collectstatic --no-input --verbosity 0
USER commonweal
VOLUME /var/lib/commonweal
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "alliance.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--limit-request-line", "8190", "--no-control-socket"]
