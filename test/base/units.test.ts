import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDurationMs,
  formatInUnit,
  formatRatio,
  parseBytes,
  parseDurationMs,
  parseDurationRange,
  parseRatePerSec,
  parseRatio,
} from '../../harness/base/units.ts'
import { describe } from '../kit/suite.ts'

function refuses(parse: (text: string) => unknown, ...texts: readonly unknown[]): void {
  for (const text of texts) {
    try {
      parse(text as string)
    } catch (error) {
      assert.instance(error, HarnessError)
      assert.is((error as HarnessError).code, 'UNIT_INVALID')
      assert.match((error as HarnessError).hint ?? '', /for example/)
      continue
    }
    assert.unreachable(`${JSON.stringify(text)} was taken`)
  }
}

describe('units, read', (test) => {
  test('durations of one or several units', () => {
    const durations = {
      '250ms': 250,
      '1m30s': 90_000,
      '0.5h': 1_800_000,
      '80us': 0.08,
      '1d': 86_400_000,
      '0s': 0,
    }
    for (const [text, ms] of Object.entries(durations)) assert.is(parseDurationMs(text), ms, text)
  })

  test('no duration without a unit, with a sign, a blank or an unknown unit', () => {
    refuses(parseDurationMs, '250', '', '-1s', '1 s', '1w', 's', '1.s', '1s..2s', 250, undefined)
  })

  test('nothing beyond what adds up: ten years, and numbers that are exact', () => {
    const huge = '9'.repeat(400)
    refuses(parseDurationMs, '3651d', `${huge}ms`)
    refuses(parseRatePerSec, `${huge}/s`)
    refuses(parseRatio, huge)
    refuses(parseBytes, `${huge}B`, '9999999999GiB')
    assert.is(parseDurationMs('3650d'), 3_650 * 86_400_000)
  })

  test('ranges, a fixed duration being one', () => {
    assert.equal(parseDurationRange('1s..3s'), { minMs: 1_000, maxMs: 3_000 })
    assert.equal(parseDurationRange('2s'), { minMs: 2_000, maxMs: 2_000 })
    refuses(parseDurationRange, '3s..1s', '1s..', '..1s', '1..3s', '1s..2s..3s', 5)
  })

  test('rates by second, minute, hour and day', () => {
    assert.is(parseRatePerSec('500/s'), 500)
    assert.is(parseRatePerSec('30/m'), 0.5)
    assert.is(parseRatePerSec('7200/h'), 2)
    assert.is(parseRatePerSec('86400/d'), 1)
    refuses(parseRatePerSec, '500', '500/ms', '/s', '-1/s', '500 / s', 500)
  })

  test('ratios in per cent or plain', () => {
    assert.is(parseRatio('0.1%'), 0.001)
    assert.is(parseRatio('0.25'), 0.25)
    refuses(parseRatio, '', '%', '-1%', '1 %', 0.5)
  })

  test('sizes, decimal and binary', () => {
    const sizes = { '512B': 512, '10MB': 10_000_000, '64KiB': 65_536, '1.5kB': 1_500, '2GiB': 2 ** 31 }
    for (const [text, bytes] of Object.entries(sizes)) assert.is(parseBytes(text), bytes, text)
    refuses(parseBytes, '64', '64K', '64 KiB', 64)
  })
})

describe('units, written for people', (test) => {
  test('durations with at most two units', () => {
    const texts = [
      [0.08, '80us'],
      [5, '5ms'],
      [12.345, '12.35ms'],
      [250, '250ms'],
      [12_500, '12.5s'],
      [90_000, '1m30s'],
      [600_000, '10m'],
      [3_600_000, '1h'],
      [5_400_000, '1h30m'],
    ] as const
    for (const [ms, text] of texts) assert.is(formatDurationMs(ms), text)
  })

  test('durations that read back as nearly the same', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e7, noNaN: true }), (ms) => {
        const again = parseDurationMs(formatDurationMs(ms))
        assert.ok(Math.abs(again - ms) <= Math.max(0.0006, ms * 0.017), `${ms} -> ${formatDurationMs(ms)}`)
      }),
      { numRuns: 500 },
    )
  })

  test('writes an amount with its noun', () => {
    assert.equal(
      [formatAmount(1, 'run'), formatAmount(0, 'run'), formatAmount(2_000, 'run')],
      ['1 run', '0 runs', '2,000 runs'],
    )
  })

  test('sizes, ratios, counts', () => {
    assert.equal([512, 1_024, 1_572_864, 5e15].map(formatBytes), ['512 B', '1 KiB', '1.5 MiB', '4547.5 TiB'])
    assert.equal([0, 0.0012, 0.5, 1, 0.00001].map(formatRatio), ['0 %', '0.12 %', '50 %', '100 %', '0.001 %'])
    assert.is(formatCount(12_345.4), '12,345')
  })

  test('values in the unit of their metric', () => {
    assert.is(formatInUnit(1_500, 'ms'), '1.5s')
    assert.is(formatInUnit(0.001, 'ratio'), '0.1 %')
    assert.is(formatInUnit(2_048, 'bytes'), '2 KiB')
    assert.is(formatInUnit(1_234, '1/s'), '1,234/s')
    assert.is(formatInUnit(12.3456, '1/s'), '12.35/s')
    assert.is(formatInUnit(7, 'count'), '7')
  })
})
