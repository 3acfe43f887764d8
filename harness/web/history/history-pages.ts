/** Pages about runs that were made before; whoever serves them adds what protects them. */
import { Hono } from 'hono'
import { html } from 'hono/html'
import { HTTPException } from 'hono/http-exception'
import { HarnessError } from '../../base/errors.ts'
import { visible } from '../../base/visible.ts'
import type { Html } from '../html.ts'
import { baselinesPage } from './baselines-page.ts'
import { capacityPage } from './capacity-page.ts'
import { comparePage } from './compare-page.ts'
import { fileAnswer } from './file-answer.ts'
import { notice, page } from './parts.ts'
import { poolPage } from './pool-page.ts'
import {
  capacityQuestionSchema,
  compareQuestionSchema,
  parseQuestion,
  runIdSchema,
  runsQuestionSchema,
  trendQuestionSchema,
} from './questions.ts'
import { runPage } from './run-page.ts'
import { runsPage } from './runs-page.ts'
import { searchPage } from './search-page.ts'
import type { HistorySources } from './sources.ts'
import { trendPage } from './trend-page.ts'

export type { HistorySources } from './sources.ts'

/** `/runs` and all that is reached from there. */
export function historyPages(sources: HistorySources): Hono {
  const app = new Hono()
  app.get('/runs', async (c) =>
    c.html(await runsPage(sources, parseQuestion(runsQuestionSchema, c.req.query()))),
  )
  app.get('/runs/:id', async (c) =>
    c.html(await runPage(sources, parseQuestion(runIdSchema, c.req.param()).id)),
  )
  app.get('/runs/:id/files/:name', async (c) => {
    const { id, name } = c.req.param()
    return fileAnswer(name, await sources.runFile(id, name))
  })
  app.get('/compare', async (c) =>
    c.html(await comparePage(sources, parseQuestion(compareQuestionSchema, c.req.query()))),
  )
  app.get('/trend', async (c) =>
    c.html(await trendPage(sources, parseQuestion(trendQuestionSchema, c.req.query()))),
  )
  app.get('/baselines', async (c) => c.html(await baselinesPage(sources)))
  app.get('/capacity', async (c) =>
    c.html(await capacityPage(sources, parseQuestion(capacityQuestionSchema, c.req.query()))),
  )
  app.get('/capacity/:id', async (c) =>
    c.html(await searchPage(sources, parseQuestion(runIdSchema, c.req.param()).id)),
  )
  app.get('/pool', async (c) => c.html(await poolPage(sources)))
  app.onError((error, c) => {
    if (error instanceof HTTPException)
      return c.html(problemPage('Nothing to show', error.message), error.status)
    // What is stored is broken: the page says so. Anything else is a bug, and for whoever serves this.
    if (!(error instanceof HarnessError)) throw error
    return c.html(problemPage('This cannot be read', `${error.message}. ${error.hint ?? ''}`), 500)
  })
  return app
}

function problemPage(title: string, message: string): Html {
  return page(
    title,
    '',
    html`${notice('error', visible(message))}
      <p><a href="/runs">All runs</a></p>`,
  )
}
