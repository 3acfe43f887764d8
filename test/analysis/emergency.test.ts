import * as assert from 'uvu/assert'
import { changesEmergency } from '../../harness/analysis/emergency.ts'
import { HarnessError } from '../../harness/base/errors.ts'
import {
  EMERGENCY_STATES,
  type EmergencyName,
  emergencySchema,
  INITIAL_EMERGENCY,
} from '../../harness/model/emergency.ts'
import { describe } from '../kit/suite.ts'

const wanted = (state: EmergencyName, reason = 'because') => ({ ...INITIAL_EMERGENCY, state, reason })

/** What becomes of a change. */
function changeOf(current: EmergencyName | null, to: EmergencyName): 'change' | 'none' | 'refused' {
  try {
    return changesEmergency(current, wanted(to)) ? 'change' : 'none'
  } catch (error) {
    assert.instance(error, HarnessError)
    assert.is((error as HarnessError).code, 'USAGE')
    assert.match((error as HarnessError).hint ?? '', 'emergency resume --reason')
    return 'refused'
  }
}

describe('changesEmergency', (test) => {
  test('lets it rise by any number of steps, be resumed all the way, and never fall in between', () => {
    const table = Object.fromEntries(
      EMERGENCY_STATES.map((from) => [from, EMERGENCY_STATES.map((to) => changeOf(from, to))]),
    )
    assert.equal(table, {
      NORMAL: ['none', 'change', 'change', 'change'],
      ALERT: ['change', 'none', 'change', 'change'],
      HALT: ['change', 'refused', 'none', 'change'],
      SHUTDOWN: ['change', 'refused', 'refused', 'none'],
    })
  })

  test('takes a state that makes no sense for what may be a halt', () => {
    assert.equal(
      EMERGENCY_STATES.map((to) => changeOf(null, to)),
      ['change', 'refused', 'change', 'change'],
    )
  })

  test('wants a reason for every state, also where nothing would change', () => {
    for (const state of EMERGENCY_STATES) {
      for (const reason of ['', ' \n']) {
        assert.throws(
          () => changesEmergency(state, wanted(state, reason)),
          (error: unknown) => error instanceof HarnessError && error.code === 'USAGE',
        )
      }
    }
  })
})

describe('INITIAL_EMERGENCY', (test) => {
  test('is NORMAL, and an emergency state like any other', () => {
    assert.equal(emergencySchema.parse(INITIAL_EMERGENCY), INITIAL_EMERGENCY)
    assert.is(INITIAL_EMERGENCY.state, 'NORMAL')
  })
})
