/** The findings of a search, from its probes alone. */
import type { CapacityAnswer, CapacityRecord, DemandForecast, SearchEnding } from '../../model/capacity.ts'
import { OUTCOME_EXIT_STATUS, type VerdictOutcome } from '../../model/verdict.ts'
import { forecastOf } from './forecast.ts'
import { culpritOf, kneeOf, recoveryOf, saturationOf, scalabilityLaw } from './probe-figures.ts'
import { searchState } from './search-from-probes.ts'
import type { SearchState } from './search-state.ts'
import { shortProbeCautions } from './short-probes.ts'

export interface AnswerOptions {
  /** A rate, or agents, that the service has to hold; null: none is asked for. */
  readonly atLeast: number | null
  readonly forecast: DemandForecast | null
  /** A service that has changed meanwhile makes the answer INCONCLUSIVE. */
  readonly strict: boolean
}

type Searched = Pick<CapacityRecord, 'limits' | 'settings' | 'probes' | 'by'>

/** A search that is not over is one that was cut short. */
export function answerOf(record: Searched, options: AnswerOptions): CapacityAnswer {
  const { limits, settings, probes } = record
  const state = searchState(limits, settings, probes)
  const ending = state.ending ?? 'cut-short'
  const { capacity, safe, good } = state
  const order = state.binding
    .map((probability, i) => ({ probability, i }))
    .sort((a, b) => b.probability - a.probability)
    .map(({ i }) => i)
  const [first, ...others] = order
  const next = others.find((i) => state.limits[i]?.isSeen === true)
  const outcome = outcomeOf(state, ending, options)
  const cautions = cautionsOf(record, state)
  return {
    outcome,
    exitCode: OUTCOME_EXIT_STATUS[outcome],
    ending,
    message: messageOf(ending, state, options, outcome),
    safe,
    capacity,
    atLeast: capacity === null ? good : null,
    limits: limits.map((limit, i) => ({
      ...limit,
      capacity: state.limits[i] ?? null,
      bindingProbability: state.binding[i] ?? 0,
    })),
    binding: first === undefined ? null : (limits[first]?.id ?? null),
    next: next === undefined ? null : (limits[next]?.id ?? null),
    ...saturationOf(probes, record.by),
    knee: kneeOf(probes),
    scalability: scalabilityLaw(probes),
    recovery: recoveryOf(probes),
    culprit: culpritOf(probes, capacity?.median ?? null),
    forecast: options.forecast === null || safe === null ? null : forecastOf(safe, options.forecast),
    cautions,
  }
}

function outcomeOf(
  state: SearchState,
  ending: SearchEnding,
  { atLeast, strict }: AnswerOptions,
): VerdictOutcome {
  const isConfirmed = state.safe !== null && (ending === 'found' || ending === 'max-held')
  if (strict && state.hasDrifted) return 'INCONCLUSIVE'
  if (atLeast !== null) {
    // A generator or a service that gave up says nothing of a rate that nobody has tried.
    const high = ending === 'nothing-met' ? state.bad : (state.capacity?.high ?? null)
    if (high !== null && high < atLeast && ending !== 'generator') return 'NO_GO'
    return isConfirmed && (state.safe as number) >= atLeast ? 'GO' : 'INCONCLUSIVE'
  }
  return isConfirmed ? 'GO' : 'INCONCLUSIVE'
}

const ENDINGS: Readonly<Record<SearchEnding, string>> = {
  found: 'the search is over',
  'max-held': 'the largest load that was allowed is held',
  'nothing-met': 'not even the smallest load keeps the objectives',
  generator: 'the load generator is the limit: the service holds more than could be sent',
  'not-recovered': 'the service did not recover from a probe',
  halted: 'load was halted',
  'cut-short': 'the search was ended before all was known',
}

function messageOf(
  ending: SearchEnding,
  { safe, hasDrifted }: SearchState,
  { atLeast, strict }: AnswerOptions,
  outcome: VerdictOutcome,
): string {
  if (strict && hasDrifted && safe !== null) return 'the service has changed during the search (--strict)'
  const asked = atLeast === null ? '' : `; at least ${atLeast} is ${ASKED[outcome]}`
  if (safe === null && (ending === 'found' || ending === 'max-held'))
    return `no rate could be confirmed${asked}`
  return `${ENDINGS[ending]}${asked}`
}

const ASKED: Readonly<Record<VerdictOutcome, string>> = {
  GO: 'held',
  NO_GO: 'not held',
  INCONCLUSIVE: 'not decided',
}

function cautionsOf({ probes, limits }: Searched, { hasDrifted }: SearchState): CapacityAnswer['cautions'] {
  const texts = new Set(probes.flatMap(({ cautions }) => cautions))
  return [
    ...(hasDrifted
      ? [
          {
            code: 'DRIFTED',
            message:
              'the lowest probe came out otherwise at the end: the service has changed meanwhile (warm-up, scaling, a leak)',
          },
        ]
      : []),
    ...(limits.some(({ isAssumed }) => isAssumed)
      ? [
          {
            code: 'LIMITS_ASSUMED',
            message: `assumed, because the scenario does not say it: ${limits
              .filter(({ isAssumed }) => isAssumed)
              .map(({ expect }) => expect)
              .join(', ')}`,
          },
        ]
      : []),
    ...shortProbeCautions({ probes, limits }),
    ...[...texts].map((message) => ({ code: message.split(':')[0] ?? 'PROBE', message })),
  ]
}
