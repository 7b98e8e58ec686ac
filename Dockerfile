# The HTTP API as an image: docker build -t digitlens . && docker run -p 8000:8000 digitlens
# docs/serving.md tells the rest.
FROM python:3.13-slim AS build

COPY requirements/api.txt /build/requirements/
RUN python -m venv /opt/digitlens \
    && /opt/digitlens/bin/pip install --no-cache-dir --require-hashes --requirement /build/requirements/api.txt
COPY pyproject.toml hatch_build.py README.md LICENSE /build/
COPY src /build/src
RUN /opt/digitlens/bin/pip install --no-cache-dir --no-deps --no-build-isolation /build

FROM python:3.13-slim

RUN useradd --system --uid 10001 --no-create-home digitlens
COPY --from=build /opt/digitlens /opt/digitlens
ENV PATH=/opt/digitlens/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DIGITLENS_OFFLINE=1 \
    DIGITLENS_API_HOST=0.0.0.0 \
    DIGITLENS_API_PORT=8000
USER 10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['DIGITLENS_API_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["digitlens"]
CMD ["serve"]
