import * as assert from 'uvu/assert'
import { qualificationRecordSchema } from '../../harness/model/qualification.ts'
import { CliProcess, inWorkplace } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'

const root = new URL('../..', import.meta.url).pathname

describe('The qualification that is shipped', (test) => {
  test('ends GO on the sandbox: three stages of four objectives', () =>
    inWorkplace(async (place) => {
      const flags = ['--no-history', '--quiet', '--json', '--out', place.path]
      const running = new CliProcess(['qualify', 'scenarios/qualification.yaml', ...flags], root)
      const { status, stdout, stderr } = await running.ended
      assert.is(status, 0, `${stdout}${stderr}`)
      const { files: _files, ...record } = JSON.parse(stdout)
      const { stages } = qualificationRecordSchema.parse(record)
      assert.equal(
        stages.map(({ passed, total, outcome }) => [passed, total, outcome]),
        [
          [4, 4, 'GO'],
          [4, 4, 'GO'],
          [4, 4, 'GO'],
        ],
      )
    }))
})
