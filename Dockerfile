# The tag alone is named: a digest could not be looked up and tried where this was written. A release names
# it (docs/RELEASING.md): --build-arg BASE=node:24-bookworm-slim@sha256:…
ARG BASE=node:24-bookworm-slim
FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-progress
COPY tsconfig.json ./
COPY scripts scripts
COPY schemas schemas
COPY src src
RUN npm run build

FROM ${BASE}
LABEL io.airbyte.name="source-gokwik/source-gokwik" \
      io.airbyte.version="0.2.0"
# Memory that one thread gives back, all may take again: a lower peak.
ENV NODE_ENV=production TZ=UTC MALLOC_ARENA_MAX=1
# What the connector never starts: npm, and the packages whose programs have the rights of another user than who
# starts them, with those that need these. They go as packages, so that the image's own list of them stays true.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn* /opt/yarn* \
 && dpkg --purge --force-depends --force-remove-essential --force-remove-protected \
      adduser apt e2fsprogs login mount passwd util-linux util-linux-extra \
      libpam-modules libpam-modules-bin libpam-runtime libpam0g libapt-pkg6.0 libsemanage2 \
 && ! find / -xdev -type f -perm /6000 | grep .
# One file runs, and loads the other one for SFTP alone. package.json says that they are ES modules; the
# licences are those of what is in them.
COPY --from=build /build/package.json /build/dist/main.js /build/dist/ssh2.js /build/dist/licenses.txt /airbyte/integration_code/
# Hosts start the connector either by the entrypoint or by this variable, from any directory. A page
# is forgotten as soon as it is written: a small young generation, and an old one that is swept when it
# has doubled instead of quadrupled, take 100 MiB less for a tenth more processor time.
ENV AIRBYTE_ENTRYPOINT="/usr/local/bin/node --max-semi-space-size=8 --heap-growing-percent=100 /airbyte/integration_code/main.js"
# What Node compiled is kept, for this user: commands start sooner (docs/PERFORMANCE.md).
ENV NODE_COMPILE_CACHE=/airbyte/compiled
RUN mkdir /airbyte/compiled && chown 1000:1000 /airbyte/compiled
USER 1000:1000
RUN $AIRBYTE_ENTRYPOINT spec >/dev/null \
 && echo '{"base_url":"https://api.gokwik.co","app_id":"a","app_secret":"s","start_date":"2026-01-01"}' >/tmp/config.json \
 && $AIRBYTE_ENTRYPOINT discover --config /tmp/config.json >/dev/null \
 && rm /tmp/config.json
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=8", "--heap-growing-percent=100", "/airbyte/integration_code/main.js"]
