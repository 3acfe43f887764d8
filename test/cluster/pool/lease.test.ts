import * as assert from 'uvu/assert'
import {
  heard,
  type LeaseInput,
  leaseEndMs,
  mayStart,
  newLease,
} from '../../../harness/cluster/host/lease.ts'
import { describe } from '../../kit/suite.ts'

const LEASE_MS = 10_000

/** A lease after what was heard, each with its instant. */
const after = (...inputs: readonly (readonly [number, LeaseInput])[]) =>
  inputs.reduce((lease, [atMs, input]) => heard(lease, input, atMs), newLease(LEASE_MS, 1))

const granted = (sentMs: number, term = 1): LeaseInput => ({ kind: 'granted', term, sentMs })
const beat = (want: 'run' | 'drain' | 'abort' = 'run', term = 1): LeaseInput => ({ kind: 'beat', term, want })

describe('The lease of a worker', (test) => {
  test('counts from the sending of its renewal, and ends a little early', () => {
    const lease = after([1_000, beat()], [1_900, granted(1_000)])

    assert.is(leaseEndMs(lease), 1_000 + LEASE_MS - 250)
    assert.ok(mayStart(lease, 1_500))
  })

  test('needs a beat as well: an answer alone keeps nobody going', () => {
    assert.is(leaseEndMs(after([1_900, granted(1_000)])), Number.NEGATIVE_INFINITY)
    const deaf = after([1_000, beat()], [9_000, granted(9_000)])
    assert.is(leaseEndMs(deaf), 1_000 + LEASE_MS)
    assert.not(mayStart(deaf, 2_001), 'the last beat is too old to begin on')
  })

  test('is not shortened by an answer that comes late', () => {
    const lease = after([1_000, beat()], [5_100, granted(5_000)], [5_200, granted(2_000)])
    assert.is(lease.renewedMs, 5_000)
  })

  test('ends for good: no renewal and no beat brings it back', () => {
    const over = after([0, beat()], [0, granted(0)], [9_750, { kind: 'look' }])
    assert.ok(over.isFenced)
    assert.is(leaseEndMs(heard(heard(over, granted(9_800), 9_900), beat(), 9_900)), Number.NEGATIVE_INFINITY)
    assert.ok(after([0, { kind: 'refused', term: 1 }]).isFenced)
  })

  test('goes by the highest term, and what is wanted only grows', () => {
    const lease = after([0, beat('drain', 2)], [1, beat('run', 2)], [2, beat('abort', 1)], [3, granted(3, 1)])

    assert.equal([lease.term, lease.want, lease.renewedMs], [2, 'drain', null])
    assert.not(heard(lease, { kind: 'look' }, 99_000).isFenced, 'it ends because it was told to')
  })
})
