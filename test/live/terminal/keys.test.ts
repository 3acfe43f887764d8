import * as assert from 'uvu/assert'
import { commandsOf } from '../../../harness/live/terminal/keys.ts'
import { describe } from '../../kit/suite.ts'

describe('Keys', (test) => {
  test('mean something in either case', () => {
    assert.equal(commandsOf('pP +-?qF_s'), [
      'pause',
      'pause',
      'pause',
      'faster',
      'slower',
      'help',
      'stop',
      'faster',
      'slower',
      'slower',
    ])
  })

  test('stop the run by ctrl-C', () => {
    assert.equal(commandsOf('\u0003'), ['stop'])
  })

  test('that send sequences mean nothing', () => {
    assert.equal(commandsOf('\u001b[A\u001bOP\u001b[15~\u001b[1;5Cxz\r\u001b'), [])
  })
})
