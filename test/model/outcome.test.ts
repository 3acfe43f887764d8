import * as assert from 'uvu/assert'
import {
  ERROR_KIND_INDEX,
  ERROR_KINDS,
  IS_LOST,
  OUTCOME_ABORTED,
  OUTCOME_TIMED_OUT,
  outcomeOfErrorKind,
} from '../../harness/model/outcome.ts'
import { describe } from '../kit/suite.ts'

describe('An outcome', (test) => {
  test('of what nobody answered is a timeout, of what the harness broke itself an abort', () => {
    assert.is(outcomeOfErrorKind(ERROR_KIND_INDEX.unanswered), OUTCOME_TIMED_OUT)
    assert.is(outcomeOfErrorKind(ERROR_KIND_INDEX['generator-stall']), OUTCOME_ABORTED)
  })

  test('is a loss where the target gave no answer, and only there', () => {
    const lost = ERROR_KINDS.filter((_, kind) => IS_LOST[kind] === 1)

    assert.equal(lost, [
      'refused',
      'reset',
      'timeout-connect',
      'timeout-first-byte',
      'timeout-total',
      'protocol',
      'tls',
      'dns',
      'connect',
      'unanswered',
      'closed',
      'timeout-message',
    ])
  })
})
