import * as assert from 'uvu/assert'
import { maxBytes } from '../../harness/expectations/max-bytes.ts'
import { anExchange } from '../kit/exchanges.ts'
import { HTTP } from '../kit/expectations.ts'
import { describe } from '../kit/suite.ts'

describe('maxBytes', (test) => {
  test('counts head and body, the bound included', () => {
    const judge = maxBytes.compile(100, HTTP)

    assert.is(judge(anExchange({ bytesReceived: 100 })), null)
    assert.is(judge(anExchange({ bytesReceived: 101 })), '101 bytes, expected at most 100')
  })

  test('needs a whole number of bytes above 0', () => {
    for (const wrong of [0, -1, 1.5, '1kB']) assert.not.ok(maxBytes.schema.safeParse(wrong).success)
  })
})
