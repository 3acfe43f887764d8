import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Fifo } from '../../harness/targets/fifo.ts'
import { describe } from '../kit/suite.ts'

type Command = { readonly kind: 'push' | 'shift' | 'remove' | 'takeAll'; readonly item: number }

describe('Fifo', (test) => {
  test('does what an array does, in any order of commands', () => {
    const kind = fc.constantFrom<Command['kind']>(
      'push',
      'push',
      'push',
      'shift',
      'shift',
      'remove',
      'takeAll',
    )
    fc.assert(
      fc.property(fc.array(fc.record({ kind, item: fc.nat(9) }), { maxLength: 100 }), (commands) => {
        const fifo = new Fifo<number>()
        let next = 0
        const model: number[] = []
        for (const { kind, item } of commands) {
          switch (kind) {
            case 'push':
              fifo.push(next)
              model.push(next++)
              break
            case 'shift':
              assert.is(fifo.shift(), model.shift())
              break
            case 'remove': {
              // One that is there, by its place, or one that is gone or never was.
              const wanted = model[item] ?? item
              const at = model.indexOf(wanted)
              assert.is(fifo.remove(wanted), at !== -1)
              if (at !== -1) model.splice(at, 1)
              break
            }
            case 'takeAll':
              assert.equal(fifo.takeAll(), model.splice(0))
          }
          assert.is(fifo.size, model.length)
        }
      }),
    )
  })
})
