/** Joint conditions as a scenario states them. */

import { metricOf } from '../analysis/metrics/catalogue.ts'
import { boundOf } from '../analysis/objective-expression.ts'
import { HarnessError, messageOf, type Problem } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import { MEASURES, type Measure } from '../model/measures.ts'
import type { OutsideMeasure } from '../model/plan/measure-schema.ts'
import type { SloConditionPlan, SloPlan } from '../model/plan/slo-schema.ts'
import { SLO_TIMES } from '../model/slo-metrics.ts'
import type { ScenarioDocument } from './schema.ts'

const CONDITION = /^([a-z_][a-z0-9_.]*)\s*(<=|>=|<|>)\s*(\S.*)$/

/**
 * Returns the joint conditions of a document by name; absent when it has none. What is wrong goes to `problems`.
 * @param measures those of plugins from outside
 */
export function resolveSlos(
  { slos }: Pick<ScenarioDocument, 'slos'>,
  measures: readonly OutsideMeasure[],
  problems: Problem[],
): { readonly slos?: Record<string, SloPlan> } {
  if (slos === undefined) return {}
  const resolved = Object.entries(slos).map(([name, written]): [string, SloPlan] => {
    const { conditions, steps } =
      'conditions' in written ? written : { conditions: written, steps: undefined }
    return [
      name,
      {
        steps: steps ?? null,
        conditions: conditions.flatMap(
          (text, i) => conditionOf(text, `slos.${name}[${i}]`, measures, problems) ?? [],
        ),
      },
    ]
  })
  return { slos: Object.fromEntries(resolved) }
}

function conditionOf(
  text: string,
  path: string,
  measures: readonly OutsideMeasure[],
  problems: Problem[],
): SloConditionPlan | null {
  const [, metric = '', op = '', bound = ''] = CONDITION.exec(text.trim()) ?? []
  const names = metricNames(measures)
  if (!names.includes(metric)) {
    const nearest = nearestName(metric, names)
    problems.push({
      path,
      message: `'${text}' is no condition on one value of a request`,
      expected: `metric op bound, for example ttft <= 200ms; the metrics are ${names.join(', ')}`,
      ...(nearest !== undefined && { nearest }),
    })
    return null
  }
  try {
    const measure = measures.find(({ name }) => name === metric)
    const { unit } = metricOf({ metric, ...(measure !== undefined && { measure }) })
    return { text: text.trim(), metric, op: op as SloConditionPlan['op'], bound: boundOf(unit, bound) }
  } catch (thrown) {
    if (!(thrown instanceof HarnessError)) throw thrown
    problems.push({ message: messageOf(thrown), ...thrown.problems[0], path })
    return null
  }
}

/** The times of every request, and the measures of which an exchange has at most one value. */
function metricNames(measures: readonly OutsideMeasure[]): string[] {
  const all: readonly Pick<OutsideMeasure, 'name' | 'once'>[] = [
    ...Object.values<Measure>(MEASURES),
    ...measures,
  ]
  const once = all.filter((measure) => measure.once === true)
  return [...SLO_TIMES, ...once.map(({ name }) => name)]
}
