# The portal and its worker: one image, started with another word.
# Python 3.11 on Debian 12 is what the tests run on, libmagic's version included.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY .ci/requirements.lock uv.lock
COPY requirements.lock requirements.lock
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r uv.lock \
    && VIRTUAL_ENV=/venv /venv/bin/uv pip install --no-cache --require-hashes -r requirements.lock \
    && /venv/bin/pip uninstall --yes uv

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libmagic1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --home-dir /var/lib/dossier --shell /usr/sbin/nologin dossier
COPY --from=packages /venv /venv
WORKDIR /app
COPY portal portal
COPY storage storage
COPY notices notices
COPY templates templates
RUN /venv/bin/python -m compileall -q portal storage notices
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DOSSIER_HOST=0.0.0.0 \
    DOSSIER_STATE=/var/lib/dossier \
    PORT=8000
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "portal.pulse", "portal"]
ENTRYPOINT ["python", "-m", "portal"]
CMD ["serve"]
