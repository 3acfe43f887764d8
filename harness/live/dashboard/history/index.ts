/** Pages about runs that were made before; whoever serves them adds what protects them. */
import { Hono } from 'hono'
import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import { HarnessError } from '../../../base/errors.ts'
import { visible } from '../../../base/visible.ts'
import { notice, page } from './parts.ts'
import { parseQuestion, runsQuestionSchema } from './questions.ts'
import { runsPage } from './runs-page.ts'
import type { HistorySources } from './sources.ts'

export type { HistorySources } from './sources.ts'

/** `/runs` and all that is reached from there. */
export function historyPages(sources: HistorySources): Hono {
  const app = new Hono()
  app.get('/runs', async (c) =>
    c.html(await runsPage(sources, parseQuestion(runsQuestionSchema, c.req.query()))),
  )
  app.onError((error, c) => {
    if (error instanceof HTTPException)
      return c.html(page('Nothing to show', '', notice('error', visible(error.message))), error.status)
    // What is stored is broken: the page says so. Anything else is a bug, and for whoever serves this.
    if (!(error instanceof HarnessError)) throw error
    const { message, hint = '' } = error
    return c.html(
      page('This cannot be read', '', html`${notice('error', visible(message))}<p>${visible(hint)}</p>`),
      500,
    )
  })
  return app
}
