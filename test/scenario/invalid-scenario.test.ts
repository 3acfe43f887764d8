import * as assert from 'uvu/assert'
import { invalidScenario } from '../../harness/scenario/invalid-scenario.ts'
import { describe } from '../kit/suite.ts'

const locate = (path: string) => (path === 'journeys.buy' ? 'a.yaml:3:5' : null)
const told = (...problems: { path: string; message: string }[]) => {
  const error = invalidScenario(problems, locate)
  return [error.message, ...error.problems.map(({ path, message }) => `${path}: ${message}`)]
}

describe('An invalid scenario', (test) => {
  test('has each different problem once, with its place', () => {
    const problem = { path: 'journeys.buy', message: 'missing' }

    assert.equal(told(problem, problem, { path: 'seed', message: 'missing' }), [
      'the scenario has 2 problems',
      'journeys.buy (a.yaml:3:5): missing',
      'seed: missing',
    ])
  })

  test('is named as a whole where a problem has no path', () => {
    assert.equal(told({ path: '', message: 'null is of the wrong type' }), [
      'the scenario has a problem',
      'the whole document: null is of the wrong type',
    ])
  })
})
