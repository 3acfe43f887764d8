import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runRecordSchema } from '../../harness/model/run-record.ts'
import { verdictDocument } from '../../harness/model/verdict.ts'
import { absurdNumbers } from '../../harness/store/absurd-numbers.ts'
import { readRunRecord, readVerdict } from '../../harness/store/stored-run.ts'
import { failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'
import { aBadRun } from '../kit/verdicts.ts'

type Part = Record<string, unknown>

/** Calls back with each number of a document, by its place without indices, and a way to replace it for the time of a call. */
function eachNumber(
  document: Part,
  body: (place: string, withValue: (value: number, look: () => void) => void) => void,
): void {
  const seen = new Set<string>()
  const walk = (part: Part, place: string): void => {
    for (const [key, value] of Object.entries(part)) {
      const at = `${place}.${Array.isArray(part) ? '*' : key}`
      if (typeof value === 'object' && value !== null) walk(value as Part, at)
      if (typeof value !== 'number' || seen.has(at)) continue
      seen.add(at)
      body(at.slice(1), (other, look) => {
        part[key] = other
        look()
        part[key] = value
      })
    }
  }
  walk(document, '')
}

/** Figures that may be below 0: what came before the run began, a clock that was set back, a scaled mean, a seed. */
const SIGNED = /^(seed|plan\..*)$|sumUs$|atMs$|FromMs$|fromMs$|toMs$|clockStepMs$|status$|\.(y|w|value)$/

describe('The numbers of a stored run', (test) => {
  test('are refused with their place where they cannot have been measured', () => {
    const document = JSON.parse(JSON.stringify(aBadRun().record)) as Part
    const accepted: string[] = []
    eachNumber(document, (place, withValue) => {
      for (const value of [1e300, -1e300])
        withValue(value, () => {
          if (absurdNumbers(document).length !== 1) accepted.push(`${place} = ${value}`)
        })
      if (SIGNED.test(place)) return
      withValue(-1, () => {
        if (runRecordSchema.safeParse(document).success) accepted.push(`${place} = -1`)
      })
    })

    assert.equal(accepted, [])
  })

  test('are whole where things are counted, and countable', () => {
    const document = JSON.parse(JSON.stringify(aBadRun().record)) as Part
    const accepted: string[] = []
    let looked = 0
    eachNumber(document, (place, withValue) => {
      if (!/^(steps|dispatch|intervals\.\*\.dispatch)\..*(?<!Ms)$/.test(place)) return
      looked++
      for (const value of [0.5, 2 ** 53 + 2])
        withValue(value, () => {
          if (runRecordSchema.safeParse(document).success) accepted.push(`${place} = ${value}`)
        })
    })

    assert.ok(looked > 20)
    assert.equal(accepted, [])
  })

  test('are looked at in both documents before anything is judged', () =>
    withScratch(async (folder) => {
      const { record, verdict } = aBadRun()
      writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, loadMs: 1e300 }))
      const summary = { ...verdict.summary, requests: 1e300 }
      writeFileSync(join(folder, 'verdict.json'), JSON.stringify(verdictDocument({ ...verdict, summary })))

      const error = await failureOf(readRunRecord(folder, '/'))
      const ofVerdict = await failureOf(readVerdict(folder))

      assert.equal([error.code, error.problems.map(({ path }) => path)], ['RECORD_INVALID', ['loadMs']])
      assert.is(ofVerdict.code, 'RECORD_INVALID')
    }))
})
