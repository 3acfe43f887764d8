import * as assert from 'uvu/assert'
import { FaultInjector, freezeThread } from '../../../harness/targets/sandbox/fault-injector.ts'
import type { Faults } from '../../../harness/targets/sandbox/faults.ts'
import { collectGarbage } from '../../kit/garbage.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const DRAWS = 20_000

function withFaults(faults: Faults, seed = 7): FaultInjector {
  const injector = new FaultInjector(new VirtualClock(), seed)
  injector.replace(faults)
  return injector
}

function each<T>(draw: (number: number) => T): T[] {
  return Array.from({ length: DRAWS }, (_, number) => draw(number))
}

describe('FaultInjector', (test) => {
  test('changes nothing without faults', () => {
    const injector = withFaults({})

    assert.is(injector.factorOf('policy'), 1)
    assert.is(injector.wholeMsOf(0), null)
    assert.is(injector.errorStatusOf(0), null)
    assert.is(injector.breaksOff(0), false)
  })

  test('slows one component, or everything', () => {
    const one = withFaults({ slow: { factor: 10, component: 'llm' } })
    const all = withFaults({ slow: { factor: 3 }, fixed: { ms: 20 } })

    assert.equal([one.factorOf('llm'), one.factorOf('policy'), one.factorOf(null)], [10, 1, 1])
    assert.equal([all.factorOf('llm'), all.factorOf('policy'), all.wholeMsOf(0)], [3, 3, 60])
  })

  test('fails and breaks off the asked share of operations, not the same ones', () => {
    const injector = withFaults({ errors: { ratio: 0.1, status: 503 }, reset: { ratio: 0.1 } })
    const failed = each((number) => injector.errorStatusOf(number) === 503)
    const broken = each((number) => injector.breaksOff(number))
    const shareOf = (flags: boolean[]) => flags.filter(Boolean).length / DRAWS

    assert.ok(Math.abs(shareOf(failed) - 0.1) < 0.01)
    assert.ok(Math.abs(shareOf(broken) - 0.1) < 0.01)
    assert.ok(Math.abs(shareOf(failed.map((flag, i) => flag && broken[i] === true)) - 0.01) < 0.005)
  })

  test('fails every operation at ratio 1 and none at 0', () => {
    const all = withFaults({ errors: { ratio: 1, status: 500 }, reset: { ratio: 1 } })
    const none = withFaults({ errors: { ratio: 0, status: 500 }, reset: { ratio: 0 } })

    assert.ok(each((number) => all.errorStatusOf(number) === 500 && all.breaksOff(number)).every(Boolean))
    assert.not.ok(
      each((number) => none.errorStatusOf(number) !== null || none.breaksOff(number)).some(Boolean),
    )
  })

  test('draws whole times whose median and 99th percentile are those of the law', () => {
    const injector = withFaults({ law: { lognormal: { p50Ms: 20, p99Ms: 80 } } })
    const timesMs = each((number) => injector.wholeMsOf(number) ?? Number.NaN).sort((a, b) => a - b)

    assert.ok(Math.abs((timesMs[DRAWS * 0.5] ?? Number.NaN) / 20 - 1) < 0.02)
    assert.ok(Math.abs((timesMs[DRAWS * 0.99] ?? Number.NaN) / 80 - 1) < 0.05)
  })

  test('draws the same for the same seed', () => {
    const law = { law: { lognormal: { p50Ms: 20, p99Ms: 80 } } }

    assert.is(withFaults(law).wholeMsOf(41), withFaults(law).wholeMsOf(41))
    assert.is.not(withFaults(law).wholeMsOf(41), withFaults(law, 8).wholeMsOf(41))
  })

  test('stalls on time, every period from start to start', async () => {
    const clock = new VirtualClock()
    const stalls: number[] = []
    const injector = new FaultInjector(clock, 1, (forMs) => {
      stalls.push(clock.nowMs())
      clock.freeze(forMs)
    })
    injector.replace({ stall: { everyMs: 1000, forMs: 300 } })
    await clock.advance(3500)

    assert.equal(stalls, [1000, 2000, 3000])
  })

  test('stops stalling when the faults are replaced', async () => {
    const clock = new VirtualClock()
    let stallCount = 0
    const injector = new FaultInjector(clock, 1, () => {
      stallCount++
    })
    injector.replace({ stall: { everyMs: 1000, forMs: 300 } })
    await clock.advance(1500)
    injector.replace({ fixed: { ms: 1 } })
    await clock.advance(5000)

    assert.is(stallCount, 1)
    assert.is(clock.pendingCount, 0)
  })

  test('keeps the memory it leaks until the faults are replaced', async () => {
    const injector = withFaults({ leak: { bytesPerRequest: 1024 ** 2 } })
    const buffers = buffersMadeBy(() => {
      for (let i = 0; i < 20; i++) injector.leak()
    })
    assert.equal(await bytesKept(buffers), Array(20).fill(1024 ** 2))

    injector.replace({})
    assert.equal(await bytesKept(buffers), [])
  })
})

/** References, which keep nothing, to the buffers that a call allocates. */
function buffersMadeBy(call: () => void): WeakRef<Buffer>[] {
  const made: WeakRef<Buffer>[] = []
  const { alloc } = Buffer
  Buffer.alloc = (...args) => {
    const buffer = alloc(...args)
    made.push(new WeakRef(buffer))
    return buffer
  }
  try {
    call()
  } finally {
    Buffer.alloc = alloc
  }
  return made
}

/** Sizes of the buffers that somebody still refers to. */
async function bytesKept(buffers: readonly WeakRef<Buffer>[]): Promise<number[]> {
  // A reference that was followed keeps its buffer until the turn of the loop is over.
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  return buffers.flatMap((buffer) => buffer.deref()?.length ?? [])
}

describe('freezeThread', (test) => {
  test('lets nothing else run meanwhile', async () => {
    let ran = false
    const timer = setTimeout(() => {
      ran = true
    }, 1)
    const startMs = performance.now()
    freezeThread(30)

    assert.ok(performance.now() - startMs >= 29)
    assert.is(ran, false)
    clearTimeout(timer)
  })
})
