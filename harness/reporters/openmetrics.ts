import { visible } from '../base/visible.ts'
import type { Percentiles, Summary } from '../model/summary.ts'
import { OUTCOME_EXIT_STATUS } from '../model/verdict.ts'
import type { TextReporter } from '../ports/reporter.ts'
import { escapeLabel, familyLines, labelsText } from '../text/openmetrics.ts'

type Labels = Readonly<Record<string, string>>

/** A gauge and its samples. */
interface Family {
  readonly name: string
  readonly help: string
  readonly samples: readonly (readonly [Labels, number])[]
}

/** The exported percentiles. Not the label `quantile`, which is for summaries over a lifetime. */
const STATISTICS = ['p50', 'p90', 'p95', 'p99', 'p99_9', 'max'] as const

/** `metrics.txt` in OpenMetrics: GitLab's metrics report, or a text file collector. No run id, so that runs compare. */
export const openmetricsReporter: TextReporter = {
  name: 'openmetrics',
  fileName: 'metrics.txt',
  render({ record, verdict }) {
    const { scenario } = record
    const objectives = verdict.objectives.flatMap(({ id, claim, observed }): [Labels, number][] =>
      observed === null ? [] : [[{ objective: id, claim }, observed]],
    )
    const families: Family[] = [
      {
        name: 'proofload_verdict',
        help: 'Outcome: 0 is GO, 1 is NO-GO, 3 is INCONCLUSIVE.',
        samples: [[{}, OUTCOME_EXIT_STATUS[verdict.outcome]]],
      },
      ...summaryFamilies(verdict.summary),
      {
        name: 'proofload_objective_observed',
        help: 'What was observed, in the unit of the objective.',
        samples: objectives,
      },
    ]
    const lines = families
      .filter(({ samples }) => samples.length > 0)
      .flatMap((family) => linesOf(family, scenario))
    return `${[...lines, '# EOF'].join('\n')}\n`
  },
}

function summaryFamilies(summary: Summary): Family[] {
  const steps = Object.entries(summary.steps)
  const total = (name: string, help: string, value: number): Family => ({
    name,
    help,
    samples: [[{}, value]],
  })
  return [
    total('proofload_requests', 'Requests that were completed.', summary.requests),
    total(
      'proofload_throughput_per_second',
      'Requests a second that were completed.',
      summary.throughputPerSec,
    ),
    {
      name: 'proofload_error_ratio',
      help: 'Share of requests that ended badly.',
      samples: [
        [{}, summary.errorRatio],
        ...steps.map(([step, { errorRatio }]): [Labels, number] => [{ step }, errorRatio]),
      ],
    },
    {
      name: 'proofload_response_time_seconds',
      help: 'Response time, from the intended start: of ok answers and timeouts, and of failures by their outcome.',
      samples: [
        ...responseTimeSamples({}, summary),
        ...steps.flatMap(([step, of]) => responseTimeSamples({ step }, of)),
      ],
    },
    {
      name: 'proofload_response_time_lower_bound_from_seconds',
      help: 'Shortest wait of a request that ended without an answer: response times at or above it are lower bounds.',
      samples: [
        ...lowerBoundSamples({}, summary.responseTimeMs),
        ...steps.flatMap(([step, { responseTimeMs }]) => lowerBoundSamples({ step }, responseTimeMs)),
      ],
    },
    {
      name: 'proofload_component_time_seconds',
      help: 'Time that a component of the target took.',
      samples: Object.entries(summary.components).flatMap(([component, times]) =>
        timeSamples({ component }, times),
      ),
    },
    total('proofload_generator_cpu_seconds', 'Processor time of the load generator.', summary.generator.cpuS),
    total('proofload_generator_memory_bytes', 'Memory of the load generator.', summary.generator.maxRssBytes),
  ]
}

function responseTimeSamples(
  labels: Labels,
  {
    responseTimeMs,
    failedTimeMs,
    erroredTimeMs,
  }: Pick<Summary, 'responseTimeMs' | 'failedTimeMs' | 'erroredTimeMs'>,
): [Labels, number][] {
  return [
    ...timeSamples(labels, responseTimeMs),
    ...timeSamples({ ...labels, outcome: 'failed' }, failedTimeMs),
    ...timeSamples({ ...labels, outcome: 'errored' }, erroredTimeMs),
  ]
}

function timeSamples(labels: Labels, times: Percentiles): [Labels, number][] {
  if (times.count === 0) return []
  return STATISTICS.map((statistic) => [{ ...labels, statistic }, secondsOf(times[statistic])])
}

function lowerBoundSamples(labels: Labels, { lowerBoundFrom }: Percentiles): [Labels, number][] {
  return lowerBoundFrom === null ? [] : [[labels, secondsOf(lowerBoundFrom)]]
}

/** Without what is left of the conversion in the last digits. */
function secondsOf(durationMs: number): number {
  return Number((durationMs / 1000).toPrecision(9))
}

function linesOf({ name, help, samples }: Family, scenario: string): string[] {
  return [
    ...familyLines(name, 'gauge', help),
    ...samples.map(
      ([labels, value]) => `${name}${labelsText({ scenario, ...labels }, escapeForGitlab)} ${value}`,
    ),
  ]
}

/** GitLab takes the rest of a line for a comment wherever a # stands, within quotes too. */
function escapeForGitlab(text: string): string {
  return escapeLabel(visible(text).replaceAll('#', '\\u{23}'))
}
