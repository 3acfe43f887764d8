/** Takes the faulty parts out of a document, so that the rest can be judged in the same go. */
import { lookUp, putAt } from '../base/names.ts'
import { targetAt } from '../targets/index.ts'
import { constantAgents } from '../workloads/constant-agents.ts'
import { isObject, type Json } from './environments.ts'
import { keysOfPath } from './problems.ts'
import { type ScenarioDocument, scenarioSchema } from './schema.ts'

const TARGET = targetAt('http://127.0.0.1')
const WORKLOAD = constantAgents({ agents: 1, duration: '1s' })
const OBJECTIVE = 'error_ratio <= 100%'

/**
 * The document with stand-ins for what does not fit the schema; null when too little is left. It is only looked
 * through for more problems, never run.
 * @param faults paths of everything that does not fit
 */
export function validSubset(document: unknown, faults: readonly string[]): ScenarioDocument | null {
  if (!isObject(document)) return null
  const sound = structuredClone(document)
  for (const fault of faults) deletePath(sound, keysOfPath(fault))
  const journeys = isObject(sound['journeys']) ? sound['journeys'] : {}
  if (Object.keys(journeys).length === 0)
    sound['journeys'] = { standIn: { run: { $code: 'journeys.standIn.run' } } }
  const load = 'workloads' in sound ? {} : { workload: WORKLOAD }
  const parsed = scenarioSchema.safeParse({ name: 'stand-in', ...load, ...sound })
  return parsed.success ? parsed.data : null
}

function deletePath(document: Json, [top = '', member]: readonly (string | number)[]): void {
  const part = lookUp(document, String(top))
  if (top === 'target') document['target'] = TARGET
  else if (Array.isArray(part) && top === 'objectives' && typeof member === 'number') part[member] = OBJECTIVE
  else if (isObject(part) && member !== undefined && top === 'targets') putAt(part, String(member), TARGET)
  else if (isObject(part) && member !== undefined && (top === 'journeys' || top === 'data'))
    Reflect.deleteProperty(part, member)
  else Reflect.deleteProperty(document, top)
}
