import { formatDurationMs, formatInUnit } from '../base/units.ts'
import type { ObjectiveEvent } from '../model/enforcement.ts'
import { demandText } from './demand-text.ts'

/** `p99(response_time) < 100ms is firing: 812ms over the last 10s (431 samples; component llm, target CPU 97 %)` */
export function objectiveEventText(event: ObjectiveEvent): string {
  const value = event.observed === null ? 'no answer' : formatInUnit(event.observed, event.unit)
  const stretch = event.windowMs === null ? 'lately' : `over the last ${formatDurationMs(event.windowMs)}`
  const where = Object.entries(event.annotations).map(([name, value]) => `${name} ${value}`)
  const details = [`${event.sampleCount} samples`, ...where]
  return `${demandText(event)} is ${event.to}: ${value} ${stretch} (${details.join('; ')})`
}
