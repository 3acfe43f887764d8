/** Feeds a board with what happens in a run, and carries the stop button of the page to the run. */
import { createMask, type MaskText } from '../../base/secret-mask.ts'
import type { StopSwitch } from '../../base/stop-request.ts'
import { RunWatch } from '../../live/run-watch.ts'
import type { ReportPlace } from '../../model/live-message.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { LiveBoard } from '../../web/server/live-board.ts'

export class RunFeed {
  readonly #board: LiveBoard
  readonly #stop: StopSwitch
  /** The run that gets the verdict. */
  readonly #main = new RunWatch()
  #watch: RunWatch | null = null
  #mask: MaskText = (text) => text
  #stopCount = 0
  readonly #forgetPresses: () => void
  #report: ReportPlace | null = null

  /** @param stop of the run; presses are counted, whoever makes them */
  constructor(board: LiveBoard, stop: StopSwitch) {
    this.#board = board
    this.#stop = stop
    this.#forgetPresses = stop.onPress((_level, by) => {
      this.#stopCount++
      this.#shown.stopping(by)
      this.#show()
    })
    this.#show()
  }

  /** True while there is something to stop. */
  get isLive(): boolean {
    const { stage } = this.#main.view
    return stage !== 'done' && stage !== 'failed'
  }

  /** Ends the run as a signal does. False: it is over. */
  press(): boolean {
    if (!this.isLive) return false
    this.#stop.press('dashboard')
    return true
  }

  readonly onBegin = (run: Parameters<RunWatch['onBegin']>[0], secrets: Parameters<typeof createMask>[0]) => {
    // Runs that are made beside the first one, to settle what is suspect, are shown in its place while they last.
    this.#watch = this.#watch === null ? this.#main : new RunWatch()
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

  #end(tell: (main: RunWatch) => void): void {
    this.#forgetPresses()
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
