import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { readRollbackJournal } from '../../../harness/app/rollback/journal.ts'
import type { RollbackHooks } from '../../../harness/app/rollback/request.ts'
import {
  abortRollback,
  isRunning,
  readRollbackState,
  resumeRollback,
} from '../../../harness/app/rollback/resume.ts'
import { createDeployLock, readDeployLock } from '../../../harness/app/state/deploy-lock.ts'
import { type Clock, createSystemClock, wallMsOf } from '../../../harness/base/clock.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { LINE_KEY, type LineOwner } from '../../../harness/model/line.ts'
import type { StateStore } from '../../../harness/ports/state-store.ts'
import { isAlive, processIdentity } from '../../../harness/system/process-identity.ts'
import {
  aTakenStep,
  deadProcess,
  leaveJournal,
  stepEnded,
  undoBegun,
  undoChild,
  undoEnded,
  upToUndo,
} from '../../kit/killed-rollback.ts'
import { appending, aRollbackPlan, aRollbackRequest, aViolation } from '../../kit/rollback.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const linesOf = (folder: string, file = 'undone') => {
  const path = join(folder, file)
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
}

/** Resumes what is in the folder; the system is healthy unless a hook says otherwise. */
async function resume(
  folder: string,
  {
    hooks = {},
    repeatUndo = false,
    store,
    clock,
    env = {},
  }: {
    readonly hooks?: Partial<RollbackHooks>
    readonly repeatUndo?: boolean
    readonly store?: StateStore
    readonly clock?: Clock
    readonly env?: Record<string, string>
  } = {},
) {
  const request = aRollbackRequest(folder, {
    ...(store === undefined ? {} : { store }),
    ...(clock === undefined ? {} : { clock }),
    env: { PATH: process.env['PATH'], ...env },
  })
  const record = await resumeRollback({
    ...request,
    repeatUndo,
    createHooks: () => ({ ...request, ...hooks }),
  })
  assert.is(await readDeployLock(request.run.store), null)
  return { record, log: request.log, told: request.told }
}

async function refusalOf(body: Promise<unknown>): Promise<HarnessError> {
  try {
    await body
  } catch (error) {
    assert.instance(error, HarnessError)
    return error as HarnessError
  }
  throw new Error('it was not refused')
}

const unhealthy = { validate: () => Promise.resolve({ outcome: 'NO_GO' as const, message: 'p99 was 900ms' }) }

const anOwner = (changes: Partial<LineOwner>): LineOwner => ({
  pid: 1,
  host: 'elsewhere',
  startTicks: null,
  by: 'ann@elsewhere',
  runId: 'run-1',
  rollbackId: 'rollback-1',
  at: '2026-11-21T09:30:00.000Z',
  reason: 'p99 was 900ms',
  correlationId: 'correlation-1',
  ...changes,
})

