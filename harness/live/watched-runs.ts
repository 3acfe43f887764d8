/** The runs of one command, each folded once; the terminal and the pages look at the same one. */
import { createMask, type MaskText } from '../base/secret-mask.ts'
import type { StopSwitch } from '../base/stop-request.ts'
import type { LiveSearch } from '../model/live-search.ts'
import type { LiveVerdict } from '../model/live-view.ts'
import type { Verdict } from '../model/verdict.ts'
import { RunWatch } from './run-watch.ts'

export class WatchedRuns {
  /** The run that gets the verdict. */
  readonly #main = new RunWatch()
  #present = this.#main
  #hasBegun = false
  /** Texts since the last run began: the next one opens with them. */
  #said: string[] = []
  #mask: MaskText = (text) => text
  #stopCount = 0
  #search: LiveSearch | null = null
  #isOver = false
  readonly #forgetPresses: () => void
  readonly #listeners: (() => void)[] = []

  /** @param stop of the runs; presses are counted, whoever makes them */
  constructor(stop: StopSwitch) {
    this.#forgetPresses = stop.onPress((_level, by) => {
      this.#stopCount++
      this.#changed((run) => run.stopping(by))
    })
  }

  /** The run that is under way, or was last. */
  get present(): RunWatch {
    return this.#present
  }

  /** Hides the secrets of the present run. */
  get mask(): MaskText {
    return this.#mask
  }

  get stopCount(): number {
    return this.#stopCount
  }

  /** The search that the runs are made for; null for none. */
  get search(): LiveSearch | null {
    return this.#search
  }

  /** True until the run that gets the verdict has it, or has failed. */
  get isLive(): boolean {
    return !this.#isOver
  }

  /** Calls back whenever there is more to see. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** Runs that are made beside the first one, to settle what is suspect, are shown in its place while they last. */
  readonly onBegin = (run: Parameters<RunWatch['onBegin']>[0], secrets: Parameters<typeof createMask>[0]) => {
    this.#mask = createMask(secrets)
    if (this.#hasBegun) {
      this.#present = new RunWatch()
      for (const text of this.#said) this.#present.say(text)
    }
    this.#hasBegun = true
    this.#said = []
    this.#changed((present) => present.onBegin(run))
  }

  readonly onPrepared: RunWatch['onPrepared'] = (plan, threads) =>
    this.#changed((run) => run.onPrepared(plan, threads))

  readonly onInterval: RunWatch['onInterval'] = (...seen) => this.#changed((run) => run.onInterval(...seen))

  readonly onDoubt: RunWatch['onDoubt'] = (doubt) => this.#changed((run) => run.onDoubt(doubt))

  readonly onEvent: RunWatch['onEvent'] = (event) => this.#changed((run) => run.onEvent(event))

  readonly onStep: RunWatch['onStep'] = (step, taken) => this.#changed((run) => run.onStep(step, taken))

  readonly onAlert: RunWatch['onAlert'] = (alert) => this.#changed((run) => run.onAlert(alert))

  readonly onNote: RunWatch['onNote'] = (text) => this.#changed((run) => run.onNote(text))

  /** Shows a text about no run in particular. */
  say(text: string): void {
    this.#said.push(text)
    this.#changed((run) => run.say(text))
  }

  /** The search that makes the runs goes on. */
  searching(search: LiveSearch): void {
    this.#search = search
    this.#changed(() => undefined)
  }

  /** The search is over; its last load stays in sight. */
  answered(verdict: LiveVerdict): void {
    this.#over()
    this.#changed((run) => run.answered(verdict))
  }

  judged(verdict: Verdict): void {
    this.#end((main) => main.judged(verdict))
  }

  failed(message: string): void {
    this.#end((main) => main.failed(message))
  }

  #end(tell: (main: RunWatch) => void): void {
    this.#over()
    this.#present = this.#main
    this.#changed(tell)
  }

  #over(): void {
    this.#forgetPresses()
    this.#isOver = true
  }

  #changed(tell: (run: RunWatch) => void): void {
    tell(this.#present)
    for (const listener of this.#listeners) listener()
  }
}
