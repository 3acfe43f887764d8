import { spawn } from 'node:child_process'
import * as assert from 'uvu/assert'
import {
  createLine,
  describeHolder,
  LINE_TTL_MS,
  lineOfOthers,
  readLastRelease,
  readLine,
  releaseDeadLine,
  releaseLine,
} from '../../../harness/app/rollback/deploy-lock.ts'
import { processIdentity } from '../../../harness/app/rollback/process-identity.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { LINE_KEY, type LineOwner } from '../../../harness/model/line.ts'
import { MemoryStateStore } from '../../../harness/store/state/memory-state-store.ts'
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
    const line = createLine(store, clock, owner)
    assert.is(await readLine(store), null)
    await line.stop()
    await line.stop()
    assert.equal(await readLine(store), owner)
    await line.release()
    await line.release()

    assert.is(await readLine(store), null)
    assert.is(clock.pendingCount, 0)
  })

  test('refuses everybody else, and says who has stopped it, when and why', async () => {
    const { clock, store } = aStore()
    await createLine(store, clock, anOwner({ ...processIdentity(process.ppid) })).stop()
    const refusal = await refusalOf(createLine(store, clock, anOwner({ rollbackId: 'rollback-2' })).stop())

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
    const line = createLine(store, clock, anOwner())
    await line.stop()
    await clock.advance(10 * LINE_TTL_MS)
    assert.is((await readLine(store))?.rollbackId, 'rollback-1')

    await line.release()

    for (const rollbackId of [null, 'rollback-1']) {
      const { clock: later, store: other } = aStore()
      const killed = new VirtualClock()
      await createLine(other, killed, anOwner({ rollbackId })).stop()
      // Its process is killed: the clock that renews it stands still.
      await later.advance(LINE_TTL_MS - 1)
      assert.ok(await readLine(other))
      await later.advance(1)
      assert.is((await readLine(other))?.rollbackId, rollbackId ?? undefined)
      await later.advance(1_000 * LINE_TTL_MS)
      assert.is((await readLine(other))?.rollbackId, rollbackId ?? undefined)
    }
  })

  test('of a dead process names it, and what becomes of it', async () => {
    const { clock, store } = aStore()
    await store.set(LINE_KEY, JSON.stringify(anOwner(await deadProcess())))
    const refusal = await refusalOf(createLine(store, clock, anOwner({ rollbackId: 'rollback-2' })).stop())

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
    const line = createLine(store, clock, anOwner())
    await line.stop()

    assert.is((await readLine(store))?.pid, process.pid)
    await line.release()
    assert.is(await readLine(store), null)
  })

  test('is not taken over from a process that lives, here or on another machine', async () => {
    const { clock, store } = aStore()
    const child = spawn('sleep', ['1000'])
    try {
      await store.set(LINE_KEY, JSON.stringify(anOwner(processIdentity(child.pid as number))))
      const here = await refusalOf(createLine(store, clock, anOwner()).stop())
      assert.not.match(here.message, 'is gone')
    } finally {
      child.kill('SIGKILL')
    }
    await store.delete(LINE_KEY)
    await createLine(store, clock, anOwner({ pid: 1, host: 'elsewhere' })).stop()
    const elsewhere = await refusalOf(createLine(store, clock, anOwner()).stop())
    assert.match(elsewhere.message, 'on elsewhere')
  })

  test('is taken over from another machine when nobody there has renewed it for long enough', async () => {
    const { clock, store } = aStore()
    await createLine(store, new VirtualClock(), anOwner({ pid: 1, host: 'elsewhere' })).stop()
    await clock.advance(LINE_TTL_MS)
    const line = createLine(store, clock, anOwner())
    await line.stop()

    assert.is((await readLine(store))?.pid, process.pid)
    await line.release()
    assert.is(await readLine(store), null)
  })

  test('is released by hand when its process is dead, for a reason that is kept', async () => {
    const { clock, store } = aStore()
    const why = { by: 'bob@here', at: '2026-11-21T10:00:00.000Z', reason: 'set up anew' }
    assert.is(await releaseDeadLine(store, why), null)
    const owner = anOwner({ pid: 1, host: 'elsewhere' })
    await createLine(store, new VirtualClock(), owner).stop()
    assert.is((await refusalOf(releaseDeadLine(store, why))).code, 'LINE_STOPPED')

    await clock.advance(LINE_TTL_MS)
    assert.equal(await releaseDeadLine(store, why), owner)
    assert.is(await readLine(store), null)
    assert.equal(await readLastRelease(store), { ...why, owner })
  })

  test('is released by its owner only', async () => {
    const { clock, store } = aStore()
    const line = createLine(store, clock, anOwner())
    await line.stop()
    assert.is(await releaseLine(store, anOwner({ by: 'bob@here' })), false)
    assert.ok(await readLine(store))
    assert.is(await releaseLine(store, anOwner()), true)
    await line.release()
  })

  test('that lapsed meanwhile is taken again; one that somebody took is lost', async () => {
    const { clock, store } = aStore()
    const line = createLine(store, clock, anOwner())
    await line.stop()
    await store.delete(LINE_KEY)
    await clock.advance(10_000)
    assert.is((await readLine(store))?.rollbackId, 'rollback-1')
    assert.is(line.lostTo(), null)

    const other = anOwner({ ...processIdentity(process.ppid), by: 'bob@here', rollbackId: 'rollback-2' })
    await store.set(LINE_KEY, JSON.stringify(other))
    await clock.advance(10_000)
    assert.equal(line.lostTo(), other)
    await line.release()
    assert.equal(await readLine(store), other, 'a lost line is not released')
  })

  test('outlasts a store that is away for a while', async () => {
    const { clock, store } = aStore()
    const line = createLine(store, clock, anOwner())
    await line.stop()
    const compareAndSet = store.compareAndSet.bind(store)
    store.compareAndSet = () => Promise.reject(new Error('away'))
    await clock.advance(20_000)
    store.compareAndSet = compareAndSet
    await clock.advance(10_000)

    assert.is((await readLine(store))?.rollbackId, 'rollback-1')
    assert.is(line.lostTo(), null)
    await line.release()
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
    const line = createLine(store, clock, anOwner())
    const stopping = line.stop()
    await line.release()
    goOn()
    await stopping

    assert.is(await readLine(store), null)
    assert.is(clock.pendingCount, 0)
  })

  test("that cannot be read is somebody's all the same", async () => {
    const { clock, store } = aStore()
    await store.set(LINE_KEY, '{"by":')
    assert.is((await readLine(store))?.by, 'unknown')
    const refusal = await refusalOf(createLine(store, clock, anOwner()).stop())
    assert.match(refusal.message, /the lock cannot be read: \{"by":/)
  })

  test('that this process has stopped for something larger is borrowed, and given back', async () => {
    const { clock, store } = aStore()
    const triage = anOwner({ rollbackId: null, reason: 'triage' })
    const outer = createLine(store, clock, triage)
    await outer.stop()
    const inner = createLine(store, clock, anOwner())
    await inner.stop()
    await clock.advance(2 * LINE_TTL_MS)
    assert.equal([inner.lostTo(), outer.lostTo()], [null, null])
    assert.is(
      (await readLine(store))?.rollbackId,
      'rollback-1',
      'killed now, the line would stay stopped for it',
    )
    await inner.release()

    assert.equal(await readLine(store), triage)
    await outer.release()
    assert.is(await readLine(store), null)
  })

  test('is not stopped by somebody else when this very process has done so', async () => {
    const { store } = aStore()
    assert.is(await lineOfOthers(store), null)
    await store.set(LINE_KEY, JSON.stringify(anOwner()))
    assert.is(await lineOfOthers(store), null)
    await store.set(LINE_KEY, JSON.stringify(anOwner({ startTicks: 1 })))
    assert.is((await lineOfOthers(store))?.startTicks, 1, 'an earlier process of the same id')
    await store.set(LINE_KEY, JSON.stringify(anOwner({ pid: 1 })))
    assert.is((await lineOfOthers(store))?.pid, 1)
    await store.set(LINE_KEY, JSON.stringify(anOwner({ host: 'elsewhere' })))
    assert.is((await lineOfOthers(store))?.host, 'elsewhere')
  })
})
