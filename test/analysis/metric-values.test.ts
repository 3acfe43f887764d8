import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { metricValue } from '../../harness/analysis/metric-values.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import type { RecordInterval } from '../../harness/model/record-interval.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

const MIB = 1024 ** 2

/** What an expression comes to in a run with these intervals. */
function observed(
  expression: string,
  interval: (index: number) => Pick<Partial<RecordInterval>, 'target' | 'probes'>,
  intervals = 60,
): number | null {
  const { objectives, problems } = parseObjectives([`${expression} < 1000000MiB`], 'objectives')
  const [objective] =
    problems.length === 0 ? objectives : parseObjectives([`${expression} < 1`], '').objectives
  assert.ok(objective, expression)
  return metricValue(new RecordView(aRecord({ okMs: [5], intervals, interval })), objective!)
}

const target = (
  rssBytes: number,
  ratios: { cpuRatio?: number | null; memoryRatio?: number | null } = {},
) => ({
  target: { cpuCores: 1, rssBytes, cpuRatio: null, memoryRatio: null, ...ratios },
})

/** Memory that moves by up to a MiB around its level, always the same way. */
const noise = (index: number) => Math.sin(index * 12.9898) * MIB

describe('A gauge', (test) => {
  test('is taken at its worst: the highest against a bound above, the lowest against one below', () => {
    const record = aRecord({
      okMs: [5],
      interval: (index) => ({
        probes: { pool: { cpuCores: null, rssBytes: null, cpuRatio: null, memoryRatio: null, value: index } },
      }),
    })
    const worstOf = (expect: string) => {
      const [objective] = parseObjectives([expect], 'objectives').objectives
      return metricValue(new RecordView(record), objective!)
    }
    assert.is(worstOf('probe_value{probe=pool} < 50'), 19)
    assert.is(worstOf('probe_value{probe=pool} >= 3'), 0)
  })
})

describe('rss_growth', (test) => {
  const flat = (index: number) => 100 * MIB + noise(index)
  const growth = (rss: (index: number) => number, intervals?: number) =>
    observed('rss_growth(target)', (index) => target(rss(index)), intervals)! / MIB

  test('is nothing for memory that stays where it is', () => {
    assert.ok(Math.abs(growth(flat)) < 1, `${growth(flat)} MiB`)
  })

  test('is what a leak leaks over the run', () => {
    const leak = (index: number) => flat(index) + index * 5 * MIB

    assert.ok(Math.abs(growth(leak) - 60 * 5) < 3, `${growth(leak)} MiB`)
  })

  test('is not moved by single spikes, wherever they are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 59 }), { maxLength: 5 }),
        fc.integer({ min: 500, max: 50_000 }),
        (spikes, heightMiB) => {
          const spiked = growth((index) => flat(index) + (spikes.includes(index) ? heightMiB * MIB : 0))
          assert.ok(Math.abs(spiked) < 2, `${spiked} MiB with spikes at ${spikes}`)
        },
      ),
    )
  })

  test('sees a leak through spikes and collections', () => {
    const sawtooth = (index: number) => flat(index) + index * 5 * MIB + (index % 7) * 20 * MIB

    assert.ok(Math.abs(growth(sawtooth) - 300) < 40, `${growth(sawtooth)} MiB`)
  })

  test('is negative for memory that is given back', () => {
    assert.ok(growth((index) => flat(index) - index * MIB) < -50)
  })

  test('is counted over the seconds in which the target is known', () => {
    const known = (index: number) => (index < 30 ? target(100 * MIB + index * 5 * MIB) : { target: null })

    assert.ok(Math.abs(observed('rss_growth', known)! / MIB - 150) < 1)
  })

  test('is unknown before there are three seconds, and of a target that nobody watches', () => {
    assert.is(
      observed('rss_growth', (index) => target(index), 2),
      null,
    )
    assert.is(
      observed('rss_growth', () => ({ target: null })),
      null,
    )
  })
})

describe('Ratios of the target', (test) => {
  test('are those of the worst second, and unknown where nobody knows them', () => {
    const rising = (index: number) =>
      target(1, { cpuRatio: index / 100, memoryRatio: index === 7 ? null : 0.5 })

    assert.is(observed('target_cpu_ratio', rising), 0.59)
    assert.is(observed('mean(target_memory_ratio)', rising), 0.5)
    assert.is(
      observed('target_cpu_ratio', () => target(1)),
      null,
    )
  })
})

describe('Metrics of a probe', (test) => {
  const probes = (index: number) => ({
    probes: {
      gc: { cpuCores: 0.5, rssBytes: 7 * MIB, cpuRatio: null, memoryRatio: null, value: index % 10 },
      flaky:
        index % 2 === 0
          ? null
          : { cpuCores: null, rssBytes: null, cpuRatio: null, memoryRatio: null, value: 4 },
    },
  })

  test('are those of the one that is named', () => {
    assert.is(observed('max(probe_value{probe=gc})', probes), 9)
    assert.is(observed('probe_value{probe=gc}', probes), 9)
    assert.is(observed('last(probe_value{probe=gc})', probes), 9)
    assert.is(observed('mean(probe_value{probe=gc})', probes), 4.5)
    assert.is(observed('probe_cpu{probe=gc}', probes), 0.5)
    assert.is(observed('probe_memory{probe=gc}', probes), 7 * MIB)
  })

  test('come from the seconds in which it gave something', () => {
    assert.is(observed('mean(probe_value{probe=flaky})', probes), 4)
    assert.is(observed('probe_cpu{probe=flaky}', probes), null)
    assert.is(observed('probe_value{probe=other}', probes), null)
  })
})
