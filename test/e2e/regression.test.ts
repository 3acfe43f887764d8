/** What a NO-GO that is known only at the end does, by the command line: alerts, and the rollback where it is armed. */
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { approveVisual, VISUALS_FOLDER } from '../../harness/app/visuals.ts'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { Alert } from '../../harness/model/alert.ts'
import { type ServiceStub, withService } from '../kit/alerts.ts'
import { inWorkplace, type JudgedRun, type Workplace } from '../kit/cli.ts'
import { aPage, withBox, writePng } from '../kit/pictures.ts'
import { startHttpServer, type TestServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** Answers slow enough that a busy machine is not mistaken for the target. */
const ANSWER_MS = 150
/** Written by the undo; what stands in the server's way is gone with it. */
const UNDONE = 'undone'
const RUNS_MAX = 5

interface Gate {
  readonly place: Workplace
  readonly server: TestServer
  readonly service: ServiceStub
  /** Whether the server is slow until it is put back. */
  isBroken: boolean
}

/** A scenario beside a server that a bad deployment makes three times slower, and a service that takes its alerts. */
async function withGate(
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
        workload: { pattern: 'constant-agents', agents: 30, duration: '2s' },
        warmUp: '500ms',
        journeys: { ask: { steps: [{ request: { method: 'GET', path: '/' } }] } },
        objectives: ['error_ratio < 5%'],
        alerts: { channels: { ops: { plugin: 'webhook', config: { url: service.url } } } },
        rollback: {
          procedures: { deploy: { plugin: 'command', config: { argv } } },
          validation: '2s',
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
async function believed({ place }: Gate, flags: readonly string[]): Promise<JudgedRun> {
  for (let run = 1; ; run++) {
    rmSync(join(place.path, UNDONE), { force: true })
    const judged = await place.verdictOf('gate.json', '--threads', '1', '--no-history', ...flags)
    const { validity, rollback } = judged.verdict
    const isClear = validity.valid && !rollback?.message.includes('INCONCLUSIVE')
    if (isClear || run === RUNS_MAX) return judged
  }
}

/** A baseline of the server as it should be; then it breaks. */
async function approveAndBreak(gate: Gate): Promise<void> {
  const { verdict } = await believed(gate, [])
  const approved = await gate.place.run('baseline', 'approve', dirname(verdict.files['record'] ?? ''))
  assert.is(approved.status, 0, approved.stderr)
  gate.isBroken = true
}

/** Of one run, in the order in which they were posted. */
const toldOf = ({ service }: Gate, { verdict }: JudgedRun) =>
  service.posted
    .map(({ json }) => json as Alert)
    .filter(({ runId }) => runId === verdict.runId)
    .map(({ kind, status }) => `${status} ${kind}`)

function assertPutBack(gate: Gate, run: JudgedRun): void {
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

describe('A confirmed regression', (test) => {
  test('is told once, undone once where that is armed, and said to be what was acted upon', () =>
    withGate(async (gate) => {
      await approveAndBreak(gate)
      const unarmed = await believed(gate, ['--baseline', 'main'])
      assert.equal(
        [unarmed.verdict.outcome, unarmed.status, unarmed.verdict.rollback?.outcome],
        ['NO_GO', 1, 'not-armed'],
      )
      assert.match(unarmed.verdict.rollback?.plan?.[3]?.description ?? '', /^deploy: run sh -c/)
      assert.not.ok(existsSync(join(gate.place.path, UNDONE)))
      assert.equal(toldOf(gate, unarmed), ['firing verdict'])

      const armed = await believed(gate, ['--baseline', 'main', '--arm-rollback'])
      assertPutBack(gate, armed)
      const reasons = armed.verdict.rollback?.reasons ?? []
      assert.ok(reasons.length > 0)
      assert.ok(reasons.every(({ kind, procedure }) => kind === 'regression' && procedure === 'deploy'))
      const verified = armed.verdict.rollback?.steps.find(({ name }) => name === 'verify')
      assert.match(verified?.message ?? '', /that the regression is gone, too, only a whole run can show/)
      const summary = gate.place.read(armed.verdict.files['markdown'] ?? '')
      assert.match(summary, /Rollback succeeded:.*asked for by p\d+ no worse than main/)
    }))

  test('asks for nothing where the scenario says so', () =>
    withGate(
      async (gate) => {
        await approveAndBreak(gate)
        const { verdict } = await believed(gate, ['--baseline', 'main', '--arm-rollback'])
        assert.equal([verdict.outcome, verdict.rollback], ['NO_GO', null])
        assert.not.ok(existsSync(join(gate.place.path, UNDONE)))
      },
      {
        rollback: {
          procedures: {
            deploy: { plugin: 'command', config: { argv: ['sh', '-c', `echo x >> ${UNDONE}`] } },
          },
          onRegression: false,
          minRequests: 10,
        },
      },
    ))

  test('is acted upon once, when the pairs have confirmed it', async () => {
    const healthy = await startHttpServer((_request, response) =>
      setTimeout(() => response.end('{}'), ANSWER_MS),
    )
    await withGate(
      async (gate) => {
        gate.isBroken = true
        const run = await believed(gate, ['--baseline', 'main', '--confirm', '--arm-rollback'])
        assertPutBack(gate, run)
        const p50 = run.verdict.comparison?.checks.find(({ metric }) => metric === 'p50')
        assert.is(p50?.state, 'REGRESSED')
      },
      { builds: { baseline: { url: healthy.url } } },
    )
    await healthy.close()
  })
})

describe('An objective that is missed at the end', (test) => {
  test('is told and undone as one that fires is', () =>
    withGate(
      async (gate) => {
        gate.isBroken = true
        const run = await believed(gate, ['--arm-rollback'])
        assertPutBack(gate, run)
        assert.equal(
          run.verdict.rollback?.reasons.map(({ kind, expect }) => [kind, expect]),
          [['objective', 'p50(response_time) < 300ms']],
        )
      },
      {
        // It would have to be breached for an hour to fire.
        objectives: [{ expect: 'p50(response_time) < 300ms', for: '1h', rollback: 'deploy' }],
      },
    ))

  test('may be a picture', () =>
    withGate(
      async (gate) => {
        const { path } = gate.place
        const page = aPage(320, 200)
        await writePng(join(path, 'page.png'), page)
        await writePng(
          join(path, 'wrong.png'),
          withBox(page, { x: 100, y: 60, width: 16, height: 16 }, [255, 255, 255, 255]),
        )
        const address = { folder: join(path, VISUALS_FOLDER), name: 'homepage' }
        const approval = { address, file: 'page.png', cwd: path, reason: null, by: null }
        await approveVisual(approval, { clock: createSystemClock() })
        const run = await believed(gate, ['--arm-rollback'])
        assertPutBack(gate, run)
        assert.is(run.verdict.rollback?.reasons[0]?.expect, 'visual(homepage)')
      },
      {
        visuals: {
          homepage: {
            command: `test -e ${UNDONE} && cp page.png a.png || cp wrong.png a.png`,
            file: 'a.png',
          },
        },
        objectives: ['error_ratio < 5%', { expect: 'visual(homepage)', rollback: 'deploy' }],
      },
    ))
})
