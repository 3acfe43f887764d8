/** The author's `setup` and `teardown`, once a run around its load. */
import { messageOf } from '../../base/errors.ts'
import { isInterrupted } from '../../base/stop-request.ts'
import { runSetupPart } from '../../cluster/setup.ts'
import type { SetupTask } from '../../cluster/setup-worker.ts'
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
  const { plan, stop } = load
  const setupValue = plan.setup
    ? await runSetupPart(taskOf(load, 'setup', undefined), stop.signal)
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
  const { stop } = load
  const forgetPresses = stop.onPress((level) => {
    if (level === 'drain') note('interrupted: the teardown may finish (interrupt again to abort it)')
  })
  try {
    await runSetupPart(taskOf(load, 'teardown', setupValue), stop.abortSignal)
  } catch (error) {
    // What was measured stands; the reader is told that something may have been left behind.
    note(
      isInterrupted(error) ? 'teardown was aborted: resources created by setup may remain' : messageOf(error),
    )
  } finally {
    forgetPresses()
  }
}

function taskOf(load: ProvisionedLoad, part: SetupTask['part'], setupValue: unknown): SetupTask {
  const { runId, correlationId, plan, module, provisioned, secrets, inputs } = load
  const share = { runId, plan, module, shard: 0, shardCount: 1, setupValue, correlationId, provisioned }
  return { part, share, secrets, inputs }
}
