import * as assert from 'uvu/assert'
import { COMPONENT_CELLS_MAX } from '../../harness/engine/cell-memory.ts'
import { memoryHeadroom } from '../../harness/preflight/memory-headroom.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

const findingFor = async (agents: number, threads: number, memoryAvailableBytes: number) =>
  (await memoryHeadroom.check(aPreflightContext({ agents, threads, machine: { memoryAvailableBytes } })))[0]

describe('memoryHeadroom', (test) => {
  test('is content when process, threads and agents fit', async () => {
    assert.is((await findingFor(10_000, 2, 1e9))?.level, 'ok')
  })

  test('blocks agents that cannot fit, and says what is needed and there', async () => {
    const finding = await findingFor(100_000, 2, 1e9)

    assert.is(finding?.level, 'blocked')
    assert.is(finding?.message, 'about 1.4 GiB needed, 953.7 MiB available')
    assert.match(finding?.hint ?? '', '--agents')
  })

  test('counts every agent and every thread, with the histograms of all components it may tell apart', async () => {
    const least = 120e6 + 20e6 + COMPONENT_CELLS_MAX * 35e3 + 1000 * 12e3
    assert.is((await findingFor(1000, 1, least))?.level, 'ok')
    assert.is((await findingFor(1001, 1, least))?.level, 'blocked')
    assert.is((await findingFor(1000, 2, least))?.level, 'blocked')
  })
})
