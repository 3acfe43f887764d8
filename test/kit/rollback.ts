/** What rollbacks are tested with: contexts of procedures, plans, requests. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RollbackRequest } from '../../harness/app/rollback/request.ts'
import type { RunContext } from '../../harness/app/run/context.ts'
import { type RunProgress, SILENT_PROGRESS, type StepListener } from '../../harness/app/run/progress.ts'
import { safeObserver } from '../../harness/app/run/safe-observer.ts'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { HarnessError } from '../../harness/base/errors.ts'
import type { Alert } from '../../harness/model/alert.ts'
import type { RollbackPlan } from '../../harness/model/plan.ts'
import type { RollbackViolation } from '../../harness/model/rollback.ts'
import type { Host } from '../../harness/ports/host.ts'
import type { RollbackContext } from '../../harness/ports/rollback-procedure.ts'
import { MemoryEventBus } from '../../harness/telemetry/bus/memory-event-bus.ts'
import { aCapturingHost } from './capturing-host.ts'
import { aRunContext } from './contexts.ts'
import { aDemand } from './demands.ts'

/** What a procedure is told; `children` collects the processes it starts. */
export function anUndoContext(
  cwd: string,
  changes: Partial<RollbackContext> = {},
): RollbackContext & { readonly children: readonly number[] } {
  const children: number[] = []
  return {
    rollbackId: 'rollback-1',
    runId: 'run-1',
    scenario: 'checkout',
    correlationId: 'correlation-1',
    reason: 'p99 was 900ms',
    idempotencyKey: 'rollback-1/default',
    clock: createSystemClock(),
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd },
    signal: new AbortController().signal,
    onChild: (pid) => children.push(pid),
    children,
    ...changes,
  }
}

/** The HarnessError of an undo that fails. */
export async function failureOf(undo: Promise<unknown>): Promise<HarnessError> {
  try {
    await undo
  } catch (error) {
    return error as HarnessError
  }
  throw new Error('it did not fail')
}

/** A missed objective that asks for a procedure. */
export function aViolation(changes: Partial<RollbackViolation> = {}): RollbackViolation {
  return {
    kind: 'objective',
    ...aDemand('p99(response_time) < 100ms'),
    severity: 'major',
    procedure: 'default',
    message: 'p99 was 900ms',
    ...changes,
  }
}

/** A plan whose undo appends a line to `undone` in the folder where it runs. */
export function aRollbackPlan(changes: Partial<RollbackPlan> = {}): RollbackPlan {
  return {
    armed: true,
    onRegression: 'default',
    procedures: { default: appending('undone') },
    minRequests: 100,
    validationMs: 1_000,
    stepTimeoutMs: 10_000,
    ...changes,
  }
}

/** A command that appends a line to a file, and does what else the shell is told. */
export function appending(file: string, more = 'true'): RollbackPlan['procedures'][string] {
  return { plugin: 'command', config: { argv: ['sh', '-c', `echo done >> ${file}; ${more}`] } }
}

/** Changes of a rollback request, and of the context of its run. */
export type RollbackChanges = Partial<RollbackRequest> &
  Partial<Pick<RunContext, 'store' | 'stop' | 'note'>> &
  Partial<Pick<Host, 'clock' | 'env'>> & { readonly onStep?: StepListener }

/** An armed rollback in a folder, whose system is healthy; `told` and `log` say what happened. */
export function aRollbackRequest(
  folder: string,
  { store, clock, env, stop, onStep, note, ...changes }: RollbackChanges = {},
): RollbackRequest & {
  readonly told: readonly Alert[]
  readonly wells: readonly boolean[]
  readonly log: readonly string[]
} {
  const told: Alert[] = []
  const wells: boolean[] = []
  const log: string[] = []
  const host = {
    ...aCapturingHost([], folder),
    env: env ?? { PATH: process.env['PATH'] },
    ...(clock === undefined ? {} : { clock }),
  }
  const said = note ?? ((message: string) => void log.push(`note ${message}`))
  const progress: RunProgress = {
    ...SILENT_PROGRESS,
    onStep:
      onStep ?? ((step, taken) => log.push(taken === null ? `${step} begins` : `${step} ${taken.outcome}`)),
  }
  const logged = (line: string) => Promise.resolve(void log.push(line))
  return {
    rollbackId: 'rollback-1',
    violations: [aViolation()],
    plan: aRollbackPlan(),
    unarmed: null,
    facts: { runId: 'run-1', scenario: 'checkout', correlationId: 'correlation-1', completedRequests: 1_000 },
    folder: {
      path: folder,
      write: async (name, text) => {
        const file = join(folder, name)
        await writeFile(file, text)
        return file
      },
    },
    run: aRunContext(folder, {
      host,
      note: said,
      progress: safeObserver(progress, said),
      ...(store === undefined ? {} : { store }),
      ...(stop === undefined ? {} : { stop }),
    }),
    bus: new MemoryEventBus(),
    secrets: {},
    validation: { source: 'http://127.0.0.1:1/', overrides: {}, threads: 1 },
    tell(alert, isWell) {
      told.push(alert)
      wells.push(isWell)
      return Promise.resolve()
    },
    drain: () => logged('drained'),
    evidence: () => ({ intervals: [] }),
    probe: () => logged('probed').then(() => []),
    validate: () => logged('validated').then(() => ({ outcome: 'GO' as const, message: '100 requests' })),
    told,
    wells,
    log,
    ...changes,
  }
}
