/**
 * A working day, compressed. Each region has the same day in its own time zone: two humps (10:00 and 15:00) with a
 * lunch dip at 12:30 and quiet nights, straight lines between the hours below; the regions' days are added up by
 * weight, seen on the first region's clock, and scaled so that the peak is exactly `agents`.
 */
import { z } from 'zod'
import { HarnessError } from '../base/errors.ts'
import type { Written } from '../base/written.ts'
import type { RegionPlan } from '../model/plan.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import { agentCount, delayMs, durationMs, EVERYDAY_MIX, lengthSetting, PLAIN, rangeMs } from './config.ts'

const HOURS = 24
/** Hour of the local day -> activity, 1 = the morning hump. */
const DAY: readonly (readonly [number, number])[] = [
  [0, 0.04],
  [6, 0.05],
  [8, 0.45],
  [10, 1],
  [11.5, 0.95],
  [12.5, 0.55],
  [13.5, 0.85],
  [15, 0.97],
  [17, 0.7],
  [19, 0.25],
  [22, 0.08],
  [24, 0.04],
]
/** Zone offsets are those of 2026-01-15, a winter day, so that a plan does not change with the date it is made on. */
const REFERENCE_DAY_MS = 1_768_478_400_000

const PHASES: readonly (readonly [name: string, fromHour: number])[] = [
  ['night', 0],
  ['morning', 6],
  ['lunch', 12],
  ['afternoon', 13.5],
  ['evening', 18],
]

const hourOfDay = z
  .string()
  .regex(/^(([01]?\d|2[0-3]):[0-5]\d|24:00)$/, 'an hour such as 08:30')
  .transform((text) => Number(text.split(':')[0]) + Number(text.split(':')[1]) / 60)

const region = z.strictObject({
  /** The name of the region. */
  name: z.string(),
  /** Share of the agents, relative to the others. */
  weight: z.number().positive().describe('Share of the agents, relative to the others'),
  /** IANA name, `'Europe/Berlin'`. */
  timeZone: z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Berlin'),
  /** Constant time added to every answer, `'30ms'`. Default: none. */
  networkDelay: delayMs.prefault('0ms').describe('Constant time added to every answer of the region'),
})

const configSchema = z.strictObject({
  /** Agents at the peak of the day. Default: 250. */
  agents: agentCount.default(250).describe('Agents at the peak of the day'),
  /** Duration of the simulated hours. Default: `'10m'`. */
  day: durationMs.prefault('10m').describe('Duration of the simulated hours (time compression)'),
  /** First hour simulated, `'08:00'`, on the first region's clock. Default: `'00:00'`. */
  from: hourOfDay.prefault('00:00').describe("First hour simulated, on the first region's clock"),
  /** Last hour simulated. Default: `'24:00'`. */
  to: hourOfDay.prefault('24:00').describe('Last hour simulated'),
  /** Pause between journeys of an agent. Default: `'1s..3s'`. */
  think: rangeMs.prefault('1s..3s').describe('Pause between journeys of an agent'),
  /** Regions of the agents; the clock is that of the first one. Default: 50 in Berlin, 30 in New York, 20 in Tokyo. */
  regions: z
    .array(region)
    .min(1)
    // An agent knows its region by a byte.
    .max(255)
    .prefault([
      { name: 'europe', weight: 50, timeZone: 'Europe/Berlin' },
      { name: 'america', weight: 30, timeZone: 'America/New_York' },
      { name: 'asia', weight: 20, timeZone: 'Asia/Tokyo' },
    ])
    .describe('Regions of the agents; the clock is that of the first one'),
})

/** A working day, compressed: two humps with a lunch dip, summed over regions. */
export function businessHours(settings: Written<typeof configSchema> = {}): WorkloadRef {
  return { pattern: 'business-hours', ...settings }
}

/** The pattern `business-hours`. */
export const businessHoursPattern: WorkloadPattern = {
  name: 'business-hours',
  summary:
    'closed model: a working day with two humps and a lunch dip, summed over regions, compressed in time',
  configSchema,
  withDuration: lengthSetting('day'),
  resolve(config) {
    const { agents, day, from, to, think, regions } = config as z.output<typeof configSchema>
    if (from >= to)
      throw new HarnessError('SCENARIO_INVALID', '`from` must come before `to`', {
        hint: "Write two hours of one day, for example from: '08:00', to: '18:00'.",
      })
    const plans: RegionPlan[] = regions.map(({ networkDelay, ...rest }) => ({
      ...rest,
      networkDelayMs: networkDelay,
    }))
    const toMs = (hour: number) => ((hour - from) / (to - from)) * day
    return {
      ...PLAIN,
      model: 'closed',
      curve: {
        kind: 'points',
        points: scaleToPeak(dayPoints(plans, from, to), agents).map(
          ([hour, value]) => [toMs(hour), value] as const,
        ),
      },
      agents: null,
      think,
      session: { journeys: { min: 3, max: 8 }, pause: think },
      regions: plans,
      mix: EVERYDAY_MIX,
      phases: phasesOf(from, to).map(([name, start, end]) => ({
        name,
        startMs: toMs(start),
        endMs: toMs(end),
      })),
    }
  },
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    // An unknown zone is exactly what is asked about.
    return false
  }
}

/** Hours that a zone is ahead of UTC on the reference day. */
function offsetHours(timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(
    REFERENCE_DAY_MS,
  )
  const match = /GMT([+-])(\d+):(\d+)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '')
  if (match === null) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) + Number(match[3]) / 60)
}

function activityAt(hour: number): number {
  const local = ((hour % HOURS) + HOURS) % HOURS
  const after = DAY.findIndex(([at]) => at > local)
  const [fromHour, fromValue] = DAY[after - 1] as readonly [number, number]
  const [toHour, toValue] = DAY[after] as readonly [number, number]
  return fromValue + ((toValue - fromValue) * (local - fromHour)) / (toHour - fromHour)
}

/** The summed day between two hours: exact, because it has a corner wherever a region's day has one. */
function dayPoints(regions: readonly RegionPlan[], from: number, to: number): [number, number][] {
  const reference = offsetHours(regions[0]?.timeZone ?? 'UTC')
  const shifts = regions.map((plan) => ({
    weight: plan.weight,
    hours: offsetHours(plan.timeZone) - reference,
  }))
  const corners = shifts.flatMap(({ hours }) =>
    DAY.map(([hour]) => (((hour - hours) % HOURS) + HOURS) % HOURS),
  )
  const hours = [...new Set([from, to, ...corners.filter((hour) => hour > from && hour < to)])].sort(
    (a, b) => a - b,
  )
  return hours.map((hour) => [
    hour,
    shifts.reduce((sum, shift) => sum + shift.weight * activityAt(hour + shift.hours), 0),
  ])
}

function scaleToPeak(points: readonly (readonly [number, number])[], peak: number): [number, number][] {
  const highest = Math.max(...points.map(([, value]) => value))
  return points.map(([hour, value]) => [hour, (value / highest) * peak])
}

function phasesOf(from: number, to: number): [name: string, start: number, end: number][] {
  return PHASES.flatMap(([name, start], i): [string, number, number][] => {
    const end = PHASES[i + 1]?.[1] ?? HOURS
    return end > from && start < to ? [[name, Math.max(start, from), Math.min(end, to)]] : []
  })
}
