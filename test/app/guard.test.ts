import * as assert from 'uvu/assert'
import { openGuard } from '../../harness/app/guard.ts'
import { HarnessError } from '../../harness/base/errors.ts'
import { MemoryStateStore } from '../../harness/store/state/memory-state-store.ts'
import { aPlan } from '../kit/builders.ts'
import { aCapturingHost } from '../kit/capturing-host.ts'
import { aRollbackPlan } from '../kit/rollback.ts'
import { describe } from '../kit/suite.ts'

function opened(rollback: ReturnType<typeof aRollbackPlan> | null, armRollback: boolean) {
  const host = aCapturingHost([], process.cwd())
  return openGuard({
    plan: aPlan({ rollback }),
    secrets: {},
    store: new MemoryStateStore(host.clock),
    location: 'state.json',
    enforce: { armRollback },
    host,
    note: () => undefined,
  })
}

describe('What guards a run', (test) => {
  test('is refused when a rollback is to be armed and the scenario has none', async () => {
    const refusal = await opened(null, true).catch((error: unknown) => error)

    assert.instance(refusal, HarnessError)
    const { code, message, hint } = refusal as HarnessError
    assert.is(code, 'USAGE')
    assert.match(message, /--arm-rollback: .* does not say how to put the system back/)
    assert.match(hint ?? '', /rollback: \{ procedures/)
  })

  test('is armed by the flag where there is something to arm', async () => {
    for (const armed of [true, false]) {
      const guard = await opened(aRollbackPlan({ armed: false }), armed)
      assert.is(guard.isArmed, armed)
      await guard.close()
    }
    const guard = await opened(null, false)
    assert.is(guard.isArmed, false)
    await guard.close()
  })
})
