/** The form that starts a search for a capacity; the live page shows how it goes on. */
import type { SearchRequest } from '../../model/live-message.ts'
import { ask } from './ask.ts'
import { byId, setText } from './dom.ts'

export function wireSearchForm(): void {
  const form = document.getElementById('search-form')
  if (!(form instanceof HTMLFormElement)) return
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void start(new FormData(form))
  })
}

async function start(fields: FormData): Promise<void> {
  const text = (name: string) => String(fields.get(name) ?? '').trim()
  const load = (name: string) => (text(name) === '' ? null : Number(text(name)))
  const request: SearchRequest = {
    scenario: text('scenario'),
    by: text('by') === 'agents' ? 'agents' : 'rate',
    from: load('from'),
    max: load('max'),
  }
  const refusal = await ask('/live/search', request)
  if (refusal === null) location.assign('/')
  else setText(byId('search-answer', HTMLElement), refusal)
}
