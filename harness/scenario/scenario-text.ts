/** A scenario as the text of a file: YAML, JSON or TypeScript, by the name of the file. */
import { extname } from 'node:path'
import { stringify } from 'yaml'
import { isObject } from './environments.ts'

/** @param document plain data of the schema's shape */
export function scenarioText(document: object, file: string): string {
  switch (extname(file)) {
    case '.json':
      return `${JSON.stringify(document, null, 2)}\n`
    case '.yaml':
    case '.yml':
      return stringify(document, { lineWidth: 0 })
    default:
      return `import { defineScenario } from 'proofload'\n\nexport default defineScenario(${literal(document, '')})\n`
  }
}

const LINE_CHARS_MAX = 90

/** A value as TypeScript writes it: on one line where it fits. */
function literal(value: unknown, indent: string): string {
  if (typeof value === 'string') return quoted(value)
  const inner = `${indent}  `
  const parts = partsOf(value, inner)
  if (parts === null) return JSON.stringify(value)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (parts.length === 0) return `${open}${close}`
  const pad = open === '{' ? ' ' : ''
  const short = `${open}${pad}${parts.join(', ')}${pad}${close}`
  if (indent !== '' && indent.length + short.length <= LINE_CHARS_MAX && !short.includes('\n')) return short
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join('')}${indent}${close}`
}

function partsOf(value: unknown, indent: string): string[] | null {
  if (Array.isArray(value)) return value.map((entry) => literal(entry, indent))
  if (!isObject(value)) return null
  return Object.entries(value).map(([key, entry]) => `${keyOf(key)}: ${literal(entry, indent)}`)
}

function keyOf(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)
}

function quoted(text: string): string {
  const json = JSON.stringify(text)
  return text.includes("'") || text.includes('\\') ? json : `'${json.slice(1, -1).replaceAll('\\"', '"')}'`
}
