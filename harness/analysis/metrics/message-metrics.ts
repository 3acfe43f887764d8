/** Metrics of the messages of targets that consume what they publish: of the whole run, its warm-up included. */
import type { MessageCounts } from '../../model/message-counts.ts'
import type { MessagesSummary } from '../../model/summary.ts'
import type { MeasuredView } from '../measured-view.ts'
import { messageFigures } from '../message-figures.ts'
import type { Labels, Metric, MetricValue } from './metric.ts'

const MESSAGES = {
  unit: 'ratio',
  better: 'lower',
  labels: ['target'],
  trust: 'counts',
  watch: { knownWhen: 'the load is over' },
  isAboutAnswers: false,
  resource: null,
  charts: ['rate'],
  boundsOn: [],
  replaces: null,
} as const

type Figure = Exclude<keyof MessagesSummary, 'mode'>

export const MESSAGE_METRICS: readonly Metric[] = [
  {
    ...MESSAGES,
    name: 'loss_ratio',
    meaning: 'messages that did not arrive by the end of the drain / published; those in doubt are not lost',
    value: share('lost', 'published'),
    replaces: 'loss',
  },
  {
    ...MESSAGES,
    name: 'duplicate_ratio',
    meaning: 'deliveries of a message that had arrived already / delivered',
    value: share('duplicates', 'delivered'),
  },
  {
    ...MESSAGES,
    name: 'reorder_ratio',
    meaning: 'deliveries of a message after a later one of its connection / delivered',
    value: share('reordered', 'delivered'),
  },
  {
    ...MESSAGES,
    name: 'consumer_lag',
    meaning: 'messages published and not yet consumed, at the end of a second',
    unit: 'count',
    trust: 'target',
    watch: 'latest',
    value: {
      kind: 'gauge',
      from: 'intervals',
      at: ({ consumerLag }, { target }) => lagOf(consumerLag, target),
    },
  },
]

function share(part: Figure, whole: Figure): MetricValue {
  const sum = (view: MeasuredView, { target }: Labels, figure: Figure) =>
    view
      .messages(target)
      .map((counts: MessageCounts): Partial<Record<Figure, number>> => messageFigures(counts))
      .reduce((total, figures) => total + (figures[figure] ?? 0), 0)
  return {
    kind: 'ratio',
    from: 'run',
    whole: (view, labels) => {
      const of = sum(view, labels, whole)
      return of === 0 ? null : sum(view, labels, part) / of
    },
    samples: (view, labels) => sum(view, labels, whole),
  }
}

function lagOf(lags: Readonly<Record<string, number>>, target: string | undefined): number | null {
  const of = Object.entries(lags).filter(([name]) => target === undefined || name === target)
  return of.length === 0 ? null : of.reduce((sum, [, lag]) => sum + lag, 0)
}
