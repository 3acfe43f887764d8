import * as assert from 'uvu/assert'
import type { QualificationPlan } from '../../harness/model/qualification-plan.ts'
import { CommandHere } from '../kit/command-here.ts'
import { describe } from '../kit/suite.ts'

const root = new URL('../..', import.meta.url).pathname

// Its outcome depends on the machine that loads it: `npm run qualify` gives it.
describe('The qualification that is shipped', (test) => {
  test('is valid, with three stages of four objectives, and fits its budget of five minutes', async () => {
    const { status, stdout, stderr } = await new CommandHere(
      ['qualify', 'scenarios/qualification.yaml', '--check', '--json'],
      root,
    ).ended
    assert.is(status, 0, stderr)
    const { stages, activities, budgetMs } = JSON.parse(stdout) as QualificationPlan
    const itemsOf = (stage: string) =>
      activities.filter((each) => each.stage === stage).flatMap(({ items }) => items).length
    assert.equal(
      stages.map(({ name, passRatio }) => [name, passRatio, itemsOf(name)]),
      [
        ['integration', 0.75, 4],
        ['load', 0.75, 4],
        ['sla', 0.75, 4],
      ],
    )
    assert.is(budgetMs, 300_000)
  })
})
