/** Puts pages on a loopback port as the dashboard does: its assets, its policy for what a page may load. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { loadPageAssets } from '../../harness/web/page-assets.ts'

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

export interface PagesServer {
  readonly url: string
  close(): Promise<void>
}

export async function startPagesServer(pages: Hono): Promise<PagesServer> {
  const { report, dashboard, style } = await loadPageAssets()
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', POLICY)
  })
  app.get('/assets/report.js', (c) => c.text(report, 200, { 'content-type': 'text/javascript' }))
  app.get('/assets/dashboard.js', (c) => c.text(dashboard, 200, { 'content-type': 'text/javascript' }))
  app.get('/assets/page.css', (c) => c.text(style, 200, { 'content-type': 'text/css' }))
  app.route('/', pages)
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
