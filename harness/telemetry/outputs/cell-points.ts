/** Points of histograms, of measures, and of joint conditions. */
import { countOver, type MeasuredCell } from '../../analysis/measured-cells.ts'
import { lookUp } from '../../base/names.ts'
import { SparseHistogram } from '../../measure/sparse-histogram.ts'
import { MEASURES, type Measure, recordedPer } from '../../model/measures.ts'
import type { HistogramTotals, Labels, MetricFamily, MetricPoint } from '../../model/metric-point.ts'
import { outsideMeasures } from '../../model/plan/measure-schema.ts'
import type { RunPlan } from '../../model/plan.ts'
import { SLO_ATTAINED } from '../../model/slo-metrics.ts'
import { FAMILIES, family } from './families.ts'
import type { Detail, LabelSource } from './labels.ts'
import { seriesKey } from './step-points.ts'

/** Microseconds in a second: the base unit of times. */
const PER_SECOND = 1_000_000
/** Histograms of the generator and of connections, which fewer people look at by step. */
const DELAYS: readonly string[] = ['start_delay', 'connect_time', 'ttfb']
const TIMES: readonly string[] = ['response_time', 'service_time', ...DELAYS, 'component_time']

/** Units of OpenTelemetry by those of measures; others are counts. */
const BASE_UNITS: Readonly<Record<string, string>> = { ms: 's', bytes: 'By' }

interface Group {
  readonly family: MetricFamily
  readonly labels: Labels
  readonly recordedPer: number
  readonly cells: MeasuredCell[]
}

/** Translates the cells of a run; those that share all labels are added up. */
export function cellPoints(
  { plan, cells }: { readonly plan: RunPlan; readonly cells: readonly MeasuredCell[] },
  labels: LabelSource,
  detail: Detail,
): MetricPoint[] {
  const measures = outsideMeasures(plan.plugins)
  const groups = new Map<string, Group>()
  for (const cell of cells) {
    const named = familyOf(cell, measures)
    if (named === null) continue
    const all = labelsOf(cell, labels, detail)
    const key = seriesKey(named.family, all)
    const group = groups.get(key) ?? { ...named, labels: all, cells: [] }
    groups.set(key, group)
    group.cells.push(cell)
  }
  return [...[...groups.values()].map(pointOf), ...sloPoints(cells, labels.common)]
}

/** Null for cells that are told in another way. */
function familyOf(
  { metric }: MeasuredCell,
  outside: ReturnType<typeof outsideMeasures>,
): Pick<Group, 'family' | 'recordedPer'> | null {
  if (TIMES.includes(metric)) return { family: FAMILIES[metric as 'response_time'], recordedPer: PER_SECOND }
  const measure: Pick<Measure, 'name' | 'kind' | 'unit' | 'meaning'> | undefined =
    lookUp(MEASURES, metric) ?? outside.find(({ name }) => name === metric)
  if (measure === undefined) return null
  const { kind, unit, meaning } = measure
  const base = lookUp(BASE_UNITS, unit) ?? ''
  const type = kind === 'counter' ? 'counter' : 'histogram'
  return {
    family: family(type, metric, base, `${meaning[0]?.toUpperCase()}${meaning.slice(1)}.`),
    recordedPer: recordedPer(unit) * (unit === 'ms' ? 1000 : 1),
  }
}

function labelsOf(
  { metric, step, phase, outcome, component }: MeasuredCell,
  { common, ofStep }: LabelSource,
  { componentsByStep, delaysByStep }: Detail,
): Labels {
  if (metric === 'component_time')
    return componentsByStep ? { ...ofStep(step, phase), component } : { ...common, component }
  if (!delaysByStep && DELAYS.includes(metric)) return { ...common, phase }
  const ofThis = ofStep(step, phase)
  return metric === 'response_time' ? { ...ofThis, outcome: outcome.replace('-', '_') } : ofThis
}

function pointOf({ family: of, labels, recordedPer: per, cells }: Group): MetricPoint {
  if (of.type === 'counter')
    return { family: of, labels, value: cells.reduce((sum, { sumUs }) => sum + sumUs, 0) / per }
  return { family: of, labels, histogram: totalsOf(cells, per) }
}

function totalsOf(cells: readonly MeasuredCell[], per: number): HistogramTotals {
  const bounds = [...new Set(cells.flatMap(({ over }) => Object.keys(over)))].map(Number)
  const whole = SparseHistogram.sum(cells.map((cell) => cell.counts()))
  return {
    counts: whole.counts,
    count: whole.count,
    sum: cells.reduce((sum, { sumUs }) => sum + sumUs, 0) / per,
    recordedPer: per,
    over: bounds.sort((a, b) => a - b).map((bound) => [bound / per, countOver(cells, bound)]),
  }
}

/** Requests that joint conditions judged, and those that met them: by slo, over all steps. */
function sloPoints(cells: readonly MeasuredCell[], common: Labels): MetricPoint[] {
  const slos = new Map<string, { judged: number; attained: number }>()
  for (const { metric, component, count, sumUs } of cells) {
    if (metric !== SLO_ATTAINED) continue
    const sums = slos.get(component) ?? { judged: 0, attained: 0 }
    slos.set(component, sums)
    sums.judged += count
    sums.attained += sumUs
  }
  return [...slos].flatMap(([slo, { judged, attained }]) => [
    { family: FAMILIES.sloJudged, labels: { ...common, slo }, value: judged },
    { family: FAMILIES.sloAttained, labels: { ...common, slo }, value: attained },
  ])
}
