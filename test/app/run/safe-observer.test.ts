import * as assert from 'uvu/assert'
import { SILENT_PROGRESS } from '../../../harness/app/run/progress.ts'
import { safeObserver } from '../../../harness/app/run/safe-observer.ts'
import { describe } from '../../kit/suite.ts'

describe('A progress display', (test) => {
  test('cannot end the run that it shows: its failure is reported once', () => {
    const said: string[] = []
    const told: string[] = []
    const failing = (text: string) => {
      told.push(text)
      throw new Error(`no place for \u001b[2J${text}`)
    }
    const { onNote } = safeObserver({ ...SILENT_PROGRESS, onNote: failing }, (text) => said.push(text))

    onNote('one')
    onNote('two')

    assert.equal(told, ['one', 'two'])
    assert.is(said.length, 1)
    assert.match(
      said[0] ?? '',
      /^The progress display failed \(bug in proofload\); the run continues: no place for \\u\{1b\}\[2Jone$/,
    )
  })
})
