/**
 * A metric is one row that owns everything about itself: what it means, how its value is computed, who is to blame for it,
 * how it is watched, and which charts show it. Nothing else keeps a list of metrics, so a new one is one row.
 */

import type { Counts } from '../../measure/counts.ts'
import type { ChartSubject } from '../../model/chart.ts'
import type { CellMetric } from '../../model/interval-snapshot.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import type { MeasuredInterval, MeasuredView } from '../measured-view.ts'
import type { RecordView } from '../record-view.ts'

export interface Metric {
  readonly name: string
  readonly meaning: string
  readonly unit: 'ms' | '1/s' | 'ratio' | 'count' | 'bytes' | 'cores'
  readonly better: 'lower' | 'higher' | 'neither'
  /** The labels that an objective may put in braces. */
  readonly labels: readonly MetricLabel[]
  readonly value: MetricValue
  readonly trust: Trust
  readonly watch: Watch
  /** True where it says something about answers: a target that answers nobody breaches objectives on it. */
  readonly isAboutAnswers: boolean
  /** The resource that it is a figure of; null for what is none. */
  readonly resource: Resource | null
  /** The charts that show it, the best first. */
  readonly charts: readonly ChartSubject[]
  /** The charts that draw the bounds of objectives on it. */
  readonly boundsOn: readonly ChartSubject[]
  /** The built-in objective that an author's own on this metric takes the place of. */
  readonly replaces: BuiltInSubject | null
}

export type MetricLabel =
  | 'step'
  | 'phase'
  | 'region'
  | 'workload'
  | 'status'
  | 'outcome'
  | 'component'
  | 'probe'
  | 'visual'
  | 'check'
  | 'slo'
  | 'group'
  | 'target'

/** The labels by which the intervals of a record are not told apart: functions of a series have nothing to look at. */
export const LABELS_OF_WHOLE_RUN: readonly MetricLabel[] = ['region', 'workload', 'status']

export type BuiltInSubject = 'errors' | 'downtime' | 'code' | 'loss'

/**
 * The grounds on which a figure is believed although the generator is in doubt. clocked: none, it was timed by the generator or is
 * about it. counts: it counts how requests ended, which no late clock changes. target: it was found out beside the generator.
 */
export type Trust = 'clocked' | 'counts' | 'target'

/**
 * The stretch that an objective on it is watched over when its author states none: the last seconds, or the run so far. Or
 * always the run so far, where the last seconds alone say nothing; or
 * the moment from which alone it is known, so that nothing can watch it.
 */
export type Watch = 'latest' | 'whole-run' | 'so-far' | { readonly knownWhen: string }

/** The owner of a resource, and its name in a sentence. */
export interface Resource {
  readonly owner: 'generator' | 'target' | 'probe'
  nameOf(labels: Labels): string
}

export type Labels = ObjectivePlan['labels']

/** The kinds that an author knows: each has functions of its own. */
export type MetricKind = MetricValue['kind']

/** The way to a value. distribution: has percentiles; counter: a total with a rate; ratio: 0-1; gauge: a value over time. */
export type MetricValue =
  | { readonly kind: 'distribution'; readonly cell: CellMetric; readonly of: Population }
  | {
      readonly kind: 'counter'
      total(view: MeasuredView, labels: Labels): number
      /** Null where intervals do not tell. */
      readonly perSec: ((interval: MeasuredInterval, labels: Labels) => number) | null
    }
  | {
      readonly kind: 'ratio'
      readonly from: 'requests'
      /** Counts the completed requests that belong to the share. */
      part(counts: Counts, labels: Labels): number
      /** The same of one interval; null where intervals do not tell. */
      readonly partInInterval: ((counts: IntervalCounts) => number) | null
    }
  | {
      readonly kind: 'ratio'
      readonly from: 'judgements'
      /** Counts what was judged (n), and what of it belongs to the share (k). */
      judged(view: MeasuredView, labels: Labels): { readonly k: number; readonly n: number }
    }
  | {
      readonly kind: 'ratio'
      readonly from: 'run'
      whole(view: MeasuredView, labels: Labels): number | null
      /** Returns the number of things that it is a share of; absent where these are requests. */
      samples?(view: MeasuredView, labels: Labels): number
    }
  | {
      readonly kind: 'gauge'
      readonly from: 'intervals'
      at(interval: MeasuredInterval, labels: Labels): number | null
    }
  | {
      readonly kind: 'gauge'
      readonly from: 'run'
      whole(view: MeasuredView, labels: Labels): number | null
    }
  | {
      readonly kind: 'gauge'
      readonly from: 'record'
      atEnd(view: RecordView, labels: Labels): number | null
    }

/** The things that a time is measured of: requests, or groups of steps, by outcome; or samples that have none. */
export type Population = 'requests' | 'groups' | 'samples'

export type IntervalCounts = MeasuredInterval['steps'][string]
