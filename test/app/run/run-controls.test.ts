import * as assert from 'uvu/assert'
import type { Arming } from '../../../harness/analysis/rollback-decision.ts'
import { openRunControls } from '../../../harness/app/run/run-controls.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { aPlan } from '../../kit/builders.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { aRunContext } from '../../kit/contexts.ts'
import { aRollbackPlan } from '../../kit/rollback.ts'
import { describe } from '../../kit/suite.ts'

function opened(
  rollback: ReturnType<typeof aRollbackPlan> | null,
  arming: Arming,
  env: Record<string, string> = {},
  notes: string[] = [],
) {
  const host = { ...aCapturingHost([], process.cwd()), env }
  const run = aRunContext(process.cwd(), { host, note: (text) => notes.push(text) })
  return openRunControls(run, aPlan({ rollback }), {}, { arming })
}

describe('The controls of a run', (test) => {
  test('is refused when a rollback is to be armed and the scenario has none', async () => {
    const refusal = await opened(null, 'asked').catch((error: unknown) => error)

    assert.instance(refusal, HarnessError)
    const { code, message, hint } = refusal as HarnessError
    assert.is(code, 'USAGE')
    assert.match(message, /--arm-rollback: .* does not define a rollback/)
    assert.match(hint ?? '', /rollback: \{ procedures/)
  })

  test('is armed by the flag where there is something to arm', async () => {
    for (const arming of ['asked', 'by-scenario'] as const) {
      const controls = await opened(aRollbackPlan({ armed: false }), arming)
      assert.is(controls.unarmed === null, arming === 'asked')
      await controls.close()
    }
    const controls = await opened(null, 'by-scenario')
    assert.ok(controls.unarmed)
    await controls.close()
  })

  test('of a page is armed by nothing', async () => {
    const controls = await opened(aRollbackPlan({ armed: true }), 'never', { PROOFLOAD_ALLOW_ROLLBACK: '1' })
    assert.ok(controls.unarmed)
    assert.match(controls.unarmed ?? '', /page/)
    await controls.close()
  })

  test('says before the load that the flag is of no effect for a pull request', async () => {
    const notes: string[] = []
    const env = { GITHUB_EVENT_NAME: 'pull_request' }
    const controls = await opened(aRollbackPlan(), 'asked', env, notes)
    assert.ok(controls.unarmed)
    assert.equal(notes, ['--arm-rollback has no effect: a run for a pull request is never armed'])
    await controls.close()
  })
})
