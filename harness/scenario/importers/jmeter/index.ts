/** Plans of JMeter: thread groups, HTTP samplers with their headers and defaults, CSV data, extractors, assertions and timers. */
import { messageOf } from '../../../base/errors.ts'
import type { ImportFormat } from '../format.ts'
import { type ImportedJourney, importedOf } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import type { ImportSource } from '../source.ts'
import { PlanData } from './data.ts'
import { isThreadGroup, loadOfGroup } from './load.ts'
import { nodesOf, type PlanNode } from './nodes.ts'
import { stepsOfGroup } from './walk.ts'
import { type Element, parseXml, propertyOf, UnreadableXml } from './xml.ts'

export const jmeter: ImportFormat = {
  name: 'jmeter',
  title: 'JMeter plan',
  isLikely: ({ head }) => /^<\?xml|^<jmeterTestPlan|^<!--/.test(head) && /<jmeterTestPlan|^<\?xml/.test(head),
  read(source, report) {
    const plan = planOf(source)
    const data = new PlanData(source, report)
    const nodes = nodesOf(plan, report)
    const [test] = nodes.filter(({ kind }) => kind === 'TestPlan')
    const groups = test?.children.filter(isThreadGroup) ?? []
    data.learn(test?.children.filter((node) => !isThreadGroup(node)) ?? [])
    const loads = groups.map((group) => ({ group, load: loadOfGroup(group, data, report) }))
    const journeys = loads.flatMap(({ group, load }): ImportedJourney[] => {
      const shared = test?.children.filter((node) => !isThreadGroup(node)) ?? []
      const steps = stepsOfGroup(group, shared, data, report)
      return steps.some(({ kind }) => kind === 'request')
        ? [{ name: group.name, weight: Math.max(1, load.agents), steps }]
        : []
    })
    if (journeys.length === 0)
      throw source.invalid('has no enabled HTTP sampler in a thread group', lossHint(report))
    const [largest] = [...loads].sort((a, b) => b.load.agents - a.load.agents)
    if (groups.length > 1)
      report.lost(
        `several thread groups at once: the load is that of ${largest?.group.name ?? ''}, the others are journeys beside it`,
      )
    return importedOf(nameOf(test, source), {
      journeys,
      data: data.feeders,
      workload: largest?.load.workload ?? null,
    })
  },
}

function lossHint(report: ImportReport): string {
  return report.losses.length === 0
    ? 'Import a plan with HTTP requests.'
    : `Left out: ${report.losses.join('; ')}.`
}

function nameOf(test: PlanNode | undefined, source: ImportSource): string {
  const name = test?.name ?? ''
  return name === '' || name === 'Test Plan'
    ? (source.file.split(/[\\/]/).at(-1) ?? '').replace(/\.\w+$/, '')
    : name
}

function planOf(source: ImportSource): Element {
  try {
    const plan = parseXml(source.text)
    if (plan.name !== 'jmeterTestPlan')
      throw source.invalid(`is XML of <${plan.name}>, and no plan of JMeter`, 'Import a .jmx file.')
    if (
      /^[01](?:\.|$)/.test(plan.attributes['version'] ?? '') &&
      propertyOf(plan, 'x') === '' &&
      plan.children.length === 0
    )
      throw source.invalid('is an empty plan', 'Import a plan with HTTP requests.')
    return plan
  } catch (error) {
    if (!(error instanceof UnreadableXml)) throw error
    throw source.invalid(`is not valid XML: ${messageOf(error)}`, 'Save the plan again.', error)
  }
}
