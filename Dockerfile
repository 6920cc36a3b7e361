# Serves the trained model that is mounted at /model: docs/serving.md, "In a container"
FROM denoland/deno:bin-2.9.6 AS deno

FROM debian:bookworm-slim AS build
# Debian keeps no earlier version of a package to pin
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates rustc-web cargo-web \
  && rm -rf /var/lib/apt/lists/*
COPY --from=deno /deno /usr/local/bin/deno
WORKDIR /taxon
COPY . .
ENV DENO_DIR=/cache DENO_TLS_CA_STORE=mozilla,system
RUN deno task --quiet build:ffi \
  && find backends/ffi/native/target -mindepth 1 -maxdepth 2 ! -name release ! -name libtaxon.so -exec rm -rf {} + \
  && deno install --quiet --frozen --entrypoint apps/serve/*.ts

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home taxon && mkdir /model
COPY --from=deno /deno /usr/local/bin/deno
COPY --from=build /cache /cache
COPY --from=build /taxon /taxon
WORKDIR /taxon
ENV DENO_DIR=/cache DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
USER 10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["deno", "run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1:8080", "apps/serve/check_health.ts"]
ENTRYPOINT ["deno", "run", "--quiet", "--permission-set=serve", "--no-prompt", "--allow-run=/usr/local/bin/deno", "apps/serve/launch.ts", "--host", "0.0.0.0"]
CMD ["--model", "/model"]
