/** JSONPath of other tools as extractions have it. */

/** A JSONPath that leads to one value; of a list the first one. */
export function pathOf(jsonPath: string): string | null {
  const path = jsonPath.trim().replace(/\[\*\]/g, '[0]')
  return /^\$?(?:\.?[\w-]+|\[-?\d+\]|\[(?:"[^"]*"|'[^']*')\])*$/.test(path) ? path : null
}
