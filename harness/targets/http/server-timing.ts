/**
 * Reads `Server-Timing` (W3C): `name;dur=12.5;desc="text", other;dur=3`. Whatever does not fit the grammar is passed
 * over up to the next comma; an entry without a duration is no time.
 */
import { OTHER_NAMES } from '../../model/interval-snapshot.ts'

/** Component times taken from one answer at most. */
export const COMPONENTS_PER_ANSWER_MAX = 32
/** Different names one target may have; later ones are recorded together. */
export const COMPONENT_NAMES_MAX = 64
const NAME = /^[\w!#$%&'*+.^`|~-]{1,64}$/
const DURATION = /^"?(\d+(?:\.\d+)?)"?$/

/** Told one component and its time. */
export type OnComponent = (name: string, durationMs: number) => void

/** Calls back for every well-formed entry with a duration, in order. Never throws. */
export function readServerTiming(text: string, onComponent: OnComponent): void {
  let count = 0
  for (let from = 0; from < text.length && count < COMPONENTS_PER_ANSWER_MAX; ) {
    const to = endOfPart(text, from, ',')
    if (parseEntry(text.slice(from, to), onComponent)) count++
    from = to + 1
  }
}

/** Bounds the names a server can make us remember: each has histograms of its own. */
export class ComponentNames {
  readonly #known = new Set<string>()

  /** The name itself, or that of all others once there are too many. */
  admit(name: string): string {
    if (this.#known.has(name)) return name
    if (this.#known.size >= COMPONENT_NAMES_MAX) return OTHER_NAMES
    this.#known.add(name)
    return name
  }
}

function parseEntry(entry: string, onComponent: OnComponent): boolean {
  const nameEnd = endOfPart(entry, 0, ';')
  const name = entry.slice(0, nameEnd).trim()
  if (!NAME.test(name)) return false
  for (let from = nameEnd + 1; from < entry.length; ) {
    const to = endOfPart(entry, from, ';')
    const equals = entry.indexOf('=', from)
    if (equals !== -1 && equals < to && entry.slice(from, equals).trim().toLowerCase() === 'dur') {
      const duration = DURATION.exec(entry.slice(equals + 1, to).trim())
      if (duration === null) return false
      onComponent(name, Number(duration[1]))
      return true
    }
    from = to + 1
  }
  return false
}

/** Returns the end of the part that begins at `from`: the separator outside quotes, or the end of the text. */
function endOfPart(text: string, from: number, separator: string): number {
  let quoted = false
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '"') quoted = !quoted
    else if (quoted && character === '\\') at++
    else if (!quoted && character === separator) return at
  }
  return text.length
}
