/** Figures of a service for Prometheus. Those of a run while it lasts are the business of its outputs. */
import { wallMsOf } from '../../base/clock.ts'
import type { ToldRun, ToldSchedule } from '../../model/service.ts'
import type { VerdictOutcome } from '../../model/verdict.ts'
import { familyLines, labelsText } from '../../text/openmetrics.ts'

export interface ServiceFigures {
  readonly version: string
  readonly isRunning: boolean
  /** Runs that are over, by how they ended. */
  readonly counts: Readonly<Record<string, number>>
  /** The run that was over last. */
  readonly last: ToldRun | null
  readonly schedules: readonly ToldSchedule[]
}

/** The values that outputs write for a verdict. */
const VERDICTS: Readonly<Record<VerdictOutcome, number>> = { GO: 1, NO_GO: 0, INCONCLUSIVE: -1 }

type Sample = readonly [Readonly<Record<string, string>>, number]

/** Text of `GET /metrics`. */
export function serviceMetrics({ version, isRunning, counts, last, schedules }: ServiceFigures): string {
  const secondsOf = (at: string) => wallMsOf(at) / 1000
  const ofSchedules = (value: (schedule: ToldSchedule) => number | null): Sample[] =>
    schedules.flatMap((schedule) => {
      const figure = value(schedule)
      return figure === null
        ? []
        : [[{ schedule: schedule.name, scenario: schedule.scenario }, figure] as const]
    })
  const ofLast: Sample[] =
    last === null ? [] : [[{ scenario: last.scenario }, secondsOf(last.finishedAt ?? last.startedAt)]]
  const verdict: Sample[] =
    last?.outcome == null ? [] : [[{ scenario: last.scenario }, VERDICTS[last.outcome]]]
  return [
    ...family('service_info', 'gauge', 'Version of the service; the value is always 1.', [[{ version }, 1]]),
    ...family('service_running', 'gauge', '1 while a run is under way.', [[{}, isRunning ? 1 : 0]]),
    ...family('service_runs_total', 'counter', 'Runs that are over, by outcome.', samplesOf(counts)),
    ...family(
      'service_last_verdict',
      'gauge',
      'Verdict of the last run: 1 GO, 0 NO-GO, -1 INCONCLUSIVE.',
      verdict,
    ),
    ...family('service_last_end_seconds', 'gauge', 'End of the last run, seconds since 1970.', ofLast),
    ...family(
      'schedule_next_seconds',
      'gauge',
      'Next instant of a schedule, seconds since 1970.',
      ofSchedules(({ nextAt }) => (nextAt === null ? null : secondsOf(nextAt))),
    ),
    ...family(
      'schedule_started_total',
      'counter',
      'Runs that a schedule started.',
      ofSchedules((each) => each.startedCount),
    ),
    ...family(
      'schedule_overlapped_total',
      'counter',
      'Instants left out because another run was under way.',
      ofSchedules((each) => each.overlappedCount),
    ),
    ...family(
      'schedule_missed_total',
      'counter',
      'Instants at which the process did not run.',
      ofSchedules((each) => each.missedCount),
    ),
    '',
  ].join('\n')
}

function samplesOf(counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([outcome, count]) => [{ outcome }, count])
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string[] {
  if (samples.length === 0) return []
  const full = `proofload_${name}`
  return [
    ...familyLines(full, type, help),
    ...samples.map(([labels, value]) => `${full}${labelsText(labels)} ${value}`),
  ]
}