describe('A rollback that is resumed', (test) => {
  test('does not repeat the steps that were done', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, upToUndo.slice(0, -1))
      const { record, log } = await resume(folder)

      assert.is(record.outcome, 'succeeded')
      assert.not.ok(log.includes('drained'))
      assert.not.ok(existsSync(join(folder, 'evidence.json')))
      assert.equal(linesOf(folder), ['done'])
      assert.equal(
        record.steps.map(({ name, outcome }) => [name, outcome]),
        ['freeze', 'capture', 'drain', 'undo', 'verify', 'release'].map((name) => [name, 'succeeded']),
      )
      assert.is(record.startedAt, '2026-11-21T09:30:00.000Z')
    }))

  test('has taken as long as it is since it was begun', () =>
    withScratch(async (folder) => {
      const begun = await leaveJournal(folder, upToUndo)
      const clock = createSystemClock()
      const later = { ...clock, wallMs: () => wallMsOf(begun.at) + 60_000 }
      const { record } = await resume(folder, { clock: later })

      assert.ok(record.durationMs >= 60_000, `${record.durationMs}`)
      assert.ok(record.durationMs < 120_000, `${record.durationMs}`)
    }))

  test('says when the state that it is given knows nothing of it', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, upToUndo)
      const { log } = await resume(folder)
      assert.match(log.join('\n'), /note the deploy lock of rollback-1 is not in this state store.*--state/)

      const { store } = aRollbackRequest(folder).run
      await withScratch(async (other) => {
        await leaveJournal(other, upToUndo)
        await store.set(LINE_KEY, JSON.stringify(anOwner(await deadProcess())))
        assert.not.match((await resume(other, { store })).log.join('\n'), 'knows nothing')
      })
      assert.not.match((await resume(folder)).log.join('\n'), 'knows nothing')
    }))

  test('waits for an undo that runs still, then looks at the system', () =>
    withScratch(async (folder) => {
      const child = spawn('sh', ['-c', 'sleep 0.5; echo child >> undone'], { cwd: folder, detached: true })
      const identity = processIdentity(child.pid as number)
      await leaveJournal(folder, [...upToUndo, undoBegun(), undoChild(identity)])
      const probe = () => Promise.resolve(isAlive(identity) ? ['too early'] : [])
      const { record } = await resume(folder, { hooks: { probe } })

      assert.is(record.outcome, 'succeeded', record.message)
      assert.is(record.message, "the undo's end was not seen; the system is healthy")
      assert.is(record.steps[4]?.attempts, 1)
      assert.equal(linesOf(folder), ['child'])
      assert.is(record.procedures[0]?.outcome, 'unseen')
    }))

  test('kills an undo that runs beyond the limit of its step, with everything it started', () =>
    withScratch(async (folder) => {
      const child = spawn('sh', ['-c', 'sleep 1000 & sleep 1000'], { detached: true })
      const ended = once(child, 'exit')
      const identity = processIdentity(child.pid as number)
      const plan = aRollbackPlan({ stepTimeoutMs: 300 })
      await leaveJournal(folder, [...upToUndo, undoBegun(), undoChild(identity)], { plan })
      const { log } = await resume(folder)

      await ended
      assert.ok(log.some((line) => /did not end within 300ms and is killed/.test(line)))
      assert.equal(linesOf(folder), [])
    }))

  test('does not wait for, nor kill, a later process of the same id', () =>
    withScratch(async (folder) => {
      const child = spawn('sleep', ['1000'])
      try {
        const later = processIdentity(child.pid as number)
        if (later.startTicks === null) return
        const gone = { ...later, startTicks: later.startTicks - 100 }
        await leaveJournal(folder, [...upToUndo, undoBegun(), undoChild(gone)])
        const { record, log } = await resume(folder)

        assert.is(record.outcome, 'succeeded')
        assert.not.ok(log.some((line) => line.includes('waiting')))
        assert.ok(isAlive(later))
      } finally {
        child.kill('SIGKILL')
      }
    }))

  test('never runs an undo again by itself; said so, it does, and only once', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [...upToUndo, undoBegun()])
      const first = await resume(folder, { hooks: unhealthy })

      assert.is(first.record.outcome, 'failed')
      assert.match(
        first.record.message,
        /^the undo's end was not seen, and the system is not healthy: .*p99 was 900ms; `proofload rollback resume .* --repeat-undo` runs the undo again, deliberately$/,
      )
      assert.equal(linesOf(folder), [])
      assert.is(first.told[0]?.severity, 'critical')

      const second = await resume(folder, { hooks: unhealthy })
      assert.equal(linesOf(folder), [])
      assert.is(second.record.outcome, 'failed')

      const third = await resume(folder, { repeatUndo: true })
      assert.is(third.record.outcome, 'succeeded')
      assert.is(third.record.message, 'default undone, the system is healthy')
      assert.equal(linesOf(folder), ['done'])
      assert.is(third.record.procedures[0]?.attempts, 2)
    }))

  test('runs the procedures that were not begun, and those alone', () =>
    withScratch(async (folder) => {
      const procedures = {
        a: appending('undone', 'echo a >> order'),
        b: appending('undone', 'echo b >> order'),
      }
      const changes = {
        plan: aRollbackPlan({ procedures }),
        violations: [aViolation({ procedure: 'a' }), aViolation({ procedure: 'b' })],
      }
      await leaveJournal(folder, [...upToUndo, undoBegun('a'), undoEnded('succeeded', 'a')], changes)
      const { record } = await resume(folder)

      assert.equal(linesOf(folder, 'order'), ['b'])
      assert.equal(
        record.procedures.map(({ outcome }) => outcome),
        ['succeeded', 'succeeded'],
      )
    }))

  test('of which an undo had failed has failed, until somebody says that it is to be repeated', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [...upToUndo, undoBegun(), undoEnded('failed')])
      const first = await resume(folder)
      assert.is(first.record.outcome, 'failed')
      assert.match(first.record.message, /^the undo failed: default: it failed; .*--repeat-undo/)
      assert.not.ok(first.log.includes('validated'))

      const second = await resume(folder, { repeatUndo: true })
      assert.is(second.record.outcome, 'succeeded')
      assert.equal(linesOf(folder), ['done'])
    }))

  test('looks at the system again after one that was not healthy', () =>
    withScratch(async (folder) => {
      const undone = [undoBegun(), undoEnded('succeeded'), stepEnded(aTakenStep('undo'))]
      await leaveJournal(folder, [...upToUndo, ...undone, stepEnded(aTakenStep('verify', 'failed'))])
      const { record, log } = await resume(folder)

      assert.is(record.outcome, 'succeeded')
      assert.ok(log.includes('validated'))
      assert.equal(linesOf(folder), [])
      assert.is(record.procedures[0]?.outcome, 'succeeded')
    }))

  test('that has succeeded is left alone', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [])
      const first = await resume(folder)
      const entries = await readRollbackJournal(folder)
      const again = await resume(folder)

      assert.equal(again.record, first.record)
      assert.equal(again.log, [])
      assert.equal(await readRollbackJournal(folder), entries)
    }))

  test('is refused while its process lives, and when there is nothing to repeat', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [], { process: processIdentity(process.pid) })
      assert.ok(isRunning(await readRollbackState(folder)))
      const running = await refusalOf(resume(folder))
      assert.is(running.code, 'USAGE')
      assert.match(running.message, `is being carried out by process ${process.pid}`)
    }))

  test('is refused a repeat of what is known to have succeeded', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [...upToUndo, undoBegun(), undoEnded('succeeded')])
      const refusal = await refusalOf(resume(folder, { repeatUndo: true }))
      assert.match(refusal.message, /every undo is known to have succeeded/)
    }))

  test('is refused while somebody else is at it; the journal stays as it was', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [...upToUndo])
      const before = await readRollbackJournal(folder)
      const child = spawn('sleep', ['1000'])
      const { store } = aRollbackRequest(folder).run
      try {
        await store.set(LINE_KEY, JSON.stringify(anOwner(processIdentity(child.pid as number))))
        const refusal = await refusalOf(resume(folder, { store }))

        assert.is(refusal.code, 'LINE_STOPPED')
        assert.equal(await readRollbackJournal(folder), before)
        assert.equal(linesOf(folder), [])
      } finally {
        child.kill('SIGKILL')
      }
    }))

  test('takes the line over from the dead process that held it', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [...upToUndo])
      const { store } = aRollbackRequest(folder).run
      await store.set(LINE_KEY, JSON.stringify(anOwner(await deadProcess())))
      const { record } = await resume(folder, { store })

      assert.is(record.outcome, 'succeeded')
    }))

  test('needs its secrets, and does nothing without them', () =>
    withScratch(async (folder) => {
      const argv = ['sh', '-c', 'echo "$0" >> undone', '{{secret.UNDO_TOKEN}}']
      const plan = aRollbackPlan({ procedures: { default: { plugin: 'command', config: { argv } } } })
      await leaveJournal(folder, [...upToUndo], { plan, secrets: ['UNDO_TOKEN'] })
      const refusal = await refusalOf(resume(folder))
      assert.is(refusal.code, 'SECRET_MISSING')
      assert.equal(linesOf(folder), [])

      const { record } = await resume(folder, { env: { UNDO_TOKEN: 'correct-horse' } })
      assert.is(record.outcome, 'succeeded')
      assert.equal(linesOf(folder), ['correct-horse'])
      assert.not.match(readFileSync(join(folder, 'rollback.ndjson'), 'utf8'), 'correct-horse')
    }))

  test('undoes where the run was, wherever it is resumed from', () =>
    withScratch((folder) =>
      withScratch(async (elsewhere) => {
        await leaveJournal(elsewhere, [...upToUndo], { cwd: folder })
        await resume(elsewhere)

        assert.equal(linesOf(folder), ['done'])
        assert.equal(linesOf(elsewhere), [])
      }),
    ))
})

