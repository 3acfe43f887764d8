/** Bounds of objectives, each with the charts whose figures are held against it. */
import { metricOf } from '../analysis/metrics/catalogue.ts'
import { formatRatio } from '../base/units.ts'
import type { SubjectBound } from '../model/chart.ts'
import type { ObjectivePlan } from '../model/plan.ts'

type BoundedObjective = Pick<
  ObjectivePlan,
  'id' | 'name' | 'metric' | 'labels' | 'fn' | 'op' | 'bound' | 'within'
>

/** The bounds that charts can draw: of levels, not of slopes and counts. */
export function subjectBounds(objectives: readonly BoundedObjective[]): SubjectBound[] {
  return objectives
    .filter(({ fn }) => fn !== 'slope' && fn !== 'count')
    .map((objective) => ({
      ...levelOf(objective),
      objective: objective.id,
      subjects: metricOf(objective).boundsOn,
      step: objective.labels['step'] ?? null,
    }))
    .filter(({ subjects }) => subjects.length > 0)
}

/** The level: of what is counted within `within`, that time and not the share. */
function levelOf({ name, fn, op, bound, within }: BoundedObjective): Pick<SubjectBound, 'label' | 'value'> {
  if (fn === 'share' && within !== null)
    return { label: name ?? `${formatRatio(bound)} within`, value: within }
  return { label: `${name ?? (fn === 'value' ? 'bound' : fn)} ${op}`, value: bound }
}
