import * as assert from 'uvu/assert'
import { visual } from '../../harness/scenario/visual-objective.ts'
import { aDocument, planOf, problemsOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const visuals = { homepage: { file: 'out.png' } }

describe('visual', (test) => {
  test('makes what a scenario takes as an objective', () => {
    const objectives = [visual('homepage'), visual('homepage', { severity: 'critical', owner: 'team-web' })]
    const plan = planOf(aDocument({ visuals, objectives }))

    assert.equal(
      plan.objectives
        .filter(({ builtIn }) => !builtIn)
        .map(({ expect, metric, severity, owner }) => [expect, metric, severity, owner]),
      [
        ['visual(homepage)', 'visual_findings', 'major', null],
        ['visual(homepage)', 'visual_findings', 'critical', 'team-web'],
      ],
    )
  })

  test('has to name a picture of the scenario', () => {
    const [problem] = problemsOf(aDocument({ visuals, objectives: [visual('homepgae')] }))
    assert.is(problem?.nearest, 'homepage')
  })
})
