/** The things that targets need for a run and do not have: made before its setup, removed after its teardown. */
import { messageOf } from '../../base/errors.ts'
import { unlessStopped } from '../../base/stop-request.ts'
import type { ShardPlan } from '../../model/plan.ts'
import type { Provisioned } from '../../ports/target-plugin.ts'
import { givenSecrets } from '../../targets/outside/given-secrets.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'
import type { LoadContext } from './load-context.ts'

/**
 * Makes it, then runs `body`, then removes it, also when the body fails.
 * @throws HarnessError TARGET_UNREACHABLE, INTERRUPTED, and whatever the body throws
 */
export async function withProvisioned<T>(
  load: Pick<LoadContext, 'plan' | 'host' | 'runId' | 'begun' | 'stop' | 'secrets'>,
  note: (message: string) => void,
  body: (provisioned: ShardPlan['provisioned']) => Promise<T>,
): Promise<T> {
  if (load.begun !== null) return await withBegun(load.begun.provisioned, note, body)
  const made = new Map<string, Provisioned>()
  try {
    for (const [name, target] of Object.entries(load.plan.targets)) {
      const { host, runId, stop } = load
      const { config, secrets } = givenSecrets(load.plan, target, load.secrets)
      await unlessStopped(stop.signal, `while target ${name} was prepared`, async () => {
        const provisioned = await targetsOf(load.plan)
          .get(target.plugin)
          .provision?.(config, { clock: host.clock, runId, secrets })
        // Given up meanwhile: nobody waits for it any more.
        if (stop.signal.aborted) await provisioned?.release()
        else if (provisioned !== undefined) made.set(name, provisioned)
      })
    }
    return await body(Object.fromEntries([...made].map(([name, { value }]) => [name, value])))
  } finally {
    for (const [name, provisioned] of made) await releaseOne(name, provisioned, note)
  }
}

/** It was made by a process that is gone, and nobody knows how to remove it. */
async function withBegun<T>(
  provisioned: ShardPlan['provisioned'],
  note: (message: string) => void,
  body: (provisioned: ShardPlan['provisioned']) => Promise<T>,
): Promise<T> {
  const result = await body(provisioned)
  for (const name of Object.keys(provisioned))
    note(`target ${name}: what was made for the run remains: the process that made it was lost`)
  return result
}

/** Tells the reader what may have been left behind; the measurements stand. */
async function releaseOne(
  name: string,
  { release }: Provisioned,
  note: (message: string) => void,
): Promise<void> {
  try {
    await release()
  } catch (error) {
    note(`target ${name}: what was made for the run may remain: ${messageOf(error)}`)
  }
}
