/** What the pages about stored runs are made of. */
import { html } from 'hono/html'
import { wallMsOf } from '../../../base/clock.ts'
import { visible } from '../../../base/visible.ts'
import type { Chart } from '../../../model/chart.ts'
import type { Table } from '../../../reporters/rows.ts'
import { type Html, renderPage } from '../layout.ts'

/** A text, escaped where it is put, or what is made of tags already. */
export type Content = string | Html

/** A whole page under its heading. @param present path of the entry of the navigation */
export function page(title: string, present: string, body: Content): Html {
  return renderPage({ title, present, script: 'report', body: html`<h1>${title}</h1>${body}` }, true)
}

/** Says that something is so. */
export function notice(level: 'info' | 'warning' | 'error', text: Content): Html {
  return html`<p class="notice notice-${level}">${text}</p>`
}

/** `GO`, `NO-GO` and `INCONCLUSIVE`, told apart by more than their colours. */
export function outcomeBadge(outcome: string): Html {
  const name = visible(outcome.replace('_', '-'))
  return html`<span class="outcome outcome-${name.toLowerCase()}">${name}</span>`
}

/** An instant in words that also say the time zone. */
export function instant(iso: string): Html {
  const isInstant = !Number.isNaN(wallMsOf(iso))
  if (!isInstant) return html`${visible(iso)}`
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`
}

/** Leads to the page of a run. */
export function runLink(id: string): Html {
  return html`<a href="/runs/${encodeURIComponent(id)}">${visible(id)}</a>`
}

/** A path with a query; what is empty is left out. */
export function pathOf(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') given.set(name, String(value))
  return given.size === 0 ? path : `${path}?${given.toString()}`
}

/** Column heads, and rows whose first cell names the row; scrolls by itself when it is too wide. */
export interface TableParts {
  readonly caption: string
  readonly heads: readonly Content[]
  readonly rows: readonly (readonly Content[])[]
}

/** A table that keyboards can scroll. */
export function table({ caption, heads, rows }: TableParts): Html {
  return html`<div class="table-scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>${caption}</caption>
      <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>
        ${rows.map(
          ([first = '', ...rest]) =>
            html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** An entry of a list to choose from. */
export interface Choice {
  readonly value: string
  readonly text: string
}

/** A list to choose from; a choice that it does not hold is put first, so that the form shows what is shown. */
export function selectField(label: string, name: string, choices: readonly Choice[], chosen: string): Html {
  const isKnown = choices.some(({ value }) => value === chosen)
  const all = isKnown ? choices : [{ value: chosen, text: chosen }, ...choices]
  return html`<label>${label}
    <select name="${name}">
      ${all.map(
        ({ value, text }) =>
          html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${visible(text)}</option>`,
      )}
    </select>
  </label>`
}

/** Names as choices. */
export function choicesOf(names: readonly string[]): Choice[] {
  return names.map((name) => ({ value: name, text: name }))
}

/** Figures with their names. */
export function figureList(figures: readonly (readonly [name: string, value: Content])[]): Html {
  return html`<dl class="figures">
    ${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`
}

/** A table of a report; further columns for its notes, but for those that say nothing. */
export function reportTable({ title, heads, rows, notes = [] }: Table): Html {
  const told = notes.filter(({ texts }) => texts.some((text) => text !== ''))
  return table({
    caption: title,
    heads: [...heads, ...told.map(({ head }) => head)],
    rows: rows.map((row, i) => [...row, ...told.map(({ texts }) => texts[i] ?? '')].map(visible)),
  })
}

export function chartPart(chart: Chart): Html {
  return html`<figure data-chart="${JSON.stringify(chart)}"></figure>`
}
