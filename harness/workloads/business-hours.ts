/**
 * A day, compressed. Each region has the same working day in its own time zone: two humps (10:00 and 15:00) with a
 * lunch dip at 12:30 and quiet nights, straight lines between the hours below; a Saturday or Sunday of the region is a fifth of
 * that, without humps. The regions' days are added up by weight, seen on the first region's clock, and scaled so that the peak of a
 * working day is exactly `agents`. Offsets of the zones, summer time included, are those of noon on the date in the first
 * region; the night in which clocks are changed has 24 hours like any other.
 */
import * as z from 'zod'
import { wallMsOf } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import type { Written } from '../base/written.ts'
import type { RegionPlan } from '../model/plan.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import {
  agentCount,
  delayMs,
  durationMs,
  EVERYDAY_MIX,
  joinRate,
  lengthSetting,
  PLAIN,
  rangeMs,
} from './config.ts'
import { isTimeZone, noonOf, offsetHours } from './zone-offset.ts'

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
/** The same for a day off; it meets the working days before and after it at midnight. */
const DAY_OFF: readonly (readonly [number, number])[] = [
  [0, 0.04],
  [6, 0.05],
  [11, 0.2],
  [17, 0.2],
  [22, 0.08],
  [24, 0.04],
]
/** A Thursday in winter: a fixed one, so that a plan does not change with the date it is made on. */
const DATE = '2026-01-15'
const DAY_MS = 86_400_000

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
  /** Agents at the peak of a working day. Default: 250. */
  agents: agentCount.default(250).describe('Agents at the peak of a working day'),
  /** Duration of the simulated hours. Default: `'10m'`. */
  day: durationMs.prefault('10m').describe('Duration of the simulated hours (time compression)'),
  /** First hour simulated, `'08:00'`, on the first region's clock. Default: `'00:00'`. */
  from: hourOfDay.prefault('00:00').describe("First hour simulated, on the first region's clock"),
  /** Last hour simulated. Default: `'24:00'`. */
  to: hourOfDay.prefault('24:00').describe('Last hour simulated'),
  /** The date simulated, in the first region: weekdays and summer time follow from it. Default: `'2026-01-15'`, a Thursday. */
  date: z.iso
    .date('a date such as 2026-03-29')
    .default(DATE)
    .describe('Date simulated, in the first region: weekdays and summer time follow from it'),
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
  /** Agents that join in a second at the beginning, at most. Default: `'1000/s'`, or what half of the run takes. */
  joinRate,
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
    const settings = config as z.output<typeof configSchema>
    const { day, from, to, think, regions, joinRate } = settings
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
        points: dayPoints(plans, settings).map(([hour, value]) => [toMs(hour), value] as const),
      },
      agents: null,
      think,
      joinPerSec: joinRate ?? null,
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

interface DaySettings {
  readonly date: string
  readonly from: number
  readonly to: number
  readonly agents: number
}

/** One region's clock beside that of the first one. */
interface Shift {
  readonly weight: number
  readonly hours: number
}

/** The summed day between two hours: exact, because it has a corner wherever a region's day has one. */
function dayPoints(
  regions: readonly RegionPlan[],
  { date, from, to, agents }: DaySettings,
): [number, number][] {
  const dateMs = wallMsOf(date)
  const first = regions[0]?.timeZone ?? 'UTC'
  const noonMs = noonOf(first, dateMs)
  const shifts = regions.map((plan) => ({
    weight: plan.weight,
    hours: offsetHours(plan.timeZone, noonMs) - offsetHours(first, noonMs),
  }))
  const dayOf = (dayOffset: number) => (isDayOff(dateMs + dayOffset * DAY_MS) ? DAY_OFF : DAY)
  const factor = agents / peakOf(shifts, from, to)
  return cornersOf(shifts, from, to).map((hour) => [hour, factor * summedAt(shifts, hour, dayOf)])
}

/** @param dateMs UTC midnight of the date */
function isDayOff(dateMs: number): boolean {
  // The first day of 1970 was a Thursday.
  const weekday = (dateMs / DAY_MS + 4) % 7
  return weekday === 0 || weekday === 6
}

/** The highest sum between two hours where every day is a working day. */
function peakOf(shifts: readonly Shift[], from: number, to: number): number {
  return Math.max(...cornersOf(shifts, from, to).map((hour) => summedAt(shifts, hour, () => DAY)))
}

/** Hours of the first region at which the slope of the sum may change. */
function cornersOf(shifts: readonly Shift[], from: number, to: number): number[] {
  const corners = shifts.flatMap(({ hours }) =>
    [...DAY, ...DAY_OFF].map(([hour]) => (((hour - hours) % HOURS) + HOURS) % HOURS),
  )
  return [...new Set([from, to, ...corners.filter((hour) => hour > from && hour < to)])].sort((a, b) => a - b)
}

/** @param dayOf returns the day of a date, counted from that of the first region */
function summedAt(shifts: readonly Shift[], hour: number, dayOf: (dayOffset: number) => typeof DAY): number {
  return shifts.reduce((sum, { weight, hours }) => {
    const local = hour + hours
    const dayOffset = Math.floor(local / HOURS)
    return sum + weight * activityAt(dayOf(dayOffset), local - dayOffset * HOURS)
  }, 0)
}

/** @param hour of the day, 0 to below 24 */
function activityAt(day: typeof DAY, hour: number): number {
  const after = day.findIndex(([at]) => at > hour)
  const [fromHour, fromValue] = day[after - 1] as readonly [number, number]
  const [toHour, toValue] = day[after] as readonly [number, number]
  return fromValue + ((toValue - fromValue) * (hour - fromHour)) / (toHour - fromHour)
}

function phasesOf(from: number, to: number): [name: string, start: number, end: number][] {
  return PHASES.flatMap(([name, start], i): [string, number, number][] => {
    const end = PHASES[i + 1]?.[1] ?? HOURS
    return end > from && start < to ? [[name, Math.max(start, from), Math.min(end, to)]] : []
  })
}
