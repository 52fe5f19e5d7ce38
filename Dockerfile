# Microsoft ships no Debian images of .NET 10, and its Ubuntu ones have PostgreSQL's client tools of version 16 only, which
# refuse newer servers. So: build there, run self-contained on Debian 13, whose tools (17) dump servers 14 to 17.
# For a PostgreSQL 18 server, build with: --build-arg BASE=debian:sid-slim --build-arg POSTGRESQL_CLIENT=postgresql-client-18
ARG BASE=debian:trixie-slim

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
ARG TARGETARCH
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
RUN case "$TARGETARCH" in arm64) runtime=linux-arm64 ;; *) runtime=linux-x64 ;; esac \
 && dotnet publish src/MmDrBot -c Release -r "$runtime" --self-contained -p:PublishReadyToRun=true -o /app

FROM ${BASE}
ARG POSTGRESQL_CLIENT=postgresql-client
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libssl3t64 libstdc++6 tzdata "$POSTGRESQL_CLIENT" \
 && rm -rf /var/lib/apt/lists/*
# Mattermost's images use 2000:2000 and its files are readable by their owner only.
RUN groupadd --gid 2000 mmdr \
 && useradd --uid 2000 --gid 2000 --home-dir /var/lib/mmdr --create-home --shell /usr/sbin/nologin mmdr
COPY --from=build /app /opt/mmdr
RUN ln -s /opt/mmdr/mmdr /usr/local/bin/mmdr
ENV MMDR_Http__Listen=http://0.0.0.0:8075 \
    MMDR_ConnectionStrings__State="Data Source=/var/lib/mmdr/state.db" \
    DOTNET_EnableDiagnostics=0
USER 2000:2000
WORKDIR /var/lib/mmdr
VOLUME /var/lib/mmdr
EXPOSE 8075
ENTRYPOINT ["mmdr"]
CMD ["serve"]
