#!/bin/sh
# A load test in any pipeline: ends with the exit status of the verdict (0 GO, 1 NO-GO, 3 INCONCLUSIVE), with what it found in ./load-test.
#   deploy/ci/run.sh scenarios/checkout.ts --rate 200/s
set -u
npx proofload run "$@" --strict --report markdown,junit,html --out reports --json > verdict.json
status=$?
mkdir -p load-test
cp reports/*/*/junit.xml reports/*/*/summary.md reports/*/*/report.html load-test/ 2>/dev/null
mv verdict.json load-test/
exit "$status"
