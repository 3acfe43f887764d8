import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { thrownPlace } from '../../harness/engine/thrown-place.ts'
import { describe } from '../kit/suite.ts'

const OWN = join(import.meta.dirname, '../../harness/engine/exchange.ts')

function thrownAt(...frames: readonly string[]): Error {
  const error = new Error('no cart')
  error.stack = ['Error: no cart', ...frames.map((frame) => `    at ${frame}`)].join('\n')
  return error
}

describe('thrownPlace', (test) => {
  test('is the first line that is the author’s own', () => {
    const thrown = thrownAt(
      'JSON.parse (<anonymous>)',
      `ExchangeAnswer.json (${OWN}:9:1)`,
      'check (/app/node_modules/joi/index.js:1:1)',
      'async Object.run (file:///app/my%20shop.ts:12:5)',
      '/app/other.ts:1:1',
    )

    assert.is(thrownPlace(thrown), 'my shop.ts:12')
    assert.is(thrownPlace(thrownAt('/app/other.ts:7:1')), 'other.ts:7')
  })

  test('is none where nothing tells', () => {
    assert.is(thrownPlace('no cart'), null)
    assert.is(thrownPlace(thrownAt('node:internal/process/task_queues:95:5')), null)
  })
})
