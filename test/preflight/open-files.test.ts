import * as assert from 'uvu/assert'
import { openFiles } from '../../harness/preflight/open-files.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

const findingFor = async (agents: number, openFilesLimit: number | null) =>
  (await openFiles.check(aPreflightContext({ agents, machine: { openFilesLimit } })))[0]

describe('openFiles', (test) => {
  test('needs one file a connection and some for the run itself', async () => {
    assert.is((await findingFor(824, 1024))?.level, 'ok')
    assert.is((await findingFor(825, 1024))?.level, 'blocked')
  })

  test('says how to raise the limit, and how to do with fewer', async () => {
    const finding = await findingFor(5000, 1024)

    assert.is(finding?.message, 'the run needs 5200 open files, the limit is 1024')
    assert.match(finding?.hint ?? '', /ulimit -n 5200.*connections: 824/)
  })

  test('advises where code may open more than are sure to be needed', async () => {
    const plan = aRunPlan({
      workloads: [aWorkload({ agents: 200 })],
      targets: { main: { plugin: 'http', config: {} } },
      journeys: [{ name: 'main', weight: 1, steps: null }],
    })
    const [finding] = await openFiles.check(aPreflightContext({ plan, machine: { openFilesLimit: 1024 } }))

    assert.is(finding?.level, 'advice')
    assert.is(
      finding?.message,
      '400 of 1024 open files needed, up to 1400 if agents send several requests at once',
    )
    assert.match(finding?.hint ?? '', /ulimit -n 1400.*connectionsPerAgent/)
  })

  test('does not guess where the system does not tell', async () => {
    assert.is((await findingFor(1_000_000, null))?.level, 'ok')
  })
})
