#!/bin/sh
# Lays what runs proofload into a folder: dist and the production dependencies, nothing else.
# $1: the folder. PREBUILT (optional): a folder with dist and node_modules, where there is no registry to build from.
set -eu
into=$1
if [ -z "${PREBUILT:-}" ]; then
  npm ci --no-audit --no-fund
  node harness/build.js
  npm prune --omit=dev --no-audit --no-fund
  PREBUILT=.
fi
mkdir -p "$into/bin" /opt/places/spill /opt/places/work
cp -a package.json "$into/"
cp -a "$PREBUILT/dist" "$PREBUILT/node_modules" "$into/"
printf '#!/bin/sh\nexec node /opt/proofload/dist/cli/main.js "$@"\n' > "$into/bin/proofload"
chmod 0755 "$into/bin/proofload"
