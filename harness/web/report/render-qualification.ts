/** A qualification as one file that opens from disk. */
import { html } from 'hono/html'
import { visible } from '../../base/visible.ts'
import type { QualificationRecord, QualifiedActivity } from '../../model/qualification.ts'
import {
  activitiesTable,
  highlightsTable,
  itemsTable,
  recommendationsTable,
  stagesTable,
  undosTable,
} from '../../reporters/qualification/qualification-tables.ts'
import type { Table } from '../../reporters/tables/table.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import { activityTone } from '../../text/qualification-text.ts'
import { wordTone } from '../../text/word-tone.ts'
import type { Html } from '../html.ts'
import type { PageAssets } from '../page-assets.ts'
import { renderDocument } from './document.ts'
import { ganttSection, graphSection } from './qualification-pictures.ts'
import { tableElement, tableSection } from './table-section.ts'

export function renderQualificationReport(record: QualificationRecord, assets: PageAssets): Promise<string> {
  const { plan, activities } = record
  const details = [activitiesTable(record), itemsTable(record), undosTable(record)]
  return renderDocument({
    title: `Qualification ${plan}`,
    places: [
      ['gantt', 'When it ran'],
      ['graph', 'What waits for what'],
      ['runs', 'Runs'],
      ['tables', 'Details'],
    ],
    body: html`${firstScreen(record)}
<section aria-label="Stages">${tableElement(stagesTable(record))}</section>
${[recommendationsTable(record), highlightsTable(record)].map(sectionUnlessEmpty)}${ganttSection(record)}${graphSection(record)}
<section id="runs"><h2>Runs and what they left</h2><ul>
${activities.map(fileItem)}</ul></section>
<div id="tables">${details.filter(({ rows }) => rows.length > 0).map(tableSection)}</div>
`,
    assets,
  })
}

/** The verdict, and the one chain that decided. */
function firstScreen({
  plan,
  planFile,
  verdict,
  qualificationId,
  startedAt,
  previous,
  partial,
}: QualificationRecord): Html {
  const { outcome, message, chain, cautions } = verdict
  return html`<header class="verdict">
<p class="badge ${wordTone(outcome) ?? 'doubt'}">${outcomeText(outcome)}</p>
<div><h1>${visible(plan)}</h1>
<p class="headline">${visible(message)}</p>
<p class="muted">${visible(planFile)}${partial === null ? '' : `, ${visible(partial)} only`}. Qualification <code>${visible(qualificationId)}</code>, ${visible(startedAt)}${previous === null ? '' : `; the one before was ${outcomeText(previous.outcome)}`}.</p></div>
</header>
${chain.length === 0 ? '' : html`<ol class="chain" aria-label="The reasons that decided, from the last to the first">${chain.map((link) => html`<li>${visible(link)}</li>`)}</ol>`}
${cautions.map((caution) => html`<p class="muted">Note: ${visible(caution.message)}</p>`)}
`
}

function sectionUnlessEmpty(table: Table): Html | string {
  return table.rows.length === 0 ? '' : tableSection(table)
}

function fileItem({ name, outcome, files, runId, what }: QualifiedActivity): Html {
  const links = Object.entries(files)
  return html`<li><strong>${visible(name)}</strong> <span class="${activityTone(outcome)}">${outcome}</span>: ${visible(what)}${runId === null ? '' : html`, run <code>${visible(runId)}</code>`}
${links.map(([report, file]) => html` <a href="${relative(file)}">${visible(report)}</a>`)}</li>
`
}

/** A path inside the folder of the qualification, and never an address. */
function relative(file: string): string {
  return `./${file.split('/').map(encodeURIComponent).join('/')}`
}
