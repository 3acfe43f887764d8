/** What people watch while load runs: one line that renews itself on a terminal, a line every ten seconds elsewhere. */
import { createLogUpdate } from 'log-update'
import pc from 'picocolors'
import { Histogram } from '../base/histogram.ts'
import { formatCount, formatDurationMs } from '../base/units.ts'
import type { MergedInterval } from '../model/merged-interval.ts'
import type { RunPlan } from '../model/plan.ts'
import type { TextStream } from '../ports/host.ts'

const PLAIN_EVERY_MS = 10_000

/** Shows the progress of one run. */
export interface ProgressView {
  update(interval: MergedInterval, plan: RunPlan): void
  /** A line that stays. */
  say(text: string): void
  /** The last line stays where it is. */
  done(): void
}

/** @param quiet shows nothing at all */
export function createProgressView(stream: TextStream, quiet: boolean): ProgressView {
  if (quiet) return { update: () => undefined, say: () => undefined, done: () => undefined }
  return stream.isTerminal ? createTerminalView(stream) : createPlainView(stream)
}

function createTerminalView(stream: TextStream): ProgressView {
  const live = createLogUpdate({
    columns: stream.columns,
    isTTY: true,
    write: (text: string) => stream.write(text),
  } as unknown as NodeJS.WriteStream)
  return {
    update: (interval, plan) =>
      live(`${bar(interval.endMs / plan.durationMs)} ${progressLine(interval, plan)}`),
    say(text) {
      live.clear()
      stream.write(`${text}\n`)
    },
    done: () => live.done(),
  }
}

function createPlainView(stream: TextStream): ProgressView {
  let nextMs = PLAIN_EVERY_MS
  return {
    update(interval, plan) {
      if (interval.endMs < nextMs) return
      nextMs += PLAIN_EVERY_MS
      stream.write(`${progressLine(interval, plan)}\n`)
    },
    say: (text) => stream.write(`${text}\n`),
    done: () => undefined,
  }
}

/** Phase, time left, journeys planned and started per second, p99, errors, agents. */
export function progressLine(interval: MergedInterval, plan: RunPlan): string {
  const seconds = Math.max(0.001, (interval.endMs - interval.startMs) / 1000)
  const steps = Object.values(interval.steps)
  const histogram = Histogram.ofSparse([])
  for (const step of steps) histogram.addSparse(step.counts)
  const total = (pick: (step: (typeof steps)[number]) => number) =>
    steps.reduce((sum, step) => sum + pick(step), 0)
  const errors = total((step) => step.failed + step.errored + step.timedOut)
  const completed = errors + total((step) => step.ok)
  const leftMs = Math.max(0, plan.durationMs - interval.endMs)
  const parts = [
    interval.endMs > plan.durationMs ? 'draining' : interval.phase,
    `${formatDurationMs(Math.ceil(leftMs / 1000) * 1000)} left`,
    `${formatCount(interval.activeAgents)} agents`,
    `journeys ${perSecond(interval.dispatch.started / seconds)} of ${perSecond(interval.dispatch.planned / seconds)} planned`,
    `${perSecond(completed / seconds)} requests`,
    `p99 ${formatDurationMs(histogram.quantileUs(0.99) / 1000)}`,
    errors > 0 ? pc.red(`${formatCount(errors)} errors`) : '0 errors',
    ...(interval.backlog > 0 ? [pc.yellow(`backlog ${formatCount(interval.backlog)}`)] : []),
  ]
  return parts.join(' | ')
}

function perSecond(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1) : formatCount(rate)}/s`
}

const BAR_WIDTH = 20

function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH)
  return `[${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]`
}
