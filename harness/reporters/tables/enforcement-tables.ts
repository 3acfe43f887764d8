/** Tables of breaches and of the rollback. */
import { formatCount, formatDurationMs, formatInUnit } from '../../base/units.ts'
import type { Verdict } from '../../model/verdict.ts'
import { titleOf } from '../../text/demand-text.ts'
import { stateWord } from '../../text/objective-event-text.ts'
import { claimNote, type Table } from './table.ts'

/** Lists every change of state of an objective, with the values and the time. */
export function breachesTable({ enforcement }: Verdict): Table {
  const events = enforcement?.events ?? []
  return {
    title: 'Breaches while load ran',
    heads: ['at', 'objective', 'became', 'observed', 'samples'],
    rows: events.map((event) => [
      formatDurationMs(Math.round(event.atMs / 100) * 100),
      titleOf(event),
      stateWord(event),
      event.observed === null ? '-' : formatInUnit(event.observed, event.unit),
      formatCount(event.sampleCount),
    ]),
    notes: [
      claimNote(events),
      { head: 'where', texts: events.map(({ annotations }) => whereText(annotations)) },
    ],
  }
}

function whereText(annotations: Readonly<Record<string, string>>): string {
  return Object.entries(annotations)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
}

/** Lists the violations for which a rollback was started, or would be. */
export function violationsTable({ rollback }: Verdict): Table {
  const reasons = rollback?.reasons ?? []
  return {
    title: 'Causes of the rollback',
    heads: ['violation', 'kind', 'severity', 'procedure'],
    rows: reasons.map((reason) => [titleOf(reason), reason.kind, reason.severity, reason.procedure]),
    notes: [claimNote(reasons), { head: 'found', texts: reasons.map(({ message }) => message) }],
  }
}

/** Lists the steps that were carried out, or would be. */
export function rollbackTable({ rollback }: Verdict): Table {
  const planned = rollback?.plan ?? null
  return {
    title: `Rollback: ${rollback?.outcome}, ${rollback?.message}`,
    heads: planned === null ? ['step', 'outcome', 'took'] : ['step'],
    rows:
      planned?.map(({ step }) => [step]) ??
      rollback?.steps.map(({ name, outcome, durationMs }) => [name, outcome, formatDurationMs(durationMs)]) ??
      [],
    notes: [
      {
        head: planned === null ? 'message' : 'would',
        texts:
          planned?.map(({ description }) => description) ??
          rollback?.steps.map(({ message }) => message) ??
          [],
      },
    ],
  }
}
