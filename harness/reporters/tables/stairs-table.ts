/** The stairs of a run whose workload is a staircase. */
import { formatCount, formatDurationMs } from '../../base/units.ts'
import type { Stairs } from '../../model/stairs.ts'
import type { Verdict } from '../../model/verdict.ts'
import { percentText } from '../../text/figure-text.ts'
import type { Table } from './table.ts'

/** Its title names the highest load that met the objectives. */
export function stairsTable({ summary: { stairs } }: Verdict): Table {
  const levels = stairs?.levels ?? []
  return {
    title: stairs === undefined ? '' : titleOf(stairs),
    heads: [
      stairs?.by === 'rate' ? 'journeys/s' : 'agents',
      'for',
      'ended well',
      'errors',
      'p99',
      'objectives',
    ],
    rows: levels.map(({ load, seconds, okPerSec, errorRatio, p99Ms, missed }) => [
      loadText(load),
      formatDurationMs(1000 * seconds),
      `${formatCount(Math.round(okPerSec))}/s`,
      percentText(errorRatio),
      p99Ms === null ? '-' : formatDurationMs(p99Ms),
      standingOf(missed),
    ]),
    notes: [{ head: 'which', texts: levels.map(({ missed }) => (missed ?? []).join(', ')) }],
  }
}

function standingOf(missed: readonly string[] | null): string {
  if (missed === null) return 'unproven'
  return missed.length === 0 ? 'met' : 'missed'
}

function titleOf({ by, highestMet }: Stairs): string {
  const unit = by === 'rate' ? 'journeys/s' : 'agents'
  return highestMet === null
    ? 'By load: not even the lowest stair met the objectives'
    : `By load: the highest stair that met the objectives is ${loadText(highestMet)} ${unit}`
}

function loadText(load: number): string {
  return formatCount(Number.isInteger(load) ? load : Number(load.toPrecision(3)))
}
