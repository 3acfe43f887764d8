import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { METRICS } from '../../harness/analysis/metrics/catalogue.ts'
import { parseExpression } from '../../harness/analysis/objective-expression.ts'
import { parseAt } from '../../harness/scenario/problems.ts'
import { scenarioSchema } from '../../harness/scenario/schema.ts'
import { metricElsewhere, OTHER_WORDS, thresholdHere } from '../../harness/text/other-tools.ts'
import { harnessErrorOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const problemOf = (expect: string) => {
  try {
    parseExpression(expect)
  } catch (error) {
    return harnessErrorOf(error, 'OBJECTIVE_INVALID').problems[0]
  }
  return assert.unreachable(expect)
}

describe('A word of another tool', (test) => {
  test('is told what it is called here, in an objective', () => {
    const metric = problemOf('p95(http_req_duration) < 200ms')
    assert.is(metric?.expected, 'what k6 calls so is service_time here')
    assert.is(metric?.nearest, 'service_time')
    assert.is(problemOf('avg(response_time) < 200ms')?.nearest, 'mean')
    assert.is(problemOf('http_req_failed < 1%')?.nearest, 'error_ratio')
  })

  test('is told the objective that says the same as a threshold of k6', () => {
    for (const [threshold, objective] of [
      ['p(95)<500', 'p95(response_time) < 500ms'],
      ["http_req_duration: ['p(99.9)<1500']", 'p99.9(service_time) < 1500ms'],
      ['http_req_failed: rate<0.01', 'error_ratio < 1%'],
      ['http_reqs: count>1000', 'count(requests) > 1000'],
    ] as const) {
      assert.is(problemOf(threshold)?.expected, objective)
      parseExpression(objective)
    }
    assert.is(thresholdHere('response_time is low'), undefined)
  })

  test('is told what it is called here, as a key of a scenario', () => {
    const { problems } = parseAt(
      scenarioSchema,
      {
        name: 'a',
        workload: { pattern: 'constant-agents' },
        scenarios: [],
        thresholds: {},
        journeys: { a: { flow: [] } },
      },
      [],
    )
    const told = problems.map(({ path, message }) => `${path}: ${message}`).join('\n')
    assert.match(told, "there is no key 'scenarios'; what Artillery calls so is journeys here")
    assert.match(told, "there is no key 'thresholds'; what k6 calls so is objectives here")
  })

  test('has a metric here that there is', () => {
    for (const [name] of OTHER_WORDS) {
      const ours = metricElsewhere(name)?.ours
      if (ours !== undefined) assert.ok(METRICS.has(ours), ours)
    }
  })

  test('stands in the manual', () => {
    const page = readFileSync(new URL('../../docs/coming-from.md', import.meta.url), 'utf8')
    for (const [name] of OTHER_WORDS) assert.ok(page.toLowerCase().includes(name.toLowerCase()), name)
  })
})
