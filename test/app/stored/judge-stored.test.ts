import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { judgeStored } from '../../../harness/app/stored/judge-stored.ts'
import { verdictDocument } from '../../../harness/model/verdict.ts'
import { aComparison, aJudgedRun, REGRESSED } from '../../kit/judged-runs.ts'
import { failureOf } from '../../kit/rollback.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { aNightRecord, approveRecord } from '../../kit/stored-runs.ts'
import { describe } from '../../kit/suite.ts'

const OTHERS = ['p99(response_time) < 10s']

/** A run that is NO-GO by comparison alone, in its folder; gives the outcome of judging it again, and what was said. */
async function judgedAgain(
  beside: string | null,
  objectives: readonly string[] | null = null,
): Promise<{ readonly outcome: string; readonly exitCode: number; readonly said: string }> {
  return withScratch(async (folder) => {
    const { record } = aJudgedRun({})
    writeFileSync(join(folder, 'run.json'), JSON.stringify(record))
    if (beside !== null) writeFileSync(join(folder, 'verdict.json'), beside)
    const said: string[] = []
    const request = { run: folder, baseline: null, strict: false, objectives }
    const { verdict } = await judgeStored(request, '/', (message) => said.push(message))
    return { outcome: verdict.outcome, exitCode: verdict.exitCode, said: said.join() }
  })
}

describe('A stored run that is NO-GO by comparison', (test) => {
  const verdict = verdictDocument(aJudgedRun({ comparison: aComparison(REGRESSED) }).verdict)

  test('stays so when it is judged again', async () => {
    assert.equal(await judgedAgain(JSON.stringify(verdict)), { outcome: 'NO_GO', exitCode: 1, said: '' })
  })

  test('stays so under other objectives', async () => {
    assert.is((await judgedAgain(JSON.stringify(verdict), OTHERS)).outcome, 'NO_GO')
  })

  test('is judged alone where its verdict is gone, and that is said', async () => {
    const { outcome, said } = await judgedAgain(null)
    assert.is(outcome, 'GO')
    assert.match(said, 'without any baseline it was compared with')
  })

  test('is not judged where its verdict cannot be read', async () => {
    const error = await failureOf(judgedAgain(JSON.stringify(verdict).slice(0, 50)))
    assert.is(error.code, 'RECORD_INVALID')
    assert.match(error.message, 'verdict.json')
  })
})

describe('A stored run with a baseline that is named', (test) => {
  /** Two nights of `checkout` are approved; the third is judged with a baseline of this name. */
  const withNights = (name: string, changes: Parameters<typeof aNightRecord>[2] = {}) =>
    withScratch(async (folder) => {
      const baselinesFolder = join(folder, 'baselines')
      for (const night of [0, 1]) await approveRecord({ baselinesFolder }, aNightRecord(night))
      writeFileSync(join(folder, 'run.json'), JSON.stringify(aNightRecord(2, 3, changes)))
      const baseline = { name, folder: baselinesFolder }
      const request = { run: folder, baseline, objectives: OTHERS, strict: false }
      const { verdict } = await judgeStored(request, '/', () => undefined)
      return verdict
    })

  test('is compared with it anew', async () => {
    const { comparison } = await withNights('main')
    assert.is(comparison?.baseline, 'main')
    assert.is.not(comparison?.level, 'ok')
  })

  test('is refused where there is none of that name, with the nearest', async () => {
    const error = await failureOf(withNights('mian'))
    assert.is(error.code, 'BASELINE_NOT_FOUND')
    assert.match(error.message, /there is no baseline checkout\/mian in .*baselines$/)
    assert.match(error.hint ?? '', 'Did you mean main?')
  })

  test('is INCONCLUSIVE where load or machine are others, and the reason says what differs', async () => {
    const verdict = await withNights('main', { loadHash: 'another' })
    assert.equal([verdict.outcome, verdict.exitCode], ['INCONCLUSIVE', 3])
    const [reason] = verdict.reasons
    assert.equal([reason?.code, reason?.severity], ['NOT_COMPARABLE', 'critical'])
    assert.match(reason?.message ?? '', /^main: not comparable, changed: the load/)
  })
})
