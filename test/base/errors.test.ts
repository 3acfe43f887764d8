import * as assert from 'uvu/assert'
import {
  ERROR_EXIT_STATUS,
  HarnessError,
  invariant,
  messageOf,
  refusalOf,
  systemCodeOf,
  unreachable,
} from '../../harness/base/errors.ts'
import { describe } from '../kit/suite.ts'

function thrownBy(body: () => unknown): HarnessError {
  try {
    body()
  } catch (error) {
    return error as HarnessError
  }
  throw new Error('nothing was thrown')
}

describe('HarnessError', (test) => {
  test('carries what was wrong, how to fix it, and what caused it', () => {
    const cause = new Error('ENOENT')
    const problems = [{ path: 'journeys.buy', message: 'no steps' }]
    const error = new HarnessError('SCENARIO_INVALID', 'it is wrong', { hint: 'Fix it.', cause, problems })

    assert.instance(error, Error)
    assert.equal([error.name, error.message, error.hint], ['HarnessError', 'it is wrong', 'Fix it.'])
    assert.is(error.cause, cause)
    assert.equal(error.problems, problems)
  })

  test('has no hint, cause or problems unless given', () => {
    const error = new HarnessError('USAGE', 'it is wrong')

    assert.equal([error.hint, 'cause' in error, error.problems], [undefined, false, []])
  })

  test('knows the exit status of its code', () => {
    const statuses = (['USAGE', 'SCENARIO_INVALID', 'PREFLIGHT_BLOCKED', 'INTERNAL'] as const).map(
      (code) => new HarnessError(code, '').exitCode,
    )

    assert.equal(statuses, [2, 2, 4, 70])
    assert.ok(Object.values(ERROR_EXIT_STATUS).every((status) => [2, 3, 4, 5, 70, 130].includes(status)))
  })
})

describe('errors', (test) => {
  test('invariants that do not hold are bugs of ours', () => {
    invariant(true, 'fine')
    const error = thrownBy(() => invariant(0, 'there is a shard'))

    assert.equal([error.code, error.message], ['INTERNAL', 'invariant broken: there is a shard'])
    assert.match(error.hint ?? '', /report/)
  })

  test('an unreachable value is shown', () => {
    assert.match(thrownBy(() => unreachable({ kind: 'zigzag' } as never)).message, /zigzag/)
  })

  test('anything thrown has a message', () => {
    assert.equal([messageOf(new Error('gone')), messageOf('gone'), messageOf(7)], ['gone', 'gone', '7'])
  })

  test('system errors have a code, others none', () => {
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' })

    assert.equal([refused, new Error(''), { code: 7 }, null, undefined, 'text'].map(systemCodeOf), [
      'ECONNREFUSED',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('A refusal of the system', (test) => {
  const systemError = (code: string) =>
    Object.assign(new Error(`${code}: no, open '/x'`), { code, syscall: 'open' })

  test('is an error with its code, and says what to do', () => {
    for (const code of ['EACCES', 'ENOTDIR', 'ENAMETOOLONG', 'ENOSPC', 'EMFILE', 'EIO']) {
      const refusal = refusalOf(systemError(code))

      assert.equal([refusal?.code, refusal?.exitCode], ['SYSTEM_REFUSED', 4])
      assert.is(refusal?.message, `${code}: no, open '/x'`)
      assert.ok(refusal?.hint)
    }
  })

  test('is no other error, which may be a bug', () => {
    for (const thrown of [
      new TypeError('x'),
      null,
      'EACCES',
      { code: 'EACCES' },
      Object.assign(new Error('x'), { code: 'ERR_X' }),
    ])
      assert.is(refusalOf(thrown), null)
  })
})
