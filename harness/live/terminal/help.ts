/** The keys: at the foot of the screen in short, and on a page of their own. */

import { formatDurationMs } from '../../base/units.ts'
import type { Standing } from '../../text/standing.ts'
import { signOf } from './objectives.ts'
import { cutLine, type Line, padText, span } from './styled-text.ts'

/** Settings of the person at the keys. */
export interface Controls {
  readonly isPaused: boolean
  readonly isHelp: boolean
  /** Between two frames. */
  readonly refreshMs: number
  /** Number of times that the run was asked to stop. */
  readonly stopCount: number
}

/** The last line. */
export function footerLine({ isPaused, isHelp, refreshMs, stopCount }: Controls, width: number): Line {
  if (stopCount > 1) return cutLine([span(' aborting: requests in flight are cut off ', 'bad-badge')], width)
  if (stopCount === 1)
    return cutLine(
      [span(' stopping ', 'warn-badge'), span(' requests in flight finish; q again: abort')],
      width,
    )
  const key = (name: string, what: string) => [span(name, 'bold'), span(` ${what}   `, 'dim')]
  return cutLine(
    [
      ...key('q', 'stop'),
      ...key('p', isPaused ? 'resume' : 'pause'),
      ...key('?', isHelp ? 'back' : 'help'),
      ...key('+ -', `refresh ${formatDurationMs(refreshMs)}`),
    ],
    width,
  )
}

const KEYS = [
  ['p, space', 'pause and resume the view; load goes on'],
  ['+, f', 'refresh faster'],
  ['-, s', 'refresh slower'],
  ['q, ctrl-C', 'stop: requests in flight may finish, then the verdict'],
  ['q again', 'abort at once'],
  ['?, h', 'this page, and back'],
] as const

const MEANINGS: readonly (readonly [Standing, string])[] = [
  ['failing', 'beyond its limit for longer than its `for` and `grace`'],
  ['above limit', 'beyond its limit now; fails unless it recovers in time'],
  ['suspended', 'not believed while the load generator is unreliable'],
  ['no data', 'nothing was measured yet'],
  ['back within limit', 'it failed, and is within its limit again'],
  ['measuring', 'too few requests to say anything'],
  ['at the end', 'judged at the end: not known while load runs'],
  ['met so far', 'within its limit'],
]

const NAME_WIDTH = 17

/** All keys, and what the statuses mean. */
export function helpLines({ refreshMs }: Controls, width: number): Line[] {
  const lines: Line[] = [
    [span('Keys', 'accent')],
    ...KEYS.map(([keys, what]) => [span(`  ${padText(keys, NAME_WIDTH)} `, 'bold'), span(what)]),
    [],
    [span('Objectives', 'accent')],
    ...MEANINGS.map(([standing, meaning]) => {
      const { sign, tone } = signOf(standing)
      return [span(`  ${sign} ${padText(standing, NAME_WIDTH)} `, tone), span(meaning)]
    }),
    [],
    [span(`The view is drawn every ${formatDurationMs(refreshMs)}; figures are new every second.`, 'dim')],
  ]
  return lines.map((each) => cutLine(each, width))
}
