import { bareHost, beyondLoopback, isLoopback } from '../base/loopback.ts'
import type { PreflightCheck, PreflightContext, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'hosts-allowed'

/** Only hosts that were named are contacted, by load or by a probe: loopback, `allowHosts`, `--allow-host`. */
export const hostsAllowed: PreflightCheck = {
  name: NAME,
  summary: 'load and probes go only to loopback and to hosts that were allowed by name',
  async check(context) {
    const { plan, target, probe } = context
    const named = [
      ...Object.values(plan.targets).flatMap(({ plugin, config }) => target(plugin).hostsOf(config)),
      ...Object.values(plan.probes).flatMap(({ plugin, config }) => probe(plugin).hostsOf(config)),
    ]
    const hosts = [...new Set(named.map(bareHost))]
    const problems = await Promise.all(hosts.map((host) => problemOf(host, context)))
    const blocked = problems.filter((problem) => problem !== null)
    if (blocked.length > 0) return blocked
    return [{ check: NAME, level: 'ok', message: `${hosts.join(', ') || 'no host'} allowed` }]
  },
}

async function problemOf(
  host: string,
  { plan, addressesOf }: PreflightContext,
): Promise<PreflightFinding | null> {
  if (isLoopback(host)) {
    // A name without an address gets no load; whoever looks at the target says so.
    const elsewhere = await beyondLoopback(host, addressesOf).catch(() => [])
    const [address] = elsewhere
    if (address === undefined) return null
    return {
      check: NAME,
      level: 'blocked',
      message: `${host} is ${elsewhere.join(', ')} on this machine, not loopback`,
      hint: `Mend the hosts file; if that machine is yours to load, write its address into the URL, and --allow-host ${address}.`,
    }
  }
  if (plan.allowHosts.map(bareHost).includes(host)) return null
  return {
    check: NAME,
    level: 'blocked',
    message: `${host} would be loaded or asked, and was not allowed`,
    hint: `If it is yours to load, say so: --allow-host ${host}, or allowHosts: ['${host}'] in the scenario.`,
  }
}
