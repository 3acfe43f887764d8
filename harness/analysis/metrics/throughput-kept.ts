/**
 * Throughput against its own beginning: completed requests per second after the first third of the measured part, over the
 * median second of that third. Of a closed model the plan tells nothing of it: agents that wait for a slow target are what was
 * planned. Nothing is told of several workloads: what a request or a journey weighs changes with them. Where the load itself is lower than in the first third (fewer agents, fewer arrivals), proportionally less is expected.
 */
import { median, sum } from 'simple-statistics'
import { completedOf } from '../../measure/counts.ts'
import { modelOf } from '../../model/plan-load.ts'
import type { MeasuredInterval, MeasuredView } from '../measured-view.ts'
import { secondsOf, sumOverSteps } from './intervals.ts'

/** Fewer intervals have no usual throughput. */
const INTERVALS_MIN = 3

/** Null until the first third is over, where it has no throughput, and of several workloads. */
export function throughputKept({ plan, loadMs, intervals }: MeasuredView): number | null {
  if (plan.workloads.length > 1) return null
  const measured = plan.phases.filter((phase) => phase.measured)
  const fromMs = Math.min(...measured.map(({ startMs }) => startMs))
  const toMs = Math.max(...measured.map(({ endMs }) => endMs))
  const thirdMs = fromMs + (toMs - fromMs) / 3
  const first = intervals.filter(({ endMs }) => endMs <= thirdMs)
  const rest = intervals.filter(
    ({ startMs, endMs }) => endMs > thirdMs && startMs < Math.min(loadMs, plan.durationMs),
  )
  if (first.length < INTERVALS_MIN || rest.length === 0) return null
  const loadOf = (interval: MeasuredInterval) =>
    modelOf(plan) === 'open' ? interval.dispatch.planned / secondsOf(interval) : interval.activeAgents
  const usualPerSec = median(first.map((interval) => completedIn(interval) / secondsOf(interval)))
  const usualLoad = median(first.map(loadOf))
  const expected = sum(
    rest.map((interval) => {
      const share = usualLoad === 0 ? 1 : Math.min(1, loadOf(interval) / usualLoad)
      return usualPerSec * secondsOf(interval) * share
    }),
  )
  return expected === 0 ? null : sum(rest.map(completedIn)) / expected
}

function completedIn(interval: MeasuredInterval): number {
  return sumOverSteps(interval, {}, completedOf)
}
