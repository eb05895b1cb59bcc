# msgctl in a container: docs/operations.md, "In containers", says how to run it.
#
#   docker build --tag msgctl .

FROM swift:6.3-bookworm AS build
# Debian's stable release has one version of a package at a time: there is none to choose.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcrypt-dev libcurl4-openssl-dev libhiredis-dev libmongoc-dev librabbitmq-dev libsqlite3-dev libssl-dev \
        libyaml-dev pkg-config python3 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /msgctl
# What is fetched changes more seldom than what is compiled.
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY Examples Examples
COPY Benchmarks Benchmarks
COPY Fuzz Fuzz
# They are part of the program.
COPY docs/openapi.json docs/openapi.json
COPY docs/asyncapi.json docs/asyncapi.json
RUN swift build --configuration release --product msgctl
COPY scripts scripts
RUN install -D .build/release/msgctl /image/usr/local/bin/msgctl \
    && scripts/man --binary .build/release/msgctl --output /image/usr/local/share/man/man1/msgctl.1

# It has Swift's runtime libraries.
FROM swift:6.3-bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates curl libcrypt1 libcurl4 libhiredis0.14 libmongoc-1.0-0 librabbitmq4 libsqlite3-0 libssl3 \
        libyaml-0-2 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 msgctl \
    && useradd --system --uid 10001 --gid msgctl --home-dir /var/lib/msgctl --shell /usr/sbin/nologin msgctl \
    && install -d -o msgctl -g msgctl -m 700 /var/lib/msgctl
COPY --from=build /image/ /
USER 10001:10001
WORKDIR /var/lib/msgctl
ENV MSGCTL_STORE_DATA_DIRECTORY=/var/lib/msgctl \
    MSGCTL_SERVER_HOST=0.0.0.0 \
    MSGCTL_LOG_FORMAT=json
VOLUME /var/lib/msgctl
EXPOSE 3000
# Whether the process answers: an engine that is away is not mended by another container.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:3000/api/health/live"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/msgctl"]
CMD ["serve"]
