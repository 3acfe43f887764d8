import * as assert from 'uvu/assert'
import { faultsSchema } from '../../../harness/targets/sandbox/faults.ts'
import { describe } from '../../kit/suite.ts'

function pathsOfProblems(faults: unknown): string[] {
  return faultsSchema.safeParse(faults).error?.issues.map((issue) => issue.path.join('.')) ?? []
}

describe('the faults', (test) => {
  test('may be absent, alone or combined', () => {
    const combined = {
      slow: { factor: 10, component: 'llm' },
      errors: { ratio: 0.1, status: 503 },
      stall: { everyMs: 10_000, forMs: 1000 },
      fixed: { ms: 20 },
      refuse: true,
      reset: { ratio: 0.01 },
      leak: { bytesPerRequest: 4096 },
    }
    assert.equal(faultsSchema.parse({}), {})
    assert.equal(faultsSchema.parse(combined), combined)
    assert.equal(faultsSchema.parse({ law: { lognormal: { p50Ms: 20, p99Ms: 80 } } }), {
      law: { lognormal: { p50Ms: 20, p99Ms: 80 } },
    })
  })

  test('are refused with the path of everything that is wrong', () => {
    assert.equal(pathsOfProblems({ errors: { ratio: 2, status: 200 }, slow: { factor: 0 } }).sort(), [
      'errors.ratio',
      'errors.status',
      'slow.factor',
    ])
  })

  test('are refused when a name is unknown', () => {
    assert.equal(pathsOfProblems({ slowness: 3 }), [''])
    assert.equal(pathsOfProblems({ slow: { factor: 2, component: 'database' } }), ['slow.component'])
  })

  test('are refused when they contradict each other or never let go', () => {
    assert.equal(pathsOfProblems({ fixed: { ms: 1 }, law: { lognormal: { p50Ms: 1, p99Ms: 2 } } }), ['law'])
    assert.equal(pathsOfProblems({ stall: { everyMs: 100, forMs: 100 } }), ['stall.forMs'])
    assert.equal(pathsOfProblems({ law: { lognormal: { p50Ms: 5, p99Ms: 5 } } }), ['law.lognormal.p99Ms'])
  })
})
