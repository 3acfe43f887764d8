import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import type { VerdictDocument } from '../../../harness/model/verdict.ts'
import { type CliProcess, inWorkplace } from '../../kit/cli.ts'
import { okIn } from '../../kit/judged-output.ts'
import { HAS_NATS, NATS_HINT } from '../../kit/nats-server.ts'
import { withRawServer } from '../../kit/raw-server.ts'
import { describe } from '../../kit/suite.ts'
import { until } from '../../kit/until.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const rows = [...Array(400).keys()].map((id) => `{ id: ${id} }`).join(', ')

const scenario = (url: string, duration: string) => `name: pooled
target: { plugin: http, config: { url: "${url}" } }
workload: { pattern: constant-rate, rate: 40/s, duration: ${duration}, agents: 30 }
warmUp: 0s
seed: 7
data: { user: { mode: unique, rows: [ ${rows} ] } }
journeys: { a: { steps: [ { request: { path: "/at/{{user.id}}" } } ] } }
`

/** Rows that the server was asked for. */
const rowsIn = (requests: readonly string[]) =>
  requests.map((head) => head.split(' ')[1] ?? '').filter((path) => path.startsWith('/at/'))

interface Pooled {
  readonly run: CliProcess
  readonly spill: string
  readonly requests: readonly string[]
}

/** A run over three workers of this machine, until `body` has looked and it has ended. */
function withPooled(
  duration: string,
  body: (pooled: Pooled) => Promise<void>,
  look: (ended: { status: number | null; verdict: VerdictDocument; record: RunRecord } & Pooled) => void,
): Promise<void> {
  return inWorkplace((place) =>
    withRawServer(
      (socket) => socket.write(OK),
      async ({ url, requests }) => {
        place.write('pooled.yaml', scenario(url, duration))
        const options = ['--on', 'local', '--workers', '3', '--lease', '5s', '--json', '--quiet']
        const run = place.startProcess('run', 'pooled.yaml', ...options)
        const pooled = { run, requests, spill: join(place.path, '.proofload/spill') }
        await body(pooled)
        const { status, stdout, stderr } = await run.ended
        assert.ok(stdout.startsWith('{'), `no verdict (exit ${status}): ${stderr}`)
        const verdict = JSON.parse(stdout) as VerdictDocument
        const record = JSON.parse(place.read(verdict.files['record'] ?? '')) as RunRecord
        look({ status, verdict, record, ...pooled })
      },
    ),
  )
}

/** The process of a worker that this run has started. */
function workerOf({ pid: run }: { readonly pid?: number | undefined }, name: string): number | null {
  for (const pid of readdirSync('/proc').filter((each) => /^\d+$/.test(each)))
    try {
      const isChild = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(run)
      if (isChild && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0${name}\0`)) return Number(pid)
    } catch {
      // It has ended meanwhile.
    }
  return null
}

describe('A run over workers of this machine (--on local)', (test) => {
  if (!HAS_NATS) {
    test.skip('is the run of one machine', NATS_HINT)
    return
  }

  test('sends what one machine would, counts every request once, and gives every row once', () =>
    withPooled(
      '4s',
      () => Promise.resolve(),
      ({ verdict, record, requests, run }) => {
        const asked = rowsIn(requests)
        assert.is(record.status, 'complete')
        assert.is(record.dispatch.planned, 160)
        assert.is(record.dispatch.started, asked.length)
        assert.is(new Set(asked).size, asked.length, 'no row twice')
        assert.is(okIn(record), asked.length)
        assert.equal([record.threads, record.shards.length], [3, 3])
        assert.equal(
          record.hosts.map(({ worker, threads, epochs }) => [worker, threads, epochs[0]?.end]),
          [1, 2, 3].map((number) => [`local-${number}`, 1, 'finished']),
        )
        assert.not(verdict.reasons.some(({ code }) => code === 'WORKER_LOST'))
        assert.is(workerOf(run.child, 'local-1'), null, 'the workers end with the run')
      },
    ))

  test('ends INCONCLUSIVE when a worker is killed, names it, and keeps what was delivered', () =>
    withPooled(
      '60s',
      async ({ run, requests }) => {
        await until(() => rowsIn(requests).length > 80)
        process.kill((await until(() => workerOf(run.child, 'local-2'))) as number, 'SIGKILL')
      },
      ({ status, verdict, record, requests, spill }) => {
        assert.is(status, 3)
        const why = verdict.reasons.find(({ code }) => code === 'WORKER_LOST')
        assert.is(verdict.outcome, 'INCONCLUSIVE')
        assert.match(why?.message ?? '', 'local-2')
        assert.equal([record.status, record.enforcement?.stop?.by], ['aborted', 'worker'])
        assert.equal(
          record.hosts.map(({ epochs }) => epochs[0]?.end),
          ['finished', 'lost', 'finished'],
        )
        // The killed worker has left behind what it had counted, as far as it had read its threads.
        const [file = ''] = readdirSync(spill).filter((name) => name.includes('local-2'))
        const counted = readFileSync(join(spill, file), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
        const through = record.hosts[1]?.epochs[0]?.throughMs ?? 0
        assert.ok(
          counted.filter(({ sum }) => sum.endMs > through).length <= 1,
          'at most the last was under way',
        )
        const asked = rowsIn(requests)
        assert.ok(record.dispatch.started <= asked.length, 'nothing is counted that was not sent')
        assert.is(new Set(asked).size, asked.length, 'no row twice')
        const ends = record.steps.reduce((sum, { ok, errored, aborted }) => sum + ok + errored + aborted, 0)
        assert.ok(ends <= record.dispatch.started && record.dispatch.started - ends <= 30, 'sums hold')
      },
    ))
})
