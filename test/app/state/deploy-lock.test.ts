import { spawn } from 'node:child_process'
import * as assert from 'uvu/assert'
import {
  createDeployLock,
  describeHolder,
  LINE_TTL_MS,
  lockOfOthers,
  readDeployLock,
  readLastRelease,
  releaseDeadLock,
  releaseLock,
} from '../../../harness/app/state/deploy-lock.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { LINE_KEY, LINE_RELEASES_KEY, type LineOwner } from '../../../harness/model/line.ts'
import { MemoryStateStore } from '../../../harness/store/state/memory-state-store.ts'
import { processIdentity } from '../../../harness/system/process-identity.ts'
import { deadProcess } from '../../kit/killed-rollback.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

function anOwner(changes: Partial<LineOwner> = {}): LineOwner {
  return {
    ...processIdentity(process.pid),
    by: 'ann@here',
    runId: 'run-1',
    rollbackId: 'rollback-1',
    at: '2026-11-21T09:30:00.000Z',
    reason: 'p99 was 900ms',
    correlationId: 'correlation-1',
    ...changes,
  }
}

async function refusalOf(stop: Promise<unknown>): Promise<HarnessError> {
  try {
    await stop
  } catch (error) {
    assert.instance(error, HarnessError)
    return error as HarnessError
  }
  throw new Error('it was not refused')
}

function aStore() {
  const clock = new VirtualClock()
  return { clock, store: new MemoryStateStore(clock) }
}

