/** Writes an imported scenario as YAML: short maps on one line, as people write them. */
import { Document, isMap, isPair, isScalar, isSeq, type Node, visit } from 'yaml'

const WIDTH = 110
/** Room that the indent and the key of a map on one line need. */
const INDENT = 22

/** @param comments lines for the top of the file */
export function yamlOf(document: Readonly<Record<string, unknown>>, comments: readonly string[]): string {
  const made = new Document(document, { aliasDuplicateObjects: false })
  visit(made, {
    Map(_key, node, path) {
      // The top, and what is read in the order of lines, stays in lines.
      if (path.length > 1 && isShort(node)) node.flow = true
    },
    Seq(_key, node) {
      if (node.items.every((item) => isScalar(item)) && isShort(node)) node.flow = true
    },
    Pair(_key, { key, value }) {
      if (isScalar(key) && (key.value === 'journeys' || key.value === 'objectives') && isCollection(value))
        value.flow = false
    },
  })
  made.commentBefore = comments.map((line) => (line === '' ? '' : ` ${line}`)).join('\n')
  const text = made.toString({ lineWidth: WIDTH, flowCollectionPadding: true, singleQuote: false })
  return text.replace(/^((?:#.*\n)+)\n?/, '$1\n')
}

function isCollection(node: unknown): node is Node & { flow?: boolean } {
  return isMap(node) || isSeq(node)
}

/** Tells a node that fits a line and holds no steps. */
function isShort(node: Node): boolean {
  let isPlain = true
  visit(node, {
    Pair(_key, { key }) {
      if (isScalar(key) && (key.value === 'steps' || key.value === 'request') && node !== key) isPlain = false
    },
    Scalar(_key, { value }) {
      if (typeof value === 'string' && value.includes('\n')) isPlain = false
    },
  })
  return isPlain && JSON.stringify(node).length <= WIDTH - INDENT && !isPair(node)
}
