/** Rollbacks whose process was killed: their journals, and processes that can be killed in the middle of any step. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRollbackJournal } from '../../harness/app/rollback/journal.ts'
import { resumeRollback } from '../../harness/app/rollback/resume.ts'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { ProcessIdentity } from '../../harness/model/line.ts'
import type {
  RollbackRecord,
  RollbackStepName,
  TakenStep,
  UndoneProcedure,
} from '../../harness/model/rollback.ts'
import type { RollbackBegun, RollbackEntry } from '../../harness/model/rollback-journal.ts'
import { FileStateStore } from '../../harness/store/state/file-state-store.ts'
import { processIdentity } from '../../harness/system/process-identity.ts'
import { bundledScript } from './bundled-script.ts'
import { aRollbackPlan, aRollbackRequest, aViolation } from './rollback.ts'

const AT = '2026-11-21T09:30:00.000Z'

/** A process that has ended. */
export async function deadProcess(): Promise<ProcessIdentity> {
  const child = spawn('sleep', ['1000'])
  const identity = processIdentity(child.pid as number)
  child.kill('SIGKILL')
  await once(child, 'exit')
  return identity
}

/** The first line of a journal. */
export function aBegunEntry(
  folder: string,
  process: ProcessIdentity,
  changes: Partial<RollbackBegun> = {},
): RollbackBegun {
  return {
    kind: 'begun',
    schemaVersion: 1,
    at: AT,
    rollbackId: 'rollback-1',
    process,
    facts: { runId: 'run-1', scenario: 'checkout', correlationId: 'correlation-1', completedRequests: 1_000 },
    violations: [aViolation()],
    plan: aRollbackPlan(),
    validation: { source: 'http://127.0.0.1:1/', overrides: {}, threads: 1 },
    cwd: folder,
    secrets: [],
    ...changes,
  }
}

/** A step that succeeded, or otherwise. */
export function aTakenStep(name: RollbackStepName, outcome: TakenStep['outcome'] = 'succeeded'): TakenStep {
  return { name, outcome, startedAt: AT, durationMs: 5, attempts: 1, message: `${name} ${outcome}` }
}

export const stepBegun = (step: RollbackStepName): RollbackEntry => ({ kind: 'step-begun', at: AT, step })

export const stepEnded = (step: TakenStep): RollbackEntry => ({ kind: 'step-ended', at: AT, step })

export const undoBegun = (procedure = 'default'): RollbackEntry => ({ kind: 'undo-begun', at: AT, procedure })

export const undoChild = (process: ProcessIdentity, procedure = 'default'): RollbackEntry => ({
  kind: 'undo-child',
  at: AT,
  procedure,
  process,
})

export const undoEnded = (outcome: UndoneProcedure['outcome'], name = 'default'): RollbackEntry => ({
  kind: 'undo-ended',
  at: AT,
  procedure: {
    name,
    plugin: 'command',
    description: 'run it',
    outcome,
    message: `it ${outcome}`,
    attempts: 1,
    durationMs: 5,
  },
})

/** Everything up to the undo. */
export const upToUndo: readonly RollbackEntry[] = [
  ...(['freeze', 'capture', 'drain'] as const).flatMap((step) => [
    stepBegun(step),
    stepEnded(aTakenStep(step)),
  ]),
  stepBegun('undo'),
]

/** Leaves a journal behind, as a process that died would have. */
export async function leaveJournal(
  folder: string,
  entries: readonly RollbackEntry[],
  changes: Partial<RollbackBegun> = {},
): Promise<RollbackBegun> {
  const begun = aBegunEntry(folder, await deadProcess(), changes)
  const journal = createRollbackJournal(folder)
  for (const entry of [begun, ...entries]) journal.append(entry)
  journal.close()
  return begun
}

/** Where a process can be stopped for good. */
export type KilledIn = RollbackStepName | 'release-told'

/** Starts a rollback in a process of its own and kills it in the middle of a step; gives what it was. */
export async function killRollbackIn(step: KilledIn, folder: string, state: string): Promise<number> {
  const victim = spawn(process.execPath, [bundledScript('rollback-victim'), folder, state, step], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(victim, 'exit')
  let said = ''
  victim.stderr?.on('data', (chunk) => {
    said += chunk
  })
  while (!existsSync(join(folder, 'paused'))) {
    if (victim.exitCode !== null) throw new Error(`the victim ended by itself:\n${said}`)
    await sleep(20)
  }
  victim.kill('SIGKILL')
  await ended
  return victim.pid as number
}

/** Resumes it in this process, where the system is healthy as soon as no undo runs. */
export async function resumeRollbackHere(folder: string, state: string): Promise<RollbackRecord> {
  const clock = createSystemClock()
  const store = new FileStateStore(state, clock)
  const request = aRollbackRequest(folder, { store, clock, note: () => undefined })
  try {
    return await resumeRollback({
      ...request,
      repeatUndo: false,
      createHooks: () => ({
        ...request,
        // Looked at while the undo still runs, it would not be healthy.
        validate: () => {
          const isOver = !existsSync(join(folder, 'go')) || existsSync(join(folder, 'ended'))
          return Promise.resolve({
            outcome: isOver ? ('GO' as const) : ('NO_GO' as const),
            message: 'looked',
          })
        },
      }),
    })
  } finally {
    await store.close()
  }
}
