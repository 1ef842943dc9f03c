# kycd in a container: one binary, no shell needed, no root, nothing written to the root filesystem.
#
#   docker build -t kycd .
#   docker run --read-only -p 8000:8000 -v /etc/kycd:/etc/kycd:ro -v /srv/kycd/secrets:/run/secrets:ro kycd \
#       serve --config /etc/kycd/kycd.toml
#
# Configuration belongs to /etc/kycd, secret files to /run/secrets, readable by uid 10001 and by nobody else. Without
# --config every key comes from the environment (KYCD_SECTION__KEY). PostgreSQL needs no volume; an SQLite file does.
# Port 8001 is the operators': publish it to them alone.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY src src
COPY migrations migrations
COPY config config
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    cargo build --locked --release --bin kycd && cp target/release/kycd /usr/local/bin/kycd

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /usr/local/bin/kycd /usr/local/bin/kycd

# The values are TOML: strings have quotes. They go before what the file says, so `kycd health` knows where to ask.
ENV KYCD_SERVER__LISTEN='"0.0.0.0:8000"' \
    KYCD_OPERATOR__LISTEN='"0.0.0.0:8001"'
EXPOSE 8000 8001

# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["kycd", "health"]
ENTRYPOINT ["kycd"]
CMD ["serve"]
