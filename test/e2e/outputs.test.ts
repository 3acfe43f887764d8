/** Runs whose figures go to monitoring systems: all of them, exactly, and never in the way of the run. */
import * as assert from 'uvu/assert'
import type { RunRecord } from '../../harness/model/run-record.ts'
import { inWorkplace, type Workplace } from '../kit/cli.ts'
import { freePort } from '../kit/free-port.ts'
import { readOtlp, readRemoteWrite, startDatagrams, startReceiver } from '../kit/output-receivers.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

interface Changes {
  readonly outputs?: object
  readonly tracing?: boolean
}

/** A scenario of two seconds against a server of its own. */
async function withScenario(
  place: Workplace,
  changes: Changes,
  body: (file: string) => Promise<void>,
): Promise<void> {
  const server = await startHttpServer((_request, response) => response.end('{}'))
  const scenario = {
    name: 'told',
    target: { plugin: 'http', config: { url: server.url } },
    workload: { pattern: 'constant-rate', rate: '100/s', duration: '2s' },
    journeys: { main: { steps: [{ request: { path: '/a' } }, { request: { path: '/b' } }] } },
    objectives: ['share(response_time <= 30ms) >= 1%'],
    ...changes,
  }
  try {
    await body(place.write('told.json', JSON.stringify(scenario)))
  } finally {
    await server.close()
  }
}

/** Requests that ended, by step. */
function requestsOf({ steps }: RunRecord): Record<string, number> {
  return Object.fromEntries(
    steps.map(({ step, ok, failed, errored, timedOut, aborted }) => [
      step,
      ok + failed + errored + timedOut + aborted,
    ]),
  )
}

/** Adds up values by step. */
function byStep(values: Iterable<readonly [step: string, value: number]>): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [step, value] of values) sums[step] = (sums[step] ?? 0) + value
  return sums
}

/** The numbers of the lines that match, by the step in their first group. */
const inLines = (text: string, line: RegExp) =>
  byStep([...text.matchAll(line)].map(([, step, value]) => [step ?? '', Number(value)] as const))

