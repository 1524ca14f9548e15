# Vultus as one image for every role. Builds on Debian or Ubuntu bases with Python 3.11 to 3.13, with docker, podman or buildah.
# HEALTHCHECK is kept by the Docker image format only (buildah, podman: --format docker).
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS build
ENV DEBIAN_FRONTEND=noninteractive PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
# Debian's python3 has no ensurepip of its own
RUN python3 -c "import ensurepip, venv" 2>/dev/null \
    || { apt-get update && apt-get install --yes --no-install-recommends python3-venv && rm -rf /var/lib/apt/lists/*; }
WORKDIR /build
RUN python3 -m venv /opt/vultus && python3 -m venv /build/tools

# wheels only: nothing is compiled, so there is no compiler to leave behind
COPY requirements/ requirements/
RUN /opt/vultus/bin/python -m pip install --no-compile --only-binary :all: --require-hashes --requirement requirements/runtime.txt
RUN awk '/^(hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/,/# via/' requirements/dev.txt > requirements/build.txt \
    && /build/tools/bin/python -m pip install --no-compile --only-binary :all: --require-hashes --requirement requirements/build.txt

COPY pyproject.toml README.md LICENSE ./
COPY service/ service/
COPY dicom_io/ dicom_io/
COPY analysis/ analysis/
COPY reports/ reports/
RUN /build/tools/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/vultus/bin/python -m pip install --no-compile --no-deps --no-index dist/*.whl

# pip stays until the model is there: it may have to come from the package index. The libraries' own tests are 70 MB, one of them no Python.
# Compiled once here, because a read-only root keeps no bytecode and each analysis is a process of its own.
RUN /opt/vultus/bin/vultus model fetch \
    && /opt/vultus/bin/vultus model verify \
    && /opt/vultus/bin/python -m pip uninstall --yes --quiet pip setuptools \
    && find /opt/vultus/lib -type d \( -name test -o -name tests \) -prune -exec rm -rf {} + \
    && /opt/vultus/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/vultus/lib


FROM ${BASE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Vultus" \
      org.opencontainers.image.description="Face-video analysis for a hospital PACS: a clip in over DICOM, a structured report and a PDF out. Research use only - not for diagnosis." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"

# libseccomp keeps video decoders off the network; most bases bring it for apt. The base's own pip is not needed.
RUN if ! ldconfig -p | grep -q 'libseccomp\.so\.2'; then \
        apt-get update && apt-get install --yes --no-install-recommends libseccomp2 && rm -rf /var/lib/apt/lists/*; fi \
    && rm -rf /usr/local/lib/python3*/site-packages/pip* /usr/local/lib/python3*/ensurepip /usr/local/bin/pip* \
    && groupadd --gid 10001 vultus \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin vultus \
    && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/vultus
COPY --from=build /opt/vultus /opt/vultus

# Loopback inside a container reaches nobody, so the image listens on every address of the container; who may send is
# dicom.allowed_peers, which still names loopback only, and what is reachable from outside is what the host publishes.
# The environment wins over the configuration file: these five are fixed here, and changed by environment only.
ENV PATH=/opt/vultus/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VULTUS__STORAGE__ROOT=/var/lib/vultus \
    VULTUS__DICOM__HOST=0.0.0.0 \
    VULTUS__DICOM__PORT=11112 \
    VULTUS__CONSOLE__HOST=0.0.0.0 \
    VULTUS__CONSOLE__PORT=8042
WORKDIR /var/lib/vultus
VOLUME ["/var/lib/vultus"]
EXPOSE 11112 8042
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['VULTUS__CONSOLE__PORT']), timeout=8); c.request('GET', '/health/ready'); a = c.getresponse(); print(a.read().decode()); sys.exit(a.status != 200)"]
ENTRYPOINT ["vultus"]
CMD ["serve"]
