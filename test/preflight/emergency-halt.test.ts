import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { emergencyHalt } from '../../harness/preflight/emergency-halt.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { withScratch } from '../kit/sandbox.ts'
import { withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const FILE = '.proofload/emergency.json'

async function findingFor(state: string) {
  let found: Awaited<ReturnType<typeof emergencyHalt.check>>[number] | undefined
  await withFiles({ [FILE]: state }, async (cwd) => {
    ;[found] = await emergencyHalt.check(aPreflightContext({ cwd }))
  })
  return found
}

describe('emergencyHalt', (test) => {
  test('lets load start when nobody has halted it', () =>
    withScratch(async (cwd) => {
      const [finding] = await emergencyHalt.check(aPreflightContext({ cwd }))

      assert.is(finding?.level, 'ok')
    }))

  test('blocks, and says who halted it, when and why, and how to go on', async () => {
    const finding = await findingFor(
      JSON.stringify({ state: 'HALT', by: 'ada', at: '2026-11-21T09:30:00Z', reason: 'paging storm' }),
    )

    assert.is(finding?.level, 'blocked')
    assert.is(finding?.message, 'load is halted (HALT) by ada at 2026-11-21T09:30:00Z: paging storm')
    assert.match(finding?.hint ?? '', FILE)
  })

  test('lets load start again when the state says so', async () => {
    assert.is((await findingFor('{"state":"NORMAL"}'))?.level, 'ok')
  })

  test('blocks on a file it cannot make sense of: a halt may be meant', async () => {
    for (const text of ['', 'HALT', '{"stat":"HALT"}', '{"state":1}'])
      assert.is((await findingFor(text))?.level, 'blocked', text)
  })

  test('blocks on a file it cannot read', () =>
    withScratch(async (cwd) => {
      await mkdir(join(cwd, FILE), { recursive: true })
      const [finding] = await emergencyHalt.check(aPreflightContext({ cwd }))

      assert.is(finding?.level, 'blocked')
      assert.match(finding?.message ?? '', 'cannot be read')
    }))
})
