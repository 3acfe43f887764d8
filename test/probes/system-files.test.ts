import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { linkAt, namesIn, numberAfter, numberIn, textOf } from '../../harness/probes/system-files.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

describe('System files', (test) => {
  test('that are absent give nothing, and never an exception', () => {
    assert.equal(
      [textOf('/none'), numberIn('/none'), linkAt('/none'), namesIn('/none')],
      [null, null, null, []],
    )
    assert.is(textOf('/proc'), null)
  })

  test('are read as text, names, links and numbers', () =>
    withScratch(async (folder) => {
      mkdirSync(join(folder, 'sub'))
      writeFileSync(join(folder, 'limit'), '-1\n')
      writeFileSync(join(folder, 'max'), 'max\n')
      symlinkSync('socket:[7]', join(folder, 'link'))

      assert.equal(namesIn(folder).sort(), ['limit', 'link', 'max', 'sub'])
      assert.equal([numberIn(join(folder, 'limit')), numberIn(join(folder, 'max'))], [-1, null])
      assert.is(linkAt(join(folder, 'link')), 'socket:[7]')
    }))

  test('with lines of key and number give the number of exactly that key', () => {
    const text = 'oom_kill_disable 0\nunder_oom 1\noom_kill 3\nbroken x\n'

    assert.is(numberAfter('oom_kill', text), 3)
    assert.is(numberAfter('broken', text), null)
    assert.is(numberAfter('absent', text), null)
    assert.is(numberAfter('oom_kill', null), null)
  })
})
