import * as assert from 'uvu/assert'
import { ephemeralPorts } from '../../harness/preflight/ephemeral-ports.ts'
import { aRunPlan, aWorkload } from '../kit/plan-builders.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

const findingFor = async (agents: number, ports: number | null) =>
  (await ephemeralPorts.check(aPreflightContext({ agents, machine: { ephemeralPorts: ports } })))[0]

describe('ephemeralPorts', (test) => {
  test('leaves a tenth of the range to everybody else', async () => {
    assert.is((await findingFor(900, 1000))?.level, 'ok')
    assert.is((await findingFor(901, 1000))?.level, 'blocked')
  })

  test('says how many are needed, how many there are, and three ways out', async () => {
    const finding = await findingFor(40_000, 28_232)

    assert.is(finding?.message, 'the run needs 40000 local ports, the range holds 28232')
    assert.match(finding?.hint ?? '', /ip_local_port_range.*connections.*addresses/)
  })

  test('advises where code may open more than are sure to be needed', async () => {
    const plan = aRunPlan({
      workloads: [aWorkload({ agents: 200 })],
      targets: { main: { plugin: 'http', config: {} } },
      journeys: [{ name: 'main', weight: 1, steps: null }],
    })
    const findingWith = async (ports: number) =>
      (await ephemeralPorts.check(aPreflightContext({ plan, machine: { ephemeralPorts: ports } })))[0]

    assert.is((await findingWith(1_400))?.level, 'ok')
    assert.equal(
      [(await findingWith(1_000))?.level, (await findingWith(1_000))?.message],
      ['advice', '200 of 1000 ports needed, up to 1200 if agents send several requests at once'],
    )
  })

  test('does not guess where the system does not tell', async () => {
    assert.is((await findingFor(1_000_000, null))?.level, 'ok')
  })
})
