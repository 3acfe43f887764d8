import type { Problem } from '../base/errors.ts'
import type { RunPlan } from '../model/plan.ts'
import { CONNECTIONS_PER_AGENT } from './defaults.ts'
import type { ScenarioDocument } from './schema.ts'

type Connections = Pick<ScenarioDocument, 'connections' | 'connectionsPerAgent'>

/** Resolves the number of connections of an agent, where it has its own. */
export function resolveConnections(
  { connections, connectionsPerAgent }: Connections,
  problems: Problem[],
): RunPlan['connectionsPerAgent'] {
  if (connections !== undefined && connectionsPerAgent !== undefined)
    problems.push({
      path: 'connectionsPerAgent',
      message: 'an agent has none of its own where all agents share `connections`',
      expected: 'one of the two',
    })
  return connectionsPerAgent ?? CONNECTIONS_PER_AGENT
}
