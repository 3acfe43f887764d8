/** The signals of the process, as one stop switch; and the end of a command that does not come by itself. */
import type { CancelTimer } from '../base/clock.ts'
import { StopSwitch } from '../base/stop-request.ts'
import type { Host } from '../ports/host.ts'

/** How long what was given up may take to end. */
const GIVE_UP_MS = 10_000
/** Presses after which nothing is waited for. */
const PRESSES_MAX = 3

export class Interrupts {
  readonly #stop = new StopSwitch()
  readonly #forgetSignals: () => void
  #isTaken = false
  #pressCount = 0
  #cancelLimit: CancelTimer = () => undefined
  /**
   * Resolves with the line to say when the command has to be ended whatever it does: at the first press when it never took the switch; else at
   * the third, or 10 s after the second. Waits for what holds the switch.
   */
  readonly forced: Promise<string>

  constructor({ onSignal, clock }: Pick<Host, 'onSignal' | 'clock'>) {
    this.#forgetSignals = onSignal((signal) => this.#stop.press(signal))
    this.forced = new Promise((resolve) => {
      const force = (line: string) => void this.#stop.released().then(() => resolve(line))
      this.#stop.onPress((_level, by) => {
        this.#pressCount++
        if (!this.#isTaken) force(`interrupted (${by})`)
        else if (this.#pressCount >= PRESSES_MAX) force(`given up (${by}); ${RECOVER}`)
        else if (this.#pressCount === 2)
          this.#cancelLimit = clock.after(GIVE_UP_MS, () =>
            force(`given up: it did not end within ${GIVE_UP_MS / 1000} s; ${RECOVER}`),
          )
      })
    })
  }

  /** The switch, for a command that ends by itself when it is pressed. */
  take(): StopSwitch {
    this.#isTaken = true
    return this.#stop
  }

  /** Signals are no longer heard. */
  close(): void {
    this.#cancelLimit()
    this.#forgetSignals()
  }
}

const RECOVER = 'what was measured is in the journal: proofload recover <run folder>'
