import { beyondLoopback } from '../base/loopback.ts'
import type { PreflightCheck, PreflightContext, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'outputs-allowed'

/** Checks that no scenario alone sends figures to another machine: one that came with a change of somebody else could. */
export const outputsAllowed: PreflightCheck = {
  name: NAME,
  summary: 'figures leave this machine only where a flag or proofload.config says so',
  async check(context) {
    const { to = {} } = context.plan.outputs ?? {}
    const found = await Promise.all(
      Object.entries(to).map(([name, output]) => problemOf(name, output, context)),
    )
    const blocked = found.filter((problem) => problem !== null)
    if (blocked.length > 0) return blocked
    return [
      { check: NAME, level: 'ok', message: `figures go to ${Object.keys(to).join(', ') || 'no output'}` },
    ]
  },
}

type PlannedOutput = NonNullable<PreflightContext['plan']['outputs']>['to'][string]

async function problemOf(
  name: string,
  { plugin: pluginName, config, by }: PlannedOutput,
  { addressesOf, output: outputNamed }: PreflightContext,
): Promise<PreflightFinding | null> {
  if (by !== 'scenario') return null
  const plugin = outputNamed(pluginName)
  // What does not fit once its secrets are filled in is told when it is opened.
  const parsed = plugin.configSchema.safeParse(config)
  const host = parsed.success ? plugin.placeOf(parsed.data).host : null
  if (host === null) return null
  const elsewhere = await beyondLoopback(host, addressesOf).catch(() => [host])
  if (elsewhere.length === 0) return null
  return {
    check: NAME,
    level: 'blocked',
    message: `the scenario alone would send figures to ${host} (output ${name})`,
    hint: `Name the output in proofload.config, or by a flag: --output ${pluginName}=${plugin.flag.toUpperCase()}.`,
  }
}
