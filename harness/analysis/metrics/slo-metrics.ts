/** Joint conditions (`slos`): the share of requests that met all of them, and how many did each second. */
import { SLO_ATTAINED } from '../../model/slo-metrics.ts'
import type { MeasuredView, Selection } from '../measured-view.ts'
import type { Labels, Metric } from './metric.ts'

const SLO = {
  better: 'higher',
  labels: ['slo', 'step', 'phase'],
  trust: 'clocked',
  isAboutAnswers: true,
  resource: null,
  charts: ['errors', 'rate'],
  boundsOn: [],
  replaces: null,
} as const

export const SLO_METRICS: readonly Metric[] = [
  {
    ...SLO,
    name: 'slo_attainment',
    meaning: 'requests that ended ok and met all conditions of an slo / judged by it',
    unit: 'ratio',
    watch: 'whole-run',
    value: { kind: 'ratio', from: 'judgements', judged: judgedIn },
  },
  {
    ...SLO,
    name: 'slo_goodput',
    meaning: 'requests that ended ok and met all conditions of an slo, per second',
    unit: '1/s',
    watch: 'so-far',
    value: {
      kind: 'gauge',
      from: 'run',
      whole: (view, labels) => {
        const { k, n } = judgedIn(view, labels)
        return n === 0 || view.measuredS === 0 ? null : k / view.measuredS
      },
    },
  },
]

/** Returns the requests that an slo judged (n), and those of them that attained it (k). */
export function judgedIn(view: MeasuredView, { slo, ...labels }: Labels): { k: number; n: number } {
  const selection: Selection = { ...labels, component: slo }
  return { k: view.sumUs(SLO_ATTAINED, selection), n: view.count(SLO_ATTAINED, selection) }
}
