/** The live drivers of a shard, with what each is given. */
import type { Clock } from '../base/clock.ts'
import { lookUp } from '../base/names.ts'
import { tracePrefixOf } from '../base/trace-id.ts'
import type { ShardPlan } from '../model/plan.ts'
import type { DeliveryChannel, TargetDriver, TargetEvents, Tracing } from '../ports/target.ts'
import { givenSecrets } from '../targets/outside/given-secrets.ts'
import { targetsOf } from '../targets/outside/targets-of.ts'
import { withPlacedCalls } from './placed-calls.ts'
import type { CodeLookup } from './scenario-code.ts'
import { shareOf, slotsOf } from './workload-shares.ts'

/** Live drivers of a shard, by the name of their target. */
export type Drivers = ReadonlyMap<string, TargetDriver>

/**
 * Creates the marks for the requests of a shard; null unless the plan asks for them. @param lane unique among the parts of a run
 */
export function createTracing({ plan, runId, correlationId }: ShardPlan, lane: number): Tracing | null {
  if (!plan.tracing) return null
  return { correlationId, prefix: tracePrefixOf(`${runId} ${correlationId}`, lane), issued: 0 }
}

/** The context for the drivers of a shard, besides its plan. */
export interface DriverParts {
  readonly code: CodeLookup
  readonly clock: Clock
  readonly tracing: Tracing | null
  readonly events: TargetEvents
  readonly secrets: Readonly<Record<string, string>>
  /** The accounts of messages, by target. */
  readonly channels: ReadonlyMap<string, DeliveryChannel>
}

/** Creates the drivers of a shard, by target name. */
export async function createDrivers(share: ShardPlan, { channels, ...parts }: DriverParts): Promise<Drivers> {
  const { plan, runId, shard, shardCount, provisioned } = share
  const context = {
    ...parts,
    agents: slotsOf(share),
    connectionsPerAgent: plan.connectionsPerAgent,
    seed: plan.seed,
    defaultTimeouts: plan.timeouts,
    allowCommands: plan.allowCommands ?? [],
    shared: new Map<string, unknown>(),
  }
  if (plan.plugins !== undefined) await (await import('../targets/outside/open-plugins.ts')).openPlugins(plan)
  const targets = targetsOf(plan)
  const created = Object.entries(plan.targets).map(async ([name, target]) => {
    const { config, secrets } = givenSecrets(plan, target, parts.secrets)
    const { connections } = target
    const driver = await targets.get(target.plugin).createDriver(withPlacedCalls(config, `target ${name}`), {
      ...context,
      secrets,
      connections: connections === undefined ? null : shareOf(connections, share),
      channel: channels.get(name) ?? null,
      provisioned: lookUp(provisioned, name) ?? {},
      place: { target: name, runId, shard, shardCount },
    })
    return [name, driver] as const
  })
  return new Map(await Promise.all(created))
}
