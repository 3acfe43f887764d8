/** Rules about what the run required: the target may have failed because that was gone, not because of itself. */
import { formatDurationMs } from '../../base/units.ts'
import type { RequirementEvent } from '../../model/enforcement.ts'
import { requirementText } from '../../text/requirement-text.ts'
import { type Rule, reason } from './rule.ts'

const CODE = 'REQUIREMENT_LOST'

/** Ended by the loss of a requirement, as its author wants. */
export const endedByRequirement: Rule = ({ record: { enforcement } }) => {
  const stop = enforcement?.stop ?? null
  if (stop?.by !== 'requirement') return null
  const { atMs, reason: why } = stop
  return reason(CODE, `load was ended after ${formatDurationMs(atMs)}: ${why}`, { atMs, reason: why })
}

/** Lost for some time while load went on. */
export const lostRequirements: Rule = ({ record: { enforcement } }) => {
  if (enforcement === null || enforcement.stop?.by === 'requirement') return null
  const events = enforcement.requirements
  const lost = new Map<string, RequirementEvent>()
  for (const event of events) if (event.problem !== null && !lost.has(event.name)) lost.set(event.name, event)
  if (lost.size === 0) return null
  const message = [...lost.values()].map((event) => `${requirementText(event)} (${spanText(event, events)})`)
  return reason(CODE, message.join('; '), { events }, 'warning')
}

function spanText({ name, atMs }: RequirementEvent, events: readonly RequirementEvent[]): string {
  const back = events.find((event) => event.name === name && event.problem === null && event.atMs >= atMs)
  const end = back === undefined ? 'until the end' : `until ${formatDurationMs(back.atMs)}`
  return `from ${formatDurationMs(atMs)} ${end}`
}
