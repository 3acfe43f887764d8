/** Shows the runs of a command on a board, and carries the stop button of its page to them. */
import type { StopSwitch } from '../../base/stop-request.ts'
import type { WatchedRuns } from '../../live/watched-runs.ts'
import type { ReportPlace } from '../../model/live-message.ts'
import type { LiveVerdict } from '../../model/live-view.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { LiveBoard } from '../../web/server/live-board.ts'

export class RunFeed {
  readonly #board: LiveBoard
  readonly #runs: WatchedRuns
  readonly #stop: StopSwitch
  #report: ReportPlace | null = null

  /** @param stop of the runs, which the page presses */
  constructor(board: LiveBoard, runs: WatchedRuns, stop: StopSwitch) {
    this.#board = board
    this.#runs = runs
    this.#stop = stop
    runs.onChange(() => this.#show())
    this.#show()
  }

  /** Ends the run as a signal does. False: it is over. */
  press(): boolean {
    if (!this.#runs.isLive) return false
    this.#stop.press('dashboard')
    return true
  }

  judged(verdict: Verdict, report: ReportPlace): void {
    this.#report = report
    this.#runs.judged(verdict)
  }

  answered(verdict: LiveVerdict, report: ReportPlace): void {
    this.#report = report
    this.#runs.answered(verdict)
  }

  failed(message: string): void {
    this.#runs.failed(message)
  }

  #show(): void {
    const { present, stopCount, search, mask } = this.#runs
    const { view, points } = present
    this.#board.show({ view, points, stopCount, search, report: this.#report, mask })
  }
}
