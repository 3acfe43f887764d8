import * as assert from 'uvu/assert'
import { pngReport } from '../../../harness/app/reports/png-report.ts'
import { describe } from '../../kit/suite.ts'
import { aBadRun, aHardNamesRun, aHostileRun } from '../../kit/verdicts.ts'

async function namesOf(run: ReturnType<typeof aBadRun>): Promise<string[]> {
  const files = await pngReport.render(run)
  return typeof files === 'string' ? [] : files.map(({ name }) => name)
}

describe('The pictures of a run', (test) => {
  test('begin with what shows the reasons of the verdict, each once', async () => {
    const names = await namesOf(aBadRun())

    assert.equal(names.slice(0, 2), ['error-ratio.png', 'rate.png'])
    assert.ok(names.includes('latency-over-time.png') && names.includes('spectrum.png'))
    assert.is(new Set(names).size, names.length)
  })

  test('have names of our own, whatever a step is called', async () => {
    for (const name of await namesOf(aHostileRun())) assert.match(name, /^[a-z]+(-[a-z]+)*\.png$/)
  })

  test('are drawn of a run in which everything is called as what objects inherit', async () => {
    const before = Reflect.ownKeys(Object.prototype).length

    const names = await namesOf(aHardNamesRun())

    for (const name of ['latency-over-time-of-step', 'component-waterfall'])
      assert.ok(names.includes(`${name}.png`), name)
    assert.is(Reflect.ownKeys(Object.prototype).length, before)
  })
})
