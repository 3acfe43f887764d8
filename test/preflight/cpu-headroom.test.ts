import * as assert from 'uvu/assert'
import { cpuHeadroom } from '../../harness/preflight/cpu-headroom.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

const levelOf = async (threads: number, cores: number, loadAverage1m: number) =>
  (await cpuHeadroom.check(aPreflightContext({ threads, machine: { cores, loadAverage1m } })))[0]?.level

describe('cpuHeadroom', (test) => {
  test('is content with an idle machine', async () => {
    assert.is(await levelOf(3, 4, 0.2), 'ok')
    assert.is(await levelOf(1, 1, 0.5), 'ok')
  })

  test('advises against a machine that is busy already, and does not block: validity judges what really happened', async () => {
    assert.is(await levelOf(3, 4, 3.1), 'advice')
  })

  test('blocks a number of threads that no machine of this size can carry', async () => {
    const [finding] = await cpuHeadroom.check(aPreflightContext({ threads: 17, machine: { cores: 4 } }))

    assert.is(finding?.level, 'blocked')
    assert.match(finding?.hint ?? '', '--threads 3')
    assert.is(await levelOf(16, 4, 0), 'advice')
  })
})
