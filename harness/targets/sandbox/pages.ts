import { lookUp } from '../../base/names.ts'
import { OPERATION_CLASSES } from './catalogue.ts'
import { CONTROL_ROUTES } from './control.ts'
import { lawOfBatch, lawOfClass } from './latency-law.ts'
import type { Reply } from './reply.ts'
import type { RouteTable } from './routes.ts'

/** Answers the paths that are no operation: `/` says what there is and how long it takes, `/health` that all is well. */
export function createPages(table: RouteTable, seed: number): (path: string) => Reply | null {
  const front = {
    name: 'proofload sandbox',
    summary:
      'An agent-governance bridge to put under load: its timing law is known, and it keeps the true histogram.',
    seed,
    law: {
      ...Object.fromEntries(OPERATION_CLASSES.map((name) => [name, lawOfClass(name)])),
      batch: lawOfBatch(),
    },
    control: CONTROL_ROUTES,
    routes: table.routes.map((route) => `${route.method} ${route.path} (${route.class})`),
  }
  const pages: Readonly<Record<string, Reply>> = {
    '/': { status: 200, value: front },
    '/health': { status: 200, value: { status: 'ok' } },
  }
  return (path) => lookUp(pages, path) ?? null
}
