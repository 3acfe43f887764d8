/** A search for a capacity in words: the same in the terminal and in every report. */
import { formatCount, formatDurationMs, formatRatio } from '../base/units.ts'
import type {
  CapacityAnswer,
  CapacityControl,
  CapacityEstimate,
  CapacityProbe,
  CapacityRecord,
} from '../model/capacity.ts'
import { percentText } from './figure-text.ts'

/** A record whose search has an answer. */
export type AnsweredCapacity = CapacityRecord & { readonly answer: CapacityAnswer }

/** As much of a search as its words need. */
export interface ToldCapacity extends Pick<AnsweredCapacity, 'by' | 'answer'> {
  readonly probes: readonly Pick<CapacityProbe, 'requestsPerStart'>[]
}

/** `688 req/s`, `12 agents`; arrivals that are several requests are told as such. */
export function xText(x: number, { by, probes }: Omit<ToldCapacity, 'answer'>): string {
  if (by === 'agents') return `${formatCount(Math.round(x))} agents`
  return `${numberText(x)} ${unitOf(by, probes)}`
}

/** Requests of one arrival; null: no probe has any. */
export function requestsPerStart(probes: ToldCapacity['probes']): number | null {
  return probes.find((probe) => probe.requestsPerStart !== null)?.requestsPerStart ?? null
}

function unitOf(by: CapacityControl, probes: ToldCapacity['probes']): string {
  const ratio = requestsPerStart(probes) ?? 1
  return by === 'rate' && Math.abs(ratio - 1) < 0.01 ? 'req/s' : 'journeys/s'
}

function numberText(x: number): string {
  return x < 10 ? String(Number(x.toPrecision(2))) : formatCount(Math.round(x))
}

/** `688 to 741` */
export function intervalText({ low, high }: Pick<CapacityEstimate, 'low' | 'high'>): string {
  return `${numberText(low)} to ${numberText(high)}`
}

/** The first line of every form. */
export function capacityHeadline(record: ToldCapacity): string {
  return [`${holdsText(record)}.`, breaksText(record)].filter((text) => text !== '').join(' ')
}

function holdsText(record: ToldCapacity): string {
  const { safe, capacity, atLeast, ending, message } = record.answer
  const interval = capacity === null ? '' : `; 90 %: ${intervalText(capacity)}`
  if (safe !== null && ending === 'max-held')
    return `Holds at least ${xText(safe, record)} inside the objectives (confirmed; more was not allowed)`
  if (safe !== null) return `Holds ${xText(safe, record)} inside the objectives (confirmed${interval})`
  if (capacity !== null)
    return `Holds perhaps ${xText(capacity.low, record)} inside the objectives (not confirmed${interval}): ${message}`
  if (atLeast !== null)
    return `Held ${xText(atLeast, record)} inside the objectives; the capacity is not known: ${message}`
  return `The capacity is not known: ${message}`
}

function breaksText({ answer }: ToldCapacity): string {
  const { binding, limits, culprit } = answer
  const limit = limits.find(({ id }) => id === binding)
  if (limit === undefined) return ''
  const who = culprit === null ? '' : `; ${culprit.name} took ${percentText(culprit.ratio)}`
  return `Breaks on ${limit.expect}${who}.`
}

/** The other findings, a line each. */
export function capacityFacts(record: ToldCapacity): (readonly [what: string, text: string])[] {
  const { answer } = record
  const { capacity, limits, next, saturation, largest, knee, scalability, recovery } = answer
  const named = (id: string | null) => limits.find((limit) => limit.id === id)
  const after = named(next)
  const facts: (readonly [string, string])[] = []
  if (capacity !== null)
    facts.push(['capacity', `${xText(capacity.median, record)} (90 %: ${intervalText(capacity)})`])
  if (after?.capacity)
    facts.push([
      'next limit',
      `${after.expect} at ${xText(after.capacity.median, record)} (${intervalText(after.capacity)})`,
    ])
  if (record.by === 'rate')
    facts.push([
      'saturation',
      saturation === null ? `not seen up to ${xText(largest, record)}` : xText(saturation, record),
    ])
  if (knee !== null)
    facts.push(['efficiency knee', `${xText(knee, record)} (most throughput for its response time)`])
  if (scalability !== null && scalability.peakPerSec !== null)
    facts.push([
      'peak (USL)',
      `${formatCount(Math.round(scalability.peakPerSec))} req/s at ${formatCount(Math.round(scalability.peakInFlight ?? 0))} in flight`,
    ])
  if (recovery !== null)
    facts.push([
      'recovery',
      `${formatDurationMs(1000 * recovery.seconds)} after ${xText(recovery.after, record)}`,
    ])
  return [...facts, ...forecastFacts(record)]
}

function forecastFacts(record: ToldCapacity): (readonly [string, string])[] {
  const { forecast } = record.answer
  if (forecast === null) return []
  const { demand, headroom, monthsLeft, growth, reserve, instancesNeeded } = forecast
  return [
    [
      'headroom',
      `${headroom < 0 ? '-' : ''}${percentText(Math.abs(headroom))} beyond ${xText(demand, record)}`,
    ],
    ...(monthsLeft === null
      ? []
      : [
          [
            'forecast',
            `at +${formatRatio(growth ?? 0)} a month a reserve of ${formatRatio(reserve)} is gone in ${monthsLeft.toFixed(1)} months`,
          ] as const,
        ]),
    ...(instancesNeeded === null
      ? []
      : [['instances', `${instancesNeeded}, one of them spare, if it scales linearly`] as const]),
  ]
}
