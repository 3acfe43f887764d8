import * as assert from 'uvu/assert'
import { type Grants, granted, renewal } from '../../../harness/cluster/coordinator/grants.ts'
import { describe } from '../../kit/suite.ts'

const LEASE_MS = 10_000
const GRANTS: Grants = {
  term: 3,
  leaseMs: LEASE_MS,
  appendedMs: 0,
  places: [
    { place: 0, worker: 'w1', instance: 'a', epoch: 0, grantedMs: 0, state: 'live' },
    { place: 1, worker: 'w2', instance: 'b', epoch: 0, grantedMs: 0, state: 'live' },
  ],
}
const ASKED = { worker: 'w1', instance: 'a', term: 3, epoch: 0 }

describe('The leases that a coordinator grants', (test) => {
  test('are renewed for the process that has the place', () => {
    const { grants, refused } = renewal(GRANTS, ASKED, 2_000)

    assert.is(refused, null)
    assert.is(grants.places[0]?.grantedMs, 2_000)
    for (const other of [{ worker: 'w9' }, { instance: 'z' }, { term: 4 }, { epoch: 1 }]) {
      const answer = renewal(GRANTS, { ...ASKED, ...other }, 2_000)
      assert.ok(answer.refused !== null && answer.isFinal, JSON.stringify(other))
      assert.is(answer.grants, GRANTS)
    }
  })

  test('need an append that began less than half a lease ago: who cannot write does not lead', () => {
    const asked = renewal(GRANTS, ASKED, 5_000)
    assert.ok(asked.refused !== null && !asked.isFinal)

    const { grants } = granted(GRANTS, { kind: 'appended', beganMs: 4_000 }, 5_000)
    assert.is(renewal(grants, ASKED, 5_000).refused, null)
  })

  test('end a worker for sure half a second after the last one', () => {
    const renewed = renewal(GRANTS, ASKED, 1_000).grants
    assert.equal(granted(renewed, { kind: 'tick' }, 10_500).lost, [])
    const { grants, lost } = granted(renewed, { kind: 'tick' }, 10_501)

    assert.equal(
      lost.map(({ worker }) => worker),
      ['w2'],
    )
    assert.equal(granted(grants, { kind: 'tick' }, 10_502).lost, [], 'lost once')
    assert.ok(renewal(grants, { ...ASKED, worker: 'w2', instance: 'b' }, 10_502).isFinal)
  })

  test('are not waited for where a worker has ended', () => {
    const { grants } = granted(GRANTS, { kind: 'ended', place: 1 }, 100)
    assert.equal(
      granted(grants, { kind: 'tick' }, 99_000).lost.map(({ worker }) => worker),
      ['w1'],
    )
  })
})
