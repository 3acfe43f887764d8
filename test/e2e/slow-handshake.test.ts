import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { VALIDITY_LIMITS } from '../../harness/analysis/instrument-signs.ts'
import { headlineText } from '../../harness/text/headline.ts'
import { inWorkplace, type JudgedRun } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'
import { LOCALHOST_CERT_FILE, LOCALHOST_TLS } from '../kit/tls.ts'

const HANDSHAKE_MS = 80

/** Listens on loopback for the time of the body. */
async function listening<T>(server: Server, body: (port: number) => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await body((server.address() as AddressInfo).port)
  } finally {
    server.close()
  }
}

/** Hands all bytes on, the first of each connection late. */
function lateFront(port: number): Server {
  return createServer((client) => {
    const behind = connect(port, '127.0.0.1')
    let lateMs = HANDSHAKE_MS
    client.on('data', (bytes) => {
      setTimeout(() => behind.write(bytes), lateMs)
      lateMs = 0
    })
    behind.pipe(client)
    const tie = (one: Socket, other: Socket) =>
      one.on('error', () => undefined).on('close', () => other.destroy())
    tie(client, behind)
    tie(behind, client)
  })
}

/** A run against a server that takes its time for each handshake, and closes each connection after one answer. */
async function runOf(steps: string): Promise<JudgedRun> {
  const server = createHttpsServer(LOCALHOST_TLS, (_, response) =>
    response.setHeader('Connection', 'close').end('ok'),
  )
  return listening(server, (port) =>
    listening(lateFront(port), async (front) => {
      let run: JudgedRun | undefined
      await inWorkplace(async (place) => {
        place.write(
          'handshake.ts',
          `import { defineScenario, http } from 'proofload'
export default defineScenario({
  name: 'handshake',
  target: http({ url: 'https://127.0.0.1:${front}', tls: { ca: ${JSON.stringify(LOCALHOST_CERT_FILE)} } }),
  workload: { pattern: 'constant-rate', rate: '20/s', duration: '4s' },
  journeys: { main: ${steps} },
  objectives: ['p95(response_time) < 50ms'],
})
`,
        )
        run = await place.verdictOf('handshake.ts', '--no-history')
      })
      return run as JudgedRun
    }),
  )
}

describe('A server that is slow to open connections', (test) => {
  for (const [kind, steps] of [
    ['steps', `{ steps: [http.get('/a')] }`],
    ['code', `{ async run({ target }) { await target.get('/a') } }`],
  ] as const)
    test(`is judged for it, and not the generator: ${kind}`, async () => {
      const { verdict, record } = await runOf(steps)
      const { requests, connectTimeMs, startDelayMs } = verdict.summary
      const sumUs = (metric: string) =>
        record.cells.reduce((sum, cell) => sum + (cell.metric === metric ? cell.sumUs : 0), 0)

      assert.ok(requests > 0 && verdict.summary.errorRatio === 0)
      // Requests that a standstill of the generator touched are counted and not timed.
      const untimed = record.steps.reduce((sum, step) => sum + step.untimed, 0)
      assert.is(connectTimeMs.count, requests - untimed)
      assert.ok(connectTimeMs.p50 >= HANDSHAKE_MS)
      assert.is(sumUs('response_time'), sumUs('start_delay') + sumUs('connect_time') + sumUs('service_time'))
      // A generator that was late by itself, on a busy machine, may say so.
      if (startDelayMs.p99 > VALIDITY_LIMITS.startDelayMs) return
      assert.equal([verdict.outcome, verdict.exitCode], ['NO_GO', 1])
      const [missed] = verdict.reasons
      assert.match(missed?.message ?? '', /^missed p95\(response_time\)/)
      assert.ok(Number(missed?.evidence['connectShare']) > 0.5, JSON.stringify(missed))
      assert.match(headlineText(verdict), /connecting took \d+ %/)
    })
})
