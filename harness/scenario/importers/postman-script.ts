/** Scripts of Postman as far as they only look at the answer: expectations, and variables that are taken from it. */
import type { AnyNode, CallExpression, Expression, Statement } from 'acorn'
import { putAt } from '../../base/names.ts'
import { isObject, type Json } from '../environments.ts'
import { pathText } from './found-value.ts'
import type { ImportedExpect } from './imported.ts'
import { literal } from './imported.ts'
import type { ImportReport } from './report.ts'
import { Evaluator, pathOf } from './script/evaluate.ts'
import { parsePiece } from './script/parse.ts'
import { AnswerValue, type Scope, UNKNOWN } from './script/values.ts'

const SETTERS =
  /^(?:pm\.(?:environment|collectionVariables|globals|variables)\.set|postman\.set(?:Environment|Global)Variable)$/
const SETTER_IN_TEXT = /(?:\.set|set(?:Environment|Global)Variable)\(\s*['"]([\w-]+)['"]/g
const DEPTH_MAX = 200

interface Found {
  readonly expect: ImportedExpect
  readonly extract: Readonly<Record<string, string>>
}

/** Names of the variables that scripts of a collection set from answers. */
export function namesSetIn(collection: Json): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (value: unknown, depth: number): void => {
    if (depth > DEPTH_MAX) return
    if (Array.isArray(value)) for (const each of value) visit(each, depth + 1)
    if (!isObject(value)) return
    for (const [name] of Object.entries(readScript(value).extract)) names.add(name)
    visit(value['item'], depth + 1)
  }
  visit(collection['item'], 0)
  return names
}

/** Reads the scripts of an item, and reports what they do besides. */
export function readScripts(item: Json, report: ImportReport, name: string): Found {
  for (const { listen, script } of eventsOf(item)) {
    const text = textOf(script)
    if (listen === 'prerequest' && text.trim() !== '') report.lost('scripts before requests', name)
    if (listen !== 'test') continue
    const found = readScript(item)
    for (const [, variable = ''] of text.matchAll(SETTER_IN_TEXT))
      if (!Object.hasOwn(found.extract, variable))
        report.lost('variables that scripts compute', `${variable}, ${name}`)
    const tests = text.match(/pm\.test\(|tests\[/g)?.length ?? 0
    const known = Object.keys(found.expect).length
    if (tests > known) report.lost('tests that no expectation says', name)
  }
  return readScript(item)
}

function eventsOf(item: Json): readonly { readonly listen: unknown; readonly script: unknown }[] {
  const { event } = item
  return (Array.isArray(event) ? event : [])
    .filter(isObject)
    .map(({ listen, script }) => ({ listen, script }))
}

function textOf(script: unknown): string {
  const exec = isObject(script) ? script['exec'] : script
  if (Array.isArray(exec)) return exec.join('\n')
  return typeof exec === 'string' ? exec : ''
}

function readScript(item: Json): Found {
  const reader = new ScriptReader()
  for (const { listen, script } of eventsOf(item))
    if (listen === 'test') reader.block(parsePiece(textOf(script)))
  return { expect: reader.expect, extract: reader.extract }
}

/** Walks a script; a function that is handed over is walked, too, as the tests of `pm.test` are. */
class ScriptReader {
  readonly #scope: Scope = new Map()
  readonly extract: Record<string, string> = {}
  expect: ImportedExpect = {}
  readonly #evaluator = new Evaluator(this.#scope, {
    nameOf: (name) => (/^(?:pm\.response|responseBody)$/.test(name) ? new AnswerValue(0) : UNKNOWN),
    environment: () => UNKNOWN,
    call: (path, args) => this.#call(path, args),
    textOf: (value) => (['string', 'number'].includes(typeof value) ? String(value) : null),
  })

  block(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement)
  }

  #statement(statement: Statement): void {
    switch (statement.type) {
      case 'VariableDeclaration':
        for (const { id, init } of statement.declarations)
          if (id.type === 'Identifier') this.#scope.set(id.name, this.#evaluator.of(init))
        break
      case 'ExpressionStatement':
        this.#expression(statement.expression)
        break
      case 'BlockStatement':
        this.block(statement.body)
        break
      case 'IfStatement':
        this.#statement(statement.consequent)
        break
      case 'TryStatement':
        this.block(statement.block.body)
        break
    }
  }

  #expression(expression: Expression): void {
    if (expression.type === 'AssignmentExpression' && /^tests\b/.test(pathOf(expression.left as Expression)))
      this.#oldTest(expression.right)
    if (expression.type === 'CallExpression') this.#expectation(expression)
    this.#evaluator.of(expression)
  }

  #call(path: string, args: readonly unknown[]): unknown {
    const [name, value] = args
    if (path === 'pm.test' || path === 'pm.response.json.then') this.#function(value)
    if (SETTERS.test(path) && typeof name === 'string' && /^[\w-]+$/.test(name)) this.#set(name, value)
    if (path === 'pm.response.json') return new AnswerValue(0, [])
    if (path === 'pm.response.text') return new AnswerValue(0)
    if (path === 'pm.response.headers.get' && typeof name === 'string')
      return new AnswerValue(0, ['$headers', name])
    return UNKNOWN
  }

  #function(code: unknown): void {
    const { body } = (code ?? {}) as { body?: AnyNode }
    if (body?.type === 'BlockStatement') this.block(body.body)
    else if (body !== undefined && 'type' in body) this.#expression(body as Expression)
  }

  #set(name: string, value: unknown): void {
    if (!(value instanceof AnswerValue) || value.path === null) return
    const [first, header] = value.path
    putAt(
      this.extract,
      name,
      first === '$headers' ? `header:${String(header).toLowerCase()}` : `json:${pathText(value.path)}`,
    )
  }

  /** `pm.response.to.have.status(200)`, `pm.expect(pm.response.code).to.eql(200)`, `pm.expect(json.a).to.eql(1)`. */
  #expectation(call: CallExpression): void {
    const [first] = this.#evaluator.args(call)
    const path = pathOf(call.callee as Expression)
    if (path === 'pm.response.to.have.status' && (typeof first === 'number' || typeof first === 'string'))
      this.expect = { ...this.expect, ...(typeof first === 'number' ? { status: first } : {}) }
    if (
      path === 'pm.response.to.have.body' ||
      !/\.(?:eql|equal|equals|oneOf|include|includes)$/.test(memberPath(call.callee as Expression))
    )
      return
    const subject = subjectOf(call.callee as Expression)
    const of = subject?.arguments[0]
    if (of === undefined || of.type === 'SpreadElement') return
    this.#claim(pathOf(of), this.#evaluator.of(of), first)
  }

  #claim(path: string, subject: unknown, wanted: unknown): void {
    const isStatus = /^(?:pm\.response\.code|responseCode\.code)$/.test(path)
    const statuses = [wanted].flat().filter((status) => typeof status === 'number')
    if (isStatus && statuses.length > 0)
      this.expect = { ...this.expect, status: statuses.length === 1 ? (statuses[0] as number) : statuses }
    if (isStatus || !(subject instanceof AnswerValue)) return
    const isText = typeof wanted === 'string'
    if (subject.path === null && isText)
      this.expect = { ...this.expect, body: { ...this.expect.body, contains: wanted } }
    if (subject.path === null || subject.path[0] === '$headers' || subject.path.length === 0) return
    if (!isText && typeof wanted !== 'number' && typeof wanted !== 'boolean') return
    const { body } = this.expect
    this.expect = {
      ...this.expect,
      body: { ...body, json: { ...body?.json, [pathText(subject.path)]: isText ? literal(wanted) : wanted } },
    }
  }

  /** `tests['ok'] = responseCode.code === 200` */
  #oldTest(node: Expression): void {
    if (node.type !== 'BinaryExpression' || !/^===?$/.test(node.operator)) return
    if (
      pathOf(node.left) === 'responseCode.code' &&
      node.right.type === 'Literal' &&
      typeof node.right.value === 'number'
    )
      this.expect = { ...this.expect, status: node.right.value }
  }
}

/** The names after `pm.expect(...)`: `.to.eql`. */
function memberPath(node: Expression): string {
  if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return ''
  return `${memberPath(node.object as Expression)}.${node.property.name}`
}

/** The call of `pm.expect` that a chain begins with. */
function subjectOf(node: Expression): CallExpression | null {
  if (node.type === 'CallExpression') return pathOf(node.callee as Expression) === 'pm.expect' ? node : null
  return node.type === 'MemberExpression' ? subjectOf(node.object as Expression) : null
}
