# Two images from one file: `--target gate` carries the gate and nothing else, the last stage every verb.
# Builds install the locked packages with their hashes; the images hold neither pip's cache nor the sources.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements requirements
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/build.txt \
 && python -m venv /opt/gate \
 && /opt/gate/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/gate.txt \
 && python -m venv /opt/evenhand \
 && /opt/evenhand/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.txt -r requirements/postgres.txt
COPY pyproject.toml README.md LICENSE ./
COPY rulebooks rulebooks
COPY src src
RUN /opt/build/bin/python -m hatchling build -t wheel -d /wheel \
 && /opt/gate/bin/pip install --no-cache-dir --no-deps --no-index /wheel/evenhand-*.whl \
 && /opt/evenhand/bin/pip install --no-cache-dir --no-deps --no-index /wheel/evenhand-*.whl

FROM python:3.13-slim AS base
RUN useradd --system --uid 10001 --user-group --no-create-home evenhand \
 && install --directory --owner evenhand --group evenhand --mode 0750 /network
ENV PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /network

FROM base AS gate
COPY --from=build /opt/gate /opt/gate
EXPOSE 8970
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["/opt/gate/bin/python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8970/healthz', timeout=2)"]
ENTRYPOINT ["/opt/gate/bin/evenhand-gate"]
# `--stale hold`: bids wait when the register is past its time or missing. There is no default; choose what you mean.
CMD ["serve", "--register", "/network", "--host", "0.0.0.0", "--stale", "hold"]

FROM base AS evenhand
COPY --from=build /opt/evenhand /opt/evenhand
ENTRYPOINT ["/opt/evenhand/bin/evenhand"]
CMD ["--help"]
