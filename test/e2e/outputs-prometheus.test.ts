/** Figures in a real Prometheus: scraped and written, native and classic. */
import { spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { SparseHistogram } from '../../harness/measure/sparse-histogram.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { openmetricsText } from '../../harness/telemetry/outputs/openmetrics-text.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { freePort } from '../kit/free-port.ts'
import { aBatch } from '../kit/metric-batches.ts'
import {
  askPrometheus,
  PROMETHEUS_ABSENT,
  type PrometheusServer,
  startPrometheus,
} from '../kit/prometheus-server.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

const RECEIVER = '--web.enable-remote-write-receiver'
const NATIVE = '--enable-feature=native-histograms'
const WIDTH = 2 ** (1 / 8)

interface PrometheusRun {
  readonly record: RunRecord
  readonly prometheus: PrometheusServer
  /** Calendar time in seconds of the last figures. */
  readonly lastS: number
  ask(query: string): Promise<number[]>
}

/** A run of three seconds with the flags that a test makes of the addresses. */
async function runBeside(
  place: Workplace,
  flags: readonly string[],
  outputs: (scrape: string, write: string) => readonly string[],
  body: (run: PrometheusRun) => Promise<void>,
): Promise<void> {
  const server = await startHttpServer((_request, response) => response.end('{}'))
  const scrape = `127.0.0.1:${await freePort()}`
  const prometheus = await startPrometheus(new URL(`http://${scrape}/metrics`), undefined, flags)
  const scenario = {
    name: 'told',
    target: { plugin: 'http', config: { url: server.url } },
    workload: { pattern: 'constant-rate', rate: '100/s', duration: '3s' },
    journeys: { main: { steps: [{ request: { path: '/a' } }] } },
    objectives: ['share(response_time <= 1.3ms) >= 0.1%'],
  }
  try {
    const file = place.write('told.json', JSON.stringify(scenario))
    const wanted = outputs(scrape, `${prometheus.url}/api/v1/write`).flatMap((output) => ['--output', output])
    const { record } = await place.verdictOf(
      file,
      '--no-history',
      '--output',
      'json=points.ndjson',
      ...wanted,
    )
    const lastS =
      Date.parse(JSON.parse(place.read('points.ndjson').trimEnd().split('\n').at(-1) ?? '{}').at) / 1000
    const ask = async (query: string) =>
      (await askPrometheus(prometheus.url, query, lastS)).map(({ value }) => value)
    await body({ record, prometheus, lastS, ask })
  } finally {
    await prometheus.stop()
    await server.close()
  }
}

const completed = ({ steps }: RunRecord) =>
  steps.reduce((sum, { ok, failed, errored, timedOut }) => sum + ok + failed + errored + timedOut, 0)

function responseTimes({ cells }: RunRecord): SparseHistogram {
  const served = cells.filter(({ metric, outcome }) => metric === 'response_time' && outcome === 'ok')
  return SparseHistogram.decodeAll(served.map(({ hdr }) => hdr))
}

const within = ({ cells }: RunRecord) =>
  cells
    .filter(({ metric, outcome }) => metric === 'response_time' && outcome === 'ok')
    .reduce((sum, { count, over }) => sum + count - (over['1300'] ?? 0), 0)

describe('A real Prometheus', (test) => {
  if (PROMETHEUS_ABSENT !== null) return test.skip('has the figures of a run', PROMETHEUS_ABSENT)

  test('that scrapes has the end of a run of three seconds, to the request, and the share at a bound', () =>
    inWorkplace((place) =>
      runBeside(
        place,
        [],
        (scrape) => [`prometheus=${scrape}`],
        async ({ record, prometheus }) => {
          // It may have scraped the end a moment later than the last figures were.
          const ask = async (query: string) =>
            (await askPrometheus(prometheus.url, query)).map(({ value }) => value)
          assert.equal(await ask('sum(last_over_time(proofload_requests_total[1m]))'), [completed(record)])
          assert.equal(
            await ask(
              'sum(last_over_time(proofload_response_time_seconds_bucket{le="0.0013",outcome="ok"}[1m]))',
            ),
            [within(record)],
          )
          assert.equal((await ask('last_over_time(proofload_run_verdict[1m])')).length, 1)
          assert.equal(await ask('last_over_time(proofload_run_state[1m])'), [4])
        },
      ),
    ))

  test('that is written to has native histograms whose percentiles are no further off than a bucket is wide', () =>
    inWorkplace((place) =>
      runBeside(
        place,
        [RECEIVER, NATIVE],
        (_scrape, write) => [`remote-write=${write}`],
        async ({ record, prometheus, ask }) => {
          assert.equal(await ask('sum(proofload_requests_total)'), [completed(record)])
          const [count] = await ask('histogram_count(sum(proofload_response_time_seconds))')
          assert.is(count, completed(record))
          const [p50 = 0] = await ask(
            'histogram_quantile(0.5, sum(proofload_response_time_seconds{outcome="ok"}))',
          )
          const truth = responseTimes(record).quantileUs(0.5) / 1e6
          assert.ok(p50 <= truth * WIDTH * 1.001 && p50 >= truth / WIDTH / 1.001, `${p50} for ${truth}`)
          // The series have ended: nothing is shown on for five minutes.
          assert.equal(await askPrometheus(prometheus.url, '{job="proofload"}'), [])
        },
      ),
    ))

  test('that knows no native histograms gets classic ones, as is said', () =>
    inWorkplace((place) =>
      runBeside(
        place,
        [RECEIVER],
        (_scrape, write) => [`remote-write=${write}`],
        async ({ record, ask }) => {
          assert.equal(await ask('sum(proofload_requests_total)'), [completed(record)])
          assert.equal(await ask('sum(proofload_response_time_seconds_bucket{le="0.0013",outcome="ok"})'), [
            within(record),
          ])
          assert.equal(await ask('sum(proofload_response_time_seconds_count)'), [completed(record)])
        },
      ),
    ))

  test('finds nothing wrong with what it is shown', () => {
    const input = openmetricsText(aBatch(), 'text')
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    })
    assert.equal([status, stdout, stderr], [0, '', ''])
  })
})
