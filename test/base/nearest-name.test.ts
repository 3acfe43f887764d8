import * as assert from 'uvu/assert'
import { nearestName } from '../../harness/base/nearest-name.ts'
import { describe } from '../kit/suite.ts'

describe('nearestName', (test) => {
  test('finds the name that was meant', () => {
    assert.is(nearestName('objektives', ['journeys', 'objectives', 'object']), 'objectives')
    assert.is(nearestName('JOURNEYS', ['journeys', 'objectives']), 'journeys')
    assert.is(nearestName('get', ['set', 'gets', 'get']), 'get')
  })

  test('finds nothing rather than something far away', () => {
    assert.is(nearestName('workload', ['journeys', 'targets']), undefined)
    assert.is(nearestName('ab', ['xyzuv']), undefined)
    assert.is(nearestName('anything', []), undefined)
  })
})
