import { html } from 'hono/html'
import { formatAmount, formatCount } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { Html } from '../html.ts'
import { type Content, factList, instant, notice, outcomeBadge, page, runLink, table } from './parts.ts'
import type { HistorySources, ListedBaseline } from './sources.ts'

/** Approved runs: who let them in, when and why, and whether the newest run still compares with them. */
export async function baselinesPage(sources: HistorySources): Promise<Html> {
  const listed = await sources.listBaselines()
  const body =
    listed.length === 0
      ? notice(
          'info',
          html`There is no baseline. Approve a run:
            <code>proofload baseline approve reports/&lt;scenario&gt;/&lt;run&gt; --name main</code>`,
        )
      : html`${listed.map(baselineSection)}`
  return page('Baselines', '/baselines', body)
}

function baselineSection(listed: ListedBaseline): Html {
  const { scenario, name, baseline, problem, newest } = listed
  return html`<section>
    <h2>${visible(scenario)} / ${visible(name)}</h2>
    ${problem === '' ? '' : notice('error', visible(problem))} ${newest === null ? '' : comparableText(newest)}
    ${baseline === null ? '' : contentsPart(baseline)}
  </section>`
}

function comparableText({ id, differences }: NonNullable<ListedBaseline['newest']>): Html {
  return differences.length === 0
    ? notice('info', html`The newest run, ${runLink(id)}, compares with it.`)
    : notice(
        'warning',
        html`The newest run, ${runLink(id)}, does not compare with it. Changed: ${visible(differences.join(', '))}.`,
      )
}

function contentsPart({ scenario, name, runs, environment, noise }: Baseline): Html {
  const sessions = new Set(runs.map(({ session }) => session)).size
  const { cpuModel, cores, memoryGib, kernel, node, platform } = environment
  const learned = Object.entries(noise).map(([metric, { s0 }]) => `${metric} ${(100 * s0).toFixed(1)} %`)
  return html`${factList([
    ['Holds', `${formatAmount(runs.length, 'run')} of ${formatAmount(sessions, 'session')}`],
    [
      'Machine',
      visible(`${cores} x ${cpuModel}, ${memoryGib} GiB, ${platform}, kernel ${kernel}, node ${node}`),
    ],
    [
      'Noise between sessions',
      learned.length === 0 ? 'not known yet: four sessions are needed' : learned.join(', '),
    ],
  ])}
    ${table({
      caption: `Runs in ${visible(scenario)} / ${visible(name)}, the newest first`,
      numbers: [7],
      heads: ['Run', 'Approved by', 'Approved at', 'Why', 'Outcome', 'Started', 'Build', 'Requests'],
      rows: runs.toReversed().map(runRow),
    })}`
}

function runRow({ id, approved, outcome, startedAt, build, summaries }: Baseline['runs'][number]): Content[] {
  return [
    runLink(id),
    visible(approved.by),
    instant(approved.at),
    visible(approved.reason),
    outcomeBadge(outcome),
    instant(startedAt),
    build === null ? '-' : visible(build),
    formatCount(summaries.all.requests),
  ]
}
