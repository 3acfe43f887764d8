import * as assert from 'uvu/assert'
import { sarifReporter } from '../../harness/reporters/sarif.ts'
import { sarifSchema } from '../kit/report-readers.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun, aHostileRun, anInvalidRun, aRegressedRun, type JudgedRecord } from '../kit/verdicts.ts'

const runOf = (run: JudgedRecord) => sarifSchema.parse(JSON.parse(sarifReporter.render(run))).runs[0]

describe('The SARIF report', (test) => {
  test('has one rule for each code, and every result points at its own', () => {
    const { tool, results } = runOf(anInvalidRun())
    const ids = tool.driver.rules.map(({ id }) => id)

    assert.equal(ids, ['LOST_SHARD', 'NO_DATA_FOR_OBJECTIVE', 'OBJECTIVE_MISSED', 'OBJECTIVE_UNPROVEN'])
    for (const { ruleId, ruleIndex } of results) assert.is(ids[ruleIndex], ruleId)
    assert.equal(
      results.map(({ level }) => level),
      ['error', 'error', 'warning', 'warning'],
    )
  })

  test('points at the scenario where its file is known, and at step and objective in any case', () => {
    const [known] = runOf(aRegressedRun()).results[1]?.locations ?? []
    const [unknown] = runOf(aBadRun()).results[0]?.locations ?? []

    assert.is(known?.physicalLocation?.artifactLocation.uri, 'scenarios/checkout.ts')
    assert.is(known?.logicalLocations[0]?.fullyQualifiedName, 'test/ask/Answer p99')
    assert.is(unknown?.physicalLocation, undefined)
    assert.is(unknown?.logicalLocations[0]?.name, 'pay')
  })

  test('has no text that a viewer would make a link of, and paths that are addresses', () => {
    const { results } = runOf(aHostileRun())

    for (const { message, locations } of results) {
      assert.not.match(message.text, '](')
      assert.is(locations[0].physicalLocation?.artifactLocation.uri, 'scenarios/a%20b%2Cc%3Ad%25%2C%231.ts')
    }
  })

  test('says whether the measurement succeeded, and of which category it is', () => {
    const { invocations, automationDetails } = runOf(anInvalidRun())

    assert.equal(invocations[0], { executionSuccessful: false, exitCode: 3 })
    assert.is(automationDetails.id, 'proofload/test/run')
  })
})
