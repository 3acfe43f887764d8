/** Views of a run while load runs: the whole screen of a terminal, a line every few seconds elsewhere, or nothing. */
import type { StopSwitch } from '../base/stop-request.ts'
import { visible } from '../base/visible.ts'
import type { Host, TextStream } from '../ports/host.ts'
import { progressLine } from './progress-line.ts'
import type { ProgressView } from './progress-view.ts'
import type { RunWatch } from './run-watch.ts'
import { FullScreenView } from './terminal/full-screen.ts'

const PLAIN_EVERY_MS = 5_000

/** Nothing at all. */
export const SILENT_VIEW: ProgressView = {
  begin: () => undefined,
  update: () => undefined,
  say: () => undefined,
  done: () => undefined,
}

/** A line every five seconds of a run. */
export function createPlainView(stream: Pick<TextStream, 'write'>): ProgressView {
  let watch: RunWatch | null = null
  let nextMs = PLAIN_EVERY_MS
  return {
    begin(begun) {
      watch = begun
      nextMs = PLAIN_EVERY_MS
    },
    update() {
      if (watch === null || watch.view.nowMs < nextMs) return
      nextMs += PLAIN_EVERY_MS
      stream.write(`${visible(progressLine(watch.view))}\n`)
    },
    say: (text) => stream.write(`${text}\n`),
    done: () => undefined,
  }
}

/** The whole screen where there is one and somebody types; null where not. */
export function createScreenView(host: Host, stop: StopSwitch): ProgressView | null {
  const { stderr, keyboard, env } = host
  if (!stderr.isTerminal || keyboard === undefined || env['TERM'] === 'dumb') return null
  const theme = { colour: stderr.hasColours, unicode: hasUnicode(env) }
  return new FullScreenView({ host, keyboard, stop, theme })
}

/** The Linux console has few signs; a locale that is named and is not UTF-8 has none. */
function hasUnicode(env: Host['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  return env['TERM'] !== 'linux' && (locale === '' || /utf-?8/i.test(locale))
}
