import * as assert from 'uvu/assert'
import { watchMachine } from '../../harness/probes/machine.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

/** /proc/stat with so many ticks of user, idle and steal time. */
const stat = (user: number, idle: number, steal: number) =>
  `cpu  ${user} 0 0 ${idle} 0 0 0 ${steal} 5 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n`

describe('watchMachine', (test) => {
  test('gives the share of time that the host gave to others since the last look', () => {
    const texts = [stat(100, 100, 50), stat(130, 160, 60), stat(130, 160, 60)]
    const machine = watchMachine(new VirtualClock(), () => texts.shift() ?? '')

    assert.is(machine.sample().stealRatio, 0.1)
    assert.is(machine.sample().stealRatio, 0)
  })

  test('gives the share of time that the cores were busy, whoever had them', () => {
    const texts = [stat(100, 100, 50), stat(130, 160, 60), stat(230, 160, 60), stat(230, 160, 60), '']
    const machine = watchMachine(new VirtualClock(), () => texts.shift() ?? '')
    const ratios = [0, 1, 2, 3].map(() => machine.sample().machineCpuRatio)

    assert.equal(ratios, [0.4, 1, 0, null])
  })

  test('does not know it where the system does not tell', () => {
    assert.is(watchMachine(new VirtualClock(), () => '').sample().stealRatio, null)
  })

  test('sees the calendar step, once', async () => {
    const clock = new VirtualClock()
    const machine = watchMachine(clock, () => '')
    await clock.advance(5_000)
    assert.is(machine.sample().clockStepMs, 0)
    clock.setCalendar(-60_000)
    assert.is(machine.sample().clockStepMs, -60_000)
    assert.is(machine.sample().clockStepMs, 0)
  })
})
