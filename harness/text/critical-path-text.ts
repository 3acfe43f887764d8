/** The critical path of a qualification in words, the same on terminals and in reports. */
import { formatDurationMs } from '../base/units.ts'
import type { QualificationPath, QualificationRecord, QualifiedActivity } from '../model/qualification.ts'

/** `critical path 41m: smoke 1m, hours 12m; the next: compare (slack 6m)` */
export function criticalPathText(
  { durationMs, path, next }: QualificationPath,
  durationMsOf: (activity: string) => number,
): string {
  if (path.length === 0) return 'nothing ran'
  const steps = path.map((name) => `${name} ${wholeTime(durationMsOf(name))}`)
  const after = next === null ? '' : `; the next: ${next.name} (slack ${wholeTime(next.slackMs)})`
  return `critical path ${wholeTime(durationMs)}: ${steps.join(', ')}${after}`
}

/** The critical path as it was planned, and as it came. */
export function pathTexts({ criticalPath, activities }: QualificationRecord): readonly [string, string] {
  const find = (name: string) => activities.find((activity) => activity.name === name)
  const tookMs = (activity: QualifiedActivity | undefined) =>
    (activity?.endMs ?? 0) - (activity?.startMs ?? 0)
  return [
    criticalPathText(criticalPath.planned, (name) => find(name)?.expectedMs ?? 0),
    criticalPathText(criticalPath.actual, (name) => tookMs(find(name))),
  ]
}

/** Seconds are fine enough for whatever is planned. */
export function wholeTime(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  return seconds === 0 ? '0s' : formatDurationMs(1000 * seconds)
}