describe('The line', (test) => {
  test('is free, stopped by one, and free again', async () => {
    const { clock, store } = aStore()
    const owner = anOwner()
    const lock = createDeployLock(store, clock, owner)
    assert.is(await readDeployLock(store), null)
    await lock.acquire()
    await lock.acquire()
    assert.equal(await readDeployLock(store), owner)
    await lock.release()
    await lock.release()

    assert.is(await readDeployLock(store), null)
    assert.is(clock.pendingCount, 0)
  })

  test('refuses everybody else, and says who has stopped it, when and why', async () => {
    const { clock, store } = aStore()
    await createDeployLock(store, clock, anOwner({ ...processIdentity(process.ppid) })).acquire()
    const refusal = await refusalOf(
      createDeployLock(store, clock, anOwner({ rollbackId: 'rollback-2' })).acquire(),
    )

    assert.is(refusal.code, 'LINE_STOPPED')
    assert.is(refusal.exitCode, 4)
    assert.match(
      refusal.message,
      /ann@here \(process \d+ on .*, rollback rollback-1\) at 2026-11-21T09:30:00.000Z: p99 was 900ms$/,
    )
    assert.match(refusal.hint ?? '', /rollback status/)
  })

  test('is renewed as long as its process lives, and lapses when it does not, unless a rollback is unfinished', async () => {
    const { clock, store } = aStore()
    const lock = createDeployLock(store, clock, anOwner())
    await lock.acquire()
    await clock.advance(10 * LINE_TTL_MS)
    assert.is((await readDeployLock(store))?.rollbackId, 'rollback-1')

    await lock.release()

    for (const rollbackId of [null, 'rollback-1']) {
      const { clock: later, store: other } = aStore()
      const killed = new VirtualClock()
      await createDeployLock(other, killed, anOwner({ rollbackId })).acquire()
      // Its process is killed: the clock that renews it stands still.
      await later.advance(LINE_TTL_MS - 1)
      assert.ok(await readDeployLock(other))
      await later.advance(1)
      assert.is((await readDeployLock(other))?.rollbackId, rollbackId ?? undefined)
      await later.advance(1_000 * LINE_TTL_MS)
      assert.is((await readDeployLock(other))?.rollbackId, rollbackId ?? undefined)
    }
  })

  test('of a dead process names it, and what becomes of it', async () => {
    const { clock, store } = aStore()
    await store.set(LINE_KEY, JSON.stringify(anOwner(await deadProcess())))
    const refusal = await refusalOf(
      createDeployLock(store, clock, anOwner({ rollbackId: 'rollback-2' })).acquire(),
    )

    assert.match(
      refusal.message,
      /by ann@here .*that process is gone, the lock stays until its rollback is resumed or aborted/,
    )
    const triage = anOwner({ ...(await deadProcess()), rollbackId: null })
    assert.match(describeHolder(triage), /that process is gone, the lock lapses within 30s/)
  })

  test('is taken over by the same rollback from a dead process', async () => {
    const { clock, store } = aStore()
    await store.set(LINE_KEY, JSON.stringify(anOwner(await deadProcess())))
    const lock = createDeployLock(store, clock, anOwner())
    await lock.acquire()

    assert.is((await readDeployLock(store))?.pid, process.pid)
    await lock.release()
    assert.is(await readDeployLock(store), null)
  })

  test('is not taken over from a process that lives, here or on another machine', async () => {
    const { clock, store } = aStore()
    const child = spawn('sleep', ['1000'])
    try {
      await store.set(LINE_KEY, JSON.stringify(anOwner(processIdentity(child.pid as number))))
      const here = await refusalOf(createDeployLock(store, clock, anOwner()).acquire())
      assert.not.match(here.message, 'is gone')
    } finally {
      child.kill('SIGKILL')
    }
    await store.delete(LINE_KEY)
    await createDeployLock(store, clock, anOwner({ pid: 1, host: 'elsewhere' })).acquire()
    const elsewhere = await refusalOf(createDeployLock(store, clock, anOwner()).acquire())
    assert.match(elsewhere.message, 'on elsewhere')
  })

  test('is taken over from another machine when nobody there has renewed it for long enough', async () => {
    const { clock, store } = aStore()
    await createDeployLock(store, new VirtualClock(), anOwner({ pid: 1, host: 'elsewhere' })).acquire()
    await clock.advance(LINE_TTL_MS)
    const lock = createDeployLock(store, clock, anOwner())
    await lock.acquire()

    assert.is((await readDeployLock(store))?.pid, process.pid)
    await lock.release()
    assert.is(await readDeployLock(store), null)
  })

  test('is released by hand when its process is dead, for a reason that is kept', async () => {
    const { clock, store } = aStore()
    const why = { by: 'bob@here', at: '2026-11-21T10:00:00.000Z', reason: 'set up anew' }
    assert.is(await releaseDeadLock(store, why), null)
    const owner = anOwner({ pid: 1, host: 'elsewhere' })
    await createDeployLock(store, new VirtualClock(), owner).acquire()
    assert.is((await refusalOf(releaseDeadLock(store, why))).code, 'LINE_STOPPED')

    await clock.advance(LINE_TTL_MS)
    assert.equal(await releaseDeadLock(store, why), owner)
    assert.is(await readDeployLock(store), null)
    assert.equal(await readLastRelease(store), { ...why, owner })
    for (const foreign of ['{', '{}', 'null']) {
      await store.append(LINE_RELEASES_KEY, foreign)
      assert.is(await readLastRelease(store), null)
    }
  })

  test('is released by its owner only', async () => {
    const { clock, store } = aStore()
    const lock = createDeployLock(store, clock, anOwner())
    await lock.acquire()
    assert.is(await releaseLock(store, anOwner({ by: 'bob@here' })), false)
    assert.ok(await readDeployLock(store))
    assert.is(await releaseLock(store, anOwner()), true)
    await lock.release()
  })

  test('that lapsed meanwhile is taken again; one that somebody took is lost', async () => {
    const { clock, store } = aStore()
    const lock = createDeployLock(store, clock, anOwner())
    await lock.acquire()
    await store.delete(LINE_KEY)
    await clock.advance(10_000)
    assert.is((await readDeployLock(store))?.rollbackId, 'rollback-1')
    assert.is(lock.takenOverBy(), null)

    const other = anOwner({ ...processIdentity(process.ppid), by: 'bob@here', rollbackId: 'rollback-2' })
    await store.set(LINE_KEY, JSON.stringify(other))
    await clock.advance(10_000)
    assert.equal(lock.takenOverBy(), other)
    await lock.release()
    assert.equal(await readDeployLock(store), other, 'a lost line is not released')
  })

  test('outlasts a store that is away for a while', async () => {
    const { clock, store } = aStore()
    const lock = createDeployLock(store, clock, anOwner())
    await lock.acquire()
    const compareAndSet = store.compareAndSet.bind(store)
    store.compareAndSet = () => Promise.reject(new Error('away'))
    await clock.advance(20_000)
    store.compareAndSet = compareAndSet
    await clock.advance(10_000)

    assert.is((await readDeployLock(store))?.rollbackId, 'rollback-1')
    assert.is(lock.takenOverBy(), null)
    await lock.release()
  })

  test('that is taken after its release was asked for is given back', async () => {
    const { clock, store } = aStore()
    const setIfAbsent = store.setIfAbsent.bind(store)
    let goOn: () => void = () => undefined
    const slow = new Promise<void>((resolve) => {
      goOn = resolve
    })
    store.setIfAbsent = async (...args) => {
      await slow
      return setIfAbsent(...args)
    }
    const lock = createDeployLock(store, clock, anOwner())
    const stopping = lock.acquire()
    await lock.release()
    goOn()
    await stopping

    assert.is(await readDeployLock(store), null)
    assert.is(clock.pendingCount, 0)
  })

  test("that cannot be read is somebody's all the same", async () => {
    const { clock, store } = aStore()
    await store.set(LINE_KEY, '{"by":')
    assert.is((await readDeployLock(store))?.by, 'unknown')
    const refusal = await refusalOf(createDeployLock(store, clock, anOwner()).acquire())
    assert.match(refusal.message, /the lock cannot be read: \{"by":/)
  })

  test('that this process has stopped for something larger is borrowed, and given back', async () => {
    const { clock, store } = aStore()
    const triage = anOwner({ rollbackId: null, reason: 'triage' })
    const outer = createDeployLock(store, clock, triage)
    await outer.acquire()
    const inner = createDeployLock(store, clock, anOwner())
    await inner.acquire()
    await clock.advance(2 * LINE_TTL_MS)
    assert.equal([inner.takenOverBy(), outer.takenOverBy()], [null, null])
    assert.is(
      (await readDeployLock(store))?.rollbackId,
      'rollback-1',
      'killed now, the line would stay stopped for it',
    )
    await inner.release()

    assert.equal(await readDeployLock(store), triage)
    await outer.release()
    assert.is(await readDeployLock(store), null)
  })

  test('is not stopped by somebody else when this very process has done so', async () => {
    const { store } = aStore()
    assert.is(await lockOfOthers(store), null)
    await store.set(LINE_KEY, JSON.stringify(anOwner()))
    assert.is(await lockOfOthers(store), null)
    await store.set(LINE_KEY, JSON.stringify(anOwner({ startTicks: 1 })))
    assert.is((await lockOfOthers(store))?.startTicks, 1, 'an earlier process of the same id')
    await store.set(LINE_KEY, JSON.stringify(anOwner({ pid: 1 })))
    assert.is((await lockOfOthers(store))?.pid, 1)
    await store.set(LINE_KEY, JSON.stringify(anOwner({ host: 'elsewhere' })))
    assert.is((await lockOfOthers(store))?.host, 'elsewhere')
  })
})
