import * as assert from 'uvu/assert'
import { createShelter } from '../../../harness/app/run/safe-observer.ts'
import { describe } from '../../kit/suite.ts'

describe('What watches a run', (test) => {
  test('cannot end it: what goes wrong there is said once', () => {
    const said: string[] = []
    const told: string[] = []
    const shelter = createShelter((text) => said.push(text))
    const tell = shelter((text: string) => {
      told.push(text)
      throw new Error(`no place for \u001b[2J${text}`)
    })

    tell('one')
    tell('two')

    assert.equal(told, ['one', 'two'])
    assert.is(said.length, 1)
    assert.match(said[0] ?? '', 'no place for \\u{1b}[2Jone')
  })
})
