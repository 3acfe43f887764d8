/** Turns the servers that a run starts into a part of a plan. */
import { parseDurationMs } from '../base/units.ts'
import type { RunPlan, ServicePlan } from '../model/plan.ts'
import { READY_WITHIN } from './defaults.ts'
import type { ScenarioDocument } from './schema.ts'

type ServiceDocument = NonNullable<ScenarioDocument['services']>[string]

/** Absent where there are none; nothing can be wrong that the schema does not see. */
export function resolveServices({ services = {} }: ScenarioDocument): Pick<RunPlan, 'services'> {
  const all = Object.entries(services).map(([name, service]) => [name, resolveService(service)] as const)
  return all.length === 0 ? {} : { services: Object.fromEntries(all) }
}

function resolveService({ command, url, status, readyWithin, reuse }: ServiceDocument): ServicePlan {
  return {
    command,
    url,
    status: status ?? null,
    readyMs: parseDurationMs(readyWithin ?? READY_WITHIN),
    reuse: reuse ?? false,
  }
}
