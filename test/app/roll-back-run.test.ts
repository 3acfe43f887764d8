import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { type RollBackParts, rollBackRun } from '../../harness/app/roll-back-run.ts'
import { createSystemHost } from '../../harness/cli/system-host.ts'
import type { RollbackPlan } from '../../harness/model/plan.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { SignalName } from '../../harness/ports/host.ts'
import { openRunFolder } from '../../harness/store/run-folder.ts'
import { MemoryStateStore } from '../../harness/store/state/memory-state-store.ts'
import { MemoryEventBus } from '../../harness/telemetry/bus/memory-event-bus.ts'
import { aRecord } from '../kit/builders.ts'
import { appending, aRollbackPlan } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const system = createSystemHost()
const OBJECTIVE = { expect: 'p99(response_time) < 100ms', rollback: true }

interface Shape {
  readonly okMs?: readonly number[]
  readonly rollback?: RollbackPlan
  readonly isArmed?: boolean
  readonly changes?: Partial<RunRecord>
}

/** A run that is over, its signals, and everything that was said about its rollback. */
function anEndedRun(folder: string, { okMs, rollback, isArmed = true, changes = {} }: Shape = {}) {
  const listeners = new Set<(name: SignalName) => void>()
  const notes: string[] = []
  const interruption = new AbortController()
  const { objectives } = parseObjectives([OBJECTIVE], 'objectives')
  const record = aRecord({ okMs: okMs ?? Array.from({ length: 50 }, () => 500), objectives, changes })
  const measured = { ...record, plan: { ...record.plan, rollback: rollback ?? aRollbackPlan() } }
  const parts: RollBackParts = {
    request: { source: 'http://127.0.0.1:1/', overrides: {}, state: 'state.json' },
    measured,
    verdict: judge(measured, { strict: false, files: {} }),
    targets: { plan: measured.plan, pids: [], stop: () => Promise.resolve() },
    secrets: {},
    folder: openRunFolder(folder),
    guard: {
      store: new MemoryStateStore(system.clock),
      bus: new MemoryEventBus(),
      alerting: {
        raise: () => undefined,
        resolveAll: () => undefined,
        close: () => Promise.resolve({ channels: {} }),
      },
      isWatching: true,
      unheeded: null,
      isArmed,
    },
    host: {
      ...system,
      cwd: folder,
      onSignal(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    interrupted: interruption.signal,
    onStep: () => undefined,
    note: (message) => notes.push(message),
  }
  const ctrlC = () => {
    for (const listener of listeners) listener('SIGINT')
  }
  return { parts, notes, interruption, ctrlC }
}

describe('A rollback of a run', (test) => {
  test('is not begun when somebody interrupted since the load ended, and can be resumed', () =>
    withScratch(async (folder) => {
      const { parts, interruption } = anEndedRun(folder)
      interruption.abort()
      const record = await rollBackRun(parts)

      assert.is(record?.outcome, 'interrupted')
      assert.match(
        record?.message ?? '',
        /^interrupted before anything was undone; `proofload rollback resume/,
      )
      assert.not.ok(existsSync(join(folder, 'undone')))
    }))

  test('says at each ctrl-C that an undo is let end, and why', () =>
    withScratch(async (folder) => {
      const waiting = 'while [ ! -e go ]; do sleep 0.02; done; echo end >> undone'
      const procedures = { default: appending('undone', waiting) }
      const { parts, notes, ctrlC } = anEndedRun(folder, { rollback: aRollbackPlan({ procedures }) })
      const rollingBack = rollBackRun(parts)
      while (!existsSync(join(folder, 'undone'))) await sleep(10)
      ctrlC()
      ctrlC()
      writeFileSync(join(folder, 'go'), '')
      const record = await rollingBack

      assert.is(record?.outcome, 'interrupted')
      assert.is(readFileSync(join(folder, 'undone'), 'utf8'), 'done\nend\n')
      const why =
        'the undo is let end, because nobody knows what half of it leaves behind; after it, nothing else is begun but the release of the line'
      assert.equal(notes, [`interrupted: ${why}`, `interrupted again: ${why}`])
    }))

  test('says at a ctrl-C outside of the undo that it ends', () =>
    withScratch(async (folder) => {
      const { parts, notes, ctrlC } = anEndedRun(folder)
      const record = await rollBackRun({
        ...parts,
        onStep: (step, taken) => void (step === 'drain' && taken === null && ctrlC()),
      })

      assert.is(record?.outcome, 'interrupted')
      assert.equal(notes, ['interrupted: nothing else is begun but the release of the line'])
      assert.not.ok(existsSync(join(folder, 'undone')))
    }))
})
