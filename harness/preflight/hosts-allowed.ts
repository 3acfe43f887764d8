import { bareHost, beyondLoopback, isLoopback } from '../base/loopback.ts'
import type { PreflightCheck, PreflightContext, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'hosts-allowed'

/** Checks that load, probes and requirements contact only permitted hosts: loopback, `allowHosts`, `--allow-host`. */
export const hostsAllowed: PreflightCheck = {
  name: NAME,
  summary: 'load, probes and requirements go only to loopback and to hosts allowed by name',
  async check(context) {
    const { plan, target, probe, requirements, otherHosts } = context
    const named = [
      ...Object.values(plan.targets).flatMap(({ plugin, config }) => target(plugin).hostsOf(config)),
      ...Object.values(plan.probes).flatMap(({ plugin, config }) => probe(plugin).hostsOf(config)),
      ...requirements.flatMap((requirement) => requirement.hosts),
      ...otherHosts,
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
    // A name without an address gets no load; the target check reports it.
    const elsewhere = await beyondLoopback(host, addressesOf).catch(() => [])
    const [address] = elsewhere
    if (address === undefined) return null
    return {
      check: NAME,
      level: 'blocked',
      message: `${host} is ${elsewhere.join(', ')} on this machine, not loopback`,
      hint: `Fix the hosts file. If you may load that machine, write its address into the URL and add --allow-host ${address}.`,
    }
  }
  if (plan.allowHosts.map(bareHost).includes(host)) return null
  return {
    check: NAME,
    level: 'blocked',
    message: `the run would contact ${host}, which is not allowed`,
    hint: `If you may load it, allow it: --allow-host ${host}, or allowHosts: ['${host}'] in the scenario.`,
  }
}
