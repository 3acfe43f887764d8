/** Series of charts: lines, and areas upon one another. */
import { addTo } from '../base/add-numbers.ts'
import { lookUp } from '../base/names.ts'
import type { ChartColour, ChartSeries } from '../model/chart.ts'
import { fourDigits } from './four-digits.ts'

/** Areas in a stack that readers tell apart. */
const STACK_MAX = 7
/** Resources beside the target's own. */
export const RESOURCES_MAX = 7
const COLOURS = 8
const OTHERS = 'others'

export function line(
  label: string,
  colour: ChartColour,
  style: ChartSeries['style'],
  values: ChartSeries['values'],
): ChartSeries {
  return { label, colour, style, values }
}

/** The colour of a place in a list; quiet beyond those that differ. */
export function placeColour(index: number): ChartColour {
  return index < COLOURS ? (index as ChartColour) : 'quiet'
}

export function isKnown({ values }: ChartSeries): boolean {
  return values.some((value) => value !== null)
}

/** Every name that one of the records has. */
export function namesOf(records: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))]
}

/**
 * One area a name, the largest at the bottom; those beyond what can be told apart as one.
 * @param isMeasured false for a point that knows no amounts; elsewhere a name that is missing is none of it
 */
export function stackOf<Point>(
  points: readonly Point[],
  amountsOf: (point: Point) => Readonly<Record<string, number>>,
  isMeasured: (point: Point) => boolean = () => true,
): ChartSeries[] {
  const names = largestFirst(points.map(amountsOf))
  const single = names.length <= STACK_MAX + 1 ? names : names.slice(0, STACK_MAX)
  const rest = names.slice(single.length)
  const valuesOf = (wanted: readonly string[]) =>
    points.map((point) =>
      isMeasured(point)
        ? fourDigits(wanted.reduce((sum, name) => sum + (lookUp(amountsOf(point), name) ?? 0), 0))
        : null,
    )
  return [
    ...single.map((name, i) => line(name, placeColour(i), 'solid', valuesOf([name]))),
    ...(rest.length === 0 ? [] : [line(OTHERS, 'quiet', 'solid', valuesOf(rest))]),
  ]
}

function largestFirst(tallies: readonly Readonly<Record<string, number>>[]): string[] {
  const totals = new Map<string, number>()
  for (const tally of tallies) addTo(totals, tally)
  return [...totals]
    .filter(([, amount]) => amount > 0)
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .map(([name]) => name)
}
