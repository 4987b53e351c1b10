# Everything of Garnish that needs no GPU: Dagster's code server, daemon and webserver, run pods, CPU
# steps, and the review desk. No torch. Built in the repository's root:
#
#   docker build --file deploy/images/control-plane.Dockerfile --build-arg VERSION=0.1.0 .

ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS builder
WORKDIR /opt/garnish
RUN python -m venv /opt/venv
# Libraries first: this layer is the large one, and changes only with its lock.
COPY deploy/images/control-plane.lock deploy/images/build-tools.lock /locks/
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /locks/control-plane.lock \
 && /opt/venv/bin/pip install --no-cache-dir --require-hashes --target /opt/build-tools -r /locks/build-tools.lock
COPY pyproject.toml README.md LICENSE ./
COPY gpu_ops gpu_ops
COPY resources resources
COPY sensors sensors
COPY menu_assets menu_assets
COPY review_desk review_desk
COPY models models
# Editable, as on a laptop: the code finds its data files (glossary, templates, models) beside it.
RUN PYTHONPATH=/opt/build-tools /opt/venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && /opt/venv/bin/python -m compileall -q gpu_ops resources sensors menu_assets review_desk

FROM python:${PYTHON}
ARG VERSION
# A build without a version would go unnoticed until it meets another image.
RUN test -n "$VERSION" \
 && useradd --uid 10001 --create-home --home-dir /var/lib/garnish garnish \
 && install --directory --owner garnish /opt/dagster/dagster_home
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /opt/garnish /opt/garnish
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DAGSTER_HOME=/opt/dagster/dagster_home \
    GARNISH_ENV=cluster \
    GARNISH_HOME=/var/lib/garnish \
    GARNISH_CODE_VERSION=${VERSION}
LABEL org.opencontainers.image.title="Garnish control plane" \
      org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.licenses=Apache-2.0
WORKDIR /opt/garnish
# A number: Kubernetes can tell that it is not root's.
USER 10001
CMD ["garnish", "--help"]
