/** The components of each step, one after another inside its mean service time. */
import type { WaterfallChart } from '../model/chart.ts'
import { ANY_OUTCOME } from '../model/outcome.ts'
import { fourDigits } from './four-digits.ts'
import { placeColour } from './lines.ts'
import type { RecordSeries } from './record-series.ts'

/** More steps than these are no picture; the slowest are shown. */
const STEPS_MAX = 20
const REST = 'other, network'

type Row = WaterfallChart['rows'][number]

/** Null when the target told nothing. */
export function componentWaterfall(series: RecordSeries): WaterfallChart | null {
  const { view } = series
  const components = [...view.components].sort(
    (a, b) => view.sumUs('component_time', { component: b }) - view.sumUs('component_time', { component: a }),
  )
  if (components.length === 0) return null
  const all = view.steps
    .map((step) => rowOf(series, step, components))
    .filter(({ parts }) => parts.length > 0)
  const rows = all.sort((a, b) => lengthOf(b) - lengthOf(a)).slice(0, STEPS_MAX)
  return {
    kind: 'waterfall',
    id: 'component-waterfall',
    title: 'Where the time of each step goes',
    note: noteOf(rows.length, all.length),
    axis: { label: 'mean service time', unit: 'ms' },
    kinds: [
      ...components.map((label, i) => ({ label, colour: placeColour(i) })),
      { label: REST, colour: 'quiet' },
    ],
    rows,
  }
}

function noteOf(shown: number, all: number): string {
  const order = `Mean of each component over all answers of the step, the one with the most time in the run first; the rest is ${REST}.`
  return shown === all ? order : `${order} The ${shown} slowest of ${all} steps.`
}

function rowOf({ view }: RecordSeries, step: string, components: readonly string[]): Row {
  const answers = view.count('service_time', { step, outcome: ANY_OUTCOME })
  if (answers === 0) return { label: step, parts: [] }
  const meanMs = (sumUs: number) => sumUs / answers / 1000
  const parts: Row['parts'][number][] = []
  let at = 0
  const add = (kind: number, length: number) => {
    if (length <= 0) return
    parts.push({ kind, from: fourDigits(at), to: fourDigits(at + length) })
    at += length
  }
  for (const [kind, component] of components.entries())
    add(kind, meanMs(view.sumUs('component_time', { step, component })))
  // Nothing is left where components overlap in time.
  add(components.length, meanMs(view.sumUs('service_time', { step, outcome: ANY_OUTCOME })) - at)
  return { label: step, parts }
}

function lengthOf({ parts }: Row): number {
  return parts.at(-1)?.to ?? 0
}
