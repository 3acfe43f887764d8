import { describeTarget } from '../../harness/contract/target.ts'
import type { Capability, LiveTarget } from '../../harness/contract/target-case.ts'
import type { TargetPlugin } from '../../harness/ports/target-plugin.ts'
import { CUT, SWALLOW, withCuttingProxy } from './cutting-proxy.ts'

/** A database behind a proxy. */
export interface SqlCase {
  readonly plugin: TargetPlugin
  readonly port: number
  /** @param port of the proxy */
  readonly urlAt: (port: number) => string
  /** A statement that takes so many seconds. */
  readonly sleep: (seconds: number) => string
}

const SLOW_MS = 50
const HAS: readonly Capability[] = ['slow', 'pooled', 'mortal', 'dropped']

/** Declares the contract suite of a SQL database. */
export function describeSqlTarget({ plugin, port, urlAt, sleep }: SqlCase): void {
  const withTarget = (body: (target: LiveTarget) => Promise<void>) =>
    withCuttingProxy(port, (proxy) =>
      body({
        config: plugin.configSchema.parse({ url: urlAt(proxy.port) }),
        answered: { query: 'select 1' },
        silent: { query: `select ${SWALLOW} 1` },
        failing: { request: { query: `select ${CUT} 1` }, kind: 'reset' },
        slow: { request: { query: sleep((SLOW_MS + 1) / 1000) }, ms: SLOW_MS },
        mortal: { kill: () => proxy.kill(), revive: () => proxy.start() },
        dropped: { request: { query: `select ${CUT} 2` }, seen: () => proxy.cutCount },
      }),
    )
  describeTarget({ name: plugin.name, plugin, has: HAS, withTarget })
}
