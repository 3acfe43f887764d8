/** Groups of steps (`group`): how long they took, and how many a failure ended. */
import { GROUP_TIME } from '../../model/group-metrics.ts'
import { ANY_OUTCOME } from '../../model/outcome.ts'
import type { MeasuredView, Selection } from '../measured-view.ts'
import type { Labels, Metric } from './metric.ts'

const GROUP = {
  better: 'lower',
  labels: ['group', 'phase', 'region'],
  isAboutAnswers: true,
  resource: null,
  boundsOn: [],
  replaces: null,
} as const

export const GROUP_METRICS: readonly Metric[] = [
  {
    ...GROUP,
    name: GROUP_TIME,
    meaning:
      'end of a group of steps - its intended start, without the pauses of the agent itself (think time, pace), of groups that were walked to their end',
    unit: 'ms',
    trust: 'clocked',
    watch: 'latest',
    charts: ['latency', 'rate'],
    value: { kind: 'distribution', cell: GROUP_TIME, of: 'groups' },
  },
  {
    ...GROUP,
    name: 'group_failed_ratio',
    meaning: 'groups of steps that a failure ended / all that ended',
    unit: 'ratio',
    trust: 'counts',
    watch: 'whole-run',
    charts: ['errors', 'rate'],
    value: { kind: 'ratio', from: 'judgements', judged: groupsIn },
  },
]

/** Returns the groups that ended (n), and those of them that a failure ended (k). */
export function groupsIn(view: MeasuredView, labels: Labels): { k: number; n: number } {
  const of = (outcome: string) => {
    const selection: Selection = { ...labels, outcome }
    return view.count(GROUP_TIME, selection)
  }
  return { k: of('failed'), n: of(ANY_OUTCOME) }
}
