import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { judge } from '../../../harness/analysis/judge.ts'
import { parseObjectives } from '../../../harness/analysis/objective-grammar.ts'
import { decideRollback } from '../../../harness/app/rollback/decide-rollback.ts'
import type { LoadContext } from '../../../harness/app/run/load-context.ts'
import { SILENT_PROGRESS } from '../../../harness/app/run/progress.ts'
import { StopSwitch } from '../../../harness/base/stop-request.ts'
import type { Comparison } from '../../../harness/model/comparison.ts'
import type { ObjectiveEvent } from '../../../harness/model/enforcement.ts'
import type { RollbackPlan } from '../../../harness/model/plan.ts'
import type { RunRecord } from '../../../harness/model/run-record.ts'
import type { VisualFinding } from '../../../harness/model/visual.ts'
import { aRecord } from '../../kit/builders.ts'
import { aLoadContext, someControls } from '../../kit/contexts.ts'
import { aDemand } from '../../kit/demands.ts'
import { aComparison, DOUBTFUL, REGRESSED } from '../../kit/judged-runs.ts'
import { appending, aRollbackPlan } from '../../kit/rollback.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'
import { aVisual } from '../../kit/visual-results.ts'

const OBJECTIVE = { expect: 'p99(response_time) < 100ms', rollback: true }

/** Believed even of a run that was cut short. */
const FAILING = { expect: 'error_ratio < 1%', rollback: true }
const FAST = Array.from({ length: 50 }, () => 20)

/** The demand of that place among those that read the same. */
const demandNumber = (ordinal: number) => {
  const demand = aDemand(OBJECTIVE.expect)
  return ordinal === 0 ? demand : { ...demand, id: `${demand.id}-${ordinal + 1}` }
}

/** The objective of that place fired in mid-run. */
const fired = (ordinal: number): ObjectiveEvent => ({
  at: '2026-11-21T09:30:12.000Z',
  atMs: 12_000,
  sinceMs: 9_000,
  runId: 'run-1',
  correlationId: 'c',
  ...demandNumber(ordinal),
  from: 'pending',
  to: 'firing',
  severity: 'major',
  observed: 300,
  windowMs: 10_000,
  sampleCount: 400,
  annotations: {},
})

interface Shape {
  readonly okMs?: readonly number[]
  readonly rollback?: RollbackPlan
  readonly isArmed?: boolean
  readonly changes?: Partial<RunRecord>
  readonly expects?: readonly unknown[]
  readonly comparison?: Comparison
  readonly failed?: number
}

/** A run that is over, its stop switch, and everything that was said about its rollback. */
function anEndedRun(
  folder: string,
  { okMs, rollback, isArmed = true, changes = {}, expects = [OBJECTIVE], comparison, failed = 0 }: Shape = {},
) {
  const notes: string[] = []
  const stop = new StopSwitch()
  const { objectives } = parseObjectives(expects, 'objectives')
  const times = okMs ?? Array.from({ length: 50 }, () => 500)
  const record = aRecord({ okMs: times, failedPerInterval: failed, objectives, changes })
  const measured = { ...record, plan: { ...record.plan, rollback: rollback ?? aRollbackPlan() } }
  const load = aLoadContext(folder, {
    plan: measured.plan,
    controls: someControls(isArmed ? { unarmed: null } : {}),
    stop,
    note: (message) => notes.push(message),
  })
  const verdict = judge(measured, { comparison: comparison ?? null, strict: false })
  const decide = (changes: Partial<LoadContext> = {}) =>
    decideRollback({ ...load, ...changes }, measured, verdict)
  return { decide, verdict, notes, stop, ctrlC: () => stop.press('SIGINT') }
}