describe('The figures of a run', (test) => {
  test('are the same, to the request, in every output and in the record', () =>
    inWorkplace(async (place) => {
      const [http, statsd, datadog] = [await startReceiver(), await startDatagrams(), await startDatagrams()]
      const flags = [
        ...['--output', `remote-write=${http.url}/write`, '--output', `otlp=${http.url}`],
        ...['--output', `influx=${http.url}/influx?bucket=b`, '--output', 'json=points.ndjson'],
        ...['--output', `statsd=${statsd.address}`, '--output', `datadog=${datadog.address}`],
      ]
      await withScenario(place, { tracing: true }, async (file) => {
        const { record, verdict } = await place.verdictOf(file, '--no-history', ...flags)
        const truth = requestsOf(record)
        await Promise.all([statsd.caughtUp(), datadog.caughtUp()])

        assert.ok(Object.values(truth).every((count) => count > 0))
        assert.equal(
          verdict.cautions.filter(({ code }) => code === 'OUTPUT_FAILED'),
          [],
        )
        const posts = (path: string) => http.received.filter((post) => post.path.startsWith(path))
        const written = new Map<string, readonly [string, number]>()
        for (const { labels, value, isStale } of posts('/write').flatMap(({ body }) => readRemoteWrite(body)))
          if (labels['__name__'] === 'proofload_requests_total' && !isStale)
            written.set(JSON.stringify(labels), [labels['step'] ?? '', value])
        assert.equal(byStep(written.values()), truth, 'remote-write')

        const otlp = JSON.stringify(readOtlp(posts('/v1/metrics').at(-1)!))
        assert.match(otlp, /"name":"proofload.response_time".*"exponentialHistogram"/)
        const influx = posts('/influx').at(-1)?.body.toString('utf8') ?? ''
        assert.equal(inLines(influx, /^proofload_requests_total,.*step=(GET\\ \/.),.* value=(\d+) /gm), {
          'GET\\ /a': truth['GET /a'],
          'GET\\ /b': truth['GET /b'],
        })
        assert.equal(
          inLines(statsd.lines.join('\n'), /^proofload\.requests\.told\.(GET_.)\..*:(\d+)\|c$/gm),
          {
            GET_a: truth['GET /a'],
            GET_b: truth['GET /b'],
          },
        )
        const increments = datadog.lines.flatMap((line) => {
          const [, value, step] = /^proofload\.requests:(\d+)\|c\|#.*step:GET_(\/.),/.exec(line) ?? []
          return step === undefined ? [] : [[`GET ${step}`, Number(value)] as const]
        })
        assert.equal(byStep(increments), truth, 'datadog')
        const weights = datadog.lines.flatMap((line) => {
          const [, rate, step] =
            /^proofload\.response_time:[\d.]+\|d\|@([\d.e-]+)\|#.*step:GET_(\/.),/.exec(line) ?? []
          return step === undefined ? [] : [[`GET ${step}`, Math.round(1 / Number(rate))] as const]
        })
        assert.equal(byStep(weights), truth, 'distributions of datadog')
        const points = place
          .read('points.ndjson')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
        const last = new Map(
          points
            .filter(({ name }) => name === 'proofload_requests_total')
            .map(({ labels, value }) => [JSON.stringify(labels), [labels.step, value] as const]),
        )
        assert.equal(byStep(last.values()), truth, 'json')
      })
      await Promise.all([http.close(), statsd.close(), datadog.close()])
    }))

  test('end in a trace of the run, with the slowest requests under the ids that the target saw', () =>
    inWorkplace(async (place) => {
      const receiver = await startReceiver()
      await withScenario(place, { tracing: true }, async (file) => {
        const { record } = await place.verdictOf(file, '--no-history', '--output', `otlp=${receiver.url}`)

        const [post] = receiver.received.filter(({ path }) => path === '/v1/traces')
        const { resourceSpans } = readOtlp(post!) as {
          resourceSpans: {
            scopeSpans: {
              spans: { name: string; traceId: string; spanId: string; parentSpanId?: string }[]
            }[]
          }[]
        }
        const spans = resourceSpans[0]?.scopeSpans[0]?.spans ?? []
        const [run, phase, ...slow] = spans
        assert.equal([run?.name, phase?.name, phase?.parentSpanId], ['run told', 'phase steady', run?.spanId])
        assert.equal(
          slow.map(({ traceId, spanId }) => [traceId, spanId]),
          record.slowest.flatMap(({ requests }) =>
            requests.map(({ traceId }) => [traceId, traceId?.slice(16)]),
          ),
        )
      })
      await receiver.close()
    }))

  test('do not touch the run where nobody takes them: it ends as it would, with a caution', () =>
    inWorkplace(async (place) => {
      const receivers = await Promise.all([
        startReceiver(),
        startReceiver(),
        startReceiver(),
        startReceiver(),
      ])
      const [hangs, fails, resets, refuses] = receivers
      hangs.answer = null
      fails.answer = { status: 500 }
      resets.answer = 'reset'
      refuses.answer = { status: 400, text: 'out of order sample' }
      const to = Object.fromEntries(
        Object.entries({ hangs, fails, resets, refuses }).map(([name, { url }]) => [
          name,
          { plugin: 'remote-write', config: { url, every: '1s' } },
        ]),
      )
      await withScenario(place, { outputs: { to } }, async (file) => {
        const { record, verdict } = await place.verdictOf(file, '--no-history')

        assert.is(record.status, 'complete')
        assert.is(record.dispatch.planned, 200)
        assert.equal(Object.keys(record.outputs ?? {}), ['hangs', 'fails', 'resets', 'refuses'])
        assert.ok(
          Object.values(record.outputs ?? {}).every(
            ({ failedCount, sentCount }) => failedCount > 0 && sentCount === 0,
          ),
        )
        const caution = verdict.cautions.find(({ code }) => code === 'OUTPUT_FAILED')
        assert.match(
          caution?.message ?? '',
          /refuses \(127.0.0.1:\d+\): \d of \d batches failed: .* answered 400: out of order sample/,
        )
        assert.match(caution?.message ?? '', /hangs \(127.0.0.1:\d+\): /)
        assert.not.ok(verdict.reasons.some(({ code }) => code === 'OUTPUT_FAILED'))
      })
      await Promise.all(receivers.map((receiver) => receiver.close()))
    }))

  test('are asked for where they cannot be scraped: the run ends before any load', () =>
    inWorkplace(async (place) => {
      const taken = await startReceiver()
      await withScenario(place, {}, async (file) => {
        const { host } = new URL(taken.url)
        const { status, stderr } = await place.run(
          'run',
          file,
          '--no-history',
          '--output',
          `prometheus=${host}`,
        )
        assert.is(status, 4, stderr)
        assert.match(stderr, /OUTPUT_UNAVAILABLE: figures cannot be scraped at .*: the port is in use/)
        const far = await place.run(
          'run',
          file,
          '--no-history',
          '--output',
          `prometheus=0.0.0.0:${await freePort()}`,
        )
        assert.match(far.stderr, /beyond loopback a scrape has to carry a token/)
      })
      await taken.close()
    }))
})
