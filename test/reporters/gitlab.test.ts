import * as assert from 'uvu/assert'
import { gitlabReporter } from '../../harness/reporters/gitlab.ts'
import { codeQualitySchema } from '../kit/report-readers.ts'
import { describe } from '../kit/suite.ts'
import { aGoodRun, anInvalidRun, aRegressedRun, type JudgedRecord } from '../kit/verdicts.ts'

const entriesOf = (run: JudgedRecord) => codeQualitySchema.parse(JSON.parse(gitlabReporter.render(run)))

describe('The code quality report for GitLab', (test) => {
  test('has an entry a finding at the scenario, in GitLab’s words for how bad it is', () => {
    assert.equal(
      entriesOf(aRegressedRun()).map(({ check_name, severity, location }) => [
        check_name,
        severity,
        location.path,
      ]),
      [
        ['REGRESSED', 'critical', 'scenarios/checkout.ts'],
        ['OBJECTIVE_MISSED', 'critical', 'scenarios/checkout.ts'],
        ['SUSPECT', 'minor', 'scenarios/checkout.ts'],
      ],
    )
  })

  test('names the scenario where its file is not known, as GitLab drops what has no path', () => {
    assert.is(entriesOf(anInvalidRun())[0]?.location.path, 'test')
  })

  test('of a GO is an empty list, not an empty file', () => {
    assert.is(gitlabReporter.render(aGoodRun()), '[]\n')
  })
})
