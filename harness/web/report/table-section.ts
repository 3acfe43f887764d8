/** Tables of reports as a page shows them. */
import { html } from 'hono/html'
import { visible } from '../../base/visible.ts'
import type { Table } from '../../reporters/tables/table.ts'
import { wordTone } from '../../text/word-tone.ts'
import type { Html } from '../html.ts'

/** A longer table is folded: what follows it matters more than its last row. */
const FOLDED_FROM = 16

/** Title and table, what would make rows too wide as further columns. */
export function tableSection(table: Table): Html {
  if (table.rows.length < FOLDED_FROM)
    return html`<section><h2>${visible(table.title)}</h2>${tableElement(table)}</section>
`
  return html`<section><details><summary>${visible(table.title)} (${table.rows.length} rows)</summary>${tableElement(table)}</details></section>
`
}

/** Scrolled by itself where it is wider than the page. */
export function tableElement({ title, heads, rows, notes = [] }: Table): Html {
  const columns = notes.filter(({ texts }) => texts.some((text) => text !== ''))
  const allHeads = [...heads, ...columns.map(({ head }) => head)]
  const allRows = rows.map((row, i) => [...row, ...columns.map(({ texts }) => texts[i] ?? '')])
  const numeric = allHeads.map(
    (_, column) => column > 0 && allRows.every((row) => isFigure(row[column] ?? '')),
  )
  const cellClass = (text: string, column: number) => {
    if (column >= heads.length) return 'wide'
    return numeric[column] ? 'number' : (wordTone(text) ?? '')
  }
  return html`<div class="scroll" role="region" aria-label="${visible(title)}" tabindex="0"><table>
<thead><tr>${allHeads.map((head, i) => html`<th scope="col"${className(numeric[i] ? 'number' : '')}>${visible(head)}</th>`)}</tr></thead>
<tbody>
${allRows.map(
  (
    row,
  ) => html`<tr>${row.map((text, i) => html`<td${className(cellClass(text, i))}>${visible(text)}</td>`)}</tr>
`,
)}</tbody>
</table></div>`
}

function className(name: string): Html {
  return name === '' ? html`` : html` class="${name}"`
}

function isFigure(text: string): boolean {
  return /^(-|([<>]=? )?[+-]?\d[\d.,]*( ?[\w%/]+)?)$/.test(text)
}
