import { isIPv4 } from 'node:net'
import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'hosts-allowed'

/** Only hosts that were named are contacted, by load or by a probe: loopback, `allowHosts`, `--allow-host`. */
export const hostsAllowed: PreflightCheck = {
  name: NAME,
  summary: 'load and probes go only to loopback and to hosts that were allowed by name',
  check({ plan, target, probe }) {
    const named = [
      ...Object.values(plan.targets).flatMap(({ plugin, config }) => target(plugin).hostsOf(config)),
      ...Object.values(plan.probes).flatMap(({ plugin, config }) => probe(plugin).hostsOf(config)),
    ]
    const hosts = [...new Set(named.map(bareName))]
    const allowed = plan.allowHosts.map(bareName)
    const refused = hosts.filter((host) => !isLoopback(host) && !allowed.includes(host))
    return Promise.resolve(
      refused.length === 0
        ? [{ check: NAME, level: 'ok', message: `${hosts.join(', ') || 'no host'} allowed` }]
        : refused.map((host) => ({
            check: NAME,
            level: 'blocked' as const,
            message: `${host} would be loaded or asked, and was not allowed`,
            hint: `If it is yours to load, say so: --allow-host ${host}, or allowHosts: ['${host}'] in the scenario.`,
          })),
    )
  },
}

/** localhost, 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  const bare = bareName(host)
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'))
}

/** Names do not differ by case, and an IPv6 address is the same without its brackets. */
function bareName(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase()
}
