/** Everything that can be put under load. A new target is its folder, one line here and its builder in `harness/index.ts`. */
import { createRegistry } from '../base/registry.ts'
import type { StepKind, TargetPlugin } from '../ports/target-plugin.ts'
import { amqpPlugin } from './amqp/index.ts'
import { browserPlugin } from './browser/index.ts'
import { execPlugin } from './exec/index.ts'
import { fsPlugin } from './fs/index.ts'
import { functionPlugin } from './function/index.ts'
import { grpcPlugin } from './grpc/index.ts'
import { httpPlugin } from './http/index.ts'
import { kafkaPlugin } from './kafka/index.ts'
import { llmPlugin } from './llm/index.ts'
import { mqttPlugin } from './mqtt/index.ts'
import { mysqlPlugin } from './mysql/index.ts'
import { natsPlugin } from './nats/index.ts'
import { postgresPlugin } from './postgres/index.ts'
import { redisPlugin } from './redis/index.ts'
import { sandboxPlugin } from './sandbox/index.ts'
import { ssePlugin } from './sse/index.ts'
import { wsPlugin } from './ws/index.ts'

export const targets = createRegistry<TargetPlugin>('target', [
  httpPlugin,
  functionPlugin,
  sandboxPlugin,
  redisPlugin,
  wsPlugin,
  browserPlugin,
  ssePlugin,
  llmPlugin,
  postgresPlugin,
  mysqlPlugin,
  grpcPlugin,
  fsPlugin,
  execPlugin,
  natsPlugin,
  mqttPlugin,
  amqpPlugin,
  kafkaPlugin,
])

/** Steps that targets bring beside requests. */
export const stepKinds: readonly StepKind[] = targets.all.flatMap(({ steps = [] }) => steps)

/** These steps as authors write them. */
export type { OperationsStep as TargetStep } from './sandbox/operations.ts'

/** A target at a URL, as a scenario writes it; null when no plugin speaks its protocol. */
export function targetAt(
  url: string,
): { readonly plugin: string; readonly config: Readonly<Record<string, unknown>> } | null {
  for (const { name, atUrl } of targets.all) {
    const config = atUrl?.(url) ?? null
    if (config !== null) return { plugin: name, config }
  }
  return null
}
