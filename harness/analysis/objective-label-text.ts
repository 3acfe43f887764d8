/** Labels as objectives write them: `{step=GET /items,phase=peak}`, in quotes where a value holds `,`, `}` or `"`. */

/** A text in quotes, in which a backslash stands before what is meant as it is. */
export const QUOTED = String.raw`"(?:\\.|[^"\\])*"`

/** Pattern of what stands in braces, without them. */
export const LABELS = `(?:${QUOTED}|[^}"])*`

/** One label and the comma after it; a plain value goes to the next comma. */
const LABEL = new RegExp(String.raw`\s*([^=,"]*?)\s*(?:=\s*(${QUOTED}|[^,"]*?)\s*)?(?:,|$)`, 'y')

/** A value that needs no quotes. */
const PLAIN = /^[^\s,{}"()][^,{}"()]*(?<!\s)$/

/** Gives back name and value of each label; null for what is none. The value is empty where there is none. */
export function readLabels(text: string): [name: string, value: string][] | null {
  const labels: [string, string][] = []
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text)
    if (match === null) return null
    const [, name = '', value = ''] = match
    if (name !== '' || value !== '') labels.push([name, unquoted(value)])
  }
  return labels
}

/** `{step="search, by name"}` */
export function labelText(name: string, value: string): string {
  return `{${name}=${PLAIN.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`}}`
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}
