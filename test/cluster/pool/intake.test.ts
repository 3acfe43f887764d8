import * as assert from 'uvu/assert'
import { Intake } from '../../../harness/cluster/coordinator/intake.ts'
import type { LogEntry } from '../../../harness/cluster/coordinator/log-entries.ts'
import type { HostInterval } from '../../../harness/cluster/messages.ts'
import type { ClosedSecond } from '../../../harness/ports/load-driver.ts'
import { aCell, aSnapshot, RESOURCES } from '../../kit/snapshots.ts'
import { describe } from '../../kit/suite.ts'

const interval = (sequence: number): HostInterval => ({
  ...{ token: 't', place: 0, epoch: 0, sequence, end: null },
  sum: aSnapshot({
    ...{ shard: 0, sequence, startMs: 1_000 * sequence, endMs: 1_000 * (sequence + 1) },
    cells: [aCell([10, 2])],
  }),
  used: { ...RESOURCES.generator, cpuCores: 0.5 },
})

/** An intake whose log stores at once, or when it is told to. */
function anIntake() {
  const entries: LogEntry[] = []
  const seconds: ClosedSecond[] = []
  let store: (isStored: boolean) => void = () => undefined
  const intake = new Intake({
    places: [0],
    measuredPhases: new Set(['steady']),
    onSecond: (second) => seconds.push(second),
    log: {
      append: (entry) => {
        entries.push(entry)
        return new Promise((resolve) => {
          store = resolve
        })
      },
    },
  })
  const stored = async (isStored = true) => {
    store(isStored)
    await Promise.resolve()
    await Promise.resolve()
  }
  return { intake, entries, seconds, stored }
}

describe('The intake of intervals', (test) => {
  test('takes each once, however often it comes: counts, usage and times', async () => {
    const { intake, entries, seconds, stored } = anIntake()
    assert.ok(intake.take(interval(0)))
    assert.not(intake.take(interval(0)))
    await stored()

    assert.is(entries.length, 1)
    assert.is(seconds.length, 1)
    assert.is(intake.usage.totals().cpuS, 0.5)
    assert.is(intake.throughMs(0), 1_000)
  })

  test('says that the log has an interval when it has, and acts on it not before', async () => {
    const { intake, seconds, stored } = anIntake()
    intake.take(interval(0))
    assert.equal([intake.logged(0).have, seconds.length, intake.writingCount], [0, 0, 1])
    await stored()
    assert.equal([intake.logged(0).have, seconds.length, intake.writingCount], [1, 1, 0])
  })

  test('acts on nothing that could not be written, because somebody else leads', async () => {
    const { intake, seconds, stored } = anIntake()
    intake.take(interval(0))
    await stored(false)
    assert.equal([intake.logged(0).have, seconds.length], [0, 0])
  })

  test('goes on behind what an earlier coordinator has closed, and takes that no second time', async () => {
    const { intake, entries, seconds, stored } = anIntake()
    const { sum, used } = interval(0)
    intake.replay({
      ...{ kind: 'second', second: 1, isWhole: true, late: [] },
      ...{ sums: [sum as NonNullable<typeof sum>], used: used as NonNullable<typeof used> },
    })
    assert.equal([seconds.length, intake.logged(0).have], [1, 1])
    intake.take(interval(0))
    assert.is(entries.length, 0, 'it is in the log')
    intake.take(interval(1))
    await stored()
    assert.equal(
      seconds.map(({ snapshots }) => snapshots.map(({ sequence }) => sequence)),
      [[0], [1]],
    )
    assert.is(intake.usage.totals().cpuS, 1, 'what was used before counts as well')
  })
})
