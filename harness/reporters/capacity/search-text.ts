/** The answer of a search for a capacity in a terminal, without its probes. */
import { visible } from '../../base/visible.ts'
import { capacityHeadline, type ToldCapacity } from '../../text/capacity-text.ts'
import { renderTextTable } from '../text-table.ts'
import { factsTable } from './capacity-tables.ts'

export function searchText(told: ToldCapacity): string {
  const lines = [
    '',
    visible(capacityHeadline(told)),
    ...told.answer.cautions.map(({ message }) => `note: ${visible(message)}`),
    renderTextTable({ ...factsTable(told), title: '' }),
  ]
  return lines.join('\n')
}
