/** An order of activities, done one after another, against what each of them waits for. */
import { type ActivityGraph, type Dependency, dependenciesBy } from './activity-graph.ts'

/** The reason why a sequence is impossible; `place` counts from 1. */
export type SequenceViolation =
  | { readonly rule: 'unknown' | 'repeated'; readonly activity: string; readonly place: number }
  | {
      readonly rule: 'too-early'
      readonly activity: string
      readonly place: number
      readonly needs: Dependency
    }
  | { readonly rule: 'missing'; readonly activity: string; readonly place: null }

/** Finds the first violation along a sequence; at its end, the first activity that it leaves out. Null: the sequence is valid. */
export function sequenceViolation(
  graph: ActivityGraph,
  sequence: readonly string[],
): SequenceViolation | null {
  const needsOf = dependenciesBy('after', graph)
  const done = new Set<string>()
  for (const [i, activity] of sequence.entries()) {
    const place = i + 1
    const needs = needsOf.get(activity)
    if (needs === undefined) return { rule: 'unknown', activity, place }
    if (done.has(activity)) return { rule: 'repeated', activity, place }
    const open = needs.find(({ before }) => !done.has(before))
    if (open !== undefined) return { rule: 'too-early', activity, place, needs: open }
    done.add(activity)
  }
  const left = graph.activities.find(({ name }) => !done.has(name))
  return left === undefined ? null : { rule: 'missing', activity: left.name, place: null }
}
