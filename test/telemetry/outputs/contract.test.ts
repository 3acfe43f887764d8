import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../kit/free-port.ts'
import {
  type Receiver,
  readOtlp,
  readRemoteWrite,
  startDatagrams,
  startReceiver,
} from '../../kit/output-receivers.ts'
import { describeOutput, type OutputBench } from '../../kit/outputs-contract.ts'

/** A receiver of posts, and the total that its last one, or all of them, come to. */
async function postBench(
  configOf: (url: string) => OutputBench['config'],
  requestsIn: (receiver: Receiver) => number,
): Promise<OutputBench> {
  const receiver = await startReceiver()
  return {
    config: configOf(receiver.url),
    requests: () => Promise.resolve(requestsIn(receiver)),
    refuse: () => {
      receiver.answer = { status: 503, text: 'try later' }
    },
    close: () => receiver.close(),
  }
}

/** The sum of the lines that match, each with a number in its first group. */
function sumOf(text: string, line: RegExp): number {
  return [...text.matchAll(line)].reduce((sum, [, value]) => sum + Number(value), 0)
}

describeOutput('prometheus', async () => {
  const port = await freePort()
  return {
    config: { listen: `127.0.0.1:${port}` },
    requests: async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
      return sumOf(await answer.text(), /^proofload_requests_total\{.*\} (\d+)$/gm)
    },
    refuse: null,
    close: () => Promise.resolve(),
  }
})

describeOutput('remote-write', () =>
  postBench(
    (url) => ({ url: `${url}/api/v1/write` }),
    ({ received }) => {
      const values = new Map<string, number>()
      for (const { body } of received)
        for (const { labels, value, isStale } of readRemoteWrite(body))
          if (labels['__name__'] === 'proofload_requests_total' && !isStale)
            values.set(JSON.stringify(labels), value)
      return [...values.values()].reduce((a, b) => a + b, 0)
    },
  ),
)

interface OtlpSum {
  readonly name: string
  readonly sum?: { readonly dataPoints: readonly { readonly asInt: string }[] }
}

function otlpRequests(received: Receiver['received'][number]): number {
  const { resourceMetrics } = readOtlp(received) as {
    resourceMetrics: { scopeMetrics: { metrics: readonly OtlpSum[] }[] }[]
  }
  const metrics = resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? []
  const points = metrics.find(({ name }) => name === 'proofload.requests')?.sum?.dataPoints ?? []
  return points.reduce((sum, { asInt }) => sum + Number(asInt), 0)
}

const metricPosts = ({ received }: Receiver) => received.filter(({ path }) => path === '/v1/metrics')

describeOutput('otlp', () =>
  postBench(
    (url) => ({ url }),
    (receiver) => {
      const last = metricPosts(receiver).at(-1)
      return last === undefined ? 0 : otlpRequests(last)
    },
  ),
)

describeOutput('otlp', () =>
  postBench(
    (url) => ({ url, temporality: 'delta' }),
    (receiver) => metricPosts(receiver).reduce((sum, post) => sum + otlpRequests(post), 0),
  ),
)

for (const plugin of ['statsd', 'datadog'])
  describeOutput(plugin, async () => {
    const { address, lines, caughtUp, close } = await startDatagrams()
    return {
      config: { address },
      requests: async () => {
        await caughtUp()
        return sumOf(lines.join('\n'), /^proofload\.requests\b[^:]*:(\d+)\|c/gm)
      },
      refuse: null,
      close,
    }
  })

describeOutput('influx', () =>
  postBench(
    (url) => ({ url: `${url}/api/v2/write?org=o&bucket=b`, token: 't' }),
    ({ received }) =>
      sumOf(received.at(-1)?.body.toString('utf8') ?? '', /^proofload_requests_total,.* value=(\d+) \d+$/gm),
  ),
)

describeOutput('json', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-test-'))
  const file = join(folder, 'points.ndjson')
  return {
    config: { file },
    requests: () => {
      const points = readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ name }) => name === 'proofload_requests_total')
      const values = new Map(points.map(({ labels, value }) => [JSON.stringify(labels), value]))
      return Promise.resolve([...values.values()].reduce((a, b) => a + b, 0))
    },
    refuse: null,
    close: () => rm(folder, { recursive: true }),
  }
})
