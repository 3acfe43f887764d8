/** The parts of a report below its first screen. */

import { html } from 'hono/html'
import { formatBytes, formatCount, formatDurationMs, formatRatio } from '../../base/units.ts'
import { visible } from '../../base/visible.ts'
import type { RunCharts } from '../../model/chart.ts'
import type { PhasePlan, RunPlan } from '../../model/plan.ts'
import { agentsOf, modelOf } from '../../model/plan-load.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import { findingsOf } from '../../reporters/findings.ts'
import { tablesOf } from '../../reporters/tables/index.ts'
import { slowestTable } from '../../reporters/tables/measured-tables.ts'
import type { Table } from '../../reporters/tables/table.ts'
import { patternText } from '../../text/load-text.ts'
import type { Html } from '../html.ts'
import { chartFigure } from './chart-figure.ts'
import { tableElement, tableSection } from './table-section.ts'

export function detailSections(record: RunRecord, verdict: Verdict, charts: RunCharts): Html {
  const tables = [...tablesOf(verdict), slowestTable(record)].filter(({ rows }) => rows.length > 0)
  return html`<div id="tables">${tables.map(tableSection)}</div>
${notesSection(record, verdict)}
<section id="charts"><h2>More charts</h2><div class="charts">
${charts.others.map(chartFigure)}</div></section>
<section id="plan"><details><summary>Plan, hashes and environment</summary>
${planTables(record).map((table) => html`<h3>${table.title}</h3>${tableElement(table)}`)}
</details></section>
`
}

/** Cautions, and what the run noted. */
function notesSection({ notes }: RunRecord, verdict: Verdict): Html {
  const cautions = findingsOf(verdict).filter(({ kind }) => kind === 'caution')
  const texts = [...cautions.map(({ message }) => message), ...notes]
  if (texts.length === 0) return html``
  return html`<section id="cautions"><h2>Warnings</h2><ul>${texts.map((text) => html`<li>${visible(text)}</li>`)}</ul></section>
`
}

function planTables(record: RunRecord): Table[] {
  const { plan, environment } = record
  return [
    { title: 'Load', heads: ['what', 'value'], rows: loadRows(record) },
    { title: 'Phases', heads: ['phase', 'from', 'to', 'judged'], rows: plan.phases.map(phaseRow) },
    { title: 'Journeys', heads: ['journey', 'weight', 'steps'], rows: journeyRows(plan) },
    { title: 'Environment', heads: ['what', 'value'], rows: environmentRows(environment) },
  ].filter(({ rows }) => rows.length > 0)
}

function loadRows({ plan, seed, threads, driver, ...record }: RunRecord): string[][] {
  return [
    [
      'pattern',
      `${patternText(plan)}, ${modelOf(plan)} model, ${formatCount(agentsOf(plan))} agents at most`,
    ],
    ['length', `${formatDurationMs(record.loadMs)} of ${formatDurationMs(plan.durationMs)}`],
    ['targets', Object.entries(plan.targets).map(targetText).join(', ')],
    ['seed', String(seed)],
    ['threads', `${threads}, ${driver}`],
    ['plan hash', record.planHash],
    ['load hash', record.loadHash],
    ['scenario hash', record.scenarioHash ?? '-'],
    ['correlation id', record.correlationId],
  ]
}

function targetText([name, { plugin, config }]: [string, RunPlan['targets'][string]]): string {
  const url = config['url']
  return `${name}: ${plugin}${typeof url === 'string' ? ` ${url}` : ''}`
}

function phaseRow({ name, startMs, endMs, measured }: PhasePlan): string[] {
  return [
    name,
    startMs === 0 ? '0' : formatDurationMs(startMs),
    formatDurationMs(endMs),
    measured ? 'yes' : 'no',
  ]
}

function journeyRows({ journeys }: RunPlan): string[][] {
  const all = journeys.reduce((sum, { weight }) => sum + weight, 0)
  return journeys.map(({ name, weight, steps }) => [
    name,
    formatRatio(all === 0 ? 0 : weight / all),
    steps === null ? 'code' : formatCount(steps.length),
  ])
}

function environmentRows(environment: RunRecord['environment']): string[][] {
  const { proofload, node, platform, kernel, cpuModel, cores, memoryBytes, maxOpenFiles } = environment
  return [
    ['proofload', proofload],
    ['Node.js', node],
    ['system', `${platform} ${kernel}`],
    ['processor', `${cpuModel}, ${cores} cores`],
    ['memory', formatBytes(memoryBytes)],
    ['open files', maxOpenFiles === null ? '-' : formatCount(maxOpenFiles)],
  ]
}
