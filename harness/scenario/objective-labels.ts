/** Labels of objectives that name a step, phase, region, outcome, probe, visual or slo the run will never have: they would find no data. */
import { metricOf } from '../analysis/metrics/catalogue.ts'
import { labelText } from '../analysis/objective-label-text.ts'
import type { Problem } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { STEP_OUTCOMES } from '../model/outcome.ts'
import { hasCode, type ObjectivePlan, type RunPlan } from '../model/plan.ts'
import { regionNames, workloadNames } from '../model/plan-load.ts'
import { groupNamesOf, plannedRequests } from '../model/plan-steps.ts'
import { type Path, pathText, unknownName } from './problems.ts'

type LabelledPlan = Pick<
  RunPlan,
  'objectives' | 'limits' | 'phases' | 'journeys' | 'login' | 'probes' | 'visuals' | 'slos' | 'workloads'
>

/** Code names its steps while it runs, so step names are known only where all journeys are declarative. */
export function unknownLabels(plan: LabelledPlan): Problem[] {
  const known: Readonly<Record<string, readonly string[] | null>> = {
    phase: plan.phases.map(({ name }) => name),
    region: regionNames(plan),
    workload: workloadNames(plan),
    outcome: STEP_OUTCOMES,
    step: stepNamesOf(plan),
    group: groupNamesOf(plan),
    probe: Object.keys(plan.probes),
    visual: Object.keys(plan.visuals),
    slo: Object.keys(plan.slos ?? {}),
  }
  const problemsOf = (objectives: readonly ObjectivePlan[], path: Path) =>
    objectives.flatMap((objective, i) => [
      ...wrongLabels(objective, known, [...path, i]),
      ...missingLabel(objective, 'probe', Object.keys(plan.probes), [...path, i]),
      ...missingLabel(objective, 'visual', Object.keys(plan.visuals), [...path, i]),
      ...missingLabel(objective, 'slo', Object.keys(plan.slos ?? {}), [...path, i]),
    ])
  return [...problemsOf(plan.objectives, ['objectives']), ...problemsOf(plan.limits, ['emergency', 'limits'])]
}

function wrongLabels(
  { labels }: ObjectivePlan,
  known: Readonly<Record<string, readonly string[] | null>>,
  path: Path,
): Problem[] {
  return Object.entries(labels).flatMap(([label, value]) => {
    const names = lookUp(known, label) ?? null
    return names === null || names.includes(value) ? [] : [unknownName(path, label, value, names)]
  })
}

/** Figures of different probes (and pictures) have nothing in common, so an objective says whose it means. */
function missingLabel(
  objective: ObjectivePlan,
  label: 'probe' | 'visual' | 'slo',
  names: readonly string[],
  path: Path,
): Problem[] {
  const { metric, labels } = objective
  const needed = metricOf(objective).labels.includes(label)
  if (!needed || labels[label] !== undefined) return []
  return [
    {
      path: pathText(path),
      message: `${metric} of which ${label}?`,
      expected:
        names.map((name) => `${metric}${labelText(label, name)}`).join(', ') || `a ${label} in \`${label}s\``,
    },
  ]
}

/** Every name under which the plan records requests; null when code may add others. */
function stepNamesOf(plan: Pick<RunPlan, 'journeys' | 'login'>): string[] | null {
  return hasCode(plan) ? null : [...new Set(plannedRequests(plan).map(({ name }) => name))]
}
