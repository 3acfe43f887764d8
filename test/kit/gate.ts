/** A gate in CI beside a server that a bad deployment has made slower, and that an undo puts back. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Alert } from '../../harness/model/alert.ts'
import { type ServiceStub, withService } from './alerts.ts'
import { inWorkplace, type JudgedRun, type Workplace } from './cli.ts'
import { startHttpServer, type TestServer } from './servers.ts'

/** Answers slow enough that a busy machine is not mistaken for the target. */
export const ANSWER_MS = 500
/** Written by the undo; what stands in the server's way is gone with it. */
export const UNDONE = 'undone'
const RUNS_MAX = 5

export interface Gate {
  readonly place: Workplace
  readonly server: TestServer
  readonly service: ServiceStub
  /** Whether the server is slow until it is put back. */
  isBroken: boolean
}

/** A scenario beside a server that a bad deployment makes three times slower, and a service that takes its alerts. */
export async function withGate(
  body: (gate: Gate) => Promise<void>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await withService((service) =>
    inWorkplace(async (place) => {
      const isSlow = () => gate.isBroken && !existsSync(join(place.path, UNDONE))
      const server = await startHttpServer((_request, response) =>
        setTimeout(() => response.end('{}'), isSlow() ? 3 * ANSWER_MS : ANSWER_MS),
      )
      const gate: Gate = { place, server, service, isBroken: false }
      const argv = ['sh', '-c', `echo done >> ${UNDONE}`]
      const scenario = {
        name: 'gate',
        target: { plugin: 'http', config: { url: server.url } },
        workload: { pattern: 'constant-agents', agents: 120, duration: '4s' },
        warmUp: '1s',
        journeys: { ask: { steps: [{ request: { method: 'GET', path: '/' } }] } },
        objectives: ['error_ratio < 5%'],
        alerts: { channels: { ops: { plugin: 'webhook', config: { url: service.url } } } },
        rollback: {
          procedures: { deploy: { plugin: 'command', config: { argv } } },
          validation: '3s',
          minRequests: 10,
        },
        ...more,
      }
      place.write('gate.json', JSON.stringify(scenario))
      try {
        await body(gate)
      } finally {
        await server.close()
      }
    }),
  )
}

/** The run of a gate; made again where this machine was too busy for a verdict, or for one on what was put back. */
export async function believed({ place }: Gate, flags: readonly string[]): Promise<JudgedRun> {
  for (let run = 1; ; run++) {
    rmSync(join(place.path, UNDONE), { force: true })
    const judged = await place.verdictOf('gate.json', '--threads', '1', '--no-history', ...flags)
    const { outcome, rollback } = judged.verdict
    const isClear = outcome !== 'INCONCLUSIVE' && !rollback?.message.includes('INCONCLUSIVE')
    if (isClear || run === RUNS_MAX) return judged
  }
}

/** Of one run, in the order in which they were posted. */
export const toldOf = ({ service }: Gate, { verdict }: JudgedRun) =>
  service.posted
    .map(({ json }) => json as Alert)
    .filter(({ runId }) => runId === verdict.runId)
    .map(({ kind, status }) => `${status} ${kind}`)

export function assertPutBack(gate: Gate, run: JudgedRun): void {
  const { verdict, record, status } = run
  assert.equal([verdict.outcome, status], ['NO_GO', 1])
  assert.is(verdict.rollback?.outcome, 'succeeded', verdict.rollback?.message)
  assert.is(gate.place.read(UNDONE), 'done\n')
  assert.equal(record.rollback, verdict.rollback)
  assert.equal(toldOf(gate, run), [
    'firing verdict',
    'firing rollback',
    'resolved verdict',
    'resolved rollback',
  ])
}
