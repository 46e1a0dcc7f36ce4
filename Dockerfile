# syntax=docker/dockerfile:1
# Builds the one binary and ships it alone, on Debian, as an ordinary user.

FROM rust:1.95-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package hostolink-gateway \
    && install -D target/release/hostolink /out/hostolink

FROM debian:bookworm-slim
# libpq speaks to Postgres; ca-certificates lets it and the mail client check who answers.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin hostolink
COPY --from=build /out/hostolink /usr/local/bin/hostolink
COPY data /usr/share/hostolink/data
USER hostolink
WORKDIR /usr/share/hostolink
# A container never opens the development doors, whatever else is forgotten.
ENV APP_ENV=production PORT=3000
EXPOSE 3000
# bash speaks HTTP well enough: no curl in the image.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["hostolink"]
CMD ["serve"]
