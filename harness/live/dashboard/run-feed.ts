/** Feeds a board with what happens in a run, and carries the stop button of the page to the run. */
import { createMask, type MaskText } from '../../base/secret-mask.ts'
import type { ReportPlace } from '../../model/live-message.ts'
import type { Verdict } from '../../model/verdict.ts'
import { RunWatch } from '../run-watch.ts'
import type { StopButton } from '../stop-button.ts'
import type { LiveBoard } from './live-board.ts'

export class RunFeed {
  readonly #board: LiveBoard
  readonly #button: StopButton
  /** The run that gets the verdict. */
  readonly #main = new RunWatch()
  #watch: RunWatch | null = null
  #mask: MaskText = (text) => text
  /** Pressed while there was no load to end. */
  #waitingPresses = 0
  /** Whether the run at hand sends load, and so hears its signals. */
  #isLoading = false
  #stopCount = 0
  #forgetRings: () => void
  #report: ReportPlace | null = null

  /** @param button of the host that the run runs on; its signals are counted, whoever gives them */
  constructor(board: LiveBoard, button: StopButton) {
    this.#board = board
    this.#button = button
    this.#forgetRings = button.onRing((signal) => {
      this.#stopCount++
      this.#shown.stopping(this.#stopCount === 1 ? `asked to stop (${signal})` : `asked again (${signal})`)
      this.#show()
    })
    this.#show()
  }

  /** Whether there is still something to end. */
  get isLive(): boolean {
    const { stage } = this.#main.view
    return stage !== 'done' && stage !== 'failed'
  }

  /** Ends the run as a signal does; while no load is sent, as soon as there is some. False: it is over. */
  press(): boolean {
    if (!this.isLive) return false
    if (this.#isLoading && this.#button.isHeard) this.#button.press()
    else {
      this.#waitingPresses++
      this.#stopCount++
      this.#show()
    }
    return true
  }

  readonly onBegin = (run: Parameters<RunWatch['onBegin']>[0], secrets: Parameters<typeof createMask>[0]) => {
    // Runs that are made beside the first one, to settle what is suspect, are shown in its place while they last.
    this.#watch = this.#watch === null ? this.#main : new RunWatch()
    this.#isLoading = false
    this.#mask = createMask(secrets)
    this.#shown.onBegin(run)
    this.#show()
  }

  readonly onPrepared: RunWatch['onPrepared'] = (plan, threads) => {
    this.#shown.onPrepared(plan, threads)
    this.#show()
  }

  readonly onInterval: RunWatch['onInterval'] = (interval, plan, snapshots) => {
    this.#shown.onInterval(interval, plan, snapshots)
    this.#isLoading = true
    this.#pressWhatWaits()
    this.#show()
  }

  readonly onEvent: RunWatch['onEvent'] = (event) => {
    this.#shown.onEvent(event)
    this.#show()
  }

  readonly onStep: RunWatch['onStep'] = (step, taken) => {
    this.#shown.onStep(step, taken)
    this.#show()
  }

  readonly onAlert: RunWatch['onAlert'] = (alert) => {
    this.#shown.onAlert(alert)
    this.#show()
  }

  readonly onNote: RunWatch['onNote'] = (text) => {
    this.#shown.onNote(text)
    this.#show()
  }

  judged(verdict: Verdict, report: ReportPlace): void {
    this.#report = report
    this.#end((main) => main.judged(verdict))
  }

  failed(message: string): void {
    this.#end((main) => main.failed(message))
  }

  get #shown(): RunWatch {
    return this.#watch ?? this.#main
  }

  #pressWhatWaits(): void {
    const presses = this.#waitingPresses
    this.#waitingPresses = 0
    this.#stopCount -= presses
    for (let press = 0; press < presses; press++) this.#button.press()
  }

  #end(tell: (main: RunWatch) => void): void {
    this.#forgetRings()
    this.#watch = this.#main
    tell(this.#main)
    this.#show()
  }

  #show(): void {
    const { view, points } = this.#shown
    this.#board.show({
      view,
      points,
      stopCount: this.#stopCount,
      report: this.#report,
      mask: this.#mask,
    })
  }
}
