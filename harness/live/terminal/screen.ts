/** The alternate screen of a terminal: what stood there before comes back when it is left. */
import type { TextStream } from '../../ports/host.ts'

/** Alternate screen, cursor hidden, lines that do not wrap, nothing on it; and the reverse. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J'
const LEAVE = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l'
/** Terminals that know it show all of a frame at once. */
const BEGIN_FRAME = '\u001b[?2026h'
const END_FRAME = '\u001b[?2026l'
const CLEAR = '\u001b[2J'
/** Frames after which everything is painted again, over whatever others wrote on the screen. */
const REPAINT_EVERY = 20

/** Writes only the lines that changed. */
export class Screen {
  readonly #stream: TextStream
  #shown: readonly string[] = []
  #size = ''
  #frames = 0
  #isOpen = false

  constructor(stream: TextStream) {
    this.#stream = stream
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Safe to repeat. */
  enter(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    this.#shown = []
    this.#size = ''
    this.#stream.write(ENTER)
  }

  /** Safe to repeat. */
  leave(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#stream.write(LEAVE)
  }

  /** Nothing when the screen is not open, or has not taken the frame before: a run is not held up by it. @param lines from the top */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen || this.#stream.isBehind === true) return
    const size = `${this.#stream.columns}x${this.#stream.rows}`
    const isResized = size !== this.#size
    this.#frames = isResized ? 0 : (this.#frames + 1) % REPAINT_EVERY
    const isWhole = this.#frames === 0
    const written = lines.flatMap((line, i) => (!isWhole && line === this.#shown[i] ? [] : [lineAt(i, line)]))
    this.#shown = lines
    this.#size = size
    if (written.length === 0) return
    this.#stream.write([BEGIN_FRAME, ...(isResized ? [CLEAR] : []), ...written, END_FRAME].join(''))
  }
}

/** Goes to a row, empties it and writes: after a full line the cursor would stand on its last character. */
function lineAt(index: number, line: string): string {
  return `\u001b[${index + 1};1H\u001b[2K${line}`
}
