import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import type { EmergencyName } from '../../harness/model/emergency.ts'
import { emergencyHalt } from '../../harness/preflight/emergency-halt.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

async function findingFor(state: EmergencyName) {
  const set = { by: 'ada@box', at: '2026-11-21T09:30:00Z', reason: 'paging storm', correlationId: 'c-1' }
  const emergency = () => Promise.resolve({ state, ...set })
  const [finding] = await emergencyHalt.check(aPreflightContext({ emergency }))
  return finding
}

async function findingOfTrouble(trouble: unknown) {
  const [finding] = await emergencyHalt.check(aPreflightContext({ emergency: () => Promise.reject(trouble) }))
  return finding
}

describe('emergencyHalt', (test) => {
  test('lets load start when nobody has halted it', async () => {
    const [finding] = await emergencyHalt.check(aPreflightContext())

    assert.is(finding?.level, 'ok')
  })

  test('blocks, and says who halted it, when and why, and how to go on', async () => {
    for (const state of ['HALT', 'SHUTDOWN'] as const) {
      const finding = await findingFor(state)

      assert.is(finding?.level, 'blocked')
      assert.is(
        finding?.message,
        `load is halted (${state}) by ada@box at 2026-11-21T09:30:00Z: paging storm`,
      )
      assert.match(finding?.hint ?? '', 'proofload emergency resume --reason')
    }
  })

  test('lets load start again when it was resumed', async () => {
    assert.is((await findingFor('NORMAL'))?.level, 'ok')
  })

  test('lets load start under an alert, and says so', async () => {
    const finding = await findingFor('ALERT')

    assert.is(finding?.level, 'advice')
    assert.match(finding?.message ?? '', 'ada@box at 2026-11-21T09:30:00Z: paging storm')
    assert.match(finding?.hint ?? '', 'proofload emergency resume --reason')
  })

  test('blocks when the state cannot be read, with the advice of the store: a halt may be set', async () => {
    const finding = await findingOfTrouble(
      new HarnessError('STATE_UNREACHABLE', 'redis://cache:6379 is away', { hint: 'Start the server.' }),
    )

    assert.equal(finding, {
      check: 'emergency-halt',
      level: 'blocked',
      message: 'the emergency state cannot be read: redis://cache:6379 is away',
      hint: 'Start the server.',
    })
  })

  test('blocks on trouble of any kind, and says what can be done', async () => {
    const finding = await findingOfTrouble('no idea')

    assert.is(finding?.level, 'blocked')
    assert.match(finding?.hint ?? '', '--state')
  })
})
