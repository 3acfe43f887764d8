/** Parts that the pages about stored runs are made of. */

import { html } from 'hono/html'
import { wallMsOf } from '../../base/clock.ts'
import { visible } from '../../base/visible.ts'
import type { HistoryKind } from '../../model/history.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import { wordTone } from '../../text/word-tone.ts'
import type { Html } from '../html.ts'
import { renderPage } from '../pages/layout.ts'

/** A text, escaped where it is put, or what is made of tags already. */
export type Content = string | Html

/** A whole page under its heading. @param present path of the entry of the navigation */
export function page(title: string, present: string, body: Content): Html {
  return bodyPage(title, present, html`<h1>${title}</h1>${body}`)
}

/** A whole page whose body has a heading of its own. */
export function bodyPage(title: string, present: string, body: Content): Html {
  return renderPage({ title, present, script: 'report', body: html`<div class="stored">${body}</div>` }, true)
}

/** Says that something is so. */
export function notice(level: 'info' | 'warning' | 'error', text: Content): Html {
  return html`<p class="notice notice-${level}">${text}</p>`
}

/**
 * `GO`, `NO-GO` and `INCONCLUSIVE`, told apart by more than their colours.
 * @param isDoubtful a GO that may hide a regression, which is nowhere shown as good
 */
export function outcomeBadge(outcome: string, isDoubtful = false): Html {
  const tone = isDoubtful ? 'doubt' : (wordTone(outcome) ?? 'doubt')
  return html`<span class="badge ${tone}">${visible(outcomeText(outcome))}</span>${isDoubtful ? html` <span class="muted">possible regression</span>` : ''}`
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

/** Leads to the page of a run, or of a search for a capacity. */
export function entryLink({ kind, id }: { readonly kind: HistoryKind; readonly id: string }): Html {
  return kind === 'capacity' ? searchLink(id) : runLink(id)
}

/** Leads to the page of a search for a capacity. */
export function searchLink(id: string): Html {
  return html`<a href="/capacity/${encodeURIComponent(id)}">${visible(id)}</a>`
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
  /** Columns whose cells are numbers, counted from 0. */
  readonly numbers?: readonly number[]
}

/** A table that keyboards can scroll. */
export function table({ caption, heads, rows, numbers = [] }: TableParts): Html {
  const classOf = (column: number) => (numbers.includes(column) ? html` class="number"` : '')
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
    <table>
      <caption>${caption}</caption>
      <thead><tr>${heads.map((head, i) => html`<th scope="col"${classOf(i)}>${head}</th>`)}</tr></thead>
      <tbody>
        ${rows.map(
          ([first = '', ...rest]) => html`<tr>
            <th scope="row">${first}</th>${rest.map((cell, i) => html`<td${classOf(i + 1)}>${cell}</td>`)}
          </tr>`,
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

/** Facts with their names. */
export function factList(facts: readonly (readonly [name: string, value: Content])[]): Html {
  return html`<dl class="facts">
    ${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`
}
