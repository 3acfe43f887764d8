import * as assert from 'uvu/assert'
import { liveSearchOf } from '../../../harness/analysis/capacity/live-search.ts'
import { searchState } from '../../../harness/analysis/capacity/search-from-probes.ts'
import { barLines, knownText, nextText, placeOf } from '../../../harness/text/live-search-text.ts'
import { aFinishedSearch } from '../../kit/capacity.ts'
import { describe } from '../../kit/suite.ts'

const whole = aFinishedSearch()

/** The search after so many of its probes. */
function after(count: number) {
  const record = { ...whole, probes: whole.probes.slice(0, count) }
  return liveSearchOf(record, searchState(record.limits, record.settings, record.probes))
}

describe('A search as it is watched', (test) => {
  test('says before there is a range what was met, and what is next and why', () => {
    const begun = after(0)
    assert.equal([begun.bar, knownText(begun), barLines(begun)], [null, 'none is met yet', []])
    assert.match(nextText(begun), /^next: range at .* \(the first probe\); at most .* left$/)
    assert.match(knownText(after(1)), / is met$/)
  })

  test('has the posterior as a bar: the most of it within the interval, and the probes under it', () => {
    const live = after(whole.probes.length - 1)
    const { bar, capacity, probes } = live
    if (bar === null || capacity === null) throw new Error('the search has a range')
    assert.is(Math.max(...bar.cells), 1)
    const total = bar.cells.reduce((sum, share) => sum + share, 0)
    const width = Math.log(bar.to / bar.from) / bar.cells.length
    const within = bar.cells.reduce((sum, share, i) => {
      const x = bar.from * Math.exp((i + 0.5) * width)
      return x >= 0.97 * capacity.low && x <= 1.03 * capacity.high ? sum + share : sum
    }, 0)
    assert.ok(within / total > 0.8, `${within} of ${total}`)
    assert.ok(
      probes.some(({ standing }) => standing === 'met') &&
        probes.some(({ standing }) => standing === 'missed'),
    )
    const [line = '', marks = ''] = barLines(live)
    assert.match(line, /^\d+ req\/s \[[ .:+#]{24}\] [\d,]+ req\/s$/)
    assert.match(marks, /^ +[ox? -]+$/)
    assert.ok(marks.includes('o') && marks.includes('x'))
    assert.equal([placeOf(bar.from, bar), placeOf(2 * bar.to, bar)], [0, null])
  })

  test('is over with its last probe, and has as much time left as its probes have not taken', () => {
    const live = after(whole.probes.length)
    assert.equal([live.next, nextText(live)], [null, 'the search is over'])
    const spentS = whole.probes.reduce((sum, { elapsedS }) => sum + elapsedS, 0)
    assert.is(live.leftS, Math.max(0, whole.settings.budgetS - spentS))
  })
})
