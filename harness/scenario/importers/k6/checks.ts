/** Checks of k6 as expectations: those that look at the status, and at what the body holds. */
import type { AnyNode, BinaryExpression, Expression } from 'acorn'
import type { ImportedExpect } from '../imported.ts'
import { literal } from '../imported.ts'
import type { ImportReport } from '../report.ts'
import { isPlain } from '../script/members.ts'

export function expectationsOf(checks: unknown, report: ImportReport): ImportedExpect {
  if (!isPlain(checks)) return {}
  let expect: ImportedExpect = {}
  for (const [name, check] of Object.entries(checks)) {
    const found = expectationOf(bodyOf(check))
    if (found === null) report.lost('checks that no expectation says', name)
    else expect = merged(expect, found)
  }
  return expect
}

function merged(a: ImportedExpect, b: ImportedExpect): ImportedExpect {
  const body = a.body === undefined && b.body === undefined ? {} : { body: { ...a.body, ...b.body } }
  return { ...a, ...b, ...body }
}

/** The expression that a function returns; null for what is none. */
function bodyOf(check: unknown): Expression | null {
  const code = check as { type?: string; body?: AnyNode } | null
  if (code === null || typeof code !== 'object' || !/Function/.test(String(code.type))) return null
  const { body } = code
  if (body === undefined) return null
  if (body.type !== 'BlockStatement') return body as Expression
  const last = body.body.at(-1)
  return last?.type === 'ReturnStatement' ? (last.argument ?? null) : null
}

/** `r.status === 200`, `r.status == 200 || r.status == 201`, `r.body.includes('x')`, `r.json('a.b') === 1`; null for others. */
export function expectationOf(node: Expression | null): ImportedExpect | null {
  switch (node?.type) {
    case 'ParenthesizedExpression':
      return expectationOf(node.expression)
    case 'LogicalExpression':
      return both(node.operator, expectationOf(node.left as Expression), expectationOf(node.right))
    case 'CallExpression':
      return ofCall(node)
    case 'BinaryExpression':
      return ofComparison(node)
    default:
      return null
  }
}

function ofComparison({ operator, left, right }: BinaryExpression): ImportedExpect | null {
  if (/^!==?$/.test(operator) && isIndexOf(left)) return containsOf(left)
  if (!/^===?$/.test(operator) || right.type !== 'Literal') return null
  const { value } = right
  if (left.type === 'MemberExpression' && nameOf(left) === 'status')
    return typeof value === 'number' ? { status: value } : null
  const path = left.type === 'CallExpression' ? jsonPathOf(left) : null
  return path === null
    ? null
    : { body: { json: { [path]: typeof value === 'string' ? literal(value) : value } } }
}

function both(operator: string, a: ImportedExpect | null, b: ImportedExpect | null): ImportedExpect | null {
  if (a === null || b === null) return operator === '&&' ? (a ?? b) : null
  if (operator === '&&') return merged(a, b)
  const statuses = [a.status, b.status].flatMap((status) => (status === undefined ? [] : [status].flat()))
  return Object.keys(a).length === 1 && Object.keys(b).length === 1 && statuses.length > 1
    ? { status: statuses as (number | string)[] }
    : null
}

function ofCall(node: Extract<Expression, { type: 'CallExpression' }>): ImportedExpect | null {
  return node.callee.type === 'MemberExpression' && nameOf(node.callee) === 'includes'
    ? containsOf(node)
    : null
}

function isIndexOf(node: AnyNode): node is Extract<Expression, { type: 'CallExpression' }> {
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'MemberExpression' &&
    nameOf(node.callee) === 'indexOf'
  )
}

function containsOf({
  callee,
  arguments: args,
}: Extract<Expression, { type: 'CallExpression' }>): ImportedExpect | null {
  const [wanted] = args
  if (
    callee.type !== 'MemberExpression' ||
    callee.object.type !== 'MemberExpression' ||
    nameOf(callee.object) !== 'body'
  )
    return null
  return wanted?.type === 'Literal' && typeof wanted.value === 'string'
    ? { body: { contains: literal(wanted.value) } }
    : null
}

function jsonPathOf({
  callee,
  arguments: args,
}: Extract<Expression, { type: 'CallExpression' }>): string | null {
  const [path] = args
  const isJson = callee.type === 'MemberExpression' && nameOf(callee) === 'json'
  return isJson && path?.type === 'Literal' && typeof path.value === 'string' && !/[#*|@]/.test(path.value)
    ? path.value
    : null
}

function nameOf({ property }: Extract<Expression, { type: 'MemberExpression' }>): string {
  return property.type === 'Identifier' ? property.name : ''
}
