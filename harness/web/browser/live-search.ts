/** Brings the panel of a search for a capacity up to date. */
import { formatDurationMs } from '../../base/units.ts'
import type { LiveSearch, ProbeStanding } from '../../model/live-search.ts'
import { rateText } from '../../text/figure-text.ts'
import { knownText, loadText, nextText, placeOf } from '../../text/live-search-text.ts'
import { byId, element, renderEach, setText, setTone } from './dom.ts'
import { showTable } from './live-table.ts'
import type { Tone } from './live-text.ts'

const TONES: Readonly<Record<ProbeStanding, Tone>> = {
  met: 'good',
  doubtful: 'warn',
  missed: 'bad',
  void: 'quiet',
}
/** Beside the colour. */
const SIGNS: Readonly<Record<ProbeStanding, string>> = { met: '○', doubtful: '?', missed: '×', void: '–' }
const HEADS = ['#', 'purpose', 'offered', 'achieved', 'p99', 'result']

export function showSearch(search: LiveSearch | null): void {
  byId('search-section', HTMLElement).hidden = search === null
  if (search === null) return
  setText(byId('search-known', HTMLElement), knownText(search))
  setText(byId('search-next', HTMLElement), nextText(search))
  showBar(search)
  // The newest first.
  showTable('search-probes', HEADS, search.probes.map(probeCells(search)).reverse())
}

/** The posterior, and the probes under it. */
function showBar(search: LiveSearch): void {
  const { bar, probes } = search
  byId('search-bar', HTMLElement).hidden = bar === null
  if (bar === null) return
  renderEach(
    byId('search-cells', HTMLElement),
    bar.cells,
    () => element('li', ''),
    (cell, share) => cell.style.setProperty('--share', `${(100 * share).toFixed(0)}%`),
  )
  const marks = probes.flatMap(({ x, standing }) => {
    const place = placeOf(x, bar)
    return place === null ? [] : [{ place, standing }]
  })
  renderEach(
    byId('search-marks', HTMLElement),
    marks,
    () => element('li', ''),
    (mark, { place, standing }) => {
      mark.style.setProperty('inset-inline-start', `${(100 * place).toFixed(1)}%`)
      setText(mark, SIGNS[standing])
      setTone(mark, TONES[standing])
    },
  )
  setText(byId('search-from', HTMLElement), loadText(bar.from, search))
  setText(byId('search-to', HTMLElement), loadText(bar.to, search))
}

function probeCells(search: LiveSearch) {
  return ({ purpose, x, achievedPerSec, p99Ms, standing }: LiveSearch['probes'][number], i: number) => [
    `${i + 1}`,
    purpose,
    loadText(x, search),
    rateText(achievedPerSec),
    p99Ms === null ? '-' : formatDurationMs(p99Ms),
    `${SIGNS[standing]} ${standing}`,
  ]
}
