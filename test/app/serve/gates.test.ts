import * as assert from 'uvu/assert'
import { Gates } from '../../../harness/app/serve/gates.ts'
import { KeptRun, type WantedRun } from '../../../harness/app/serve/service-runs.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const WANTED = { scenario: 'checkout.yaml', seed: null, baseline: null, environment: null }
const FAILED = { error: new Error('the target is away') }

function aGate() {
  const clock = new VirtualClock()
  const launched: KeptRun[] = []
  const gates = new Gates((wanted: WantedRun) => {
    const run = new KeptRun(wanted, clock)
    launched.push(run)
    return Promise.resolve(run)
  })
  const ask = (rollout: string, signal = new AbortController().signal) => gates.ask(rollout, WANTED, signal)
  return { ask, launched, clock }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('A gate', (test) => {
  test('answers with the run that it began, when that is over', async () => {
    const { ask, launched, clock } = aGate()
    const asked = ask('shop')
    await settled()
    assert.is(launched[0]?.told.by, 'gate')
    launched[0]?.end(FAILED)

    const run = await asked
    assert.ok(run !== null && typeof run !== 'string')
    assert.equal([run.state, run.reason], ['failed', 'the target is away'])
    assert.is(clock.pendingCount, 0)
  })

  test('gives the verdict of a run whose asker hung up to its next question, once', async () => {
    const { ask, launched } = aGate()
    const gone = new AbortController()
    const first = ask('shop', gone.signal)
    await settled()
    gone.abort()
    assert.is(await first, null)

    const second = ask('shop')
    await settled()
    assert.is(launched.length, 1)
    launched[0]?.end(FAILED)
    assert.is(((await second) as { readonly id: string }).id, launched[0]?.told.id)

    void ask('shop')
    await settled()
    assert.is(launched.length, 2)
  })

  test('does not give the run of one rollout to another', async () => {
    const { ask, launched } = aGate()
    void ask('shop')
    void ask('cart')
    await settled()
    assert.is(launched.length, 2)
  })
})
