/**
 * The full-screen view of a run: draws what is known every half second, listens to the keys, and gives the terminal back
 * as it was however the run ends. What is said meanwhile is kept and stands on the normal screen afterwards.
 */
import type { CancelTimer } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { StopSwitch } from '../../base/stop-request.ts'
import { visible } from '../../base/visible.ts'
import type { LiveView } from '../../model/live-view.ts'
import type { RunPoint } from '../../model/run-point.ts'
import type { Host, Keyboard } from '../../ports/host.ts'
import { lastLine } from '../progress-line.ts'
import type { ProgressView } from '../progress-view.ts'
import type { RunWatch } from '../run-watch.ts'
import type { Controls } from './help.ts'
import { type Command, commandsOf } from './keys.ts'
import { renderScreen } from './render-screen.ts'
import { Screen } from './screen.ts'
import type { Theme } from './styled-text.ts'

/** Times between frames that may be chosen, ms. */
const REFRESHES = [100, 250, 500, 1000, 2000, 5000] as const
const FIRST_REFRESH = 2

/** A second that does not come stands still. */
const AGE_MAX_MS = 2_000

/** The state that is shown: the newest, or the one when the view was paused. */
interface ViewState {
  readonly view: LiveView
  readonly points: readonly RunPoint[]
  readonly ageMs: number
}

export interface FullScreenParts {
  readonly host: Host
  readonly keyboard: Keyboard
  readonly stop: StopSwitch
  readonly theme: Theme
}

export class FullScreenView implements ProgressView {
  readonly #parts: FullScreenParts
  readonly #screen: Screen
  #watch: RunWatch | null = null
  #newAtMs = 0
  #paused: ViewState | null = null
  #refresh = FIRST_REFRESH
  #isHelp = false
  #stopCount = 0
  #kept: string[] = []
  #releases: (() => void)[] = []
  #cancelFrames: CancelTimer = () => undefined

  constructor(parts: FullScreenParts) {
    this.#parts = parts
    this.#screen = new Screen(parts.host.stderr)
  }

  begin(watch: RunWatch): void {
    this.#watch = watch
    this.#paused = null
    this.#stopCount = 0
    this.update()
    this.#open()
    this.#draw()
  }

  update(): void {
    this.#newAtMs = this.#parts.host.clock.nowMs()
  }

  say(text: string): void {
    if (this.#screen.isOpen) this.#kept.push(text)
    else this.#parts.host.stderr.write(`${text}\n`)
  }

  done(): void {
    if (!this.#screen.isOpen) return
    this.#close()
    const { stderr } = this.#parts.host
    for (const text of this.#kept) stderr.write(`${text}\n`)
    this.#kept = []
    if (this.#watch !== null) stderr.write(`${visible(lastLine(this.#watch.view))}\n`)
  }

  #open(): void {
    if (this.#screen.isOpen) return
    const { host, keyboard, stop } = this.#parts
    this.#screen.enter()
    this.#releases = [
      keyboard.onKey((typed) => {
        for (const command of commandsOf(typed)) this.#obey(command)
      }),
      keyboard.onCrash(() => this.done()),
      stop.onPress(() => this.#stopping()),
      host.stderr.onResize?.(() => this.#draw()) ?? (() => undefined),
    ]
    this.#keepDrawing()
  }

  #close(): void {
    this.#cancelFrames()
    for (const release of this.#releases) release()
    this.#releases = []
    this.#screen.leave()
  }

  #keepDrawing(): void {
    this.#cancelFrames()
    this.#cancelFrames = this.#parts.host.clock.every(this.#refreshMs, () => this.#draw())
  }

  get #refreshMs(): number {
    return REFRESHES[this.#refresh] as number
  }

  #obey(command: Command): void {
    switch (command) {
      case 'pause':
        this.#paused = this.#paused === null ? this.#viewState() : null
        break
      case 'faster':
        this.#refreshBy(-1)
        break
      case 'slower':
        this.#refreshBy(1)
        break
      case 'help':
        this.#isHelp = !this.#isHelp
        break
      case 'stop':
        // As the signal that ctrl-C sends where keys are no matter of ours.
        this.#parts.stop.press('SIGINT')
    }
    this.#draw()
  }

  #refreshBy(steps: number): void {
    this.#refresh = Math.min(REFRESHES.length - 1, Math.max(0, this.#refresh + steps))
    this.#keepDrawing()
  }

  /** Asked to stop by a key, by a signal or from a page. */
  #stopping(): void {
    this.#stopCount++
    this.#draw()
  }

  #viewState(): ViewState | null {
    if (this.#watch === null) return null
    const { view, points } = this.#watch
    return { view, points, ageMs: this.#ageMs(view) }
  }

  /** Time goes on between two seconds of a run that loads. */
  #ageMs({ stage }: LiveView): number {
    if (stage !== 'running') return 0
    return Math.min(AGE_MAX_MS, this.#parts.host.clock.nowMs() - this.#newAtMs)
  }

  /** A screen that cannot be drawn is left, and the run goes on. */
  #draw(): void {
    try {
      this.#drawState()
    } catch (error) {
      this.say(`the screen cannot be drawn (bug in proofload): ${visible(messageOf(error))}`)
      this.done()
    }
  }

  #drawState(): void {
    const state = this.#paused ?? this.#viewState()
    if (state === null) return
    const { view, ...age } = state
    const { columns, rows = 24 } = this.#parts.host.stderr
    const controls: Controls = {
      isPaused: this.#paused !== null,
      isHelp: this.#isHelp,
      refreshMs: this.#refreshMs,
      stopCount: this.#stopCount,
    }
    this.#screen.draw(renderScreen(view, { ...this.#parts.theme, ...controls, ...age, columns, rows }))
  }
}
