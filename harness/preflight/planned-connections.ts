import { hasCode } from '../model/plan.ts'
import { agentsOf } from '../model/plan-load.ts'
import type { PreflightContext } from '../ports/preflight.ts'

/** Numbers of connections of a run. */
export interface PlannedConnections {
  /** One an agent and target, or the shared pool: what a run is sure to need. */
  readonly needed: number
  /** The most it may open: code may send several requests of an agent at once, each on a connection of its own. */
  readonly possible: number
}

/** Returns the connections that a run may hold at once. */
export function plannedConnections({
  plan,
  target,
}: Pick<PreflightContext, 'plan' | 'target'>): PlannedConnections {
  const agents = agentsOf(plan)
  let needed = 0
  let more = 0
  for (const { plugin, config, connections } of Object.values(plan.targets)) {
    const kind = target(plugin).connectionsOf(config)
    if (kind === 'none') continue
    needed += connections ?? agents
    if (connections === undefined && kind === 'several' && hasCode(plan))
      more += agents * (plan.connectionsPerAgent - 1)
  }
  return { needed, possible: needed + more }
}
