/** The author's `setup` and `teardown`, once a run around its load. */
import { messageOf } from '../../base/errors.ts'
import { isInterrupted } from '../../base/stop-request.ts'
import { runSetupPart } from '../../cluster/setup.ts'
import type { ShardPlan } from '../../model/plan.ts'
import type { ProvisionedLoad } from './load-context.ts'

/**
 * Runs `setup`, then `body` with its value, then `teardown`, also when the body fails.
 * @throws HarnessError SETUP_FAILED, INTERRUPTED, and whatever the body throws
 */
export async function withSetup<T>(
  load: ProvisionedLoad,
  note: (message: string) => void,
  body: (setupValue: unknown) => Promise<T>,
): Promise<T> {
  const { plan, secrets, stop } = load
  const setupValue = plan.setup
    ? await runSetupPart('setup', shareOf(load, undefined), secrets, stop.signal)
    : undefined
  const tearDown = async () => {
    if (plan.teardown) await runTeardown(load, setupValue, note)
  }
  let result: T
  try {
    result = await body(setupValue)
  } catch (error) {
    // No load began; without a setup there is nothing that its teardown could clear away.
    if (plan.setup) await tearDown()
    throw error
  }
  await tearDown()
  return result
}

async function runTeardown(
  load: ProvisionedLoad,
  setupValue: unknown,
  note: (message: string) => void,
): Promise<void> {
  const { secrets, stop } = load
  const forgetPresses = stop.onPress((level) => {
    if (level === 'drain') note('interrupted: the teardown may finish (interrupt again to abort it)')
  })
  try {
    await runSetupPart('teardown', shareOf(load, setupValue), secrets, stop.abortSignal)
  } catch (error) {
    // What was measured stands; the reader is told that something may have been left behind.
    note(
      isInterrupted(error) ? 'teardown was aborted: resources created by setup may remain' : messageOf(error),
    )
  } finally {
    forgetPresses()
  }
}

function shareOf(load: ProvisionedLoad, setupValue: unknown): ShardPlan {
  const { runId, correlationId, plan, module, provisioned } = load
  return { runId, plan, module, shard: 0, shardCount: 1, setupValue, correlationId, provisioned }
}
