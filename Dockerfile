# The Dagster UI, its daemon and the command line of imr-etl. Letters are mounted at /letters (read-only), the data at /data.
FROM python:3.11-slim-bookworm

# tesseract reads pages that are pictures.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr \
    && rm -rf /var/lib/apt/lists/*

COPY . /src
RUN pip install --no-cache-dir -c /src/constraints.txt /src \
    && rm -rf /src \
    && useradd --create-home --uid 10001 imr \
    && install -d -o imr -g imr -m 0750 /data \
    && install -d -m 0755 /letters

USER imr
WORKDIR /data
ENV IMR_DATA=/data IMR_LETTERS=/letters DAGSTER_HOME=/data/.dagster DAGSTER_DISABLE_TELEMETRY=1 PYTHONWARNINGS=ignore
VOLUME ["/data"]
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:3000/server_info', timeout=5)"]
CMD ["imr-etl", "ui", "--host", "0.0.0.0", "--port", "3000"]
