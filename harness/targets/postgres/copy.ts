/** Rows for COPY FROM STDIN, in its text format. */
import type { MakeTemplate, Template, VariableLookup } from '../../base/template.ts'
import type { SqlWork } from '../sql/work.ts'
import type { CopyIn } from './schema.ts'

/** The number of a row, from 0. */
const ROW_NUMBER = '$i'

/** Compiles a copy. */
export function compileCopy(
  { table, columns, rows, row }: CopyIn,
  step: string,
  template: MakeTemplate,
): SqlWork {
  const names = columns === undefined ? '' : ` (${columns.map(quoted).join(', ')})`
  const text = `copy ${table.split('.').map(quoted).join('.')}${names} from stdin`
  const cells = row.map((value) => (value === null ? null : template(String(value), escaped, escaped)))
  return {
    step,
    transaction: null,
    keepsRows: false,
    render: (variables) => [
      { text, values: [], prepared: '', component: '', input: contentOf(cells, rows, variables) },
    ],
  }
}

function contentOf(cells: readonly (Template | null)[], rows: number, variables: VariableLookup): string {
  let content = ''
  for (let i = 0; i < rows; i++) {
    const lookup: VariableLookup = (name) => (name === ROW_NUMBER ? String(i) : variables(name))
    content += `${cells.map((cell) => (cell === null ? '\\N' : cell.render(lookup))).join('\t')}\n`
  }
  return content
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (char) => ESCAPES.get(char) ?? char)
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
])

function quoted(name: string): string {
  return `"${name.replace(/"/g, '""')}"`
}