describe('A rollback of a run', (test) => {
  test('is not begun when somebody interrupted since the load ended, and can be resumed', () =>
    withScratch(async (folder) => {
      const { decide, ctrlC } = anEndedRun(folder)
      ctrlC()
      const record = await decide()

      assert.is(record?.outcome, 'interrupted')
      assert.match(
        record?.message ?? '',
        /^interrupted before anything was undone; `proofload rollback resume/,
      )
      assert.not.ok(existsSync(join(folder, 'undone')))
    }))

  test('is fired by a picture that is wrong, and never by one that nobody could look at', () =>
    withScratch(async (folder) => {
      const shape = (code: VisualFinding['code']) => ({
        okMs: FAST,
        expects: [{ expect: 'visual(homepage)', rollback: true }],
        changes: { visuals: [aVisual([{ code, message: 'why', evidence: {} }])] },
        isArmed: false,
      })

      const wrong = anEndedRun(folder, shape('TILE_BELOW_BOUND'))
      assert.is((await wrong.decide())?.outcome, 'not-armed')
      for (const code of ['NO_BASELINE', 'COMMAND_FAILED', 'NOT_WRITTEN'] as const)
        assert.is(await anEndedRun(folder, shape(code)).decide(), null)
    }))

  test('is asked for by a confirmed regression, and not begun when nobody has armed it', () =>
    withScratch(async (folder) => {
      const shape = { okMs: FAST, expects: ['error_ratio < 1%'], comparison: aComparison(REGRESSED) }
      const record = await anEndedRun(folder, { ...shape, isArmed: false }).decide()

      assert.is(record?.outcome, 'not-armed')
      assert.equal(
        record?.reasons.map(({ kind, expect }) => [kind, expect]),
        [['regression', 'p50 no worse than main']],
      )
      assert.is(record?.plan?.[3]?.description, 'default: run sh -c "echo done >> undone; true"')
      assert.not.ok(existsSync(join(folder, 'undone')))
    }))

  test('runs its undo once for a regression, however many gates regressed', () =>
    withScratch(async (folder) => {
      const comparison = aComparison(REGRESSED, { ...REGRESSED, metric: 'p95' })
      const { decide } = anEndedRun(folder, { okMs: FAST, expects: ['error_ratio < 1%'], comparison })
      const record = await decide()

      assert.is(record?.reasons.length, 2)
      assert.equal(
        record?.procedures.map(({ name, outcome }) => [name, outcome]),
        [['default', 'succeeded']],
      )
      assert.is(readFileSync(join(folder, 'undone'), 'utf8'), 'done\n')
      const evidence = JSON.parse(readFileSync(join(folder, 'evidence.json'), 'utf8'))
      assert.is(evidence.evidence.comparison.checks[0].state, 'REGRESSED')
    }))

  test('is not begun for a regression that nobody can believe, nor by a run that was interrupted', () =>
    withScratch(async (folder) => {
      const shape = { okMs: FAST, expects: ['error_ratio < 1%'], comparison: aComparison(REGRESSED) }
      const doubtful = anEndedRun(folder, { ...shape, changes: DOUBTFUL })
      assert.is(await doubtful.decide(), null)

      const cut = anEndedRun(folder, { changes: { status: 'interrupted' }, expects: [FAILING], failed: 5 })
      assert.is(await cut.decide(), null)
      assert.equal(cut.notes, [
        'no rollback is begun by a run that was interrupted; what it found asks for one',
      ])
      assert.not.ok(existsSync(join(folder, 'undone')))
    }))

  test('says so where a regression asks for nothing', () =>
    withScratch(async (folder) => {
      const shape = { okMs: FAST, expects: ['error_ratio < 1%'], comparison: aComparison(REGRESSED) }
      const { decide, notes } = anEndedRun(folder, {
        ...shape,
        rollback: aRollbackPlan({ onRegression: null }),
      })
      assert.is(await decide(), null)
      assert.equal(notes, ['a regression asks for no rollback: no `rollback.onRegression`'])
    }))

  test('un-armed says what it would do, too, where an objective fired and the whole run meets it', () =>
    withScratch(async (folder) => {
      const shape = {
        okMs: FAST,
        changes: { enforcement: { events: [fired(0)], stop: null, requirements: [], alerts: null } },
      }
      const { decide, verdict } = anEndedRun(folder, { ...shape, isArmed: false })
      const record = await decide()

      assert.is(verdict.outcome, 'GO')
      assert.is(record?.outcome, 'not-armed')
      assert.equal(
        record?.plan?.map(({ step }) => step),
        ['freeze', 'capture', 'drain', 'undo', 'verify', 'release'],
      )
      assert.is(record?.reasons[0]?.message, 'p99(response_time) < 100ms: fired 12s into the run')
      // Armed, what fires ends the load: when it did not, it was not to be undone.
      assert.is(await anEndedRun(folder, shape).decide(), null)
    }))

  test('is asked for by the one that fired, not by another that reads the same', () =>
    withScratch(async (folder) => {
      const expects = [
        { ...OBJECTIVE, rollback: 'first' },
        { ...OBJECTIVE, rollback: 'second' },
      ]
      const stop = {
        by: 'rollback' as const,
        objective: demandNumber(1),
        atMs: 12_000,
        reason: 'p99 is firing',
      }
      const enforcement = { events: [fired(1)], stop, requirements: [], alerts: null }
      const plan = aRollbackPlan({ procedures: { first: appending('first'), second: appending('second') } })
      const shape = { okMs: FAST, expects, rollback: plan, isArmed: false }
      const { decide, verdict } = anEndedRun(folder, {
        ...shape,
        changes: { enforcement, status: 'aborted' },
      })
      const record = await decide()

      assert.equal(
        verdict.objectives.map(({ outcome }) => outcome),
        ['met', 'missed'],
      )
      assert.equal(
        record?.reasons.map(({ procedure }) => procedure),
        ['second'],
      )
    }))

  test('says at each ctrl-C that an undo is let end, and why; the process is not ended by force before', () =>
    withScratch(async (folder) => {
      const waiting = 'while [ ! -e go ]; do sleep 0.02; done; echo end >> undone'
      const procedures = { default: appending('undone', waiting) }
      const { decide, notes, stop, ctrlC } = anEndedRun(folder, { rollback: aRollbackPlan({ procedures }) })
      const rollingBack = decide()
      while (!existsSync(join(folder, 'undone'))) await sleep(10)
      ctrlC()
      ctrlC()
      let isReleased = false
      const released = stop.released().then(() => {
        isReleased = true
      })
      await sleep(0)
      assert.not(isReleased)
      writeFileSync(join(folder, 'go'), '')
      const record = await rollingBack
      await released

      assert.is(record?.outcome, 'interrupted')
      assert.is(readFileSync(join(folder, 'undone'), 'utf8'), 'done\nend\n')
      const why =
        'waiting for the undo to finish: stopping it half-way would leave the system in an unknown state; after it, only the deploy lock is still released'
      assert.equal(notes, [`interrupted: ${why}`, `interrupted again: ${why}`])
    }))

  test('says at a ctrl-C outside of the undo that it ends', () =>
    withScratch(async (folder) => {
      const { decide, notes, ctrlC } = anEndedRun(folder)
      const record = await decide({
        progress: {
          ...SILENT_PROGRESS,
          onStep: (step, taken) => void (step === 'drain' && taken === null && ctrlC()),
        },
      })

      assert.is(record?.outcome, 'interrupted')
      assert.equal(notes, ['interrupted: only the deploy lock is still released'])
      assert.not.ok(existsSync(join(folder, 'undone')))
    }))
})
