import * as assert from 'uvu/assert'
import { beside, section, single, stack } from '../../../harness/live/terminal/blocks.ts'
import { paint, span } from '../../../harness/live/terminal/styled-text.ts'
import { describe } from '../../kit/suite.ts'

const text = (lines: ReturnType<typeof stack>) =>
  lines.map((line) => paint(line, { colour: false, unicode: true }))

const aSection = (name: string, rank: number, lines: number) =>
  section({
    rank,
    title: name,
    width: 6,
    short: [span(`${name} in short`)],
    lines: Array.from({ length: lines }, (_, i) => [span(`${name}${i}`)]),
  })

describe('Parts that share rows', (test) => {
  test('are whole where there is room', () => {
    assert.equal(text(stack([aSection('a', 1, 1), aSection('b', 2, 2)], 5)), [
      '─ a ──',
      'a0',
      '─ b ──',
      'b0',
      'b1',
    ])
  })

  test('have a blank line above their titles where there is room for all of them', () => {
    const lines = text(stack([single(1, [span('top')]), aSection('a', 2, 1), aSection('b', 3, 1)], 7))

    assert.equal(lines, ['top', '', '─ a ──', 'a0', '', '─ b ──', 'b0'])
  })

  test('give way in the order of their ranks', () => {
    assert.equal(text(stack([aSection('a', 2, 2), aSection('b', 1, 2)], 4)), [
      'a in short',
      '─ b ──',
      'b0',
      'b1',
    ])
  })

  test('are left out from the least important one on', () => {
    assert.equal(text(stack([single(3, [span('c')]), single(1, [span('a')]), single(2, [span('b')])], 2)), [
      'a',
      'b',
    ])
  })

  test('say how many lines did not fit', () => {
    assert.equal(text(stack([aSection('a', 1, 5)], 4)), ['─ a ──', 'a0', 'a1', '  … 3 more'])
  })

  test('leave the rest to what is only worth a place nobody needs', () => {
    const extra = single(1, [span('extra')], true)

    assert.equal(text(stack([extra, aSection('a', 2, 2)], 3)), ['─ a ──', 'a0', 'a1'])
    assert.equal(text(stack([extra, aSection('a', 2, 2)], 4)), ['extra', '─ a ──', 'a0', 'a1'])
  })

  test('stand side by side, each in its half', () => {
    const both = beside(
      [single(1, [span('left')])],
      [single(1, [span('right')]), single(2, [span('2')])],
      12,
      1,
    )

    assert.equal(text(stack([both], 2)), ['left   right', '       2'])
  })
})
