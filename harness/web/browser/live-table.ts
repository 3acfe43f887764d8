/** Tables whose rows come and go. */
import { byId, element, renderEach, setText } from './dom.ts'

/** Brings a table with one head row and one body up to date; the first cell of a row names it. */
export function showTable(id: string, heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = byId(id, HTMLTableElement)
  renderRow(table.tHead?.rows[0] ?? table.createTHead().insertRow(), heads, 'col')
  const [body = table.createTBody()] = table.tBodies
  renderEach(
    body,
    rows,
    () => element('tr', ''),
    (row, texts) => renderRow(row, texts, 'row'),
  )
}

/** @param heads whether the first cell says what the row is, or each what its column is */
function renderRow(row: HTMLElement, texts: readonly string[], heads: 'row' | 'col'): void {
  const isHead = () => heads === 'col' || row.children.length === 0
  const create = () => {
    const cell = element(isHead() ? 'th' : 'td', '')
    if (isHead()) cell.setAttribute('scope', heads)
    return cell
  }
  renderEach(row, texts, create, setText)
}
