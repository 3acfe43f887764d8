/** The frame of every page: no request leaves it but to its own server, and no script runs that is not its own. */
import { html } from 'hono/html'
import type { Html } from '../html.ts'

export interface PageParts {
  readonly title: string
  /** Path of the entry of the navigation that is shown as the present one; '' for none. */
  readonly present: string
  readonly body: Html
  /** The page script that it needs. */
  readonly script: 'report' | 'dashboard'
}

/** Pages that the navigation leads to. A dashboard of one run has only the live page. */
const PLACES = [
  { path: '/', label: 'Live' },
  { path: '/runs', label: 'Runs' },
  { path: '/trend', label: 'Trend' },
  { path: '/baselines', label: 'Baselines' },
  { path: '/capacity', label: 'Capacity' },
  { path: '/pool', label: 'Pool' },
] as const

/** A whole document. @param withHistory whether stored runs can be looked at */
export function renderPage({ title, present, body, script }: PageParts, withHistory: boolean): Html {
  const places = withHistory ? PLACES : PLACES.slice(0, 1)
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title} - Proofload</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/assets/page.css" />
    <script defer src="/assets/${script}.js"></script>
  </head>
  <body>
    <a class="skip" href="#main">Skip to content</a>
    <header class="top">
      <strong>Proofload</strong>
      <nav aria-label="Pages">
        ${places.map(
          ({ path, label }) =>
            html`<a href="${path}" ${path === present ? html`aria-current="page"` : ''}>${label}</a>`,
        )}
      </nav>
    </header>
    <main id="main">${body}</main>
  </body>
</html> `
}
