/** The signals of the process as one stop switch, and the forced end of a command that does not stop in time. */
import type { CancelTimer } from '../base/clock.ts'
import { StopSwitch } from '../base/stop-request.ts'
import type { Host } from '../ports/host.ts'

/** The time a command may take to end after the second signal. */
const GIVE_UP_MS = 10_000
/** The number of signals after which the command is ended at once. */
const PRESSES_MAX = 3

export class Interrupts {
  readonly #stop = new StopSwitch()
  readonly #forgetSignals: () => void
  #isTaken = false
  #pressCount = 0
  #cancelLimit: CancelTimer = () => undefined
  /**
   * Resolves with the message to print when the command has to be ended by force: at the first signal when it never took the switch, else at
   * the third, or 10 s after the second. Waits until nothing holds the switch.
   */
  readonly forced: Promise<string>

  constructor({ onSignal, clock }: Pick<Host, 'onSignal' | 'clock'>) {
    this.#forgetSignals = onSignal((signal) => this.#stop.press(signal))
    this.forced = new Promise((resolve) => {
      const force = (line: string) => void this.#stop.released().then(() => resolve(line))
      this.#stop.onPress((_level, by) => {
        this.#pressCount++
        if (!this.#isTaken) force(`interrupted (${by})`)
        else if (this.#pressCount >= PRESSES_MAX) force(`ended by force (${by}); ${RECOVER}`)
        else if (this.#pressCount === 2)
          this.#cancelLimit = clock.after(GIVE_UP_MS, () =>
            force(`ended by force: the command did not stop within ${GIVE_UP_MS / 1000} s; ${RECOVER}`),
          )
      })
    })
  }

  /** Hands the switch to a command, which then has to stop by itself when it is pressed. */
  take(): StopSwitch {
    this.#isTaken = true
    return this.#stop
  }

  /** Stops listening for signals. */
  close(): void {
    this.#cancelLimit()
    this.#forgetSignals()
  }
}

const RECOVER = 'recover the measurements so far with: proofload recover <run folder>'
