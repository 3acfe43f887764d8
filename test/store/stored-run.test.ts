import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { readRunRecord } from '../../harness/store/stored-run.ts'
import { aRecord } from '../kit/builders.ts'
import { failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

describe('A stored run', (test) => {
  test('whose plan is broken is refused, with the file and the place in it', () =>
    withScratch(async (folder) => {
      const record = aRecord({ okMs: [10] })
      const plan = { ...record.plan, workload: { ...record.plan.workload, agents: 'many' } }
      writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, plan }))

      const error = await failureOf(readRunRecord(folder, '/'))

      assert.is(error.code, 'RECORD_INVALID')
      assert.ok(error.message.startsWith(`${join(folder, 'run.json')} is not a run record`))
      assert.equal(
        error.problems.map(({ path }) => path),
        ['plan.workload.agents'],
      )
    }))
})
