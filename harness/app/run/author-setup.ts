/** The author's `setup` and `teardown`, once a run around its load. */
import { messageOf } from '../../base/errors.ts'
import { isInterrupted } from '../../base/stop-request.ts'
import { runSetupPart } from '../../cluster/setup.ts'
import type { SetupTask } from '../../cluster/setup-worker.ts'
import type { ProvisionedLoad } from './load-context.ts'

/** The parts of a load that the author's code is run with. */
type AuthoredLoad = Pick<
  ProvisionedLoad,
  'runId' | 'correlationId' | 'plan' | 'module' | 'provisioned' | 'secrets' | 'inputs' | 'begun' | 'stop'
>

/**
 * Runs `setup`, then `body` with its value, then `teardown`, also when the body fails.
 * @throws HarnessError SETUP_FAILED, INTERRUPTED, and whatever the body throws
 */
export async function withSetup<T>(
  load: AuthoredLoad,
  note: (message: string) => void,
  body: (setupValue: unknown) => Promise<T>,
): Promise<T> {
  const { plan } = load
  const setupValue = await setUp(load)
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

/** A load that was begun by another process has its value already. */
function setUp(load: AuthoredLoad): Promise<unknown> {
  const { plan, begun, stop } = load
  if (begun !== null) return Promise.resolve(begun.setupValue)
  return plan.setup ? runSetupPart(taskOf(load, 'setup', undefined), stop.signal) : Promise.resolve(undefined)
}

async function runTeardown(
  load: AuthoredLoad,
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

function taskOf(load: AuthoredLoad, part: SetupTask['part'], setupValue: unknown): SetupTask {
  const { runId, correlationId, plan, module, provisioned, secrets, inputs } = load
  const share = { runId, plan, module, shard: 0, shardCount: 1, setupValue, correlationId, provisioned }
  return { part, share, secrets, inputs }
}
