/** The buttons of the live page. Nothing here decides anything: the server does. */
import type { HaltRequest, LiveMessage, StartRequest } from '../../model/live-message.ts'
import { ask } from './ask.ts'
import { byId, setText } from './dom.ts'

/** Brings the buttons in line with what is known. */
export interface Controls {
  show(message: LiveMessage): void
  /** The server has gone: nothing can be pressed. */
  end(): void
}

/** @param onPause called with whether the view is to stand still */
export function createControls(onPause: (isPaused: boolean) => void): Controls {
  const abort = byId('abort', HTMLButtonElement)
  const halt = byId('halt', HTMLButtonElement)
  const start = document.getElementById('start')
  wirePause(onPause)
  wireHalt(halt)
  abort.addEventListener('click', () => {
    // Until the page has heard of it: a double click does not give up at once.
    abort.disabled = true
    void tell('/live/stop', null, 'asked the run to end')
  })
  wireStart()
  return {
    show({ view, stopCount }) {
      const isLive = view !== null && ['preparing', 'running', 'draining'].includes(view.stage)
      abort.disabled = !isLive || stopCount > 1
      setText(abort, abortText(isLive ? stopCount : 0))
      if (start instanceof HTMLButtonElement) start.disabled = isLive
    },
    end() {
      for (const button of [abort, halt, start])
        if (button instanceof HTMLButtonElement) button.disabled = true
    },
  }
}

function abortText(stopCount: number): string {
  if (stopCount === 0) return 'Abort'
  return stopCount === 1 ? 'Abort at once' : 'Aborting'
}

function wirePause(onPause: (isPaused: boolean) => void): void {
  const pause = byId('pause', HTMLButtonElement)
  let isPaused = false
  pause.addEventListener('click', () => {
    isPaused = !isPaused
    pause.setAttribute('aria-pressed', `${isPaused}`)
    onPause(isPaused)
  })
}

function wireHalt(halt: HTMLButtonElement): void {
  const dialog = byId('halt-dialog', HTMLDialogElement)
  const reason = byId('halt-reason', HTMLInputElement)
  halt.addEventListener('click', () => {
    dialog.showModal()
    reason.focus()
  })
  byId('halt-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close())
  byId('halt-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const request: HaltRequest = { reason: reason.value }
    dialog.close()
    void tell('/live/halt', request, 'all load on this state store is halted')
  })
}

function wireStart(): void {
  const form = document.getElementById('start-form')
  form?.addEventListener('submit', (event) => {
    event.preventDefault()
    const seed = byId('start-seed', HTMLInputElement).value.trim()
    const request: StartRequest = {
      scenario: byId('start-scenario', HTMLSelectElement).value,
      seed: seed === '' ? null : Number(seed),
    }
    void tell('/live/start', request, `${request.scenario} is started`)
  })
}

/** Says below the buttons what became of it. */
async function tell(path: string, body: unknown, done: string): Promise<void> {
  setText(byId('answer', HTMLElement), (await ask(path, body)) ?? done)
}
