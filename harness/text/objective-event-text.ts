import { formatCount, formatDurationMs, formatInUnit } from '../base/units.ts'
import type { ObjectiveEvent, ObjectiveStateName } from '../model/enforcement.ts'
import { demandText } from './demand-text.ts'

/** The states of the monitor as people read them. */
const STATE_WORDS: Readonly<Record<ObjectiveStateName, string>> = {
  ok: 'within its limit',
  pending: 'above its limit',
  firing: 'failing',
  recovering: 'back within its limit',
}

/** `p99(response_time) < 100ms is failing: 812ms over the last 10s (431 samples; component llm, target CPU 97 %)` */
export function objectiveEventText(event: ObjectiveEvent): string {
  const value = event.observed === null ? 'no answer' : formatInUnit(event.observed, event.unit)
  const stretch = event.windowMs === null ? 'lately' : `over the last ${formatDurationMs(event.windowMs)}`
  const where = Object.entries(event.annotations).map(([name, value]) => `${name} ${value}`)
  const details = [`${formatCount(event.sampleCount)} samples`, ...where]
  return `${demandText(event)} is ${stateWord(event)}: ${value} ${stretch} (${details.join('; ')})`
}

/** The state that an objective came to: a floor is not kept by being below it. */
export function stateWord({ to, op }: Pick<ObjectiveEvent, 'to' | 'op'>): string {
  return to === 'pending' && op.startsWith('>') ? 'below its limit' : STATE_WORDS[to]
}
