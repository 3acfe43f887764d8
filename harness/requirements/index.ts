/** Everything that a run can require. A new kind is one file, one line here and its builder in `harness/index.ts`. */
import type { Clock } from '../base/clock.ts'
import { addressesOf, beyondLoopback, isLoopback } from '../base/loopback.ts'
import { createRegistry } from '../base/registry.ts'
import { formatDurationMs } from '../base/units.ts'
import type { RequirementPlan } from '../model/plan.ts'
import type { Requirement, RequirementContext } from '../ports/requirement.ts'
import { commandPlugin } from './command.ts'
import { gpuPlugin } from './gpu.ts'
import { httpPlugin } from './http.ts'
import { mysqlPlugin } from './mysql.ts'
import { postgresPlugin } from './postgres.ts'
import { redisPlugin } from './redis.ts'
import { tcpPlugin } from './tcp.ts'

export const requirements = createRegistry('requirement', [
  tcpPlugin,
  httpPlugin,
  postgresPlugin,
  mysqlPlugin,
  redisPlugin,
  commandPlugin,
  gpuPlugin,
])

interface Surroundings extends Pick<RequirementContext, 'cwd' | 'env'> {
  readonly clock: Clock
}

/** Makes the requirements of a plan ready to be checked. @param planned with secrets filled in */
export function openRequirements(
  planned: readonly RequirementPlan[],
  { cwd, env, clock }: Surroundings,
): readonly Requirement[] {
  return planned.map(({ plugin: kind, config, name, timeoutMs: limitMs, stop }) => {
    const plugin = requirements.get(kind)
    const hosts = plugin.hostsOf(config)
    return {
      name: name ?? plugin.describe(config),
      hosts,
      stop,
      check: () =>
        within(clock, limitMs, async (signal) => {
          await requireLocal(hosts)
          return await plugin.check(config, { cwd, env, limitMs, signal })
        }),
    }
  })
}

/** A name of loopback may be given to any machine by a hosts file; libraries look it up by themselves. */
async function requireLocal(hosts: readonly string[]): Promise<void> {
  for (const host of hosts.filter(isLoopback)) {
    const elsewhere = await beyondLoopback(host, addressesOf)
    if (elsewhere.length > 0)
      throw new Error(`${host} is ${elsewhere.join(', ')} on this machine, not loopback`)
  }
}

/** Rejects at the limit even when the work heeds no signal. */
async function within<T>(
  clock: Clock,
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const late = new Error(`no answer within ${formatDurationMs(limitMs)}`)
  const cancel = clock.after(limitMs, () => limit.abort(late))
  const passed = new Promise<never>((_resolve, reject) => {
    limit.signal.addEventListener('abort', () => reject(late))
  })
  try {
    return await Promise.race([work(limit.signal), passed])
  } finally {
    cancel()
  }
}
