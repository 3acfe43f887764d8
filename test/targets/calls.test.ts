import * as assert from 'uvu/assert'
import type { Exchange } from '../../harness/ports/target.ts'
import { Calls } from '../../harness/targets/calls.ts'
import { describe } from '../kit/suite.ts'

const anExchange = () => ({}) as Exchange

describe('Calls', (test) => {
  test('finds the call of an exchange as long as it is under way, by either of its names', () => {
    const calls = new Calls<{ readonly exchange: Exchange; readonly slot: number }>()
    const exchanges = [anExchange(), anExchange()]
    const [first, second] = exchanges.map((exchange) => calls.add((slot) => ({ exchange, slot })))
    assert.is(calls.of(exchanges[0] as Exchange), first)
    assert.is(calls.of(exchanges[1] as Exchange), second)

    calls.remove(0)
    calls.remove(0)
    assert.equal([calls.of(exchanges[0] as Exchange), calls.get(0)], [undefined, undefined])
    assert.is(calls.of(exchanges[1] as Exchange), second)
    // A pooled exchange comes again.
    const again = calls.add((slot) => ({ exchange: exchanges[0] as Exchange, slot }))
    assert.equal([calls.of(exchanges[0] as Exchange) === again, again.slot], [true, 0])
  })
})
