import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { nearestName } from '../../harness/base/nearest-name.ts'
import { Random, uniformAt } from '../../harness/base/random.ts'
import { createRegistry } from '../../harness/base/registry.ts'
import {
  formatBytes,
  formatDurationMs,
  formatRatio,
  parseBytes,
  parseDurationMs,
  parseDurationRange,
  parseRatePerSec,
  parseRatio,
} from '../../harness/base/units.ts'
import { describe } from '../kit/suite.ts'

describe('Units', (test) => {
  test('are read exactly', () => {
    assert.equal(
      ['250ms', '1m30s', '0.5h', '80us', '2d'].map(parseDurationMs),
      [250, 90_000, 1_800_000, 0.08, 172_800_000],
    )
    assert.equal(parseDurationRange('1s..3s'), { minMs: 1000, maxMs: 3000 })
    assert.equal(['500/s', '30/m', '7200/h'].map(parseRatePerSec), [500, 0.5, 2])
    assert.equal(['0.1%', '0.001'].map(parseRatio), [0.001, 0.001])
    assert.equal(['512B', '10MB', '64KiB'].map(parseBytes), [512, 10_000_000, 65_536])
  })

  test('are never guessed', () => {
    for (const text of ['10', '10 s', 's', '-1s', '1s1', ''])
      assert.throws(() => parseDurationMs(text), /duration/)
    assert.throws(() => parseDurationRange('3s..1s'), /rising/)
    assert.throws(() => parseRatePerSec('500'), /rate/)
    assert.throws(() => parseBytes('10 megabytes'), /size/)
  })

  test('are shown short', () => {
    assert.equal([0.08, 12.346, 250, 1500, 90_000, 3_600_000].map(formatDurationMs), [
      '80us',
      '12.35ms',
      '250ms',
      '1.5s',
      '1m30s',
      '1h',
    ])
    assert.equal([512, 1536, 5 * 1024 ** 2].map(formatBytes), ['512 B', '1.5 KiB', '5 MiB'])
    assert.equal([0, 0.0123, 0.00001].map(formatRatio), ['0 %', '1.23 %', '0.001 %'])
  })
})

describe('Chance', (test) => {
  test('is a pure function of seed, stream and number, and looks uniform (Kolmogorov-Smirnov at 1 %)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.nat(), (seed, key, index) => {
        const draw = uniformAt(seed, key, index)
        return draw >= 0 && draw < 1 && draw === uniformAt(seed, key, index)
      }),
    )
    for (const vary of [
      (i: number) => uniformAt(1, 2, i),
      (i: number) => uniformAt(1, i, 0),
      (i: number) => uniformAt(i, 7, 3),
    ]) {
      const n = 20_000
      const draws = Array.from({ length: n }, (_, i) => vary(i)).sort((a, b) => a - b)
      const distance = Math.max(...draws.map((draw, i) => Math.abs(draw - (i + 0.5) / n)))
      assert.ok(distance < 1.63 / Math.sqrt(n), String(distance))
    }
  })

  test('shuffles without losing anything', () => {
    const items = Array.from({ length: 50 }, (_, i) => i)
    const shuffled = new Random(3).shuffle(items)
    assert.not.equal(shuffled, items)
    assert.equal(
      [...shuffled].sort((a, b) => a - b),
      items,
    )
  })
})

describe('Names', (test) => {
  test('that are misspelt find their nearest', () => {
    assert.is(nearestName('respons_time', ['response_time', 'ttfb']), 'response_time')
    assert.is(nearestName('xyz', ['response_time']), undefined)
    assert.throws(() => createRegistry('colour', [{ name: 'blue' }]).get('bleu'), /no colour named 'bleu'/)
  })
})
