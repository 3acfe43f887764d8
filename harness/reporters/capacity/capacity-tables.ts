/** Tables of a search for a capacity. */
import { formatCount, formatDurationMs } from '../../base/units.ts'
import type { CapacityProbe } from '../../model/capacity.ts'
import {
  type AnsweredCapacity,
  capacityFacts,
  intervalText,
  type ToldCapacity,
  xText,
} from '../../text/capacity-text.ts'
import { percentText } from '../../text/figure-text.ts'
import type { Table } from '../tables/table.ts'

export function factsTable(record: ToldCapacity): Table {
  return { title: 'Found', heads: ['what', 'value'], rows: capacityFacts(record) }
}

export function limitsTable(record: AnsweredCapacity): Table {
  return {
    title: 'Limits',
    heads: ['limit', 'just met at', '90 %', 'missed first'],
    rows: record.answer.limits.map(({ expect, capacity, bindingProbability }) => [
      expect,
      capacity?.isSeen === true ? xText(capacity.median, record) : 'not seen',
      capacity?.isSeen === true ? intervalText(capacity) : '-',
      capacity === null ? '-' : percentText(bindingProbability),
    ]),
  }
}

export function probesTable(record: AnsweredCapacity): Table {
  return {
    title: 'Probes',
    heads: ['#', 'purpose', 'offered', 'achieved', 'p99', 'errors', 'over', 'n(eff)', 'in', 'result'],
    rows: record.probes.map((probe, i) => [
      String(i + 1),
      probe.purpose,
      xText(probe.x, record),
      `${formatCount(Math.round(probe.achievedPerSec))}/s`,
      probe.p99Ms === null ? '-' : formatDurationMs(probe.p99Ms),
      percentText(probe.errorRatio),
      ...worstOf(probe, record),
      formatDurationMs(1000 * probe.seconds),
      probe.ended === 'whole' ? 'whole' : `${probe.ended}${probe.reason === null ? '' : `: ${probe.reason}`}`,
    ]),
  }
}

export function lawTable({ answer: { scalability } }: AnsweredCapacity): Table {
  return {
    title: 'Universal Scalability Law, by requests in flight',
    heads: ['coefficient', 'value'],
    rows:
      scalability === null
        ? []
        : (['lambda', 'alpha', 'beta'] as const).map((name) => [name, scalability[name].toPrecision(3)]),
  }
}

/** Share of misses and effective observations, of the limit that comes out worst. */
function worstOf(
  { readings }: CapacityProbe,
  { limits }: AnsweredCapacity,
): [over: string, effective: string] {
  const [worst] = readings
    .flatMap((reading, i) =>
      reading?.kind === 'share' && reading.n > 0
        ? [
            {
              share: reading.k / reading.n,
              n: reading.n / reading.designEffect,
              allowed: limits[i]?.allowed ?? 1,
            },
          ]
        : [],
    )
    .sort((a, b) => b.share / b.allowed - a.share / a.allowed)
  return worst === undefined ? ['-', '-'] : [percentText(worst.share), formatCount(Math.round(worst.n))]
}
