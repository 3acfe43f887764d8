import { html } from 'hono/html'
import { formatAmount } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import type { Html } from '../html.ts'
import { notice, page, table } from './parts.ts'
import type { HistorySources, ListedWorker } from './sources.ts'

/** The workers of a pool and the runs that they drive, asked at this moment. */
export async function poolPage({ pool }: Pick<HistorySources, 'pool'>): Promise<Html> {
  if (pool === null)
    return page(
      'Pool',
      '/pool',
      notice(
        'info',
        html`No pool is shown here. Name one: <code>proofload serve --on nats://host:4222/pool</code>`,
      ),
    )
  const { broker, workers } = await pool()
  const runs = [...new Set(workers.flatMap(({ run }) => run ?? []))].sort()
  return page(
    'Pool',
    '/pool',
    html`<p>${visible(broker)}: ${formatAmount(workers.length, 'worker')}, ${formatAmount(runs.length, 'run')} under way</p>
      ${table({
        caption: 'Runs that workers drive now',
        numbers: [1, 2],
        heads: ['Run', 'Workers', 'Threads'],
        rows: runs.map((run) => {
          const of = workers.filter((worker) => worker.run === run)
          return [visible(run), `${of.length}`, `${of.reduce((sum, { threads }) => sum + threads, 0)}`]
        }),
      })}
      ${table({
        caption: 'Workers',
        numbers: [3, 4],
        heads: ['Worker', 'State', 'Run', 'Threads', 'Cores', 'Version', 'Usable'],
        rows: workers.map(workerRow),
      })}`,
  )
}

function workerRow({ worker, state, run, threads, cores, proofload, unusable }: ListedWorker): string[] {
  const usable = unusable === null ? 'yes' : `no, it ${unusable}`
  return [worker, state, run ?? '-', `${threads}`, `${cores}`, proofload, usable].map(visible)
}
