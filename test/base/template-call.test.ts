import * as assert from 'uvu/assert'
import {
  type CallSource,
  counterOf,
  isCall,
  parseCall,
  placedCall,
} from '../../harness/base/template-call.ts'
import { describe } from '../kit/suite.ts'

/** A source whose draws are all the same. */
const sourceOf = (draw: number): CallSource => ({
  draw: () => draw,
  wallMs: () => Date.UTC(2026, 10, 30, 12, 0, 0, 250),
  counted: () => 4,
  passed: () => 2,
})

/** The value of a call, or what is wrong with it. */
function valueOfCall(text: string, draw = 0.5): string {
  const call = parseCall(text)
  return 'value' in call ? call.value(sourceOf(draw)) : call.message
}

describe('calls in templates', (test) => {
  test('are told from variables', () => {
    assert.equal(['uuid()', 'now(+1h)', 'nobody(1)', 'uuid()#order'].map(isCall), [true, true, true, true])
    assert.equal(['uuid', 'items.price (EUR)', 'agent.id', '(x)'].map(isCall), [false, false, false, false])
  })

  test('draw integers, numbers, choices and texts within their bounds', () => {
    const last = 1 - 2 ** -53
    assert.equal(
      [0, 0.5, last].map((draw) => valueOfCall('randomInteger(1, 6)', draw)),
      ['1', '4', '6'],
    )
    assert.equal(
      [0, 0.5, last].map((draw) => valueOfCall('randomInteger(-2,2)', draw)),
      ['-2', '0', '2'],
    )
    assert.equal(valueOfCall('randomNumber(0, 1)'), '0.50')
    assert.equal(valueOfCall('randomNumber(10, 20, 0)'), '15')
    assert.equal(
      [0, 0.5, last].map((draw) => valueOfCall("randomChoice(red, 'dark, blue', green)", draw)),
      ['red', 'dark, blue', 'green'],
    )
    assert.is(valueOfCall('randomString(3)', 0), 'aaa')
    assert.is(valueOfCall('randomString(4, 01)', last), '1111')
  })

  test('make a UUID of version 4', () => {
    assert.match(valueOfCall('uuid()', 0), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.is(valueOfCall('uuid()', 1 - 2 ** -53), 'ffffffff-ffff-4fff-bfff-ffffffffffff')
  })

  test('tell the time, with an offset', () => {
    assert.is(valueOfCall('now()'), '2026-11-30T12:00:00.250Z')
    assert.is(valueOfCall('now(+1h30m)'), '2026-11-30T13:30:00.250Z')
    assert.is(valueOfCall('date(-1d)'), '2026-11-29')
    assert.is(valueOfCall('unix()'), String(Date.UTC(2026, 10, 30, 12) / 1000))
    assert.is(valueOfCall('unixMs(-250ms)'), String(Date.UTC(2026, 10, 30, 12)))
  })

  test('count, over all agents and for one', () => {
    assert.equal(
      ['counter()', 'counter(orders, 1000)'].map((call) => valueOfCall(call)),
      ['5', '1004'],
    )
    assert.equal(
      ['sequence()', 'sequence(0, 10)'].map((call) => valueOfCall(call)),
      ['3', '20'],
    )
    assert.equal(['counter(orders, 7)', 'counter()', 'uuid()', 'orders'].map(counterOf), [
      'orders',
      '',
      null,
      null,
    ])
  })

  test('say what is wrong with them', () => {
    assert.equal(
      [
        'randomInteger(6, 1)',
        'randomInteger(1.5, 2)',
        'randomInteger(1)',
        'uuid(4)',
        'now(tomorrow)',
        'randomChoice()',
        "randomChoice('a, b)",
        'randomString(0)',
        'randomNumber(0, 1, 99)',
      ].map((call) => valueOfCall(call)),
      [
        'randomInteger(6, 1): 6 is more than 1',
        "randomInteger(1.5, 2): '1.5' is no whole number",
        'randomInteger(1): takes 2 arguments, has 1',
        'uuid(4): takes no arguments',
        'now(tomorrow): "tomorrow" is not a duration with a unit (us, ms, s, m, h, d), for example 250ms or 1m30s',
        'randomChoice(): there is nothing to choose from',
        "randomChoice('a, b): the arguments cannot be read; texts with commas stand in single quotes",
        'randomString(0): a length is 1 to 100000',
        'randomNumber(0, 1, 99): decimals are 0 to 15',
      ],
    )
    const unknown = parseCall('randomInt(1, 2)')
    assert.is('nearest' in unknown ? unknown.nearest : '', 'randomInteger(lowest, highest)')
  })

  test('get a label for their place, unless they have one', () => {
    assert.equal(
      ['uuid()', 'uuid()#order'].map((call) => placedCall(call, '@a.0')),
      ['uuid()#@a.0', 'uuid()#order'],
    )
  })
})
