/** A page as one file that opens from disk: nothing in it is fetched, and nothing runs that is not its own. */
import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { visible } from '../../base/visible.ts'
import type { Html } from '../html.ts'
import type { PageAssets } from '../page-assets.ts'

export interface ReportDocument {
  readonly title: string
  /** Ids of parts of the body, and their names. */
  readonly places: readonly (readonly [id: string, name: string])[]
  readonly body: Html
  readonly assets: PageAssets
}

export async function renderDocument({ title, places, body, assets }: ReportDocument): Promise<string> {
  const script = assets.report.replaceAll(/<\/(script)/gi, '<\\/$1').trim()
  const style = assets.style.trim()
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Proofload">
<title>${visible(title)} - Proofload</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body class="report">
<a class="skip" href="#main">Skip to content</a>
<nav class="places" aria-label="Parts of the report"><strong>Proofload</strong>${places.map(([id, name]) => html` <a href="#${id}">${name}</a>`)}</nav>
<main id="main">
<noscript><p class="muted">Without JavaScript the charts are told in words; everything else is complete.</p></noscript>
${body}</main>
<script>${raw(script)}</script>
</body>
</html>
`
  return page.toString()
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
