# Steps on a GPU: the same code and torch. CUDA comes with torch's wheels and the driver with the node,
# so that the base is plain Python: one CUDA, the one that torch was built for, and 3 GB less to pull than
# on a CUDA base image. Built in the repository's root:
#
#   docker build --file deploy/images/gpu-worker.Dockerfile --build-arg VERSION=0.1.0 .

ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS builder
WORKDIR /opt/garnish
RUN python -m venv /opt/venv
# Libraries first: some gigabytes that change only with their lock.
COPY deploy/images/gpu-worker.lock deploy/images/build-tools.lock /locks/
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /locks/gpu-worker.lock \
 && /opt/venv/bin/pip install --no-cache-dir --require-hashes --target /opt/build-tools -r /locks/build-tools.lock
COPY pyproject.toml README.md LICENSE ./
COPY gpu_ops gpu_ops
COPY resources resources
COPY sensors sensors
COPY menu_assets menu_assets
COPY models models
RUN PYTHONPATH=/opt/build-tools /opt/venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && /opt/venv/bin/python -m compileall -q gpu_ops resources sensors menu_assets

FROM python:${PYTHON}
ARG VERSION
# torch.compile builds launchers of its kernels with a C compiler.
RUN test -n "$VERSION" \
 && apt-get update \
 && apt-get install --yes --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --home-dir /var/lib/garnish garnish \
 && install --directory --owner garnish /opt/dagster/dagster_home
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /opt/garnish /opt/garnish
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    DAGSTER_HOME=/opt/dagster/dagster_home \
    GARNISH_ENV=cluster \
    GARNISH_HOME=/var/lib/garnish \
    GARNISH_CODE_VERSION=${VERSION}
LABEL org.opencontainers.image.title="Garnish GPU worker" \
      org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.licenses=Apache-2.0
WORKDIR /opt/garnish
# A number: Kubernetes can tell that it is not root's.
USER 10001
CMD ["python", "-c", "import torch; print(torch.cuda.get_device_name())"]