describe('A rollback that is aborted', (test) => {
  test('frees the line, keeps who did it and why, and is not resumed', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [...upToUndo, undoBegun()])
      const { store, host } = aRollbackRequest(folder).run
      await store.set(LINE_KEY, JSON.stringify(anOwner(await deadProcess())))
      await abortRollback(folder, 'put back by hand', { store, host })

      assert.is(await readDeployLock(store), null)
      const { aborted } = await readRollbackState(folder)
      assert.is(aborted?.reason, 'put back by hand')
      const refusal = await refusalOf(resume(folder, { store }))
      assert.is(refusal.code, 'USAGE')
      assert.match(refusal.message, /was aborted by .*: put back by hand/)
    }))

  test('leaves a line alone that is not its own', () =>
    withScratch(async (folder) => {
      await leaveJournal(folder, [...upToUndo])
      const { store, host } = aRollbackRequest(folder).run
      const others = anOwner({ rollbackId: 'rollback-2' })
      await store.set(LINE_KEY, JSON.stringify(others))
      await abortRollback(folder, 'put back by hand', { store, host })

      assert.equal(await readDeployLock(store), others)
    }))

  test('is refused while its process lives, here or perhaps on another machine, and when it has ended', () =>
    withScratch(async (folder) => {
      const { store, host } = aRollbackRequest(folder).run
      const abort = (at: string) => abortRollback(at, 'why not', { store, host })
      await leaveJournal(folder, [], { process: processIdentity(process.pid) })
      assert.match((await refusalOf(abort(folder))).message, /is being carried out by process/)

      await withScratch(async (other) => {
        await leaveJournal(other, [], { process: { pid: 1, host: 'elsewhere', startTicks: null } })
        const others = createDeployLock(store, host.clock, anOwner({}))
        await others.acquire()
        const refusal = await refusalOf(abort(other))
        assert.is(refusal.code, 'LINE_STOPPED')
        assert.match(refusal.hint ?? '', /its process on elsewhere/)
        assert.ok(await readDeployLock(store))
        await others.release()
      })

      await withScratch(async (ended) => {
        await leaveJournal(ended, [])
        await resume(ended)
        assert.match((await refusalOf(abort(ended))).message, /the rollback has ended/)
      })
    }))

  test('and one that was never begun are told apart', () =>
    withScratch(async (folder) => {
      assert.is((await refusalOf(readRollbackState(folder))).code, 'ROLLBACK_NOT_FOUND')
    }))
})
